//! Objects that cannot be created, and what users do about them.

use super::scene::{Scene, codes};
use crate::endpoint::endpoint;
use oms_contracts::{
    ErrorCode,
    sync::{ObjectOperation, ObjectState, TaskState},
};
use oms_testkit::TestUser;
use oms_testkit::servers::ServerKind::{MariaDb, MySql, OceanBase, Postgres};

#[tokio::test]
async fn what_the_source_does_not_have_cannot_be_read() {
    let mut scene = Scene::between(MySql, OceanBase).await;
    scene.source.exec("CREATE TABLE t(a INT PRIMARY KEY)").await.unwrap();
    scene.tables(&["gone", "t"]).run().await;
    let object = scene.object(0).await;
    assert_eq!(object.object.state, ObjectState::DdlFailed);
    assert_eq!(object.database_code.as_deref(), Some("1146"));
    assert!(object.database_message.unwrap().contains("gone"));
    assert_eq!(scene.state(1).await, ObjectState::CompletedWithConversion, "the others go on");
    scene.source.exec("CREATE TABLE gone(a INT PRIMARY KEY)").await.unwrap();
    scene.act(0, ObjectOperation::Retry).await;
    assert_eq!(scene.again().await.summary.state, TaskState::Finished);
}

#[tokio::test]
async fn a_statement_of_the_users_is_run_instead() {
    let mut scene = Scene::between(MariaDb, MySql).await;
    scene.source.exec("CREATE SEQUENCE s").await.unwrap();
    scene.source.exec("CREATE TABLE t(a INT)").await.unwrap();
    scene.add("SEQUENCE", "s").add("TABLE", "t");
    scene.target.exec("CREATE VIEW t AS SELECT 1 AS b").await.unwrap();
    scene.run().await;
    let object = scene.object(0).await;
    assert_eq!(object.object.state, ObjectState::NotSupported);
    assert_eq!(object.object.error.unwrap().code, ErrorCode::NotConvertible);
    scene.failed(1, "a view of the name").await;
    scene.edit(0, "CREATE TABLE s(next INT)").await;
    scene.edit(1, "CREATE TABLE nonsense(").await;
    scene.again().await;
    assert_eq!(scene.state(0).await, ObjectState::CompletedWithConversion);
    let failed = scene.failed(1, "syntax").await;
    assert_eq!(failed.database_code.as_deref(), Some("1064"));
    scene.target.exec("DROP VIEW t").await.unwrap();
    scene.edit(1, "CREATE TABLE t(a INT, b INT)").await;
    assert_eq!(scene.again().await.summary.state, TaskState::Finished);
    assert_eq!(scene.there().await, ["s", "t"]);
    let object = scene.object(1).await;
    assert_eq!(object.hidden_columns, [""; 0], "the statement adds none");
}

#[tokio::test]
async fn an_object_that_is_removed_is_no_longer_missed() {
    let mut scene = Scene::between(MySql, MySql).await;
    scene.source.exec("CREATE TABLE t(a INT PRIMARY KEY)").await.unwrap();
    scene.target.exec("CREATE TABLE t(b INT PRIMARY KEY)").await.unwrap();
    scene.tables(&["t"]).run().await;
    scene.act(0, ObjectOperation::Remove).await;
    assert_eq!(scene.again().await.summary.state, TaskState::Finished);
}

#[tokio::test]
async fn a_view_whose_table_failed_fails_with_it_and_comes_with_it() {
    let mut scene = Scene::between(MySql, MariaDb).await;
    let sql = "CREATE TABLE t(a INT PRIMARY KEY); CREATE VIEW v AS SELECT a FROM t; \
               CREATE VIEW above AS SELECT a FROM v";
    scene.source.exec(sql).await.unwrap();
    scene.add("VIEW", "above").add("VIEW", "v");
    scene.run().await;
    let object = scene.failed(1, "t").await;
    assert_eq!(object.database_code.as_deref(), Some("1146"));
    scene.failed(0, "v").await;
    scene.target.exec("CREATE TABLE t(a INT PRIMARY KEY)").await.unwrap();
    for number in [0, 1] {
        scene.act(number, ObjectOperation::Retry).await;
    }
    assert_eq!(scene.again().await.summary.state, TaskState::Finished);
}

