//! Properties of reading and writing together.

use super::ast::{
    Check, Column, DataType, Default, ForeignKey, Generated, Key, KeyKind, KeyPart, Name,
    OptionValue, PartOf, Reference, Table, TableOption,
};
use super::token::{Token, Tokens};
use super::{Mode, Quoting, parse_sequence, parse_table, parse_view, render_table};
use crate::product::Server;
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;

const STATEMENTS: &str = include_str!("../../../tests/ddl/statements.sql");

fn mode(sql_mode: &str) -> Mode {
    Mode::of(&Server::of_mysql_protocol("9.7.4", ""), sql_mode)
}

fn read(text: &str) -> Table {
    parse_table(text.as_bytes(), mode("")).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn every_known_statement_is_read_and_reads_the_same_again() {
    let creates = |line: &&str| {
        ["CREATE TABLE ", "CREATE TEMPORARY TABLE ", "CREATE OR REPLACE TABLE "]
            .iter()
            .any(|start| line.starts_with(start))
    };
    let mut count = 0;
    for line in STATEMENTS.lines().filter(creates) {
        let table = read(line);
        let written = render_table(&table, Quoting::default());
        assert_eq!(read(&written), table, "{line}\n{written}");
        count += 1;
    }
    assert!(count > 30);
}

#[test]
fn nothing_but_a_table_is_read_as_one() {
    for text in ["", "CREATE", "CREATE VIEW v AS SELECT 1", "DROP TABLE t", "CREATE TABLE t (a INT"]
    {
        assert!(parse_table(text.as_bytes(), mode("")).is_err(), "{text}");
    }
}

#[test]
fn a_thousand_partitions_and_two_thousand_columns_are_read() {
    let columns: Vec<String> = (0..2_000).map(|n| format!("`c{n}` int DEFAULT NULL")).collect();
    let partitions: Vec<String> = (0..1_000)
        .map(|n| format!("PARTITION p{n} VALUES LESS THAN ({n}) ENGINE = InnoDB"))
        .collect();
    let text = format!(
        "CREATE TABLE `t` (\n  {}\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4\n\
         /*!50100 PARTITION BY RANGE (`c0`)\n({}) */",
        columns.join(",\n  "),
        partitions.join(",\n ")
    );
    let table = read(&text);
    assert_eq!(table.columns.len(), 2_000);
    assert_eq!(table.partitioning.as_ref().unwrap().partitions.len(), 1_000);
    assert_eq!(read(&render_table(&table, Quoting::default())), table);
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z][a-z0-9_]{0,8}",
        "[ -~äß漢`'\"\\\\;]{1,12}",
        Just("select".to_owned()),
        Just("key".to_owned()),
        Just("*/".to_owned()),
    ]
}

fn text() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        "[ -~é漢\n\t\\\\'\"`%_]{0,16}".prop_map(String::into_bytes),
        Just(b"it's; -- /* */ \\".to_vec()),
        Just(vec![0, 26, 39, 92]),
    ]
}

fn expression() -> impl Strategy<Value = Tokens> {
    let token = prop_oneof![
        name().prop_map(Token::Quoted),
        "[a-z_]{1,6}".prop_map(Token::Word),
        text().prop_map(Token::Text),
        "[0-9]{1,4}".prop_map(Token::Number),
        "[0-9a-f]{2}".prop_map(Token::Hex),
        proptest::sample::select(vec!['+', '-', '*', '/', '<', '=', ',', '.', '!'])
            .prop_map(Token::Symbol),
    ];
    vec(token, 1..6).prop_map(|tokens| {
        let mut all = Tokens::default();
        tokens.into_iter().for_each(|token| all.push(token, true));
        all
    })
}

fn data_type() -> impl Strategy<Value = DataType> {
    let plain = proptest::sample::select(vec!["date", "json", "double", "longtext", "point"])
        .prop_map(|name| DataType::new(name, &[]));
    let number = (proptest::sample::select(vec!["int", "bigint", "tinyint"]), any::<bool>())
        .prop_map(|(name, unsigned)| DataType { unsigned, ..DataType::new(name, &[]) });
    let sized = (proptest::sample::select(vec!["varchar", "char", "varbinary"]), 0..9_999_u32)
        .prop_map(|(name, size)| DataType::new(name, &[size]));
    let listed = (proptest::sample::select(vec!["enum", "set"]), vec(text(), 1..4))
        .prop_map(|(name, members)| DataType { members, ..DataType::new(name, &[]) });
    let collated = (0..99_u32, of(Just("utf8mb4".to_owned())), of(Just("utf8mb4_bin".to_owned())))
        .prop_map(|(size, charset, collation)| DataType {
            charset,
            collation,
            ..DataType::new("varchar", &[size])
        });
    prop_oneof![plain, number, sized, listed, collated]
}

