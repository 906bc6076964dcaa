//! What becomes of definitions, as files below `tests/ddl/golden`. The first line of a file says
//! which server printed it and for which servers of `tests/ddl/targets` it is converted; what is
//! expected is beside it. `UPDATE_GOLDENS=1` writes what comes out.

use oms_connector::mysql_ddl::{
    Mode, NameMap, Options, Quoting, Target, convert_sequence, convert_table, convert_view,
    parse_sequence, parse_table, parse_view,
};
use oms_connector::product::{Product, Server, Version};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ddl").join(name)
}

#[test]
fn definitions_become_what_the_files_say() {
    let golden = folder("golden");
    let names: BTreeSet<String> = std::fs::read_dir(&golden)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let mut expected_files = BTreeSet::new();
    let mut wrong = Vec::new();
    for name in names.iter().filter(|name| name.ends_with(".sql")) {
        let text = std::fs::read_to_string(golden.join(name)).unwrap();
        let (head, statements) = text.split_once('\n').unwrap();
        let (from, targets) = head.strip_prefix("-- from ").unwrap().split_once(" to ").unwrap();
        for to in targets.split(' ') {
            let out = format!("{}.{to}.txt", name.trim_end_matches(".sql"));
            let made = converted(statements, &server(from), &target(to));
            let place = golden.join(&out);
            if std::env::var_os("UPDATE_GOLDENS").is_some() {
                std::fs::write(&place, &made).unwrap();
            } else if std::fs::read_to_string(&place).ok().as_ref() != Some(&made) {
                wrong.push(out.clone());
            }
            expected_files.insert(out);
        }
    }
    let texts = names.iter().filter(|name| name.ends_with(".txt"));
    let orphans: Vec<&String> = texts.filter(|name| !expected_files.contains(*name)).collect();
    assert!(orphans.is_empty(), "expected by no definition: {orphans:?}");
    assert!(wrong.is_empty(), "other results (see them with UPDATE_GOLDENS=1): {wrong:#?}");
    assert!(expected_files.len() > 50);
}

/// `MariaDB 10.11.18`
fn server(text: &str) -> Server {
    let (name, release) = text.split_once(' ').unwrap();
    let product = match name {
        "MySQL" => Product::Mysql,
        "MariaDB" => Product::Mariadb,
        "OceanBase" => Product::OceanBase,
        "TiDB" => Product::Tidb,
        other => panic!("{other} is no product"),
    };
    let numbers: Vec<u16> = release.split('.').map(|number| number.parse().unwrap()).collect();
    let version = Version(numbers[0], numbers[1], numbers[2]);
    Server { product, version, release: release.to_owned() }
}

fn target(name: &str) -> Target {
    let text = std::fs::read_to_string(folder("targets").join(format!("{name}.txt"))).unwrap();
    let (head, facts) = text.split_once('\n').unwrap();
    let mut target = Target {
        server: server(head),
        charsets: Default::default(),
        collations: Default::default(),
        lower_case_table_names: 0,
        spatial_references: false,
        quoting: Quoting::default(),
    };
    for fact in facts.lines() {
        let words: Vec<&str> = fact.split(' ').collect();
        match words.as_slice() {
            ["lower_case_table_names", value] => {
                target.lower_case_table_names = value.parse().unwrap();
            }
            ["spatial_references", value] => target.spatial_references = *value == "1",
            ["charset", name, default] => {
                target.charsets.insert((*name).to_owned(), (*default).to_owned());
            }
            ["collation", name] => {
                target.collations.insert((*name).to_owned());
            }
            other => panic!("{other:?} is no fact"),
        }
    }
    target
}

fn converted(statements: &str, source: &Server, target: &Target) -> String {
    let mut options = Options::within("shop");
    options.names = NameMap::within("shop");
    options.names.databases.insert("shop".to_owned(), "Store".to_owned());
    let mode = Mode::of(source, "");
    let mut out = format!("for {}\n", target.server);
    for sql in statements.split(";\n\n").filter(|sql| !sql.trim().is_empty()) {
        out.push('\n');
        let bytes = sql.as_bytes();
        let (statements, notes, unsupported) = if sql.starts_with("CREATE TABLE") {
            let made = convert_table(&parse_table(bytes, mode).unwrap(), source, target, &options);
            let mut statements = vec![made.create];
            statements.extend(made.indexes.into_iter().map(|index| index.sql));
            statements.extend(made.checks.into_iter().map(|check| check.sql));
            statements.extend(made.foreign_keys.into_iter().map(|key| key.sql));
            let mut notes: Vec<String> = made.notes.iter().map(ToString::to_string).collect();
            notes.extend(made.key_risks.iter().map(|risk| format!("{risk:?}")));
            (statements, notes, made.unsupported)
        } else if sql.starts_with("CREATE SEQUENCE") {
            let made = convert_sequence(&parse_sequence(bytes, mode).unwrap(), target, &options);
            let notes = made.notes.iter().map(ToString::to_string).collect();
            (vec![made.create], notes, made.unsupported.into_iter().collect())
        } else {
            let made = convert_view(&parse_view(bytes, mode).unwrap(), source, target, &options);
            let notes = made.notes.iter().map(ToString::to_string).collect();
            (vec![made.create], notes, made.unsupported)
        };
        for reason in unsupported {
            writeln!(out, "# UNSUPPORTED {reason}").unwrap();
        }
        for note in notes {
            writeln!(out, "# {note}").unwrap();
        }
        for statement in statements {
            writeln!(out, "{statement};").unwrap();
        }
    }
    out
}
