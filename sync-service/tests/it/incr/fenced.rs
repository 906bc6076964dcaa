//! Whoever has lost a task writes nothing more, and what cannot be recorded is not begun.

use super::stage::{Stage, i, ins};
use oms_contracts::ErrorCode;
use oms_testkit::TestUser;
use oms_testkit::servers::ServerKind::{MariaDb, MySql, OceanBase};
use sync_service::ops::incr::Mode::{Eventual, Transactional};
use sync_service::ops::incr::Outcome;

#[tokio::test]
async fn an_older_token_is_of_no_use() {
    for target in [MySql, MariaDb, OceanBase] {
        for mode in [Eventual, Transactional] {
            let mut stage = Stage::on(target, mode).await;
            let a = stage.table("a", "id INT PRIMARY KEY").await;
            let first = stage.log.commit(&[ins(a, [i(1)])]);
            let older = stage.start();
            older.reaches(first).await;
            // Somebody else takes it over, and goes away.
            let taken = format!(
                "UPDATE oms_sync.progress SET token = 2 WHERE task = '{}.incr'",
                stage.db.name()
            );
            stage.db.exec(&taken).await.unwrap();
            stage.log.commit(&[ins(a, [i(2)])]);
            let Outcome::Failed(failure) = older.ends().await else { panic!("{target}") };
            assert_eq!(failure.code, ErrorCode::TaskTaken, "{}", failure.message);
            assert_eq!(stage.shows("SELECT id FROM a").await, ["1"], "{target} {mode:?}");
            let Outcome::Failed(failure) = stage.start().ends().await else { panic!("{target}") };
            assert_eq!(failure.code, ErrorCode::TaskTaken, "{}", failure.message);
            stage.token = 3;
            let last = stage.log.commit(&[ins(a, [i(3)])]);
            stage.apply(last).await;
            assert_eq!(stage.shows("SELECT id FROM a").await, ["1", "2", "3"], "{target} {mode:?}");
        }
    }
}

#[tokio::test]
async fn two_runs_of_a_task_do_each_change_once() {
    for target in [MySql, MariaDb, OceanBase] {
        let mut stage = Stage::on(target, Eventual).await;
        let a = stage.table("n", "a INT").await;
        for _ in 0..50 {
            stage.log.commit(&[ins(a, [i(1)]), ins(a, [i(2)])]);
        }
        let older = stage.start();
        let first = stage.log.commit(&[ins(a, [i(3)])]);
        older.reaches(first).await;
        stage.token = 2;
        let newer = stage.start();
        for _ in 0..50 {
            stage.log.commit(&[ins(a, [i(1)]), ins(a, [i(2)])]);
        }
        let last = stage.log.commit(&[ins(a, [i(3)])]);
        newer.reaches(last).await;
        older.stop().await;
        newer.stop().await;
        let shown = stage.shows("SELECT a, COUNT(*) FROM n GROUP BY a ORDER BY a").await;
        assert_eq!(shown, ["1 100", "2 100", "3 2"], "{target}");
    }
}

/// A database of that name is there on a server that other tests use, but its table may not be.
#[tokio::test]
async fn a_missing_right_is_named() {
    let mut stage = Stage::on(MySql, Eventual).await;
    let a = stage.table("a", "id INT PRIMARY KEY").await;
    stage.log.commit(&[ins(a, [i(1)])]);
    let rights = format!("ALL ON {}.*", stage.db.name());
    let account = TestUser::create(stage.db.server(), "bare", "s3cret", &[&rights]).await.unwrap();
    stage.at.user = account.server().user.clone();
    stage.at.password = account.server().password.clone().into();
    let Outcome::Failed(failure) = stage.start().ends().await else { panic!() };
    assert_eq!(failure.code, ErrorCode::MoveForbidden);
    assert!(
        failure.message.contains("CREATE, SELECT, INSERT, UPDATE and DELETE on oms_sync.*"),
        "{}",
        failure.message
    );
}
