//! Where transactions begin and end, and what of them counts.

use super::{Here, Listener, new_reader};
use oms_connector::ChangeError;
use oms_model::change::origin;
use oms_testkit::servers::{Server, ServerKind, mariadb, mysql};
use oms_testkit::{TestDb, run_sql};

macro_rules! on_both {
    ($($check:ident),+ $(,)?) => {
        mod on_mysql {
            $(
                #[tokio::test]
                async fn $check() {
                    super::$check(oms_testkit::servers::mysql()).await;
                }
            )+
        }
        mod on_mariadb {
            $(
                #[tokio::test]
                async fn $check() {
                    super::$check(oms_testkit::servers::mariadb()).await;
                }
            )+
        }
    };
}

on_both!(
    what_is_taken_back_leaves_no_trace,
    a_branch_counts_when_it_is_committed,
    tables_without_transactions_have_their_own,
    small_images_leave_the_rest_unchanged,
    one_statement_changes_several_tables,
    a_large_transaction_comes_in_parts,
    each_step_is_a_place_to_go_on_from,
    two_readers_hear_the_same,
    our_own_transactions_are_known,
);

async fn heard(here: &Here, from: &oms_model::Position) -> Listener {
    here.mark().await;
    let mut listener = here.follow(from).await;
    listener.reach_the_mark().await;
    listener
}

async fn what_is_taken_back_leaves_no_trace(server: &Server) {
    let here = Here::on(server).await;
    here.exec("CREATE TABLE t(id INT PRIMARY KEY) ENGINE=InnoDB").await;
    let from = here.end().await;
    here.exec(
        "BEGIN; INSERT INTO t VALUES (1); SAVEPOINT s; INSERT INTO t VALUES (2); ROLLBACK TO s; \
         INSERT INTO t VALUES (3); SAVEPOINT `S 2`; COMMIT; BEGIN; INSERT INTO t VALUES (4); ROLLBACK",
    )
    .await;
    let listener = heard(&here, &from).await;
    assert_eq!(listener.said(), ["t:  > 1", "t:  > 3"]);
    assert_eq!(listener.transactions.len(), 1);
}

async fn a_branch_counts_when_it_is_committed(server: &Server) {
    let here = Here::on(server).await;
    let other = TestDb::create(server).await.unwrap();
    here.exec("CREATE TABLE t(id INT PRIMARY KEY, v INT) ENGINE=InnoDB").await;
    let from = here.end().await;
    let name = here.db.name();
    // Names of branches are the server's, not the database's.
    here.exec(&format!(
        "XA START '{name}1'; INSERT INTO t VALUES (1,1); XA END '{name}1'; XA PREPARE '{name}1'"
    ))
    .await;
    other.exec(&format!("INSERT INTO {name}.t VALUES (9,9)")).await.unwrap();
    here.exec(&format!(
        "XA COMMIT '{name}1'; XA START '{name}2'; INSERT INTO t VALUES (2,2); XA END '{name}2'; \
         XA PREPARE '{name}2'; XA ROLLBACK '{name}2'; XA START '{name}3','b',7; \
         INSERT INTO t VALUES (4,4); XA END '{name}3','b',7; XA COMMIT '{name}3','b',7 ONE PHASE; \
         INSERT INTO t VALUES (3,3)"
    ))
    .await;
    let listener = heard(&here, &from).await;
    assert_eq!(listener.said(), ["t:  > 9 9", "t:  > 1 1", "t:  > 4 4", "t:  > 3 3"]);
}

async fn tables_without_transactions_have_their_own(server: &Server) {
    let here = Here::on(server).await;
    here.exec("CREATE TABLE i(id INT PRIMARY KEY) ENGINE=InnoDB; CREATE TABLE m(id INT PRIMARY KEY) ENGINE=MyISAM").await;
    let from = here.end().await;
    // MySQL allows no mixture where transactions have names.
    let mixed = match server.kind {
        ServerKind::MariaDb => {
            "BEGIN; INSERT INTO i VALUES (1); INSERT INTO m VALUES (1); ROLLBACK"
        }
        _ => "BEGIN; INSERT INTO i VALUES (1); ROLLBACK; INSERT INTO m VALUES (1)",
    };
    here.exec(mixed).await;
    here.exec("INSERT INTO m VALUES (2)").await;
    let listener = heard(&here, &from).await;
    assert_eq!(listener.said(), ["m:  > 1", "m:  > 2"]);
    let places: Vec<_> = listener.transactions.iter().map(|it| &it.commit.moved.position).collect();
    assert!(places.windows(2).all(|pair| pair[0] != pair[1]), "the place goes on");
}

