//! Forgetting a database.

use super::{store, unreached};
use crate::app::{TestApp, admin, colleague, fields, stranger, user, viewer};
use diesel::{QueryableByName, RunQueryDsl, sql_query};
use oms_contracts::{ErrorCode, project::data_source::paths};
use oms_model::{DatabaseKind, EndpointId};
use project_service::domain::data_source::DataSource;
use reqwest::StatusCode;
use serde_json::{Value, json};

/// A source and a target, and a project between them.
async fn project(app: &TestApp) -> (DataSource, DataSource, Value) {
    let mut source = unreached(&user(), "source", "source.example");
    source.settings.kind = DatabaseKind::Mysql;
    let mut target = unreached(&user(), "target", "target.example");
    target.settings.kind = DatabaseKind::ObMysql;
    store(app, &[source.clone(), target.clone()]);
    let body = json!({
        "name": "move", "type": "MIGRATION",
        "sourceEndpointId": source.id, "sinkEndpointId": target.id,
        "transferMapping": { "mode": "SPECIFIC", "databases": [
            { "name": "shop", "tables": [{ "name": "orders" }] }
        ] },
        "enableStructTransfer": true, "enableFullTransfer": true,
    });
    let answer = app.by(user()).post("/api/v1/projects", &body).await;
    (source, target, answer.ok(StatusCode::CREATED))
}

#[tokio::test]
async fn what_a_live_project_uses_is_not_deleted() {
    let app = TestApp::start().await;
    let (source, target, project) = project(&app).await;
    let before = app.stored();
    for id in [&source.id, &target.id] {
        let answer = app.by(user()).delete(&paths::one(id)).await;
        let problem = answer.refused(ErrorCode::DataSourceInUse);
        assert_eq!(fields(&problem), [project["id"].as_str().expect("an id")]);
        assert_eq!(problem.details[0].message, "move");
    }
    assert_eq!(app.stored(), before);
}

#[tokio::test]
async fn a_project_that_is_released_or_deleted_keeps_nothing() {
    for state in ["RELEASED", "DELETED"] {
        let app = TestApp::start().await;
        let (source, _, _) = project(&app).await;
        let over = format!("UPDATE projects SET state = '{state}'");
        sql_query(over).execute(&mut app.metadata()).expect("updates");
        app.by(user()).delete(&paths::one(&source.id)).await.done();
        assert!(!app.stored().contains("source.example"));
    }
}

#[tokio::test]
async fn only_its_owner_and_those_in_charge_delete_a_data_source() {
    let app = TestApp::start().await;
    let sources = [unreached(&user(), "a", "a.example"), unreached(&user(), "b", "b.example")];
    store(&app, &sources);
    let before = app.stored();
    let path = paths::one(&sources[0].id);
    for who in [colleague(), stranger()] {
        app.by(who).delete(&path).await.refused(ErrorCode::NoSuchDataSource);
    }
    app.by(viewer()).delete(&path).await.refused(ErrorCode::Forbidden);
    let nobody = paths::one(&EndpointId::from_entropy([9; 10]));
    app.by(user()).delete(&nobody).await.refused(ErrorCode::NoSuchDataSource);
    assert_eq!(app.stored(), before);
    app.by(admin()).delete(&path).await.done();
    app.by(user()).delete(&paths::one(&sources[1].id)).await.done();
    assert!(!app.stored().contains(".example"));
}

#[tokio::test]
async fn partners_are_found_without_reading_every_data_source() {
    let app = TestApp::start().await;
    let plan = "EXPLAIN QUERY PLAN SELECT id FROM data_sources WHERE partner_id = 'ds_1'";
    let steps: Vec<Step> = sql_query(plan).load(&mut app.metadata()).expect("a plan");
    assert!(steps.iter().all(|step| step.detail.contains("data_sources_partner")), "{steps:?}");
}

/// A step of a query, as SQLite describes it.
#[derive(Debug, QueryableByName)]
struct Step {
    #[diesel(sql_type = diesel::sql_types::Text)]
    detail: String,
}
