//! Definitions that change: a reader that is behind all of them reads each row as it was.

use super::{Entry, Here, Listener};
use oms_connector::ChangeError;
use oms_model::{Position, Table};
use oms_testkit::servers::{Instance, Server, ServerKind, mariadb, mysql};

/// What is known when the reader begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Knowing {
    /// The tables as they were at its place.
    Before,
    /// What the server says when all is over.
    After,
}

async fn tables_of(here: &Here) -> Vec<Table> {
    let rows = here.db.rows("SHOW FULL TABLES WHERE table_type = 'BASE TABLE'").await.unwrap();
    let mut tables = Vec::new();
    for row in rows {
        tables.push(here.layout(row[0].as_deref().unwrap()).await);
    }
    tables
}

async fn lagging(here: &Here, knowing: Knowing, setup: &str, changes: &[&str]) -> Listener {
    here.exec(setup).await;
    let (from, tables) = (here.end().await, tables_of(here).await);
    for change in changes {
        here.exec(change).await;
    }
    here.mark().await;
    let mut listener = match knowing {
        Knowing::Before => here.follow_knowing(&from, tables).await,
        Knowing::After => here.follow(&from).await,
    };
    listener.reach_the_mark().await;
    listener
}

/// Every definition that is said to be there afterwards is what the server says now, for the tables
/// that no later statement touched.
async fn latest_are_the_servers(here: &Here, listener: &Listener) {
    let statements = listener.statements();
    let mut seen = Vec::new();
    for statement in statements.iter().rev() {
        for touched in &statement.touches {
            if seen.contains(touched) {
                continue;
            }
            seen.push(touched.clone());
            let said = statement.tables.iter().find(|it| it.name == touched.1);
            let now = here.connector.snapshot().unwrap().layout(&touched.0, &touched.1).await;
            assert_eq!(said, now.as_ref().ok(), "{}", statement.text);
        }
    }
    assert!(!seen.is_empty());
}

const LAG: (&str, &[&str]) = (
    "CREATE TABLE t(id INT PRIMARY KEY, a INT, b VARCHAR(10)); INSERT INTO t VALUES (1,1,'x')",
    &[
        "INSERT INTO t VALUES (2,2,'y')",
        "ALTER TABLE t DROP COLUMN a",
        "INSERT INTO t VALUES (3,'z')",
        "ALTER TABLE t ADD COLUMN c DECIMAL(5,2) AFTER id",
        "INSERT INTO t VALUES (4,1.5,'w')",
        "ALTER TABLE t RENAME COLUMN b TO d",
        "UPDATE t SET d='q' WHERE id=2",
    ],
);

const LAGGED: [&str; 4] =
    ["t:  > 2 2 'y'", "t:  > 3 'z'", "t:  > 4 1.50 'w'", "t: 2 NULL 'y' > 2 NULL 'q'"];

async fn rows_have_the_columns_of_their_time(server: &Server, knowing: Knowing) {
    let here = Here::on(server).await;
    let listener = lagging(&here, knowing, LAG.0, LAG.1).await;
    assert_eq!(listener.said(), LAGGED);
    let names = |number: u32| {
        let table = listener.definitions.table(number).unwrap();
        table.columns.iter().map(|it| it.name.clone()).collect::<Vec<_>>().join(" ")
    };
    let found: Vec<String> = (1..=4).map(names).collect();
    assert_eq!(found, ["id a b", "id b", "id c b", "id c d"]);
    if knowing == Knowing::Before {
        latest_are_the_servers(&here, &listener).await;
    }
}

#[tokio::test]
async fn mysql_lagging() {
    rows_have_the_columns_of_their_time(mysql(), Knowing::Before).await;
}

#[tokio::test]
async fn mariadb_lagging() {
    rows_have_the_columns_of_their_time(mariadb(), Knowing::Before).await;
}

