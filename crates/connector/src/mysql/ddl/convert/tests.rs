//! What the options choose, and what is refused.

use super::*;
use crate::mysql::ddl::{
    JsonAs, Mode, NameMap, NoteCode, Quoting, Target, parse_table, parse_view,
};
use std::collections::BTreeMap;

fn mysql() -> Server {
    Server::of_mysql_protocol("9.7.4", "")
}

fn mariadb() -> Server {
    Server::of_mysql_protocol("10.11.18-MariaDB", "")
}

fn oceanbase() -> Server {
    Server::of_mysql_protocol("5.7.25-OceanBase", "OceanBase 4.3.5.3")
}

fn target(server: Server, collations: &[&str]) -> Target {
    let charset = |name: &&&str| name.split('_').next().unwrap().to_owned();
    let charsets: BTreeMap<String, String> =
        collations.iter().rev().map(|name| (charset(&name), (*name).to_owned())).collect();
    Target {
        server,
        charsets,
        collations: collations.iter().map(|name| (*name).to_owned()).collect(),
        lower_case_table_names: 0,
        spatial_references: false,
        quoting: Quoting::default(),
    }
}

fn kernel() -> Target {
    target(oceanbase(), &["utf8mb4_general_ci", "utf8mb4_bin", "binary"])
}

fn convert(sql: &str, source: &Server, target: &Target, options: &Options) -> Conversion {
    let table = parse_table(sql.as_bytes(), Mode::of(source, "")).unwrap();
    convert_table(&table, source, target, options)
}

fn codes(conversion: &Conversion) -> Vec<NoteCode> {
    conversion.notes.iter().map(|note| note.code).collect()
}

#[test]
fn indexes_come_when_they_are_wanted() {
    let sql = "CREATE TABLE t (a INT PRIMARY KEY, b INT, KEY k (b), UNIQUE KEY u (b))";
    let with = |indexes| {
        let options = Options { indexes, ..Options::within("d") };
        convert(sql, &mysql(), &kernel(), &options)
    };
    let deferred = with(IndexStrategy::Deferred);
    assert!(!deferred.create.contains("`k`") && deferred.create.contains("`u`"));
    assert_eq!(deferred.indexes[0].sql, "ALTER TABLE `d`.`t` ADD KEY `k` (`b`)");
    let at_once = with(IndexStrategy::WithTable);
    assert!(at_once.create.contains("KEY `k` (`b`)") && at_once.indexes.is_empty());
    let none = with(IndexStrategy::None);
    assert!(!none.create.contains("`k`") && none.indexes.is_empty());
    assert_eq!(codes(&none), [NoteCode::IndexNotCreated]);
}

#[test]
fn what_cannot_be_added_later_comes_with_the_table() {
    let sql = "CREATE TABLE `a``b` (a INT PRIMARY KEY, b INT, KEY k (b))";
    let options = Options { indexes: IndexStrategy::Deferred, ..Options::within("d") };
    let made = convert(sql, &mysql(), &kernel(), &options);
    assert!(made.create.contains("KEY `k` (`b`)") && made.indexes.is_empty());
    let other = target(mysql(), &["utf8mb4_general_ci"]);
    let made = convert(sql, &mysql(), &other, &options);
    assert_eq!(made.indexes.len(), 1, "others quote the names in what they ask themselves");
}

#[test]
fn a_counter_keeps_the_index_it_needs() {
    let sql = "CREATE TABLE t (a INT NOT NULL AUTO_INCREMENT, b INT, KEY other (b), KEY k (a, b))";
    for indexes in [IndexStrategy::None, IndexStrategy::Deferred] {
        let options = Options { indexes, ..Options::within("d") };
        let made = convert(sql, &mysql(), &kernel(), &options);
        assert!(made.create.contains("KEY `k` (`a`,`b`)"), "{}", made.create);
        assert!(!made.create.contains("`other`"));
    }
}

