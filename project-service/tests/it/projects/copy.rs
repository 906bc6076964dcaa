//! Making a project like another one.

use super::{Stage, ends, put_into};
use crate::app::{admin, colleague, fields, user};
use oms_contracts::{
    ErrorCode,
    project::{
        data_source::paths as sources,
        label::{LabelName, LabelView, paths as labels},
        project::{CloneProject, ProjectStatus, ProjectView, paths},
    },
};
use project_service::domain::lifecycle::ProjectState;
use reqwest::StatusCode;
use serde_json::json;
use strum::IntoEnumIterator;

fn called(name: &str) -> CloneProject {
    CloneProject { name: name.to_owned() }
}

#[tokio::test]
async fn a_copy_is_a_draft_with_all_that_was_decided_whatever_became_of_the_original() {
    let stage = Stage::of(&user()).await;
    let caller = stage.app.by(user());
    let name = LabelName { name: "prod".into() };
    let label: LabelView = caller.post(labels::ALL, &name).await.ok(StatusCode::CREATED);
    for state in ProjectState::iter().filter(|state| *state != ProjectState::Deleted) {
        let mut body = stage.body(&state.to_string());
        body["labelIds"] = json!([label.id]);
        body["incrTransferConfig"] = json!({ "storeLogKeptHour": 24 });
        let made: ProjectView = caller.post(paths::ALL, &body).await.ok(StatusCode::CREATED);
        put_into(&stage.app, &made.id, state);
        let copy = format!("copy-{state}");
        let path = paths::act(&made.id, "clone");
        let copied: ProjectView = caller.post(&path, &called(&copy)).await.ok(StatusCode::CREATED);
        assert_eq!((copied.status, copied.revision), (ProjectStatus::Init, 1));
        assert_ne!(copied.id, made.id);
        let mut expected = made.spec.clone();
        expected.name = copy;
        assert_eq!(copied.spec, expected);
        assert_eq!(stage.view(user(), &copied.id).await, copied);
    }
}

#[tokio::test]
async fn a_copy_belongs_to_whoever_makes_it() {
    let stage = Stage::of(&user()).await;
    let made = stage.draft(user(), "orders").await;
    let path = paths::act(&made.id, "clone");
    let copied: ProjectView =
        stage.app.by(admin()).post(&path, &called("orders")).await.ok(StatusCode::CREATED);
    assert_eq!(copied.owner.account, "admin", "and the name is free among the admin's own");
    stage.app.by(colleague()).post(&path, &called("x")).await.refused(ErrorCode::NoSuchProject);
}

#[tokio::test]
async fn a_copy_is_checked_like_a_new_project() {
    let stage = Stage::of(&user()).await;
    let caller = stage.app.by(user());
    let made = stage.draft(user(), "orders").await;
    let path = paths::act(&made.id, "clone");
    let before = stage.app.stored();
    caller.post(&path, &called("orders")).await.refused(ErrorCode::ProjectNameTaken);
    let problem = caller.post(&path, &called("two words")).await.refused(ErrorCode::Invalid);
    assert_eq!(fields(&problem), ["name"]);
    assert_eq!(stage.app.stored(), before);
    put_into(&stage.app, &made.id, ProjectState::Released);
    caller.delete(&sources::one(&stage.source)).await.done();
    let before = stage.app.stored();
    let problem = caller.post(&path, &called("late")).await.refused(ErrorCode::Invalid);
    assert_eq!(fields(&problem), ["sourceEndpointId"]);
    assert_eq!(stage.app.stored(), before);
}

#[tokio::test]
async fn a_copy_needs_its_own_view_of_the_ends() {
    let stage = Stage::of(&user()).await;
    let (_, foreign) = ends(&stage.app, &crate::app::stranger());
    let mut body = stage.body("orders");
    body["sinkEndpointId"] = json!(foreign);
    let made: ProjectView =
        stage.app.by(crate::app::root()).post(paths::ALL, &body).await.ok(StatusCode::CREATED);
    let path = paths::act(&made.id, "clone");
    stage.app.by(user()).post(&path, &called("x")).await.refused(ErrorCode::NoSuchProject);
    let copied = stage.app.by(crate::app::root()).post(&path, &called("x")).await;
    copied.ok::<ProjectView>(StatusCode::CREATED);
}