#[tokio::test]
async fn mysql_lagging_with_all_metadata_and_nothing_known() {
    let instance =
        Instance::start_with(ServerKind::MySql, &["--binlog-row-metadata=FULL"]).unwrap();
    rows_have_the_columns_of_their_time(&instance.server, Knowing::After).await;
}

#[tokio::test]
async fn mariadb_lagging_with_all_metadata_and_nothing_known() {
    let instance =
        Instance::start_with(ServerKind::MariaDb, &["--binlog-row-metadata=FULL"]).unwrap();
    rows_have_the_columns_of_their_time(&instance.server, Knowing::After).await;
}

/// A table that is made, used, changed and used while nobody reads: what its text columns are follows
/// from the database, which the statement does not say.
#[tokio::test]
async fn a_table_that_only_the_log_knew_has_the_text_of_its_database() {
    for server in [mysql(), mariadb()] {
        let here = Here::on(server).await;
        let changes = [
            "CREATE TABLE fresh (id INT PRIMARY KEY, v VARCHAR(9))",
            "INSERT INTO fresh VALUES (1, 'ü')",
            "ALTER TABLE fresh CHANGE v w VARCHAR(20)",
            "INSERT INTO fresh VALUES (2, 'a longer text')",
            "CREATE TABLE gone (v VARCHAR(5)); INSERT INTO gone VALUES ('x'); DROP TABLE gone",
        ];
        let setup = "CREATE TABLE t(id INT PRIMARY KEY)";
        let listener = lagging(&here, Knowing::Before, setup, &changes).await;
        let said = ["fresh:  > 1 'ü'", "fresh:  > 2 'a longer text'", "gone:  > 'x'"];
        assert_eq!(listener.said(), said);
    }
}

#[tokio::test]
async fn what_the_log_contradicts_is_refused_with_advice() {
    for server in [mysql(), mariadb()] {
        let here = Here::on(server).await;
        here.exec(LAG.0).await;
        let from = here.end().await;
        for change in &LAG.1[..2] {
            here.exec(change).await;
        }
        here.mark().await;
        let refusal = here.follow(&from).await.try_reach_the_mark().await.unwrap_err();
        assert!(matches!(refusal, ChangeError::Undecodable { .. }), "{refusal}");
        assert!(refusal.to_string().contains("binlog_row_metadata"), "{refusal}");
    }
}

/// Columns of the same types under other names: nothing in the log contradicts the definition of
/// now, and it is the wrong one all the same.
#[tokio::test]
async fn what_only_seems_to_fit_is_not_taken() {
    for server in [mysql(), mariadb()] {
        let here = Here::on(server).await;
        here.exec(
            "CREATE TABLE t(id INT PRIMARY KEY, a INT, b INT); CREATE TABLE u(id INT PRIMARY KEY)",
        )
        .await;
        let from = here.end().await;
        here.exec("INSERT INTO u VALUES (1)").await;
        here.exec("ALTER TABLE u COMMENT 'x'; INSERT INTO u VALUES (2)").await;
        here.mark().await;
        let mut listener = here.follow(&from).await;
        listener.reach_the_mark().await;
        assert_eq!(listener.said(), ["u:  > 1", "u:  > 2"], "that changes nothing");
        let from = here.end().await;
        here.exec("INSERT INTO t VALUES (1,2,3)").await;
        let before = here.end().await;
        here.exec("ALTER TABLE t RENAME COLUMN a TO c, DROP COLUMN b, ADD COLUMN a INT").await;
        here.exec("INSERT INTO t VALUES (2,3,4)").await;
        here.exec("CREATE TABLE v(id INT PRIMARY KEY); ALTER TABLE v ADD w INT; INSERT INTO v VALUES (1,1)").await;
        here.mark().await;
        let refusal = here.follow(&from).await.try_reach_the_mark().await.unwrap_err();
        assert!(matches!(refusal, ChangeError::Undecodable { .. }), "{refusal}");
        // From behind its last row on, everything can be told.
        let mut listener = here.follow(&before).await;
        listener.reach_the_mark().await;
        assert_eq!(listener.said(), ["t:  > 2 3 4", "v:  > 1 1"]);
        let table = listener.definitions.table(1).unwrap();
        assert_eq!(table.columns[1].name, "c");
        latest_are_the_servers(&here, &listener).await;
    }
}

