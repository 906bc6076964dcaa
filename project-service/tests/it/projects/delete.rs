//! Forgetting a project.

use super::{Stage, put_into};
use crate::app::{texts, user};
use oms_contracts::{
    ErrorCode, Page,
    project::{
        label::{LabelName, LabelView, paths as labels},
        project::{ProjectSummary, ProjectView, paths},
    },
};
use project_service::domain::lifecycle::{ProjectEvent, ProjectState};
use reqwest::StatusCode;
use serde_json::json;
use strum::IntoEnumIterator;

#[tokio::test]
async fn a_project_is_deleted_in_the_states_that_allow_it() {
    let stage = Stage::of(&user()).await;
    for state in ProjectState::iter() {
        let name = state.to_string();
        let made = stage.draft(user(), &name).await;
        put_into(&stage.app, &made.id, state);
        let before = stage.app.stored();
        let path = paths::one(&made.id);
        let answer = stage.app.by(user()).delete(&format!("{path}?name={name}")).await;
        match state.on(ProjectEvent::Delete) {
            Ok(_) => {
                answer.done();
                stage.app.by(user()).get(&path).await.refused(ErrorCode::NoSuchProject);
            }
            Err(_) if state == ProjectState::Deleted => {
                answer.refused(ErrorCode::NoSuchProject);
                assert_eq!(stage.app.stored(), before);
            }
            Err(_) => {
                answer.refused(ErrorCode::IllegalTransition);
                assert_eq!(stage.app.stored(), before, "{state}");
            }
        }
    }
}

#[tokio::test]
async fn the_name_must_be_repeated_exactly() {
    let stage = Stage::of(&user()).await;
    let made = stage.draft(user(), "订单&shop=1").await;
    let before = stage.app.stored();
    let path = paths::one(&made.id);
    let caller = stage.app.by(user());
    for query in ["", "?name=", "?name=%E8%AE%A2%E5%8D%95", "?name=%E8%AE%A2%E5%8D%95%26SHOP%3D1"] {
        caller.delete(&format!("{path}{query}")).await.refused(ErrorCode::NameNotConfirmed);
    }
    let unknown = format!("{path}?name=x&force=true");
    caller.delete(&unknown).await.refused(ErrorCode::InvalidParameter);
    assert_eq!(stage.app.stored(), before);
    caller.delete(&format!("{path}?name=%E8%AE%A2%E5%8D%95%26shop%3D1")).await.done();
}

#[tokio::test]
async fn the_record_stays_for_the_audit_and_the_name_and_labels_are_free() {
    let stage = Stage::of(&user()).await;
    let caller = stage.app.by(user());
    let name = LabelName { name: "prod".into() };
    let label: LabelView = caller.post(labels::ALL, &name).await.ok(StatusCode::CREATED);
    let mut body = stage.body("orders");
    body["labelIds"] = json!([label.id]);
    let made: ProjectView = caller.post(paths::ALL, &body).await.ok(StatusCode::CREATED);
    caller.delete(&format!("{}?name=orders", paths::one(&made.id))).await.done();
    let kept = texts(
        &mut stage.app.metadata(),
        "SELECT id || ' ' || state || ' ' || name || ' ' || owner_account || ' ' || revision AS text FROM projects",
    );
    assert_eq!(kept, [format!("{} DELETED orders alice 2", made.id)]);
    let all: Page<ProjectSummary> = caller.get(paths::ALL).await.ok(StatusCode::OK);
    assert_eq!((all.items.len(), all.total_count), (0, 0));
    let asked = format!("{}?states=DELETED", paths::ALL);
    let deleted: Page<ProjectSummary> = caller.get(&asked).await.ok(StatusCode::OK);
    assert_eq!(deleted.total_count, 0, "not even when asked for");
    caller.delete(&labels::one(&label.id)).await.done();
    let again = stage.draft(user(), "orders").await;
    assert_ne!(again.id, made.id);
}

#[tokio::test]
async fn a_data_source_is_free_when_its_last_live_project_is_gone() {
    use oms_contracts::project::data_source::paths as sources;
    let stage = Stage::of(&user()).await;
    let caller = stage.app.by(user());
    let made = stage.draft(user(), "orders").await;
    let problem = caller.delete(&sources::one(&stage.source)).await;
    let problem = problem.refused(ErrorCode::DataSourceInUse);
    assert_eq!(problem.details[0].message, "orders");
    put_into(&stage.app, &made.id, ProjectState::Released);
    caller.delete(&sources::one(&stage.source)).await.done();
    let shown = stage.view(user(), &made.id).await;
    assert_eq!(shown.source_connect_info, None);
    assert!(shown.sink_connect_info.is_some());
    caller.delete(&format!("{}?name=orders", paths::one(&made.id))).await.done();
}

#[tokio::test]
async fn a_project_and_the_end_of_its_data_source_never_pass_each_other() {
    use oms_contracts::project::data_source::paths as sources;
    for round in 0..10 {
        let stage = Stage::of(&user()).await;
        let caller = stage.app.by(user());
        let body = stage.body(&format!("p{round}"));
        let path = sources::one(&stage.sink);
        let (made, gone) = futures::join!(caller.post(paths::ALL, &body), caller.delete(&path));
        match (made.status, gone.status) {
            (StatusCode::CREATED, _) => drop(gone.refused(ErrorCode::DataSourceInUse)),
            (_, StatusCode::NO_CONTENT) => drop(made.refused(ErrorCode::Invalid)),
            other => panic!("neither won: {other:?}"),
        }
    }
}
