//! Servers that die, fill up or hold locks, and tables that change, while rows are on their way.

use super::{
    resume::{ROWS, TABLES, filled, is_whole, rows, slow},
    yard::Yard,
};
use crate::harness::Ended;
use oms_testkit::servers::{
    Instance, Server,
    ServerKind::{MariaDb, MySql, OceanBase},
    of_this_run,
};
use std::time::Duration;

/// What was committed survives the machine, too.
const DURABLE: [&str; 1] = ["--innodb-flush-log-at-trx-commit=1"];
const SOON: Duration = Duration::from_secs(30);

/// A load that has begun to write.
struct Begun<'y> {
    yard: &'y Yard,
    child: std::process::Child,
}

impl<'y> Begun<'y> {
    async fn of(yard: &'y Yard) -> Self {
        let child = slow(yard).spawn().expect("the binary runs");
        oms_testkit::eventually(SOON, async || rows(yard).await > 0).await;
        Self { yard, child }
    }

    fn end(self) -> Ended {
        self.child.wait_with_output().expect("it ends").into()
    }

    /// It comes to its end, with every row once.
    async fn survives(self) {
        let yard = self.yard;
        let ended = self.end();
        ended.done();
        is_whole(yard).await;
    }
}

async fn on(source: &Server, target: &Server) -> Yard {
    let yard = Yard::on(source, target).await;
    yard.both(TABLES).await;
    yard.source.exec(ROWS).await.expect("rows");
    yard
}

/// Ends a server and starts it again a moment later.
async fn crash(instance: &mut Instance) {
    instance.crash().expect("it ends");
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    instance.start_again().expect("it comes again");
}

/// What a crash leaves to be done: rows without a key cannot be told apart, so their table may ask
/// for another run, and the others may not.
async fn goes_on(yard: &Yard, ended: &Ended) {
    let everything = yard.everything();
    if ended.code != Some(0) {
        assert_eq!(ended.code, Some(4), "{ended:?}");
        assert!(ended.stderr.contains(".heap: "), "{}", ended.stderr);
        assert!(ended.stderr.contains("1 of 3 tables"), "{}", ended.stderr);
        let again = ["--objects", &everything, "--rows-per-second", "40000"];
        yard.load(&again).done();
    }
    is_whole(yard).await;
}

#[tokio::test]
async fn a_target_that_crashes_and_comes_again_gets_every_row_once() {
    let mut target = Instance::start_with(MariaDb, &DURABLE).expect("a server");
    let yard = on(of_this_run(MySql), &target.server).await;
    let begun = Begun::of(&yard).await;
    crash(&mut target).await;
    yard.target.reconnect().await.expect("it is there again");
    goes_on(&yard, &begun.end()).await;
}

#[tokio::test]
async fn a_source_that_crashes_and_comes_again_is_read_to_its_end() {
    let mut source = Instance::start_with(MariaDb, &DURABLE).expect("a server");
    let yard = on(&source.server, of_this_run(MySql)).await;
    let begun = Begun::of(&yard).await;
    crash(&mut source).await;
    yard.source.reconnect().await.expect("it is there again");
    goes_on(&yard, &begun.end()).await;
}

#[tokio::test]
async fn a_target_without_room_says_so_and_goes_on_once_there_is_some() {
    let small =
        ["--innodb-file-per-table=0", "--innodb-data-file-path=ibdata1:12M:autoextend:max:44M"];
    let target = Instance::start_with(MariaDb, &small).unwrap();
    let yard = on(of_this_run(MySql), &target.server).await;
    let filler = "CREATE TABLE filler (id INT PRIMARY KEY, b LONGBLOB);
        INSERT INTO filler VALUES (1, REPEAT('x', 9000000)), (2, REPEAT('x', 9000000)), (3, REPEAT('x', 8000000));";
    yard.target.exec(filler).await.expect("it fits");
    let everything = yard.everything();
    let ended = yard.load(&["--objects", &everything]);
    assert_eq!(ended.code, Some(4), "{ended:?}");
    assert!(ended.stderr.contains("is full"), "{}", ended.stderr);
    assert!(ended.stderr.contains("room"), "what to do is missing: {}", ended.stderr);
    yard.target.exec("DROP TABLE filler").await.expect("it goes");
    // What was dropped is free once the server has swept it up.
    let goes_on = async || yard.load(&["--objects", &everything]).code == Some(0);
    oms_testkit::eventually(SOON, goes_on).await;
    is_whole(&yard).await;
}

#[tokio::test]
async fn a_table_that_somebody_locks_is_waited_for() {
    let yard = filled(MySql, MariaDb).await;
    yard.target.exec("LOCK TABLES big WRITE").await.expect("a lock");
    let child = slow(&yard).spawn().expect("the binary runs");
    let waiting = "SELECT COUNT(*) FROM information_schema.processlist WHERE state LIKE \
                   '%metadata lock%' AND info LIKE CONCAT('%', DATABASE(), '%')";
    let waits = async || yard.target.value(waiting).await.expect("a count");
    oms_testkit::eventually(SOON, async || waits().await.is_some_and(|count| count != "0")).await;
    yard.target.exec("UNLOCK TABLES").await.expect("no lock");
    Begun { yard: &yard, child }.survives().await;
}

#[tokio::test]
async fn a_table_dropped_on_the_way_fails_alone() {
    for target in [MariaDb, OceanBase] {
        let yard = filled(MySql, target).await;
        let begun = Begun::of(&yard).await;
        yard.source.exec("DROP TABLE two").await.expect("it goes");
        let ended = begun.end();
        if ended.code == Some(5) {
            // It had been read to its end by then.
            continue;
        }
        assert_eq!(ended.code, Some(4), "{ended:?}");
        assert!(ended.stderr.contains("two"), "{}", ended.stderr);
        for table in ["big", "heap"] {
            let count = format!("SELECT COUNT(*) FROM {table}");
            let (from, to) = (yard.source.value(&count).await, yard.target.value(&count).await);
            assert_eq!(from.expect("a count"), to.expect("a count"), "{table}");
        }
    }
}

#[tokio::test]
async fn a_column_dropped_on_the_way_fails_its_table_by_name() {
    let yard = filled(MySql, MariaDb).await;
    let begun = Begun::of(&yard).await;
    yard.source.exec("ALTER TABLE big DROP COLUMN note").await.expect("it goes");
    let ended = begun.end();
    assert_eq!(ended.code, Some(4), "{ended:?}");
    assert!(ended.stderr.contains("big") && ended.stderr.contains("note"), "{}", ended.stderr);
}

#[tokio::test]
async fn a_column_added_on_the_way_is_not_missed_by_the_rows() {
    let yard = filled(MySql, MariaDb).await;
    let begun = Begun::of(&yard).await;
    yard.source.exec("ALTER TABLE big ADD COLUMN more INT DEFAULT 5").await.expect("it comes");
    begun.survives().await;
}