/// A definition that does not follow from its statement is asked for: the answer is of now, and right
/// only if nothing else was changed since.
#[tokio::test]
async fn a_definition_in_doubt_is_not_taken_from_after_its_time() {
    const SWAP: &str = "ALTER TABLE t CHANGE a b INT, CHANGE b a INT";
    for server in [mysql(), mariadb()] {
        let here = Here::on(server).await;
        let setup = "CREATE TABLE t(id INT PRIMARY KEY, a INT, b INT)";
        let changes = ["INSERT INTO t VALUES (1,2,3)", SWAP, "INSERT INTO t VALUES (2,3,4)"];
        let listener = lagging(&here, Knowing::Before, setup, &changes).await;
        assert_eq!(listener.said(), ["t:  > 1 2 3", "t:  > 2 3 4"]);
        assert_eq!(listener.definitions.table(2).unwrap().columns[1].name, "b");
        latest_are_the_servers(&here, &listener).await;

        let (from, tables) = (here.end().await, tables_of(&here).await);
        for change in [SWAP, "INSERT INTO t VALUES (3,4,5)", SWAP, "INSERT INTO t VALUES (4,5,6)"] {
            here.exec(change).await;
        }
        here.mark().await;
        let mut listener = here.follow_knowing(&from, tables).await;
        let refusal = listener.try_reach_the_mark().await.unwrap_err();
        assert!(matches!(refusal, ChangeError::Undecodable { .. }), "{refusal}");
        assert!(listener.rows().is_empty(), "{:?}", listener.said());
    }
}

/// That the log has names of columns now does not say that it had them all the time.
#[tokio::test]
async fn names_that_the_log_has_had_for_a_while_say_nothing_of_the_time_before() {
    for kind in [ServerKind::MySql, ServerKind::MariaDb] {
        let instance = Instance::start_with(kind, &["--binlog-row-metadata=MINIMAL"]).unwrap();
        let here = Here::on(&instance.server).await;
        here.exec("CREATE TABLE t(id INT PRIMARY KEY, a INT, b INT)").await;
        let from = here.end().await;
        here.exec("INSERT INTO t VALUES (1,2,3)").await;
        here.exec("ALTER TABLE t RENAME COLUMN a TO c, DROP COLUMN b, ADD COLUMN a INT").await;
        here.exec("SET GLOBAL binlog_row_metadata = 'FULL'").await;
        here.exec("INSERT INTO t VALUES (2,3,4)").await;
        here.mark().await;
        let refusal = here.follow(&from).await.try_reach_the_mark().await.unwrap_err();
        assert!(matches!(refusal, ChangeError::Undecodable { .. }), "{refusal}");
    }
}

/// Tables change places, whether they are known or not.
#[tokio::test]
async fn tables_that_change_places_are_read_as_what_they_are() {
    for server in [mysql(), mariadb()] {
        let here = Here::on(server).await;
        let setup =
            "CREATE TABLE a(id INT PRIMARY KEY, x INT); CREATE TABLE b(id INT PRIMARY KEY, y INT)";
        let changes = [
            "INSERT INTO a VALUES (1,1)",
            "RENAME TABLE a TO s, b TO a, s TO b",
            "INSERT INTO a VALUES (2,2)",
            "INSERT INTO b VALUES (3,3)",
        ];
        let listener = lagging(&here, Knowing::Before, setup, &changes).await;
        assert_eq!(listener.said(), ["a:  > 1 1", "a:  > 2 2", "b:  > 3 3"]);
        let column = |number| listener.definitions.table(number).unwrap().columns[1].name.clone();
        assert_eq!([1, 2, 3].map(column), ["x", "y", "x"]);
        latest_are_the_servers(&here, &listener).await;

        let from = here.end().await;
        here.exec(changes[1]).await;
        for change in &changes[2..] {
            here.exec(&change.replace("(2", "(4").replace("(3", "(5")).await;
        }
        here.mark().await;
        let mut listener = here.follow(&from).await;
        listener.reach_the_mark().await;
        assert_eq!(listener.said(), ["a:  > 4 2", "b:  > 5 3"]);
        let column = |number| listener.definitions.table(number).unwrap().columns[1].name.clone();
        assert_eq!([1, 2].map(column), ["x", "y"]);
        latest_are_the_servers(&here, &listener).await;
    }
}

