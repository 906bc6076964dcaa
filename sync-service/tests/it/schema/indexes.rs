//! Indexes: with the table, after the load, or not at all.

use super::scene::{Scene, codes};
use crate::app::id;
use oms_contracts::{
    ErrorCode,
    sync::{ObjectOperation, StatementKind, StatementState, TaskKind, TaskState, paths},
};
use oms_testkit::servers::ServerKind::{MariaDb, MySql, OceanBase};

const TABLE: &str = "CREATE TABLE t(a INT PRIMARY KEY, b INT, c VARCHAR(30), UNIQUE u(b), KEY k(c), \
    KEY two(b, c(5)))";

#[tokio::test]
async fn indexes_come_when_they_are_asked_for() {
    for target in [MySql, MariaDb, OceanBase] {
        let mut scene = Scene::between(MySql, target).await;
        scene.source.exec(TABLE).await.unwrap();
        scene.tables(&["t"]).set("indexStrategy", "AFTER_LOAD");
        scene.succeeds().await;
        let before = scene.shown("TABLE", "t").await;
        assert!(before.contains("`u`") && !before.contains("`k`"), "{before}");
        let kept = scene.object(0).await.deferred;
        let names: Vec<_> = kept.iter().map(|d| (d.kind, d.name.as_str(), d.state)).collect();
        let pending = |name| (StatementKind::Index, name, StatementState::Pending);
        assert_eq!(names, [pending("k"), pending("two")]);
        let again = scene.again().await.summary;
        assert_eq!((again.state, again.epoch), (TaskState::Finished, 1), "a start asks for none");
        assert_eq!(scene.indexes().await.summary.state, TaskState::Finished);
        let after = scene.shown("TABLE", "t").await;
        assert!(after.contains("`k`") && after.contains("`two`"), "{after}");
        let kept = scene.object(0).await.deferred;
        assert!(kept.iter().all(|d| d.state == StatementState::Done), "{kept:?}");
        let epoch = scene.indexes().await.summary.epoch;
        assert_eq!(epoch, 2, "nothing is left to be done");
    }
}

#[tokio::test]
async fn an_index_that_is_there_is_not_built_twice_and_another_one_is_told_from_it() {
    let mut scene = Scene::between(MySql, MySql).await;
    scene.source.exec(TABLE).await.unwrap();
    scene.tables(&["t"]).set("indexStrategy", "AFTER_LOAD");
    scene.succeeds().await;
    scene.target.exec("ALTER TABLE t ADD KEY k(c), ADD KEY two(c)").await.unwrap();
    let view = scene.indexes().await;
    let error = view.summary.error.unwrap();
    assert_eq!(error.code, ErrorCode::IndexesFailed);
    assert_eq!(error.message, "1 of 2 indexes could not be built");
    let kept = scene.object(0).await.deferred;
    assert_eq!((kept[0].state, kept[1].state), (StatementState::Done, StatementState::Failed));
    assert!(kept[1].error.as_ref().unwrap().contains("another one"), "{kept:?}");
    scene.target.exec("ALTER TABLE t DROP KEY two").await.unwrap();
    assert_eq!(scene.again().await.summary.state, TaskState::Finished);
    assert_eq!(scene.object(0).await.deferred[1].state, StatementState::Done);
}

#[tokio::test]
async fn indexes_that_are_not_wanted_are_named() {
    let mut scene = Scene::between(MySql, OceanBase).await;
    scene.source.exec(TABLE).await.unwrap();
    scene.tables(&["t"]).set("indexStrategy", "NONE").succeeds().await;
    let object = scene.object(0).await;
    assert!(object.deferred.is_empty());
    assert_eq!(codes(&object).iter().filter(|code| **code == "INDEX_NOT_CREATED").count(), 2);
    assert!(!scene.shown("TABLE", "t").await.contains("`k`"));
}

