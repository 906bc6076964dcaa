//! Statements as users write them.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails, in its helpers as well")]

use super::parse_change;
use crate::mysql::ddl::Mode;
use crate::mysql::ddl::ast::Name;
use crate::mysql::ddl::change::{Action, Change, Spot};
use crate::product::Server;

fn read(text: &str) -> Change {
    let mode = Mode::of(&Server::of_mysql_protocol("9.7.4", ""), "");
    parse_change(text.as_bytes(), mode).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn actions(clauses: &str) -> Vec<Action> {
    match read(&format!("ALTER TABLE `d`.`t` {clauses}")) {
        Change::Alter(alter) => {
            assert_eq!(alter.table, Name::within("d", "t"));
            alter.actions
        }
        other => panic!("{clauses}: {other:?}"),
    }
}

/// An action in few words.
fn said(action: &Action) -> String {
    let at = |spot: &Spot| match spot {
        Spot::Usual => String::new(),
        Spot::First => " first".into(),
        Spot::After(name) => format!(" after {name}"),
    };
    match action {
        Action::Add { column, spot, .. } => {
            format!("add {} {}{}", column.name, column.ty.name, at(spot))
        }
        Action::Replace { from, column, spot } => {
            format!("{from} is {} {}{}", column.name, column.ty.name, at(spot))
        }
        Action::DropColumn { name } => format!("drop {name}"),
        Action::RenameColumn { from, to } => format!("{from} to {to}"),
        Action::AddKey { key, .. } => format!("key {:?} {:?}", key.kind, key.name),
        Action::DropKey { name } => format!("no key {name}"),
        Action::DropPrimary => "no primary".into(),
        Action::RenameKey { from, to } => format!("key {from} to {to}"),
        Action::RenameTo(name) => format!("to {}", name.name),
        Action::Convert { charset, .. } => format!("convert {charset:?}"),
        Action::Default { charset, collation } => format!("default {charset:?} {collation:?}"),
        Action::Versioning(on) => format!("versioning {on}"),
        Action::Exchange(name) => format!("exchange {}", name.name),
        Action::PartOut(name) => format!("part to {}", name.name),
        Action::PartIn(name) => format!("part from {}", name.name),
        Action::Nothing => "-".into(),
        Action::Unknown => "?".into(),
    }
}

#[test]
fn every_clause_is_read_to_its_end() {
    for (clauses, expected) in [
        ("ADD a INT", &["add a int"][..]),
        (
            "EXCHANGE PARTITION p0 WITH TABLE u WITHOUT VALIDATION, \
             CONVERT PARTITION `p1` TO TABLE d.v, \
             CONVERT TABLE w TO PARTITION p2 VALUES LESS THAN (1), ADD a INT",
            &["exchange u", "part to v", "part from w", "add a int"],
        ),
        (
            "ADD COLUMN (a INT, b VARCHAR(3), KEY (a)), DROP c",
            &["add a int", "add b varchar", "key Plain None", "drop c"],
        ),
        (
            "ADD COLUMN c DECIMAL(5,2) AFTER id, ALGORITHM=INPLACE, LOCK=NONE",
            &["add c decimal after id", "-", "-"],
        ),
        ("ADD COLUMN w INT NOT NULL DEFAULT (f(1, 2)) COMMENT 'a, b' FIRST", &["add w int first"]),
        ("MODIFY id BIGINT UNSIGNED, MODIFY n BIGINT", &["id is id bigint", "n is n bigint"]),
        ("CHANGE COLUMN a `b c` ENUM('x,y','''') AFTER d", &["a is b c enum after d"]),
        ("RENAME COLUMN a TO b, RENAME INDEX i TO j", &["a to b", "key i to j"]),
        ("RENAME TO d.u", &["to u"]),
        ("RENAME u", &["to u"]),
        ("DROP PRIMARY KEY, ADD PRIMARY KEY (a, b)", &["no primary", "key Primary None"]),
        ("ADD UNIQUE INDEX u (a(3) DESC), DROP KEY v", &["key Unique Some(\"u\")", "no key v"]),
        (
            "ADD CONSTRAINT c UNIQUE (a), ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES p (a)",
            &["key Unique Some(\"c\")", "-"],
        ),
        ("ADD CONSTRAINT CHECK (a > 1), ADD CHECK (b < (1)), DROP CHECK c", &["-", "-", "-"]),
        ("CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin", &["convert Some(\"utf8mb4\")"]),
        (
            "DEFAULT CHARACTER SET = gbk, ENGINE=InnoDB COMMENT 'x'",
            &["default Some(\"gbk\") None", "-"],
        ),
        ("ALTER COLUMN a SET DEFAULT (1, 2), ALTER b DROP DEFAULT", &["-", "-"]),
        ("ALTER INDEX i INVISIBLE", &["-"]),
        ("ADD PARTITION (PARTITION p2 VALUES LESS THAN (300))", &["-"]),
        ("TRUNCATE PARTITION p0, p1", &["-"]),
        ("REMOVE PARTITIONING", &["-"]),
        ("ADD SYSTEM VERSIONING", &["versioning true"]),
        ("ORDER BY a", &["-"]),
        ("", &[]),
    ] {
        let found: Vec<String> = actions(clauses).iter().map(said).collect();
        assert!(
            found.starts_with(&expected.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>()),
            "{clauses}: {found:?}"
        );
    }
}

#[test]
fn tables_are_found_in_every_statement() {
    assert!(matches!(read("CREATE TABLE a.t (id INT PRIMARY KEY)"), Change::Create(_)));
    assert!(matches!(read("/* x */ create or replace table t like u"), Change::Create(_)));
    assert_eq!(read("CREATE TEMPORARY TABLE t (a INT)"), Change::Other);
    let tables = vec![Name::plain("a"), Name::within("b", "c")];
    assert_eq!(
        read("DROP TABLE IF EXISTS `a`, b.`c` /* generated by server */"),
        Change::Drop { tables, temporary: false }
    );
    let pair = |from: &str, to: &str| (Name::plain(from), Name::plain(to));
    assert_eq!(
        read("RENAME TABLE t TO _t_del, _t_gho TO t"),
        Change::Rename(vec![pair("t", "_t_del"), pair("_t_gho", "t")])
    );
    assert_eq!(read("TRUNCATE t"), Change::Truncate(Name::plain("t")));
    assert_eq!(read("truncate table d.t"), Change::Truncate(Name::within("d", "t")));
    assert!(matches!(
        read("CREATE UNIQUE INDEX i USING BTREE ON d.t (a(2), b)"),
        Change::CreateIndex { table, .. } if table == Name::within("d", "t")
    ));
    let name = "i".to_owned();
    assert_eq!(read("DROP INDEX i ON t"), Change::DropIndex { table: Name::plain("t"), name });
    assert_eq!(read("DROP DATABASE IF EXISTS d"), Change::DropDatabase("d".into()));
    for other in [
        "CREATE VIEW v AS SELECT 1",
        "DROP USER u",
        "ALTER USER u",
        "RENAME USER a TO b",
        "GRANT ALL ON *.* TO u",
        "CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW SET @a = 1",
    ] {
        assert_eq!(read(other), Change::Other, "{other}");
    }
}
