//! Connections that are lost without a word: nobody closes them, and nothing comes any more.

use super::place::Place;
use super::resuming::{PATIENCE, all_arrived, furnished, proxy_of};
use oms_connector::Waits;
use oms_testkit::servers::ServerKind::{self, MariaDb, MySql, OceanBase};
use oms_testkit::{TestDb, eventually, peer::CutProxy};
use std::time::Duration;
use sync_service::ops::full::Outcome;

const TABLES: [&str; 3] = ["t", "w", "loose"];
/// Less than a table has, and more than is said about it.
const SOME: u64 = 300_000;

/// Notices silence soon.
fn alert(place: &mut Place) {
    place.waits = Waits {
        statement: Duration::from_secs(5),
        silence: Duration::from_secs(2),
        ..Waits::default()
    };
    place.retries.attempts = 10;
}

/// Loads while connections through the proxy are lost that carry rows.
async fn arrives_though_lost(place: &Place, proxy: &CutProxy) {
    proxy.lose_beyond(SOME);
    let losing = async {
        eventually(PATIENCE, || async { proxy.lost() > 0 }).await;
        proxy.restore();
    };
    let (outcome, ()) = tokio::join!(place.run(&TABLES), losing);
    let failures = [0, 1, 2].map(|table| place.book.page(table).failure);
    assert_eq!(outcome, Outcome::Ended { failed: 0 }, "{failures:?}");
    all_arrived(place).await;
    assert_eq!(place.book.page(0).begun, 1, "it went on where it was");
}

#[tokio::test]
async fn a_source_that_falls_silent_among_its_rows_is_asked_again() {
    let mut place = Place::between(MySql, OceanBase).await;
    furnished(&place).await;
    let proxy = proxy_of(place.source.server());
    place.source_by(proxy.address().port());
    alert(&mut place);
    arrives_though_lost(&place, &proxy).await;
}

async fn a_target_that_falls_silent_in_a_statement_is_written_again(target: ServerKind) {
    let mut place = Place::between(MySql, target).await;
    furnished(&place).await;
    let proxy = proxy_of(place.target.server());
    place.target_by(proxy.address().port());
    alert(&mut place);
    arrives_though_lost(&place, &proxy).await;
}

#[tokio::test]
async fn a_mysql_that_falls_silent_in_a_statement_is_written_again() {
    a_target_that_falls_silent_in_a_statement_is_written_again(MySql).await;
}

#[tokio::test]
async fn a_mariadb_that_falls_silent_in_a_statement_is_written_again() {
    a_target_that_falls_silent_in_a_statement_is_written_again(MariaDb).await;
}

#[tokio::test]
async fn an_oceanbase_that_falls_silent_in_a_statement_is_written_again() {
    a_target_that_falls_silent_in_a_statement_is_written_again(OceanBase).await;
}

/// How many inserts of ours the target is at.
async fn at_work(place: &Place, looking: &TestDb) -> usize {
    let shown = looking.rows("SHOW FULL PROCESSLIST").await.unwrap();
    let is_ours = |row: &&Vec<Option<String>>| {
        let text = format!("{row:?}");
        text.contains("INSERT INTO") && text.contains(place.target.name())
    };
    shown.iter().filter(is_ours).count()
}

/// Rows are written, and what the target says about it is lost.
#[tokio::test]
async fn rows_whose_receipt_is_lost_are_not_there_twice() {
    for target in [MySql, OceanBase] {
        let mut place = Place::between(MySql, target).await;
        place.both("CREATE TABLE t(id INT PRIMARY KEY, v INT); CREATE TABLE loose(a INT)").await;
        place.source.exec("INSERT INTO t VALUES (1,1),(2,2),(3,3)").await.unwrap();
        place.source.exec("INSERT INTO loose VALUES (1),(1),(2)").await.unwrap();
        let proxy = proxy_of(place.target.server());
        place.target_by(proxy.address().port());
        alert(&mut place);
        // The inserts wait for this. OceanBase knows no locks of tables.
        let (tables, hold, release): (&[&str], _, _) = match target {
            MySql => (&["t", "loose"], "LOCK TABLES t READ, loose READ", "UNLOCK TABLES"),
            _ => (&["t"], "BEGIN; INSERT INTO t VALUES (2, 99)", "ROLLBACK"),
        };
        place.keeps = target == OceanBase;
        place.target.exec(hold).await.unwrap();
        let plans = (0..).zip(tables).map(|(number, table)| place.plan(number, table));
        let running = tokio::spawn(place.load(plans.collect()).run());
        let looking = TestDb::create(place.target.server()).await.unwrap();
        eventually(PATIENCE, || async { at_work(&place, &looking).await == tables.len() }).await;
        proxy.lose();
        place.target.exec(release).await.unwrap();
        assert_eq!(running.await.unwrap(), Outcome::Ended { failed: 0 }, "{target}");
        assert!(proxy.lost() >= tables.len(), "{target}");
        place.same("SELECT * FROM t ORDER BY id").await;
        if target == MySql {
            place.same("SELECT a FROM loose ORDER BY a").await;
            assert_eq!(place.book.page(1).begun, 2, "nothing tells whether its rows are there");
        }
        assert_eq!(place.book.page(0).begun, 1, "{target}");
    }
}