/// What a database held that was dropped is not what it holds now.
#[tokio::test]
async fn tables_of_a_database_that_was_dropped_are_not_those_of_now() {
    for server in [mysql(), mariadb()] {
        let here = Here::on(server).await;
        here.exec("CREATE TABLE t(id INT PRIMARY KEY, a INT)").await;
        let from = here.end().await;
        here.exec("INSERT INTO t VALUES (1,2)").await;
        let name = here.db.name();
        here.exec(&format!("DROP DATABASE `{name}`; CREATE DATABASE `{name}`; USE `{name}`")).await;
        here.exec("CREATE TABLE t(id INT PRIMARY KEY, b INT)").await;
        here.mark().await;
        let refusal = here.follow(&from).await.try_reach_the_mark().await.unwrap_err();
        assert!(matches!(refusal, ChangeError::Undecodable { .. }), "{refusal}");
    }
}

/// Rows move with a partition and are not in the log: whoever hears of it has to know both tables.
#[tokio::test]
async fn a_partition_that_moves_touches_both_tables() {
    for server in [mysql(), mariadb()] {
        let here = Here::on(server).await;
        let setup = "CREATE TABLE p(id INT PRIMARY KEY) PARTITION BY RANGE (id) \
                     (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN (20)); \
                     CREATE TABLE u(id INT PRIMARY KEY)";
        let mut changes = vec!["ALTER TABLE p EXCHANGE PARTITION p0 WITH TABLE u"];
        if server.kind == ServerKind::MariaDb {
            changes.push("ALTER TABLE p CONVERT PARTITION p0 TO TABLE v");
            changes.push("ALTER TABLE p CONVERT TABLE u TO PARTITION p2 VALUES LESS THAN (30)");
        }
        changes.push("INSERT INTO p VALUES (15)");
        let listener = lagging(&here, Knowing::Before, setup, &changes).await;
        let touched: Vec<Vec<String>> = listener
            .statements()
            .iter()
            .map(|it| it.touches.iter().map(|(_, table)| table.clone()).collect())
            .collect();
        let expected = [["p", "u"], ["p", "v"], ["p", "u"]];
        assert_eq!(touched, expected[..changes.len() - 1]);
        assert_eq!(listener.said(), ["p:  > 15"]);
        latest_are_the_servers(&here, &listener).await;
    }
}

#[tokio::test]
async fn types_and_members_are_those_of_the_time() {
    for server in [mysql(), mariadb()] {
        let here = Here::on(server).await;
        let listener = lagging(
            &here,
            Knowing::Before,
            "CREATE TABLE t(id INT PRIMARY KEY, s VARCHAR(5) CHARACTER SET latin1, n INT) CHARACTER SET utf8mb4; \
             CREATE TABLE e(id INT PRIMARY KEY, e ENUM('a','c'))",
            &[
                "INSERT INTO t VALUES (1,x'E9',5)",
                "ALTER TABLE t MODIFY id BIGINT UNSIGNED, MODIFY n BIGINT UNSIGNED",
                "INSERT INTO t VALUES (18446744073709551615,'abc',18446744073709551615)",
                "ALTER TABLE t CONVERT TO CHARACTER SET utf8mb4, MODIFY s VARCHAR(50) CHARACTER SET utf8mb4",
                "INSERT INTO t VALUES (2,'中文长一点的字符串',1)",
                "INSERT INTO e VALUES (3,'c')",
                "ALTER TABLE e MODIFY e ENUM('a','b','c')",
                "INSERT INTO e VALUES (4,'c'),(5,'b')",
            ],
        )
        .await;
        assert_eq!(
            listener.said(),
            [
                "t:  > 1 0xE9 5",
                "t:  > 18446744073709551615 'abc' 18446744073709551615",
                "t:  > 2 '中文长一点的字符串' 1",
                "e:  > 3 'c'",
                "e:  > 4 'c'",
                "e:  > 5 'b'",
            ]
        );
        latest_are_the_servers(&here, &listener).await;
    }
}