#[test]
fn tables_get_the_names_that_were_chosen() {
    let mut names = NameMap::within("d");
    names.databases.insert("d".to_owned(), "e".to_owned());
    let place = |database: &str, table: &str| (database.to_owned(), table.to_owned());
    names.tables.insert(place("d", "t"), place("all", "T`1"));
    let options = Options { names, ..Options::within("d") };
    let sql = "CREATE TABLE t (a INT PRIMARY KEY, b INT, CONSTRAINT t_ibfk_1 FOREIGN KEY (b) \
               REFERENCES u (x), CONSTRAINT f FOREIGN KEY (b) REFERENCES z.t (x), \
               CONSTRAINT g FOREIGN KEY (a) REFERENCES t (a))";
    let made = convert(sql, &mysql(), &kernel(), &options);
    assert!(made.create.starts_with("CREATE TABLE `all`.`T``1` ("));
    let keys: Vec<&str> = made.foreign_keys.iter().map(|key| key.sql.as_str()).collect();
    let alter = "ALTER TABLE `all`.`T``1` ADD CONSTRAINT";
    assert_eq!(
        keys,
        [
            format!("{alter} `T``1_ibfk_1` FOREIGN KEY (`b`) REFERENCES `e`.`u` (`x`)"),
            format!("{alter} `f` FOREIGN KEY (`b`) REFERENCES `z`.`t` (`x`)"),
            format!("{alter} `g` FOREIGN KEY (`a`) REFERENCES `all`.`T``1` (`a`)"),
        ]
    );
    let lower = Target { lower_case_table_names: 1, ..kernel() };
    let made = convert(sql, &mysql(), &lower, &options);
    assert!(made.create.starts_with("CREATE TABLE `all`.`t``1` ("));
    assert!(codes(&made).contains(&NoteCode::NameChanged));
}

#[test]
fn a_collation_that_may_merge_names_the_keys_at_risk() {
    let sql = "CREATE TABLE t (a VARCHAR(9) PRIMARY KEY, b VARCHAR(9) COLLATE utf8mb4_bin, c INT, \
               UNIQUE KEY u (c, a), UNIQUE KEY v (b)) DEFAULT CHARSET=utf8mb4";
    let made = convert(sql, &mysql(), &kernel(), &Options::within("d"));
    assert_eq!(codes(&made), [NoteCode::CollationMayMerge]);
    let risk = |key: &str, columns: &[(&str, bool)]| KeyRisk {
        key: key.to_owned(),
        columns: columns
            .iter()
            .map(|(name, at_risk)| {
                ((*name).to_owned(), at_risk.then(|| "utf8mb4_general_ci".to_owned()))
            })
            .collect(),
    };
    assert_eq!(
        made.key_risks,
        [risk("PRIMARY", &[("a", true)]), risk("u", &[("c", false), ("a", true)])]
    );
}

#[test]
fn chosen_collations_come_first() {
    let sql = "CREATE TABLE t (a VARCHAR(9) COLLATE utf8mb4_unicode_ci PRIMARY KEY, \
               b VARCHAR(9) CHARACTER SET gbk) DEFAULT CHARSET=utf8mb4";
    let map = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
        pairs.iter().map(|(from, to)| ((*from).to_owned(), (*to).to_owned())).collect()
    };
    let options = Options {
        collations: map(&[("utf8mb4_unicode_ci", "utf8mb4_bin"), ("*", "utf8mb4_general_ci")]),
        ..Options::within("d")
    };
    let made = convert(sql, &mysql(), &kernel(), &options);
    assert!(made.create.contains("`a` varchar(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"));
    assert!(made.create.contains("`b` varchar(9),"), "like the table, by the star");
    assert!(made.key_risks.is_empty(), "bytes are told apart");
}

#[test]
fn json_of_mariadb_stays_text_unless_json_is_wanted() {
    let sql = "CREATE TABLE t (id INT PRIMARY KEY, j LONGTEXT CHARACTER SET utf8mb4 COLLATE \
               utf8mb4_bin DEFAULT NULL CHECK (json_valid(`j`)))";
    let with = |mariadb_json| {
        let options = Options { mariadb_json, ..Options::within("d") };
        convert(sql, &mariadb(), &kernel(), &options)
    };
    let text = with(JsonAs::Text);
    assert!(text.create.contains("`j` longtext") && text.checks.len() == 1);
    let json = with(JsonAs::Json);
    assert!(json.create.contains("`j` json") && json.checks.is_empty());
    assert_eq!(codes(&json), [NoteCode::TypeChanged]);
}

#[test]
fn the_hidden_key_holds_the_columns_of_partitions() {
    let sql = "CREATE TABLE t (a INT, b DATE, c INT) PARTITION BY RANGE COLUMNS(b) \
               SUBPARTITION BY HASH(a) SUBPARTITIONS 2 (PARTITION p VALUES LESS THAN (MAXVALUE))";
    let made = convert(sql, &mysql(), &kernel(), &Options::within("d"));
    assert!(made.create.contains("`OMS_PK_INCRMT` bigint"));
    let key = "UNIQUE KEY `UK_t_OBPK_INCRMT` (`a`,`b`,`OMS_PK_INCRMT`)";
    assert!(made.create.contains(key), "{}", made.create);
    let hidden = made.hidden_key.unwrap();
    assert_eq!(
        (hidden.column.as_str(), hidden.index.as_str()),
        ("OMS_PK_INCRMT", "UK_t_OBPK_INCRMT")
    );
    let options = Options { hidden_key: false, ..Options::within("d") };
    assert_eq!(convert(sql, &mysql(), &kernel(), &options).hidden_key, None);
}

