//! Runs that end before their time.

use super::scene::Scene;
use crate::app::{PATIENCE, TestApp, id};
use diesel::connection::SimpleConnection;
use oms_contracts::sync::{ObjectState, StatementState, TaskState};
use oms_testkit::servers::ServerKind::{MariaDb, MySql, OceanBase};
use oms_testkit::{eventually, run_sql};
use std::sync::Arc;

const TABLES: u32 = 60;

async fn many(target: oms_testkit::servers::ServerKind) -> Scene {
    let mut scene = Scene::between(MySql, target).await;
    for number in 0..TABLES {
        let sql = format!("CREATE TABLE t{number}(a INT, v INT, KEY k(v))");
        scene.source.exec(&sql).await.unwrap();
        scene.add("TABLE", &format!("t{number}"));
    }
    scene.source.exec("CREATE VIEW v AS SELECT t1.a FROM t1 JOIN t2").await.unwrap();
    scene.add("VIEW", "v").set("existingTable", "FAIL");
    scene
}

/// Killed with this many tables at the target, again and again.
async fn killed(target: oms_testkit::servers::ServerKind, at: &[usize]) {
    let mut scene = many(target).await;
    scene.set("indexStrategy", "AFTER_LOAD");
    scene.store().await;
    scene.start().await;
    for reached in at {
        while scene.there().await.len() < *reached {
            tokio::task::yield_now().await;
        }
        scene = scene.killed().await;
    }
    let view = scene.ends().await;
    assert_eq!(view.summary.state, TaskState::Finished, "{:?}", view.summary.error);
    assert!(view.summary.epoch > 1, "it was taken up again");
    assert_eq!(scene.there().await.len(), TABLES as usize + 1);
    for number in 0..TABLES {
        let object = scene.object(number).await;
        assert_eq!(object.object.state, ObjectState::CompletedWithConversion, "{object:?}");
        assert_eq!(object.hidden_columns, ["OMS_PK_INCRMT"], "{number}: ours, so it is recorded");
        assert_eq!(object.deferred[0].state, StatementState::Pending, "{number}: not asked for");
    }
}

#[tokio::test]
async fn a_killed_run_is_gone_on_with() {
    killed(MySql, &[1, 20, 40, TABLES as usize]).await;
}

#[tokio::test]
async fn a_killed_run_is_gone_on_with_on_oceanbase() {
    killed(OceanBase, &[5, 30, TABLES as usize]).await;
}

#[tokio::test]
async fn a_run_that_had_created_all_and_not_ended_builds_no_indexes() {
    let mut scene = Scene::between(MySql, MySql).await;
    scene.source.exec("CREATE TABLE t(a INT PRIMARY KEY, b INT, KEY k(b))").await.unwrap();
    scene.tables(&["t"]).set("indexStrategy", "AFTER_LOAD").succeeds().await;
    let dir = scene.app.kill().await;
    let app = TestApp::as_built_in(Arc::clone(&dir)).await;
    // As it is when the end of the run was not noted.
    let sql = "UPDATE tasks SET state = 'RUNNING', owner = NULL, lease_until = 0";
    app.metadata().batch_execute(sql).unwrap();
    scene.app = app;
    let view = scene.ends().await;
    assert_eq!((view.summary.state, view.summary.epoch), (TaskState::Finished, 2));
    assert_eq!(scene.object(0).await.deferred[0].state, StatementState::Pending);
    assert!(!scene.shown("TABLE", "t").await.contains("`k`"));
}

/// Somebody else is creating a table of that name, and takes their time. Gives their connection.
async fn occupied(scene: &Scene, name: &str) -> (tokio::task::JoinHandle<()>, String) {
    let url = scene.target.server().clone();
    let sql = format!("CREATE TABLE {}.{name} AS SELECT SLEEP(600) AS s", scene.target.name());
    let sleeping = sql.clone();
    let other = tokio::spawn(async move {
        run_sql(&url, &sleeping).await.expect_err("is ended");
    });
    let sql = format!("SELECT id FROM information_schema.processlist WHERE info = '{sql}'");
    let found = async || scene.target.value(&sql).await.unwrap().ok_or(());
    (other, eventually(PATIENCE, found).await)
}