#[tokio::test]
async fn an_account_without_rights_is_told_so() {
    let mut scene = Scene::between(MySql, MySql).await;
    scene.source.exec("CREATE TABLE t(a INT PRIMARY KEY)").await.unwrap();
    let grant = format!("SELECT ON {}.*", scene.target.name());
    let user = TestUser::create(scene.target.server(), "few", "pw", &[&grant]).await.unwrap();
    scene.spec["target"] = endpoint(user.server());
    scene.tables(&["t"]).run().await;
    let object = scene.failed(0, "CREATE command denied").await;
    assert_eq!(object.object.error.unwrap().code, ErrorCode::MoveForbidden);
    assert_eq!(object.database_code.as_deref(), Some("1142"));
}

#[tokio::test]
async fn a_source_that_shows_nothing_is_told_so() {
    let mut scene = Scene::between(MariaDb, MySql).await;
    scene.source.exec("CREATE TABLE t(a INT PRIMARY KEY)").await.unwrap();
    let user = TestUser::create(scene.source.server(), "few", "pw", &[]).await.unwrap();
    scene.spec["source"] = endpoint(user.server());
    scene.tables(&["t"]).run().await;
    let object = scene.object(0).await;
    assert_eq!(object.object.state, ObjectState::DdlFailed);
    assert_eq!(object.object.error.unwrap().code, ErrorCode::MoveForbidden);
}

#[tokio::test]
async fn a_database_that_may_not_be_created_is_named() {
    let mut scene = Scene::between(MySql, MySql).await;
    scene.source.exec("CREATE TABLE t(a INT PRIMARY KEY)").await.unwrap();
    let user = TestUser::create(scene.target.server(), "few", "pw", &[]).await.unwrap();
    scene.spec["target"] = endpoint(user.server());
    scene.tables(&["t"]);
    scene.spec["objects"][0]["target"]["database"] = "never_there".into();
    scene.run().await;
    scene.failed(0, "the database could not be created").await;
}

#[tokio::test]
async fn a_wrong_password_ends_the_run() {
    let mut scene = Scene::between(MySql, MySql).await;
    scene.source.exec("CREATE TABLE t(a INT PRIMARY KEY)").await.unwrap();
    scene.spec["target"]["password"] = "wrong".into();
    let view = scene.tables(&["t"]).run().await;
    assert_eq!(view.summary.state, TaskState::Failed);
    assert!(view.summary.error.unwrap().message.starts_with("target: access denied"));
    assert_eq!(scene.state(0).await, ObjectState::Initializing);
}

#[tokio::test]
async fn families_do_not_mix() {
    let mut scene = Scene::between(MySql, Postgres).await;
    scene.source.exec("CREATE TABLE t(a INT PRIMARY KEY)").await.unwrap();
    let view = scene.tables(&["t"]).run().await;
    assert_eq!(view.summary.error.unwrap().code, ErrorCode::KindNotSupported);
}

#[tokio::test]
async fn values_that_would_collide_are_found_before_the_load() {
    let mut scene = Scene::between(MySql, MySql).await;
    let sql = "CREATE TABLE t(k VARCHAR(9) COLLATE utf8mb4_bin, n INT, PRIMARY KEY (k, n)); \
               CREATE TABLE fine(k VARCHAR(9) COLLATE utf8mb4_bin PRIMARY KEY); \
               CREATE TABLE some_of_it(k VARCHAR(9) COLLATE utf8mb4_bin PRIMARY KEY); \
               INSERT INTO t VALUES ('a', 1), ('A', 1), ('b', 1), ('b', 2); \
               INSERT INTO fine VALUES ('a'), ('b'); INSERT INTO some_of_it VALUES ('a'), ('A')";
    scene.source.exec(sql).await.unwrap();
    scene.tables(&["t", "fine", "some_of_it"]);
    scene.spec["objects"][2]["whereClause"] = "k = 'a'".into();
    scene.set("collationMap", serde_json::json!({ "utf8mb4_bin": "utf8mb4_general_ci" }));
    scene.run().await;
    let failed = scene.failed(0, "\"a\"").await;
    let error = failed.object.error.unwrap();
    assert_eq!(error.code, ErrorCode::KeysCollide);
    assert!(error.message.contains("key PRIMARY") && error.message.contains("\"A\""), "{error:?}");
    for number in [1, 2] {
        let object = scene.object(number).await;
        assert_eq!(object.object.state, ObjectState::CompletedWithConversion, "{object:?}");
        assert!(codes(&object).contains(&"KEY_CHECKED"), "{object:?}");
    }
    scene.source.exec("DELETE FROM t WHERE BINARY k = 'A'").await.unwrap();
    scene.act(0, ObjectOperation::Retry).await;
    assert_eq!(scene.again().await.summary.state, TaskState::Finished);
}