fn default() -> impl Strategy<Value = Default> {
    prop_oneof![
        Just(Default::Null),
        text().prop_map(Default::Text),
        "-?[0-9]{1,5}".prop_map(Default::Number),
        "[01]{1,8}".prop_map(Default::Bit),
        (0..7_u8).prop_map(Default::Now),
        expression().prop_map(Default::Expression),
    ]
}

fn column() -> impl Strategy<Value = Column> {
    let flags = (any::<bool>(), any::<bool>(), of(any::<bool>()), of(0..7_u8));
    let generated = of((expression(), any::<bool>()));
    (name(), data_type(), of(default()), of(text()), flags, generated).prop_map(
        |(name, ty, default, comment, flags, generated)| {
            let (auto_increment, invisible, nullable, on_update) = flags;
            let generated = generated.map(|(expression, stored)| Generated { expression, stored });
            Column {
                default,
                comment,
                auto_increment,
                invisible,
                nullable,
                on_update,
                generated,
                ..Column::new(name, ty)
            }
        },
    )
}

fn key() -> impl Strategy<Value = Key> {
    let kinds = vec![KeyKind::Unique, KeyKind::Plain, KeyKind::Fulltext, KeyKind::Spatial];
    let of_column = (name(), of(1..99_u32))
        .prop_map(|(name, prefix)| KeyPart { prefix, ..KeyPart::column(name) });
    let of_expression = expression()
        .prop_map(|tokens| KeyPart { of: PartOf::Expression(tokens), ..KeyPart::column("") });
    let part = (prop_oneof![of_column, of_expression], any::<bool>())
        .prop_map(|(part, descending)| KeyPart { descending, ..part });
    let using = of(Just("BTREE".to_owned()));
    (proptest::sample::select(kinds), name(), vec(part, 1..4), of(text()), using).prop_map(
        |(kind, name, parts, comment, using)| Key {
            comment,
            using,
            ..Key::new(kind, Some(name), parts)
        },
    )
}

fn foreign_key() -> impl Strategy<Value = ForeignKey> {
    (name(), name(), of(name()), name()).prop_map(|(key, column, database, table)| ForeignKey {
        name: Some(key),
        columns: vec![column.clone()],
        reference: Reference {
            table: Name { database, name: table },
            columns: vec![column],
            matching: None,
            on_delete: None,
            on_update: None,
        },
    })
}

fn table() -> impl Strategy<Value = Table> {
    let check = (of(name()), expression(), any::<bool>())
        .prop_map(|(name, expression, enforced)| Check { name, expression, enforced });
    let comment = text().prop_map(|text| TableOption {
        name: "COMMENT".to_owned(),
        value: Some(OptionValue::Text(text)),
        quoted: false,
    });
    let parts = (vec(column(), 1..5), vec(key(), 0..3), vec(check, 0..3), vec(foreign_key(), 0..2));
    (of(name()), name(), parts, vec(comment, 0..2)).prop_map(
        |(database, name, (columns, keys, checks, foreign_keys), options)| Table {
            columns,
            keys,
            checks,
            foreign_keys,
            options,
            ..Table::named(Name { database, name })
        },
    )
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(table in table()) {
        for no_backslash_escapes in [false, true] {
            let written = render_table(&table, Quoting { no_backslash_escapes });
            let sql_mode = if no_backslash_escapes { "NO_BACKSLASH_ESCAPES" } else { "" };
            let read = parse_table(written.as_bytes(), mode(sql_mode));
            prop_assert_eq!(read.as_ref(), Ok(&table), "{}", written);
        }
    }

    #[test]
    fn texts_that_are_no_definitions_do_no_harm(
        line in 0..87_usize,
        at in 0..200_usize,
        noise in "[(),'`\"\\\\;*/! a=.0-9-]{0,6}",
    ) {
        let line = STATEMENTS.lines().nth(line).unwrap_or_default();
        let at = (0..=at.min(line.len())).rev().find(|at| line.is_char_boundary(*at)).unwrap_or(0);
        let text = format!("{}{noise}{}", &line[..at], &line[at..]);
        for server in ["9.7.4", "10.11.18-MariaDB", "5.7.25-OceanBase seekdb-v1.4.0.0"] {
            let mode = Mode::of(&Server::of_mysql_protocol(server, ""), "");
            let _ = parse_table(text.as_bytes(), mode);
            let _ = parse_view(text.as_bytes(), mode).map(|view| view.references());
            let _ = parse_sequence(text.as_bytes(), mode);
        }
    }
}