#[tokio::test]
async fn a_run_that_is_stopped_goes_on_where_it_was() {
    let scene = many(MySql).await;
    scene.store().await;
    let (other, session) = occupied(&scene, "t30").await;
    scene.start().await;
    let waits = format!(
        "SELECT COUNT(*) FROM information_schema.processlist WHERE state LIKE 'Waiting for table \
             metadata lock' AND db = '{}'",
        scene.target.name()
    );
    let waiting = async || scene.target.value(&waits).await.unwrap().unwrap();
    let in_the_middle = async || {
        let (waiting, there) = (waiting().await, scene.there().await.len());
        if waiting == "1" && there >= 10 {
            return Ok(());
        }
        let sessions = scene.target.rows("SHOW PROCESSLIST").await;
        Err((waiting, there, sessions, scene.objects().await))
    };
    eventually(PATIENCE, in_the_middle).await;
    scene.stop().await;
    assert_eq!(scene.ends().await.summary.state, TaskState::Suspend);
    eventually(PATIENCE, async || waiting().await == "0").await;
    let there = scene.there().await.len();
    assert!(there < TABLES as usize, "it was in the middle: {there}");
    assert_eq!(scene.state(30).await, ObjectState::Creating);
    scene.target.exec(&format!("KILL {session}")).await.unwrap();
    other.await.unwrap();
    // A sleep that is ended may leave its table.
    scene.target.exec("DROP TABLE IF EXISTS t30").await.unwrap();
    let again = scene.again().await.summary.state;
    assert_eq!(again, TaskState::Finished, "{:#?}", scene.objects().await);
    assert_eq!(scene.there().await.len(), TABLES as usize + 1);
    assert_eq!(scene.state(30).await, ObjectState::CompletedWithConversion);
}

#[tokio::test]
async fn connections_that_break_are_made_anew() {
    for target in [MySql, MariaDb, OceanBase] {
        let scene = many(target).await;
        scene.store().await;
        scene.start().await;
        let client = scene.app.client();
        let mut killed = 0;
        let runs = async || client.task(&id("p.schema")).await.unwrap().summary.state;
        while killed < 30 && runs().await == TaskState::Running {
            let sql = format!(
                "SELECT id FROM information_schema.processlist WHERE db = '{}' AND id <> \
                 CONNECTION_ID()",
                scene.target.name()
            );
            for row in scene.target.rows(&sql).await.unwrap() {
                let kill = format!("KILL {}", row[0].as_ref().unwrap());
                killed += usize::from(scene.target.exec(&kill).await.is_ok());
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        let view = scene.ends().await;
        assert_eq!(view.summary.state, TaskState::Finished, "{:#?}", scene.objects().await);
        assert!(killed > 0, "none was killed");
        for number in 0..TABLES {
            assert_eq!(scene.state(number).await, ObjectState::CompletedWithConversion);
        }
    }
}

#[tokio::test]
async fn what_users_change_while_it_runs_is_done() {
    use oms_contracts::sync::ObjectOperation;
    let mut scene = many(MySql).await;
    scene.target.exec("CREATE TABLE t0(a INT)").await.unwrap();
    scene.set("existingTable", "FAIL");
    scene.store().await;
    scene.start().await;
    let app = &scene.app;
    oms_testkit::eventually(crate::app::PATIENCE, || async {
        let skip = ObjectOperation::Skip;
        app.client().act_on_object(&id("p.schema"), 0, skip).await.is_ok()
    })
    .await;
    let view = scene.ends().await;
    if view.summary.state == TaskState::Failed {
        // The run was through before.
        assert_eq!(scene.again().await.summary.state, TaskState::Finished);
    }
    assert_eq!(scene.state(0).await, ObjectState::Skipped);
}
