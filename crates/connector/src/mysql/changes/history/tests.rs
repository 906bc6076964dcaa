//! Tables through the statements of their lives.

use super::super::texts::Collation;
use super::*;
use crate::mysql::ddl::{Mode, parse_change};
use crate::product::Server;

fn texts() -> Texts {
    let mut texts = Texts::of(&Server::of_mysql_protocol("9.7.4", ""));
    for (number, charset, collation, width) in [
        (255, "utf8mb4", "utf8mb4_0900_ai_ci", 4),
        (8, "latin1", "latin1_swedish_ci", 1),
        (28, "gbk", "gbk_chinese_ci", 2),
        (63, "binary", "binary", 1),
    ] {
        texts.add_charset(charset, collation, width);
        texts.add(number, Collation { name: collation.into(), charset: charset.into() });
    }
    texts
}

/// Runs statements in the database `d`; each must be understood.
fn lived(statements: &[&str]) -> (History, Vec<Effect>) {
    let (texts, mut history) = (texts(), History::default());
    let mode = Mode::of(&Server::of_mysql_protocol("9.7.4", ""), "");
    let mut effects = Vec::new();
    for statement in statements {
        let change = parse_change(statement.as_bytes(), mode).unwrap();
        let with = Circumstances {
            database: "d",
            texts: &texts,
            collation: Some("utf8mb4_0900_ai_ci".into()),
            explicit_timestamps: true,
        };
        effects.push(history.apply(&change, &with));
    }
    (history, effects)
}

fn name(table: &str) -> TableName {
    ("d".into(), table.into())
}

/// Columns and keys in few words.
fn told(history: &History, table: &str) -> String {
    let Some(known) = history.get(&name(table)) else { return "-".into() };
    let column = |column: &oms_model::Column| {
        let null = if column.nullable { "?" } else { "" };
        format!("{} {}{null}", column.name, column.native)
    };
    let columns: Vec<String> = known.table.columns.iter().map(column).collect();
    let key = |key: &oms_model::UniqueKey| {
        let parts = key.parts.iter().map(|part| match part.column {
            Some(at) => known.table.columns[at].name.clone(),
            None => "()".into(),
        });
        format!("{}:{}", key.name, parts.collect::<Vec<_>>().join("+"))
    };
    let keys: Vec<String> = known.table.keys.iter().map(key).collect();
    format!("{} | {}", columns.join(", "), keys.join(" "))
}

#[test]
fn columns_come_go_move_and_change_their_names() {
    let mut statements = vec!["CREATE TABLE t (id INT PRIMARY KEY, a INT, b VARCHAR(10) UNIQUE)"];
    for (statement, expected) in [
        ("SELECT 1", "id int, a int?, b varchar(10)? | PRIMARY:id b:b"),
        ("ALTER TABLE t DROP COLUMN a", "id int, b varchar(10)? | PRIMARY:id b:b"),
        (
            "ALTER TABLE t ADD COLUMN c DECIMAL(5,2) AFTER id",
            "id int, c decimal(5,2)?, b varchar(10)? | PRIMARY:id b:b",
        ),
        (
            "ALTER TABLE d.t RENAME COLUMN b TO d, ADD e BIGINT UNSIGNED NOT NULL FIRST",
            "e bigint unsigned, id int, c decimal(5,2)?, d varchar(10)? | PRIMARY:id b:d",
        ),
        (
            "ALTER TABLE t MODIFY d TEXT NOT NULL FIRST, DROP INDEX b, DROP PRIMARY KEY, \
             ADD PRIMARY KEY (e, d(3))",
            "d text, e bigint unsigned, id int, c decimal(5,2)? | PRIMARY:e+d",
        ),
        (
            "CREATE UNIQUE INDEX u ON t ((c + 1), id)",
            "d text, e bigint unsigned, id int, c decimal(5,2)? | PRIMARY:e+d u:()+id",
        ),
        (
            "ALTER TABLE t DROP e, ADD UNIQUE (id), ADD UNIQUE (id, c)",
            "d text, id int, c decimal(5,2)? | PRIMARY:d id:id id_2:id+c u:()+id",
        ),
    ] {
        statements.push(statement);
        let (history, effects) = lived(&statements);
        assert_eq!(told(&history, "t"), expected, "{statement}");
        assert!(effects.iter().all(|effect| effect.doubtful.is_empty()), "{effects:?}");
    }
}

#[test]
fn tables_are_swapped_copied_and_dropped() {
    let (history, effects) = lived(&[
        "CREATE TABLE t (id INT PRIMARY KEY, v INT)",
        "CREATE TABLE _t_gho LIKE t",
        "ALTER TABLE _t_gho ADD COLUMN w INT DEFAULT 3",
        "RENAME TABLE t TO _t_del, _t_gho TO t",
        "DROP TABLE `_t_del`",
    ]);
    assert_eq!(told(&history, "t"), "id int, v int?, w int? | PRIMARY:id");
    assert_eq!(told(&history, "_t_del"), "-");
    assert_eq!(effects[3].touched.len(), 4);
    assert_eq!(effects[4].touched, [name("_t_del")]);
    let table = &history.get(&name("t")).unwrap().table;
    assert_eq!((table.database.as_str(), table.name.as_str()), ("d", "t"));
}

