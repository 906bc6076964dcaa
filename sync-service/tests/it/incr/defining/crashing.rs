//! A run that dies when the target has done something and nobody has recorded it.

use super::super::stage::{Doomed, PATIENCE, i};
use super::pair::Pair;
use oms_contracts::ErrorCode;
use oms_testkit::eventually;
use oms_testkit::servers::ServerKind::{self, MariaDb, MySql, OceanBase};
use std::sync::atomic::Ordering::Relaxed;
use sync_service::ops::incr::Mode::Eventual;
use sync_service::ops::incr::{Decision, Outcome};

/// Runs until the statement at hand was done at the target, and dies there.
async fn die(pair: &mut Pair) {
    pair.desk.is_deaf.store(true, Relaxed);
    pair.stage.token += 1;
    let doomed = Doomed::start(&pair.stage);
    eventually(PATIENCE * 3, || async {
        match pair.desk.is_waiting.load(Relaxed) {
            true => Ok(()),
            false => Err(format!("{:?}", doomed.meter.status())),
        }
    })
    .await;
    doomed.die();
    pair.desk.is_deaf.store(false, Relaxed);
    pair.desk.is_waiting.store(false, Relaxed);
}

async fn once(to: ServerKind) {
    let mut pair = Pair::new(MySql, to, Eventual).await;
    pair.both("CREATE TABLE t (id INT PRIMARY KEY)").await;
    pair.insert("t", "1", vec![i(1)]).await;
    let statements = [
        ("ALTER TABLE t ADD COLUMN a INT DEFAULT 1", "2, 2", vec![i(2), i(2)]),
        ("ALTER TABLE t DROP COLUMN a", "3", vec![i(3)]),
        ("TRUNCATE t", "4", vec![i(4)]),
        ("ALTER TABLE t ADD INDEX k (id)", "5", vec![i(5)]),
    ];
    for (sql, literals, row) in statements {
        pair.define(sql, &["t"]).await;
        let last = pair.insert("t", literals, row).await;
        die(&mut pair).await;
        pair.apply(last).await;
        pair.agree(&["SELECT * FROM t ORDER BY id"]).await;
    }
    // Names that change, and tables that come and go.
    pair.define("RENAME TABLE t TO u", &["t", "u"]).await;
    let last = pair.insert("u", "6", vec![i(6)]).await;
    die(&mut pair).await;
    pair.apply(last).await;
    pair.define("CREATE TABLE t LIKE u", &["t"]).await;
    let last = pair.insert("t", "7", vec![i(7)]).await;
    die(&mut pair).await;
    pair.apply(last).await;
    pair.agree(&["SELECT * FROM t", "SELECT * FROM u ORDER BY id"]).await;
    let last = pair.define("DROP TABLE u", &["u"]).await;
    die(&mut pair).await;
    pair.apply(last).await;
    assert_eq!(pair.stage.shows("SHOW TABLES").await, ["t"]);
}

#[tokio::test]
async fn what_was_done_and_not_recorded_is_not_done_again() {
    for to in [MySql, MariaDb] {
        once(to).await;
    }
}

#[tokio::test]
async fn what_was_done_and_not_recorded_is_not_done_again_at_oceanbase() {
    once(OceanBase).await;
}

/// Two tables that are alike and swap their names look the same afterwards.
#[tokio::test]
async fn what_nobody_can_tell_stops_it() {
    let mut pair = Pair::new(MySql, MySql, Eventual).await;
    pair.both("CREATE TABLE t (id INT PRIMARY KEY)").await;
    pair.both("CREATE TABLE u (id INT PRIMARY KEY)").await;
    pair.insert("t", "1", vec![i(1)]).await;
    let swapped = pair.define("RENAME TABLE t TO x, u TO t, x TO u", &["t", "x", "u"]).await;
    let last = pair.insert("t", "2", vec![i(2)]).await;
    die(&mut pair).await;
    let Outcome::Failed(failure) = pair.start().ends().await else { panic!() };
    assert_eq!(failure.code, ErrorCode::DefinitionUncertain, "{}", failure.message);
    assert!(failure.message.contains("RENAME TABLE"), "{}", failure.message);
    pair.desk.decisions.lock().unwrap().insert(swapped, Decision::Skip);
    pair.apply(last).await;
    pair.agree(&["SELECT * FROM t", "SELECT * FROM u"]).await;
}