async fn small_images_leave_the_rest_unchanged(server: &Server) {
    let here = Here::on(server).await;
    here.exec("CREATE TABLE t(id INT PRIMARY KEY, a INT, b LONGTEXT); INSERT INTO t VALUES (1,1,'b'),(2,2,'x')").await;
    let from = here.end().await;
    here.exec(
        "SET SESSION binlog_row_image='MINIMAL'; UPDATE t SET a=11 WHERE id=1; \
         DELETE FROM t WHERE id=2; INSERT INTO t VALUES (3,3,'y'); \
         SET SESSION binlog_row_image='NOBLOB'; UPDATE t SET a=12 WHERE id=1; \
         UPDATE t SET b='c' WHERE id=1; SET SESSION binlog_row_image=DEFAULT",
    )
    .await;
    let listener = heard(&here, &from).await;
    assert_eq!(
        listener.said(),
        [
            "t: 1 (unchanged) (unchanged) > (unchanged) 11 (unchanged)",
            "t: 2 (unchanged) (unchanged) > ",
            "t:  > 3 3 'y'",
            "t: 1 11 (unchanged) > 1 12 (unchanged)",
            "t: 1 12 (unchanged) > 1 12 'c'",
        ]
    );
    let from = here.end().await;
    here.exec("SET SESSION binlog_row_image='MINIMAL'; INSERT INTO t(id) VALUES (7); SET SESSION binlog_row_image=DEFAULT").await;
    here.mark().await;
    let refusal = here.follow(&from).await.try_reach_the_mark().await.unwrap_err();
    assert!(matches!(refusal, ChangeError::ImageTooSmall { .. }), "{refusal}");
}

async fn one_statement_changes_several_tables(server: &Server) {
    let here = Here::on(server).await;
    here.exec("CREATE TABLE a(id INT PRIMARY KEY, v INT); CREATE TABLE b(id INT PRIMARY KEY, v INT); INSERT INTO a VALUES (1,1),(2,2); INSERT INTO b VALUES (1,1),(2,2)").await;
    let from = here.end().await;
    here.exec("UPDATE a JOIN b USING(id) SET a.v=a.v+10,b.v=b.v+20 WHERE id=1; DELETE a,b FROM a JOIN b USING(id) WHERE id=2").await;
    let listener = heard(&here, &from).await;
    let mut said = listener.said();
    said.sort();
    assert_eq!(said, ["a: 1 1 > 1 11", "a: 2 2 > ", "b: 1 1 > 1 21", "b: 2 2 > "]);
    assert_eq!(listener.transactions.len(), 2);
}

async fn a_large_transaction_comes_in_parts(server: &Server) {
    let here = Here::on(server).await;
    here.exec("CREATE TABLE t(id INT PRIMARY KEY AUTO_INCREMENT, v VARCHAR(100))").await;
    let from = here.end().await;
    here.exec("INSERT INTO t(v) VALUES (REPEAT('x',90))").await;
    for _ in 0..17 {
        here.exec("INSERT INTO t(v) SELECT v FROM t").await;
    }
    here.exec("UPDATE t SET v = REPEAT('y', 90)").await;
    let listener = heard(&here, &from).await;
    let count = here.db.value("SELECT COUNT(*) FROM t").await.unwrap().unwrap();
    assert_eq!(count, "131072");
    let last = listener.transactions.last().unwrap();
    assert_eq!(last.entries.len(), 131_072);
    assert_eq!(listener.rows().len(), 262_144);
    assert!(listener.parts > 20, "{}", listener.parts);
}

pub async fn each_step_is_a_place_to_go_on_from(server: &Server) {
    let here = Here::on(server).await;
    here.exec("CREATE TABLE t(id INT PRIMARY KEY, v INT) ENGINE=InnoDB").await;
    let from = here.end().await;
    for id in 0..6 {
        here.exec(&format!("BEGIN; INSERT INTO t VALUES ({id},1); INSERT INTO t VALUES ({id}+10,1); COMMIT; UPDATE t SET v=2 WHERE id={id}")).await;
        if id == 3 {
            here.exec("FLUSH BINARY LOGS").await;
        }
    }
    let whole = heard(&here, &from).await;
    let all = whole.said();
    assert_eq!(all.len(), 18);
    let mut before = 0;
    for transaction in &whole.transactions {
        before += transaction.entries.len();
        let mut rest = here.follow(&transaction.commit.moved.position).await;
        rest.reach_the_mark().await;
        assert_eq!(rest.said(), all[before..], "behind {}", transaction.commit.id);
    }
    assert!(whole.transactions.iter().all(|it| it.commit.committed > 1_700_000_000_000_000));
}

