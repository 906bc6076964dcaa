//! What only MariaDB does.

use super::{Here, Listener};
use oms_testkit::servers::{Instance, ServerKind, mariadb};

async fn heard(here: &Here, from: &oms_model::Position) -> Listener {
    here.mark().await;
    let mut listener = here.follow(from).await;
    listener.reach_the_mark().await;
    listener
}

#[tokio::test]
async fn only_the_rows_that_are_now_come_of_a_table_that_keeps_what_was() {
    let here = Here::on(mariadb()).await;
    here.exec("CREATE TABLE t(id INT PRIMARY KEY, v INT) WITH SYSTEM VERSIONING; INSERT INTO t VALUES (1,1)").await;
    here.exec("CREATE TABLE s(id INT PRIMARY KEY, v INT, b TIMESTAMP(6) GENERATED ALWAYS AS ROW START, e TIMESTAMP(6) GENERATED ALWAYS AS ROW END, PERIOD FOR SYSTEM_TIME(b, e)) WITH SYSTEM VERSIONING; INSERT INTO s(id,v) VALUES (1,1)").await;
    let from = here.end().await;
    for table in ["t", "s"] {
        here.exec(&format!("UPDATE {table} SET v=2 WHERE id=1; DELETE FROM {table} WHERE id=1; INSERT INTO {table}(id,v) VALUES (1,3)")).await;
    }
    let listener = heard(&here, &from).await;
    let first_two = |said: &String| said.split(' ').take(7).collect::<Vec<_>>().join(" ");
    let said = listener.said();
    assert_eq!(said[..3], ["t: 1 1 > 1 2", "t: 1 2 > ", "t:  > 1 3"]);
    let shown: Vec<String> = said[3..].iter().map(first_two).collect();
    assert_eq!(shown.len(), 3, "{said:?}");
    assert!(shown[0].starts_with("s: 1 1 ") && shown[1].starts_with("s: 1 2 "), "{shown:?}");
    assert!(said[5].starts_with("s:  > 1 3 "), "{said:?}");
}

#[tokio::test]
async fn each_domain_has_a_place_of_its_own() {
    let instance = Instance::start(ServerKind::MariaDb).unwrap();
    let here = Here::on(&instance.server).await;
    here.exec("CREATE TABLE t(id INT PRIMARY KEY)").await;
    let from = here.end().await;
    here.exec(
        "SET SESSION gtid_domain_id=7; INSERT INTO t VALUES (1); SET SESSION gtid_domain_id=0; \
         INSERT INTO t VALUES (2); BEGIN; INSERT INTO t VALUES (3); COMMIT; \
         SET SESSION gtid_domain_id=7; INSERT INTO t VALUES (4); SET SESSION gtid_domain_id=0",
    )
    .await;
    let listener = heard(&here, &from).await;
    assert_eq!(listener.said(), ["t:  > 1", "t:  > 2", "t:  > 3", "t:  > 4"]);
    let last = listener.transactions[3].commit.moved.position.to_string();
    assert!(last.starts_with("mariadb-gtid:0-") && last.contains(",7-"), "{last}");
    let mut rest = here.follow(&listener.transactions[1].commit.moved.position).await;
    rest.reach_the_mark().await;
    assert_eq!(rest.said(), ["t:  > 3", "t:  > 4"]);
}

/// A table keeps what was from a moment on, or up to one: its rows are told apart by what it was then.
#[tokio::test]
async fn a_table_that_keeps_what_was_later_or_no_more_loses_no_rows() {
    let here = Here::on(mariadb()).await;
    here.exec("SET SESSION system_versioning_alter_history = KEEP").await;
    here.exec("CREATE TABLE t(id INT PRIMARY KEY, v INT)").await;
    here.exec("CREATE TABLE u(id INT PRIMARY KEY, v INT) WITH SYSTEM VERSIONING").await;
    here.exec("CREATE TABLE s(id INT PRIMARY KEY, v INT, b TIMESTAMP(6) GENERATED ALWAYS AS ROW START, e TIMESTAMP(6) GENERATED ALWAYS AS ROW END, PERIOD FOR SYSTEM_TIME(b, e)) WITH SYSTEM VERSIONING").await;
    let mut tables = Vec::new();
    for table in ["t", "u", "s"] {
        tables.push(here.layout(table).await);
    }
    let from = here.end().await;
    for table in ["t", "u", "s"] {
        here.exec(&format!("INSERT INTO {table}(id,v) VALUES (1,1); UPDATE {table} SET v=2")).await;
    }
    here.exec("ALTER TABLE t ADD SYSTEM VERSIONING; ALTER TABLE u DROP SYSTEM VERSIONING").await;
    here.exec("ALTER TABLE s ADD COLUMN x INT").await;
    for table in ["t", "u", "s"] {
        here.exec(&format!("UPDATE {table} SET v=3; DELETE FROM {table}")).await;
    }
    here.mark().await;
    let mut listener = here.follow_knowing(&from, tables).await;
    listener.reach_the_mark().await;
    let of = |table: &str| {
        let said = listener.said().into_iter().filter(|it| it.starts_with(table));
        said.collect::<Vec<_>>()
    };
    for table in ["t", "u"] {
        let said =
            [" > 1 1", "1 1 > 1 2", "1 2 > 1 3", "1 3 > "].map(|it| format!("{table}: {it}"));
        assert_eq!(of(table), said);
    }
    assert_eq!(of("s").len(), 4, "{:?}", of("s"));
}