/// From left to right, whether the tables are known or not.
#[test]
fn one_statement_gives_several_tables_other_names() {
    let swap = "RENAME TABLE t TO x, u TO t, x TO u";
    let (t, u) = ("CREATE TABLE t (a INT)", "CREATE TABLE u (b INT)");
    let (history, effects) = lived(&[t, u, swap]);
    assert_eq!(
        (told(&history, "t"), told(&history, "u")),
        ("b int? | ".into(), "a int? | ".into())
    );
    assert_eq!((told(&history, "x"), effects[2].doubtful.len()), ("-".into(), 0));
    let (history, effects) = lived(&[t, swap]);
    assert_eq!((told(&history, "t"), told(&history, "u")), ("-".into(), "a int? | ".into()));
    assert_eq!(effects[1].doubtful, [name("t")]);
    let (_, effects) = lived(&[swap]);
    assert_eq!(effects[0].doubtful, [name("t"), name("u")]);
    assert_eq!(effects[0].touched.len(), 6);
}

#[test]
fn rows_that_move_with_a_partition_touch_both_tables() {
    let table = "CREATE TABLE t (a INT)";
    let (history, effects) =
        lived(&[table, "CREATE TABLE u LIKE t", "ALTER TABLE t EXCHANGE PARTITION p WITH TABLE u"]);
    assert_eq!(effects[2].touched, [name("t"), name("u")]);
    assert_eq!(told(&history, "u"), "a int? | ");
    let out = "ALTER TABLE t CONVERT PARTITION p TO TABLE u";
    let (history, effects) = lived(&[table, out]);
    assert_eq!(
        (told(&history, "u"), &effects[1].touched),
        ("a int? | ".into(), &vec![name("t"), name("u")])
    );
    let (history, effects) = lived(&[out]);
    assert_eq!(
        (told(&history, "u"), &effects[0].doubtful),
        ("-".into(), &vec![name("u"), name("t")])
    );
    let (history, effects) = lived(&[
        table,
        "CREATE TABLE u LIKE t",
        "ALTER TABLE t CONVERT TABLE u TO PARTITION p DEFAULT",
    ]);
    assert_eq!(
        (told(&history, "u"), &effects[2].touched),
        ("-".into(), &vec![name("t"), name("u")])
    );
    assert_eq!(told(&history, "t"), "a int? | ");
}

#[test]
fn text_is_in_the_charset_that_a_statement_means() {
    let charset = |history: &History, column: usize| {
        let column = &history.get(&name("t")).unwrap().table.columns[column];
        (column.logical.charset().cloned(), column.collation.clone())
    };
    let is = |charset: &str, collation: &str| {
        (Some(oms_model::Charset::of_mysql(charset)), Some(collation.to_owned()))
    };
    let mut statements =
        vec!["CREATE TABLE t (a CHAR(3), b TEXT CHARACTER SET gbk) CHARSET latin1"];
    let (history, _) = lived(&statements);
    assert_eq!(charset(&history, 0), is("latin1", "latin1_swedish_ci"));
    assert_eq!(charset(&history, 1), is("gbk", "gbk_chinese_ci"));
    statements.push("ALTER TABLE t CONVERT TO CHARACTER SET utf8mb4, ADD e ENUM('x','it''s ')");
    let (history, _) = lived(&statements);
    for column in 0..3 {
        assert_eq!(charset(&history, column), is("utf8mb4", "utf8mb4_0900_ai_ci"));
    }
    let table = &history.get(&name("t")).unwrap().table;
    assert_eq!(table.columns[2].native, "enum('x','it''s')");
    assert_eq!(table.columns[1].native, "mediumtext");
}

#[test]
fn what_cannot_be_told_is_doubtful_and_not_guessed() {
    let table = "CREATE TABLE t (a INT, b INT)";
    for statement in [
        "CREATE TABLE u AS SELECT * FROM t",
        "CREATE TABLE u LIKE elsewhere",
        "ALTER TABLE u ADD c INT",
        "RENAME TABLE elsewhere TO u",
        "CREATE TABLE u (a SHAPE)",
    ] {
        let (history, effects) = lived(&[table, statement]);
        assert_eq!(effects[1].doubtful, [name("u")], "{statement}");
        assert_eq!(told(&history, "u"), "-", "{statement}");
    }
    for statement in ["ALTER TABLE t CHANGE a b INT, CHANGE b a INT", "ALTER TABLE t DROP x"] {
        let (_, effects) = lived(&[table, statement]);
        assert_eq!(effects[1].doubtful, [name("t")], "{statement}");
    }
}

#[test]
fn a_database_takes_its_tables_with_it() {
    let (history, effects) =
        lived(&["CREATE TABLE a (x INT)", "CREATE TABLE e.a (x INT)", "DROP DATABASE d"]);
    assert_eq!(effects[2].touched, [name("a")]);
    assert!(history.get(&("e".into(), "a".into())).is_some());
}
