//! What users do about objects, one and many, against real servers.

use super::scene::Scene;
use crate::app::id;
use oms_contracts::{
    ErrorCode,
    sync::{EditDdl, ObjectOperation as O, ObjectState as S, TaskState, paths},
};
use oms_testkit::servers::ServerKind::{self, MariaDb, MySql, OceanBase};

/// Two tables that are completed, three that failed, one that the source does not have, and a
/// sequence that no target but MariaDB has.
async fn some_failed(target: ServerKind) -> Scene {
    let mut scene = Scene::between(MariaDb, target).await;
    for name in ["fine", "wide", "f1", "f2", "f3"] {
        let sql = format!("CREATE TABLE {name}(a INT PRIMARY KEY, b INT, KEY k(b))");
        scene.source.exec(&sql).await.unwrap();
    }
    for name in ["f1", "f2", "f3"] {
        scene.target.exec(&format!("CREATE TABLE {name}(z INT)")).await.unwrap();
    }
    scene.source.exec("CREATE SEQUENCE s").await.unwrap();
    scene.tables(&["fine", "wide", "f1", "f2", "f3", "gone"]).add("SEQUENCE", "s");
    scene.set("indexStrategy", "AFTER_LOAD");
    let view = scene.run().await;
    assert_eq!(view.summary.error.unwrap().code, ErrorCode::ObjectsFailed);
    for number in [2, 3, 4] {
        scene.failed(number, "column a").await;
    }
    assert_eq!(scene.state(5).await, S::DdlFailed);
    assert_eq!(scene.state(6).await, S::NotSupported);
    scene
}

#[tokio::test]
async fn all_that_failed_is_retried_at_once() {
    for target in [MySql, OceanBase] {
        let scene = some_failed(target).await;
        for name in ["f1", "f2", "f3"] {
            scene.target.exec(&format!("DROP TABLE {name}")).await.unwrap();
        }
        scene.source.exec("CREATE TABLE gone(a INT PRIMARY KEY)").await.unwrap();
        assert_eq!(scene.act_on(&[], O::Retry).await, (vec![2, 3, 4, 5], vec![]));
        let view = scene.again().await;
        assert_eq!(view.summary.error.unwrap().message, "1 of 7 objects could not be created");
        scene.act(6, O::Skip).await;
        assert_eq!(scene.again().await.summary.state, TaskState::Finished);
        assert_eq!(scene.there().await, ["f1", "f2", "f3", "fine", "gone", "wide"]);
    }
}

#[tokio::test]
async fn many_are_skipped_or_removed_and_those_that_cannot_be_are_named() {
    let scene = some_failed(MySql).await;
    assert_eq!(scene.act_on(&[0, 2, 3, 5, 99], O::Skip).await, (vec![2, 3, 5], vec![0, 99]));
    for number in [2, 3, 5] {
        let object = scene.object(number).await;
        assert_eq!((object.object.state, object.object.error), (S::Skipped, None));
    }
    assert_eq!(scene.act_on(&[1, 3, 4, 6], O::Remove).await, (vec![1, 3, 4, 6], vec![]));
    let view = scene.again().await;
    assert_eq!((view.summary.state, view.progress.total), (TaskState::Finished, 3));
    assert_eq!(view.progress.schema.unwrap().deferred, 1, "only the index of `fine` is left");
    assert_eq!(scene.indexes().await.summary.state, TaskState::Finished);
    assert!(!scene.shown("TABLE", "wide").await.contains("`k`"));
    assert!(scene.shown("TABLE", "fine").await.contains("`k`"));
}

#[tokio::test]
async fn a_statement_is_seen_edited_and_tried_again_until_it_fits() {
    let scene = some_failed(OceanBase).await;
    let seen = scene.object(2).await;
    assert!(seen.source_ddl.unwrap().contains("CREATE TABLE `f1`"));
    let ddl = seen.converted_ddl.unwrap();
    assert!(ddl.contains("`f1`") && ddl.contains(scene.target.name()), "{ddl}");
    scene.act_on(&[3, 4, 5, 6], O::Skip).await;
    scene.edit(2, &ddl.replace("CREATE TABLE", "CREATE TABEL")).await;
    assert_eq!(scene.state(2).await, S::Ready);
    scene.again().await;
    let failed = scene.failed(2, "syntax").await;
    assert_eq!(failed.database_code.as_deref(), Some("1064"));
    // A retry runs the same once more; the conversion is not what the user wants.
    scene.act(2, O::Retry).await;
    scene.again().await;
    scene.failed(2, "syntax").await;
    scene.target.exec("DROP TABLE f1").await.unwrap();
    scene.edit(2, &ddl.replace("`b` int", "`b` bigint")).await;
    assert_eq!(scene.again().await.summary.state, TaskState::Finished);
    assert_eq!(scene.state(2).await, S::CompletedWithConversion);
    assert!(scene.shown("TABLE", "f1").await.contains("bigint"));
}

#[tokio::test]
async fn what_a_state_does_not_allow_is_refused() {
    let scene = some_failed(MySql).await;
    let task = id("p.schema");
    for (number, operation) in [(0, O::Retry), (0, O::Skip), (5, O::Remove), (6, O::Retry)] {
        let path = paths::act_on_object(&task, number, operation);
        scene.app.command(&path).await.refused(ErrorCode::ObjectNotAllowed);
    }
    let edit = EditDdl { ddl: "SELECT 1".into() };
    scene.app.put(&paths::object_ddl(&task, 0), &edit).await.refused(ErrorCode::ObjectNotAllowed);
    scene.act_on(&[2, 3, 4, 5, 6], O::Skip).await;
    assert_eq!(scene.again().await.summary.state, TaskState::Finished);
    let path = paths::act_on_object(&task, 0, O::Remove);
    scene.app.command(&path).await.refused(ErrorCode::ObjectsClosed);
}
