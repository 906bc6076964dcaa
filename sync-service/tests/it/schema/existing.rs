//! The target has something of that name.

use super::scene::{Scene, codes};
use oms_contracts::{
    ErrorCode,
    sync::{ObjectOperation, ObjectState, TaskState},
};
use oms_testkit::servers::ServerKind::{MariaDb, MySql, OceanBase};

#[tokio::test]
async fn a_table_that_fits_is_used() {
    for target in [MySql, MariaDb, OceanBase] {
        let mut scene = Scene::between(MySql, target).await;
        let sql = "CREATE TABLE t(a INT PRIMARY KEY, b VARCHAR(10), CONSTRAINT c CHECK (a > 0))";
        scene.source.exec(sql).await.unwrap();
        let sql = "CREATE TABLE t(a BIGINT PRIMARY KEY, b VARCHAR(20), more INT, \
                   CONSTRAINT c CHECK (a > 0))";
        scene.target.exec(sql).await.unwrap();
        scene.tables(&["t"]).succeeds().await;
        let object = scene.object(0).await;
        assert_eq!(object.object.state, ObjectState::Completed);
        assert!(codes(&object).contains(&"EXISTING_USED"), "{object:?}");
        assert!(codes(&object).contains(&"EXISTING_DIFFERS"), "{object:?}");
        assert_eq!(object.deferred, [], "the check is there");
    }
}

#[tokio::test]
async fn a_table_that_does_not_fit_fails_with_each_difference() {
    let mut scene = Scene::between(MySql, OceanBase).await;
    let sql = "CREATE TABLE t(a INT PRIMARY KEY, b VARCHAR(10), c INT); CREATE TABLE fine(a INT PRIMARY KEY)";
    scene.source.exec(sql).await.unwrap();
    scene.target.exec("CREATE TABLE t(a TINYINT PRIMARY KEY, b VARCHAR(5))").await.unwrap();
    scene.tables(&["t", "fine"]);
    let view = scene.run().await;
    let error = view.summary.error.unwrap();
    assert_eq!(error.code, ErrorCode::ObjectsFailed);
    assert_eq!(error.message, "1 of 2 objects could not be created");
    let failed = scene.failed(0, "column a").await;
    let error = failed.object.error.unwrap();
    assert_eq!(error.code, ErrorCode::ObjectDiffers);
    assert!(error.message.contains("column b") && error.message.contains("column c"), "{error:?}");
    assert_eq!(scene.state(1).await, ObjectState::CompletedWithConversion);
    // Mended, and retried.
    scene.target.exec("DROP TABLE t").await.unwrap();
    scene.act(0, ObjectOperation::Retry).await;
    assert_eq!(scene.again().await.summary.state, TaskState::Finished);
    // OceanBase has other collations.
    assert_eq!(scene.state(0).await, ObjectState::CompletedWithConversion);
}

#[tokio::test]
async fn any_table_is_refused_where_none_may_be() {
    let mut scene = Scene::between(MySql, MySql).await;
    scene.source.exec("CREATE TABLE t(a INT PRIMARY KEY)").await.unwrap();
    scene.target.exec("CREATE TABLE t(a INT PRIMARY KEY)").await.unwrap();
    scene.tables(&["t"]).set("existingTable", "FAIL").run().await;
    let failed = scene.failed(0, "already").await;
    assert_eq!(failed.object.error.unwrap().code, ErrorCode::ObjectExists);
    scene.act(0, ObjectOperation::Skip).await;
    assert_eq!(scene.again().await.summary.state, TaskState::Finished);
    assert_eq!(scene.state(0).await, ObjectState::Skipped);
}

#[tokio::test]
async fn something_else_of_that_name_is_refused() {
    let mut scene = Scene::between(MySql, MariaDb).await;
    scene.source.exec("CREATE TABLE t(a INT PRIMARY KEY)").await.unwrap();
    scene.target.exec("CREATE VIEW t AS SELECT 1 AS a").await.unwrap();
    scene.tables(&["t"]).run().await;
    scene.failed(0, "a view of the name").await;
}

#[tokio::test]
async fn a_view_is_used_if_it_has_the_columns() {
    for target in [MySql, OceanBase] {
        let mut scene = Scene::between(MySql, target).await;
        let sql = "CREATE TABLE t(a INT PRIMARY KEY, b INT); CREATE VIEW v AS SELECT a, b FROM t; \
                   CREATE VIEW w AS SELECT a, b FROM t";
        scene.source.exec(sql).await.unwrap();
        let sql = "CREATE VIEW v AS SELECT 1 AS a, 2 AS b; CREATE VIEW w AS SELECT 1 AS a";
        scene.target.exec(sql).await.unwrap();
        scene.tables(&["t"]).add("VIEW", "v").add("VIEW", "w");
        scene.run().await;
        let used = scene.object(1).await;
        assert_eq!(used.object.state, ObjectState::Completed, "{used:?}");
        assert!(codes(&used).contains(&"EXISTING_DIFFERS"), "its query is another");
        scene.failed(2, "columns: expected a, b, found a").await;
    }
}

#[tokio::test]
async fn a_table_that_was_there_gets_no_hidden_key() {
    let mut scene = Scene::between(MySql, OceanBase).await;
    scene.source.exec("CREATE TABLE t(a INT)").await.unwrap();
    scene.target.exec("CREATE TABLE t(a INT)").await.unwrap();
    scene.tables(&["t"]).succeeds().await;
    let object = scene.object(0).await;
    assert_eq!(object.hidden_columns, [""; 0], "nothing of the user's may be dropped later");
    assert!(codes(&object).contains(&"HIDDEN_KEY_NOT_ADDED"));
}