async fn two_readers_hear_the_same(server: &Server) {
    let here = Here::on(server).await;
    here.exec("CREATE TABLE t(id INT PRIMARY KEY)").await;
    let from = here.end().await;
    let (mut one, mut two) = (here.follow(&from).await, here.follow(&from).await);
    here.exec("INSERT INTO t VALUES (1); INSERT INTO t VALUES (2)").await;
    here.mark().await;
    one.reach_the_mark().await;
    two.reach_the_mark().await;
    assert_eq!(one.said(), two.said());
    // A third one with the number of the second takes its place.
    let reader = new_reader();
    let mut old = here.try_follow(here.follow_as(&from, reader)).await.unwrap();
    old.reach_the_mark().await;
    let mut new = here.try_follow(here.follow_as(&from, reader)).await.unwrap();
    new.reach_the_mark().await;
    let refusal = loop {
        // Other checks' transactions may still come.
        if let Err(refusal) = old.step().await {
            break refusal;
        }
    };
    assert!(matches!(refusal, ChangeError::ReaderTaken(_)), "{refusal}");
    assert!(refusal.is_passing());
}

async fn our_own_transactions_are_known(server: &Server) {
    let here = Here::on(server).await;
    let (database, table) = (origin::DATABASE, origin::PROGRESS);
    here.connector.applier().unwrap().prepare().await.unwrap();
    here.exec("CREATE TABLE t(id INT PRIMARY KEY)").await;
    let from = here.end().await;
    let task = here.db.name();
    let progress = |n: u32| {
        format!(
            "INSERT INTO {database}.{table} VALUES ('{task}', 0, 1, {n}, {n}, 0, {n}) \
             ON DUPLICATE KEY UPDATE seq = {n}, upto = {n}, batches = {n}"
        )
    };
    here.exec(&format!("BEGIN; INSERT INTO t VALUES (1); {}; COMMIT", progress(1))).await;
    here.exec("INSERT INTO t VALUES (2)").await;
    here.exec(&format!("BEGIN; {}; INSERT INTO t VALUES (3); COMMIT", progress(2))).await;
    let listener = heard(&here, &from).await;
    run_sql(server, &format!("DELETE FROM {database}.{table} WHERE task = '{task}'"))
        .await
        .unwrap();
    let ours: Vec<_> = listener
        .transactions
        .iter()
        .filter(|it| !it.entries.is_empty())
        .map(|it| (it.entries.len(), it.commit.origin.as_deref()))
        .collect();
    assert_eq!(ours, [(1, Some(task)), (1, None), (1, Some(task))]);
}

#[tokio::test]
async fn compressed_transactions_are_opened() {
    let here = Here::on(mysql()).await;
    here.exec("CREATE TABLE t(id INT PRIMARY KEY, v TEXT)").await;
    let from = here.end().await;
    here.exec(
        "SET SESSION binlog_transaction_compression=ON; BEGIN; \
         INSERT INTO t VALUES (1,REPEAT('a',50)),(2,REPEAT('b',50)); UPDATE t SET v='c' WHERE id=2; \
         COMMIT; SET SESSION binlog_transaction_compression=OFF; INSERT INTO t VALUES (3,'d')",
    )
    .await;
    here.exec("INSERT INTO t SELECT 100 + n, REPEAT('x', 1000) FROM (WITH RECURSIVE s AS (SELECT 0 AS n UNION ALL SELECT n + 1 FROM s WHERE n < 900) SELECT n FROM s) AS many").await;
    here.exec("SET SESSION binlog_transaction_compression=ON; UPDATE t SET v = CONCAT(v, 'y') WHERE id >= 100; SET SESSION binlog_transaction_compression=OFF").await;
    let listener = heard(&here, &from).await;
    assert_eq!(listener.transactions.len(), 4);
    assert_eq!(listener.transactions[0].entries.len(), 3);
    assert_eq!(listener.transactions[3].entries.len(), 901);
    assert!(listener.parts > 2, "one transaction in parts");
    let (a, b) = ("a".repeat(50), "b".repeat(50));
    let c = format!("t: 2 '{b}' > 2 'c'");
    assert_eq!(listener.said()[..3], [format!("t:  > 1 '{a}'"), format!("t:  > 2 '{b}'"), c]);
}

/// One event in several packets, and a compressed transaction that is one event.
#[tokio::test]
async fn huge_values_come_whole() {
    let here = Here::on(mysql()).await;
    here.exec("CREATE TABLE t(id INT PRIMARY KEY, v LONGTEXT)").await;
    let from = here.end().await;
    here.exec("INSERT INTO t VALUES (1, REPEAT('x', 20000000)), (2, 'y')").await;
    here.exec("SET SESSION binlog_transaction_compression=ON; UPDATE t SET v = CONCAT(v, 'z'); SET SESSION binlog_transaction_compression=OFF").await;
    let listener = heard(&here, &from).await;
    let lengths: Vec<[usize; 2]> =
        listener.rows().iter().map(|row| [row.before.len(), row.after.len()]).collect();
    let [huge, small] = [20_000_000 + 14, 1 + 11];
    assert_eq!(lengths, [[0, huge], [0, small], [huge, huge + 1], [small, small + 1]]);
}