#[tokio::test]
async fn tables_come_go_and_change_their_names() {
    for server in [mysql(), mariadb()] {
        let here = Here::on(server).await;
        let listener = lagging(
            &here,
            Knowing::Before,
            "CREATE TABLE t(id INT PRIMARY KEY, v INT); INSERT INTO t VALUES (1,1),(2,2)",
            &[
                "CREATE TABLE _t_gho LIKE t",
                "ALTER TABLE _t_gho ADD COLUMN w INT DEFAULT 3",
                "INSERT INTO _t_gho(id,v) SELECT id,v FROM t",
                "UPDATE t SET v=20 WHERE id=2; UPDATE _t_gho SET v=20 WHERE id=2",
                "RENAME TABLE t TO _t_del, _t_gho TO t",
                "DROP TABLE _t_del",
                "INSERT INTO t VALUES (3,3,4)",
                "CREATE TABLE n1(id INT PRIMARY KEY, v INT)",
                "INSERT INTO n1 VALUES (1,1)",
                "CREATE TABLE n2 LIKE n1",
                "INSERT INTO n2 SELECT * FROM n1",
                "DROP TABLE n1",
                "CREATE TABLE n1(id INT PRIMARY KEY, z INT)",
                "INSERT INTO n1 VALUES (5,5)",
                "CREATE TABLE n3 (id INT PRIMARY KEY) AS SELECT id, z FROM n1",
                "TRUNCATE TABLE n1",
                "ALTER TABLE n2 RENAME TO n4, ADD UNIQUE KEY (v), ADD COLUMN q TIMESTAMP(3) NULL",
                "CREATE UNIQUE INDEX u ON n4 (q, v)",
                "ALTER TABLE n4 DROP INDEX v, ADD d DATE, ADD t TIME(6) AFTER id, ADD bl BLOB, ADD f FLOAT(7,3), ADD b BIT, ADD y YEAR, ADD s SET('a','b') NOT NULL, ADD bi BINARY, ADD dd DOUBLE UNSIGNED",
            ],
        )
        .await;
        assert_eq!(
            listener.said(),
            [
                "_t_gho:  > 1 1 3",
                "_t_gho:  > 2 2 3",
                "t: 2 2 > 2 20",
                "_t_gho: 2 2 3 > 2 20 3",
                "t:  > 3 3 4",
                "n1:  > 1 1",
                "n2:  > 1 1",
                "n1:  > 5 5",
                "n3:  > 5 5",
            ]
        );
        latest_are_the_servers(&here, &listener).await;
        let statements = listener.statements();
        let rename = statements.iter().find(|it| it.text.starts_with("RENAME")).unwrap();
        assert_eq!(rename.touches.len(), 3);
        assert_eq!(rename.database.as_deref(), Some(here.db.name()));
        assert!(rename.environment.contains_key("sql_mode"), "{:?}", rename.environment);
        let drop = statements.iter().find(|it| it.text.contains("_t_del`")).unwrap();
        assert_eq!((drop.touches.len(), drop.tables.len()), (1, 0));
    }
}

