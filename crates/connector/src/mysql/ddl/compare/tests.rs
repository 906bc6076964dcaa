//! Which differences matter.

use super::*;
use crate::mysql::ddl::{Mode, parse_table};

fn compared(expected: &str, existing: &str) -> Vec<(String, bool)> {
    let server = Server::of_mysql_protocol("9.7.4", "");
    let read = |columns: &str| {
        let sql = format!("CREATE TABLE t ({columns}) DEFAULT CHARSET=utf8mb4");
        parse_table(sql.as_bytes(), Mode::of(&server, "")).unwrap()
    };
    let found = compare_tables(&read(expected), &read(existing), &server);
    found.into_iter().map(|difference| (difference.object, difference.compatible)).collect()
}

fn fits(expected: &str, existing: &str) -> Option<bool> {
    let found = compared(expected, existing);
    (!found.is_empty()).then(|| found.iter().all(|(_, compatible)| *compatible))
}

#[test]
fn spelling_makes_no_difference() {
    for (a, b) in [
        ("a int(11)", "A INTEGER"),
        ("a decimal(10)", "a decimal(10,0)"),
        ("a varchar(5) COLLATE utf8mb4_0900_ai_ci", "a varchar(5)"),
        ("a int DEFAULT NULL", "a int"),
        ("a int DEFAULT 5", "a int DEFAULT '5'"),
        ("a binary(3) DEFAULT 'a'", "a binary(3) DEFAULT x'610000'"),
        ("a int, b int AS (a+1)", "a int, b int AS ((`a` + 1))"),
        ("a varchar(9) DEFAULT (ucase('x'))", "a varchar(9) DEFAULT (UPPER(_utf8mb4'x'))"),
        ("a int, KEY x(a)", "a int, KEY y(a)"),
    ] {
        assert_eq!(fits(a, b), None, "{a} | {b}");
    }
}

#[test]
fn wider_columns_are_good_enough_and_narrower_ones_are_not() {
    for (narrow, wide) in [
        ("a int", "a bigint"),
        ("a tinyint unsigned", "a smallint"),
        ("a varchar(5)", "a varchar(6)"),
        ("a varchar(5)", "a text"),
        ("a tinytext", "a longtext"),
        ("a blob", "a mediumblob"),
        ("a decimal(5,2)", "a decimal(7,3)"),
        ("a datetime", "a datetime(3)"),
        ("a enum('x','y')", "a enum('x','y','z')"),
        ("a float", "a double"),
        ("a int NOT NULL", "a int"),
        ("a int", "a int, b int"),
        ("a int", "a int, b int NOT NULL DEFAULT 1"),
    ] {
        assert_eq!(fits(narrow, wide), Some(true), "{narrow} | {wide}");
        assert_eq!(fits(wide, narrow), Some(false), "{wide} | {narrow}");
    }
}

#[test]
fn what_rows_do_not_fit_is_incompatible() {
    for (a, b) in [
        ("a int unsigned", "a int"),
        ("a int", "a int unsigned"),
        ("a varchar(5)", "a int"),
        ("a enum('x','y')", "a enum('y','x')"),
        ("a decimal(5,2)", "a decimal(6,4)"),
        ("a int", "a int, b int NOT NULL"),
        ("a int", "a int, UNIQUE KEY u(a)"),
        ("a int NOT NULL, PRIMARY KEY(a)", "a int NOT NULL"),
        ("a int", "a int AS (1)"),
        ("a varchar(9)", "a varchar(9) CHARACTER SET latin1"),
    ] {
        assert_eq!(fits(a, b), Some(false), "{a} | {b}");
    }
}

#[test]
fn what_rows_do_not_notice_is_compatible() {
    for (a, b) in [
        ("a int, b int", "b int, a int"),
        ("a int, KEY(a)", "a int"),
        ("a int DEFAULT 1", "a int DEFAULT 2"),
        ("a varchar(9)", "a varchar(9) COLLATE utf8mb4_bin"),
        ("a varchar(9) CHARACTER SET latin1", "a varchar(9)"),
        ("a int NOT NULL AUTO_INCREMENT, KEY(a)", "a int NOT NULL, KEY(a)"),
    ] {
        assert_eq!(fits(a, b), Some(true), "{a} | {b}");
    }
}