#[tokio::test]
async fn partial_documents_are_applied_to_what_they_were() {
    let here = Here::on(mysql()).await;
    here.exec("CREATE TABLE t(id INT PRIMARY KEY, k JSON, v INT, j JSON); INSERT INTO t VALUES (1,'{\"x\": 1}',1,'{\"a\":1,\"b\":[1,2,3],\"c\":\"x\"}')").await;
    let from = here.end().await;
    here.exec(
        r#"SET SESSION binlog_row_value_options='PARTIAL_JSON';
        UPDATE t SET j=JSON_SET(j,'$.a',2,'$.b[1]',99) WHERE id=1;
        UPDATE t SET j=JSON_REMOVE(j,'$.c') WHERE id=1;
        UPDATE t SET j=JSON_SET(j,'$."q r"',JSON_OBJECT('z',1.5)), k=JSON_SET(k,'$.x',2), v=2 WHERE id=1;
        UPDATE t SET j=JSON_ARRAY_INSERT(j,'$.b[0]','new'), k='{"whole": true}' WHERE id=1;
        UPDATE t SET v=3 WHERE id=1;
        SET SESSION binlog_row_value_options=''"#,
    )
    .await;
    let listener = heard(&here, &from).await;
    let now = here.db.value("SELECT CAST(j AS CHAR) FROM t").await.unwrap().unwrap();
    let documents: Vec<String> = listener
        .rows()
        .iter()
        .map(|row| match oms_model::Cells::new(&row.after).last() {
            Some(oms_model::Value::Json(text)) => String::from_utf8_lossy(text).into_owned(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        documents,
        [
            r#"{"a": 2, "b": [1, 99, 3], "c": "x"}"#,
            r#"{"a": 2, "b": [1, 99, 3]}"#,
            r#"{"a": 2, "b": [1, 99, 3], "q r": {"z": 1.5}}"#,
            r#"{"a": 2, "b": ["new", 1, 99, 3], "q r": {"z": 1.5}}"#,
            now.as_str(),
        ]
    );
    here.exec("SET SESSION binlog_row_value_options='PARTIAL_JSON', binlog_row_image='MINIMAL'")
        .await;
    let from = here.end().await;
    here.exec("UPDATE t SET j=JSON_SET(j,'$.a',3)").await;
    here.exec("SET SESSION binlog_row_value_options='', binlog_row_image='FULL'").await;
    here.mark().await;
    let refusal = here.follow(&from).await.try_reach_the_mark().await.unwrap_err();
    assert!(refusal.to_string().contains("binlog_row_value_options"), "{refusal}");
}

#[tokio::test]
async fn statements_in_place_of_rows_are_refused_by_name() {
    for server in [mysql(), mariadb()] {
        let here = Here::on(server).await;
        let other = Here::on(server).await;
        for it in [&here, &other] {
            it.exec("CREATE TABLE t(id INT PRIMARY KEY, v INT) ENGINE=InnoDB; INSERT INTO t VALUES (1,1)").await;
        }
        let from = here.end().await;
        other.exec("SET SESSION binlog_format='STATEMENT'; UPDATE t SET v=2").await;
        here.mark().await;
        here.follow(&from).await.reach_the_mark().await;
        let from = here.end().await;
        other.exec(&format!("UPDATE {}.t SET v=3", here.db.name())).await;
        here.mark().await;
        let refusal = here.follow(&from).await.try_reach_the_mark().await.unwrap_err();
        assert!(matches!(refusal, ChangeError::StatementLogged { .. }), "{refusal}");
        // A table that is gone by now, and one that a statement fills.
        for change in [
            "CREATE TABLE gone(id INT PRIMARY KEY); INSERT INTO gone VALUES (1); DROP TABLE gone",
            "CREATE TABLE filled(id INT PRIMARY KEY) AS SELECT 1 AS id",
        ] {
            let from = here.end().await;
            here.exec(&format!("SET SESSION binlog_format='STATEMENT'; {change}")).await;
            here.mark().await;
            let refusal = here.follow(&from).await.try_reach_the_mark().await.unwrap_err();
            assert!(matches!(refusal, ChangeError::StatementLogged { .. }), "{change}: {refusal}");
        }
    }
}