/// Definitions of many kinds: what follows from the statement is what the server makes of it.
#[tokio::test]
async fn new_tables_are_as_the_server_has_them() {
    for server in [mysql(), mariadb()] {
        let here = Here::on(server).await;
        let listener = lagging(
            &here,
            Knowing::Before,
            "SELECT 1",
            &[
                "CREATE TABLE a (a TINYINT, b SMALLINT UNSIGNED, c MEDIUMINT, d INTEGER UNSIGNED, e BIGINT, f BOOL, g INT(6) ZEROFILL, h DEC, i NUMERIC(7,3) UNSIGNED, j DOUBLE PRECISION, k REAL, l FLOAT, m BIT(9))",
                "CREATE TABLE b (a CHAR, b CHAR(7) BINARY, c VARCHAR(20) CHARACTER SET latin1 COLLATE latin1_bin, d TINYTEXT, e TEXT, f LONGTEXT, g NCHAR(3), h VARBINARY(9), i LONGBLOB, j TEXT(100), k BLOB(70000), l VARCHAR(9) CHARACTER SET binary) CHARSET gbk",
                "CREATE TABLE c (id SERIAL, d DATE, t TIME(3), dt DATETIME(6), ts TIMESTAMP NULL, now TIMESTAMP DEFAULT CURRENT_TIMESTAMP, y YEAR, e ENUM('it''s','b ') NOT NULL, s SET('a','b'), j JSON, g GEOMETRY, p POINT NOT NULL, gc GEOMETRYCOLLECTION, PRIMARY KEY (id, d), UNIQUE (t, dt), UNIQUE KEY n (y))",
                "CREATE TABLE d (id INT PRIMARY KEY, a INT, b INT, s INT AS (a+b) STORED, v VARCHAR(20) AS (CONCAT(a,'-',b)) VIRTUAL, UNIQUE KEY(s), t VARCHAR(20), UNIQUE (t(5)), UNIQUE u (t(20)))",
                "CREATE TABLE `we``ird` (`select` INT UNIQUE, `x.y` INT, `'q'` INT PRIMARY KEY) COMMENT='a, b'",
                "ALTER TABLE b CONVERT TO CHARACTER SET utf8mb4",
                "ALTER TABLE c DROP PRIMARY KEY, DROP COLUMN id, ADD PRIMARY KEY (d)",
            ],
        )
        .await;
        latest_are_the_servers(&here, &listener).await;
        assert_eq!(listener.statements().len(), 7);
    }
}

#[tokio::test]
async fn text_of_statements_is_read_in_its_charset() {
    for server in [mysql(), mariadb()] {
        let here = Here::on(server).await;
        let from: Position = here.end().await;
        here.exec("SET NAMES latin1").await;
        here.exec("CREATE TABLE t (id INT PRIMARY KEY) COMMENT '\u{c3}\u{a9}'").await;
        here.exec("SET NAMES utf8mb4").await;
        here.exec("CREATE TABLE u (id INT PRIMARY KEY) COMMENT 'é'").await;
        here.mark().await;
        let mut listener = here.follow(&from).await;
        listener.reach_the_mark().await;
        let statements = listener.statements();
        assert!(statements[1].text.ends_with("'é'"), "{}", statements[1].text);
        assert_eq!(
            statements[0].environment["character_set_client"].split('_').next(),
            Some("latin1")
        );
        assert!(statements[0].text.contains('Ã'), "{}", statements[0].text);
    }
}

#[tokio::test]
async fn definitions_of_other_databases_are_left_out() {
    let (here, other) = (Here::on(mysql()).await, Here::on(mysql()).await);
    let from = here.end().await;
    other.exec("CREATE TABLE t (id INT PRIMARY KEY); INSERT INTO t VALUES (1); DROP TABLE t").await;
    here.exec("CREATE TEMPORARY TABLE x (a INT); CREATE VIEW v AS SELECT 1").await;
    here.mark().await;
    let mut listener = here.follow(&from).await;
    listener.reach_the_mark().await;
    let entries: Vec<&Entry> = listener.transactions.iter().flat_map(|it| &it.entries).collect();
    assert!(entries.is_empty(), "{entries:?}");
}
