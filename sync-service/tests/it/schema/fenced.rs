//! What a run that died left at work is over before the next one goes on.

use super::scene::Scene;
use crate::app::{PATIENCE, id};
use oms_contracts::sync::{StatementState, TaskState};
use oms_testkit::eventually;
use oms_testkit::servers::ServerKind::{self, MariaDb, MySql, OceanBase};

const TABLE: &str = "CREATE TABLE t(a INT PRIMARY KEY, b INT, KEY k(b))";

/// A table whose index is left for later, and that somebody at the target holds on to.
async fn held(target: ServerKind, hold: &str) -> Scene {
    let mut scene = Scene::between(MySql, target).await;
    scene.source.exec(TABLE).await.unwrap();
    scene.tables(&["t"]).set("indexStrategy", "AFTER_LOAD");
    scene.succeeds().await;
    scene.target.exec("INSERT INTO t VALUES (1, 1)").await.unwrap();
    scene.target.exec(hold).await.unwrap();
    scene.app.client().build_indexes(&id("p.schema")).await.expect("is asked");
    scene
}

/// The sessions that build the index.
async fn builders(scene: &Scene) -> Vec<String> {
    let sql = "SELECT id FROM information_schema.processlist WHERE info LIKE 'ALTER TABLE%' AND \
               db = DATABASE()";
    let rows = scene.target.rows(sql).await.unwrap();
    rows.into_iter().filter_map(|row| row[0].clone()).collect()
}

async fn is_built(scene: &Scene) {
    let view = scene.ends().await;
    assert_eq!(view.summary.state, TaskState::Finished, "{:?}", view.summary.error);
    assert_eq!(scene.object(0).await.deferred[0].state, StatementState::Done);
    let rows = scene.target.rows("SHOW INDEX FROM t WHERE Key_name = 'k'").await.unwrap();
    assert!(format!("{rows:?}").contains("\"b\""), "{rows:?}");
}

#[tokio::test]
async fn an_index_that_a_killed_run_was_building_is_ended() {
    for target in [MySql, MariaDb] {
        let scene = held(target, "BEGIN; SELECT * FROM t").await;
        let first = async || match &builders(&scene).await[..] {
            [first] => Ok(first.clone()),
            other => Err(other.to_vec()),
        };
        let first = eventually(PATIENCE, first).await;
        let scene = scene.killed().await;
        let next = async || match &builders(&scene).await[..] {
            [next] if *next != first => Ok(()),
            other => Err(other.to_vec()),
        };
        eventually(PATIENCE, next).await;
        scene.target.exec("COMMIT").await.unwrap();
        is_built(&scene).await;
    }
}

/// `OceanBase` keeps the name of an index whose building was given up, until nobody uses the table as
/// it was before.
#[tokio::test]
async fn an_index_that_cannot_be_used_is_not_taken_for_built() {
    let scene = held(OceanBase, "BEGIN; INSERT INTO t VALUES (2, 2)").await;
    let other = oms_testkit::TestDb::create(scene.target.server()).await.unwrap();
    let state = format!(
        "SELECT comment FROM information_schema.statistics WHERE index_name = 'k' AND \
         table_schema = '{}'",
        scene.target.name()
    );
    let state = async || other.value(&state).await.unwrap();
    let reaches = async |wanted: &str| match state().await {
        Some(state) if state == wanted => Ok(()),
        state => Err(state),
    };
    eventually(PATIENCE, async || reaches("UNUSABLE").await).await;
    let scene = scene.killed().await;
    let again = async || scene.app.client().task(&id("p.schema")).await.unwrap().summary.epoch;
    eventually(PATIENCE, async || again().await > 2).await;
    assert_ne!(state().await.as_deref(), Some("VALID"));
    assert_ne!(scene.object(0).await.deferred[0].state, StatementState::Done);
    scene.target.exec("COMMIT").await.unwrap();
    is_built(&scene).await;
    assert_eq!(state().await.as_deref(), Some("VALID"));
}