#[test]
fn long_names_of_tables_give_short_names_of_hidden_indexes() {
    let index = |table: &str| {
        let sql = format!("CREATE TABLE `{table}` (a INT)");
        let made = convert(&sql, &mysql(), &kernel(), &Options::within("d"));
        made.hidden_key.unwrap().index
    };
    let (a, b) = (index(&format!("{}1", "ü".repeat(63))), index(&format!("{}2", "ü".repeat(63))));
    assert!(a != b && a.chars().count() <= 64 && b.chars().count() <= 64, "{a} {b}");
}

#[test]
fn what_the_target_cannot_hold_is_refused_with_advice() {
    let sql = "CREATE TABLE t (id INT PRIMARY KEY, v VECTOR(3), w POINT)";
    let old = target(
        Server::of_mysql_protocol("5.6.25", "OceanBase 3.1.2"),
        &["utf8mb4_general_ci", "binary"],
    );
    let made = convert(sql, &mysql(), &old, &Options::within("d"));
    let objects: Vec<&str> = made.unsupported.iter().map(|reason| reason.object.as_str()).collect();
    assert_eq!(objects, ["column v", "column w"]);
    assert!(made.unsupported.iter().all(|reason| !reason.advice.is_empty()));
}

#[test]
fn constraints_keep_to_names_of_their_own() {
    let sql = "CREATE TABLE t (a INT, CONSTRAINT CONSTRAINT_1 CHECK (a > 1), \
               CONSTRAINT T_CHK_1 CHECK (a > 2), CHECK (a > 3))";
    let made = convert(sql, &mariadb(), &kernel(), &Options::within("d"));
    let names: Vec<&str> = made.checks.iter().map(|check| check.name.as_str()).collect();
    assert_eq!(names, ["t_chk_1", "t_chk_2", "t_chk_3"]);
}

#[test]
fn a_like_takes_both_names_along() {
    let mut options = Options::within("d");
    options.names.databases.insert("d".to_owned(), "e".to_owned());
    let made = convert("CREATE TABLE IF NOT EXISTS t LIKE u", &mysql(), &kernel(), &options);
    assert_eq!(made.create, "CREATE TABLE IF NOT EXISTS `e`.`t` LIKE `e`.`u`");
}

#[test]
fn marks_of_text_survive_where_backslashes_are_plain() {
    let sql = r"CREATE TABLE t (a VARCHAR(9) DEFAULT 'x\\''y' COMMENT 'c\\') COMMENT='\\'";
    let plain = Target { quoting: Quoting { no_backslash_escapes: true }, ..kernel() };
    let made = convert(sql, &mysql(), &plain, &Options::within("d"));
    assert!(made.create.contains(r"DEFAULT 'x\''y'") && made.create.contains(r"COMMENT='\'"));
    let made = convert(sql, &mysql(), &kernel(), &Options::within("d"));
    assert!(made.create.contains(r"DEFAULT 'x\\''y'"));
}

#[test]
fn a_view_follows_its_tables_and_leaves_its_definer() {
    let sql = "CREATE DEFINER=`root`@`%` VIEW `v` AS select `d`.`t`.`a` AS `a`,_latin1'x' AS `b` \
               from `d`.`t` where `d`.`t`.`a` = 'y' collate utf8mb4_0900_as_cs";
    let view = parse_view(sql.as_bytes(), Mode::of(&mysql(), "")).unwrap();
    let mut options = Options::within("d");
    options.names.databases.insert("d".to_owned(), "e".to_owned());
    let made = convert_view(&view, &mysql(), &kernel(), &options);
    assert_eq!(
        made.create,
        "CREATE VIEW `e`.`v` AS select `e`.`t`.`a` AS `a`,'x' AS `b` \
         from `e`.`t` where `e`.`t`.`a` = 'y' collate utf8mb4_bin"
    );
    assert_eq!(made.needs, [Name::within("e", "t")]);
    let kept = Options { keep_definer: true, ..options };
    let made = convert_view(&view, &mysql(), &kernel(), &kept);
    assert!(made.create.starts_with("CREATE DEFINER=`root`@`%` VIEW"));
}