#[tokio::test]
async fn building_stops_at_the_server_as_well() {
    let mut scene = Scene::between(MySql, MySql).await;
    scene.source.exec(TABLE).await.unwrap();
    scene.tables(&["t"]).set("indexStrategy", "AFTER_LOAD");
    scene.succeeds().await;
    // Somebody reads the table, so that no index can be added.
    scene.target.exec("SET autocommit = 0; SELECT * FROM t").await.unwrap();
    scene.app.client().build_indexes(&id("p.schema")).await.expect("is asked");
    let waiting = "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE \
                   'ALTER TABLE%' AND db = DATABASE()";
    let builds = async || scene.target.value(waiting).await.unwrap().unwrap();
    oms_testkit::eventually(crate::app::PATIENCE, async || builds().await == "1").await;
    scene.stop().await;
    assert_eq!(scene.ends().await.summary.state, TaskState::Suspend);
    oms_testkit::eventually(crate::app::PATIENCE, async || builds().await == "0").await;
    assert_eq!(scene.object(0).await.deferred[0].state, StatementState::Due);
    scene.target.exec("COMMIT").await.unwrap();
    assert_eq!(scene.again().await.summary.state, TaskState::Finished);
}

#[tokio::test]
async fn indexes_of_what_was_removed_or_skipped_are_not_built() {
    let mut scene = Scene::between(MySql, MariaDb).await;
    for name in ["removed", "skipped", "kept"] {
        scene.source.exec(&TABLE.replace("TABLE t", &format!("TABLE {name}"))).await.unwrap();
    }
    scene.target.exec("CREATE TABLE skipped(z INT)").await.unwrap();
    scene.tables(&["removed", "skipped", "kept"]).set("indexStrategy", "AFTER_LOAD");
    scene.run().await;
    scene.failed(1, "column").await;
    scene.act(0, ObjectOperation::Remove).await;
    scene.act(1, ObjectOperation::Skip).await;
    assert_eq!(scene.object(1).await.deferred, []);
    assert_eq!(scene.again().await.summary.state, TaskState::Finished);
    let view = scene.indexes().await;
    assert_eq!((view.summary.state, view.summary.error), (TaskState::Finished, None));
    assert!(!scene.shown("TABLE", "removed").await.contains("`two`"));
    assert!(scene.shown("TABLE", "kept").await.contains("`two`"));
}

#[tokio::test]
async fn indexes_are_asked_for_when_all_is_there() {
    let mut scene = Scene::between(MySql, MySql).await;
    scene.source.exec(TABLE).await.unwrap();
    scene.target.exec("CREATE TABLE t(z INT)").await.unwrap();
    scene.tables(&["t"]).set("indexStrategy", "AFTER_LOAD");
    let path = paths::build_indexes(&id("p.schema"));
    scene.app.command(&path).await.refused(ErrorCode::NoSuchTask);
    scene.store().await;
    scene.app.command(&path).await.refused(ErrorCode::TaskNotReady);
    scene.run().await;
    scene.app.command(&path).await.refused(ErrorCode::TaskNotReady);
    let full = crate::app::spec(TaskKind::Full, 1);
    scene.app.store("p.full", &full).await;
    let path = paths::build_indexes(&id("p.full"));
    scene.app.command(&path).await.refused(ErrorCode::WrongTaskKind);
}

#[tokio::test]
async fn tables_that_are_small_get_their_indexes_at_once() {
    let mut scene = Scene::between(MySql, OceanBase).await;
    scene.source.exec("CREATE TABLE few (id INT PRIMARY KEY, n INT, KEY by_n (n))").await.unwrap();
    scene.source.exec("CREATE TABLE many (id INT PRIMARY KEY, n INT, KEY by_n (n))").await.unwrap();
    scene.source.exec("INSERT INTO many VALUES (1, 1), (2, 2), (3, 3), (4, 4)").await.unwrap();
    scene.source.exec("ANALYZE TABLE many").await.unwrap();
    scene.tables(&["few", "many"]).set("indexStrategy", "AFTER_LOAD");
    scene.set("indexAtOnceBelow", 3);
    scene.succeeds().await;
    for (table, built) in [("few", 1), ("many", 0)] {
        let indexes = format!("SHOW INDEX FROM {table} WHERE Key_name = 'by_n'");
        assert_eq!(scene.target.rows(&indexes).await.unwrap().len(), built, "{table}");
    }
}
