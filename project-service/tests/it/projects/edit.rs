//! Changing a draft, alone and in company.

use super::{Stage, put_into};
use crate::app::{Answer, fields, user};
use futures::future::join_all;
use oms_contracts::{
    ErrorCode,
    project::project::{ProjectView, paths},
};
use project_service::domain::lifecycle::ProjectState;
use reqwest::{Method, StatusCode, header::IF_MATCH};
use serde_json::json;
use strum::IntoEnumIterator;

#[tokio::test]
async fn an_edit_replaces_everything_and_gives_a_new_tag() {
    let stage = Stage::of(&user()).await;
    let mut body = stage.body("orders");
    body["fullTransferConfig"] = json!({ "throttleRps": 10 });
    body["workerGradeId"] = json!("g_1");
    let made: ProjectView =
        stage.app.by(user()).post(paths::ALL, &body).await.ok(StatusCode::CREATED);
    let mut changed = stage.body("renamed");
    changed["enableIncrTransfer"] = json!(false);
    changed["transferMapping"] = json!({ "mode": "WILDCARD", "tableAndViewWhiteList": ["shop.*"] });
    let answer = stage.app.by(user()).put(&paths::one(&made.id), 1, &changed).await;
    assert_eq!(answer.headers["etag"], "\"2\"");
    let edited: ProjectView = answer.ok(StatusCode::OK);
    assert_eq!(serde_json::to_value(&edited.spec).expect("serialises")["name"], "renamed");
    assert_eq!(edited.spec.full_transfer_config, None, "what was left out is gone");
    assert_eq!(edited.spec.worker_grade_id, None);
    assert!(!edited.spec.enable_incr_transfer);
    assert_eq!((edited.revision, &edited.id), (2, &made.id));
    assert_eq!(edited.gmt_create, made.gmt_create);
    assert!(edited.gmt_modified >= made.gmt_modified);
    assert_eq!(stage.view(user(), &made.id).await, edited);
}

#[tokio::test]
async fn what_was_shown_can_be_sent_back_as_it_is() {
    let stage = Stage::of(&user()).await;
    let made = stage.draft(user(), "orders").await;
    let edited: ProjectView =
        stage.app.by(user()).put(&paths::one(&made.id), 1, &made.spec).await.ok(StatusCode::OK);
    assert_eq!(edited.spec, made.spec);
}

#[tokio::test]
async fn an_edit_says_what_it_read() {
    let stage = Stage::of(&user()).await;
    let made = stage.draft(user(), "orders").await;
    let before = stage.app.stored();
    let caller = stage.app.by(user());
    let path = paths::one(&made.id);
    let bare = Answer::of(caller.request(Method::PUT, &path).json(&made.spec)).await;
    bare.refused(ErrorCode::PreconditionRequired);
    for tag in ["1", "\"one\"", "W/\"1\"", "*"] {
        let request = caller.request(Method::PUT, &path).header(IF_MATCH, tag).json(&made.spec);
        Answer::of(request).await.refused(ErrorCode::InvalidParameter);
    }
    for revision in [0, 2, -1, i64::MAX] {
        let problem = caller.put(&path, revision, &made.spec).await.refused(ErrorCode::Stale);
        assert_eq!(problem.message, format!("the project is at revision 1, not {revision}"));
    }
    assert_eq!(stage.app.stored(), before);
}

#[tokio::test]
async fn of_twenty_edits_at_once_exactly_one_is_made() {
    let stage = Stage::of(&user()).await;
    let made = stage.draft(user(), "orders").await;
    let path = paths::one(&made.id);
    let caller = stage.app.by(user());
    let bodies: Vec<_> = (0..20).map(|i| stage.body(&format!("edited-{i}"))).collect();
    let answers = join_all(bodies.iter().map(|body| caller.put(&path, 1, body))).await;
    let (won, lost): (Vec<_>, Vec<_>) =
        answers.into_iter().partition(|answer| answer.status == StatusCode::OK);
    assert_eq!((won.len(), lost.len()), (1, 19));
    lost.into_iter().for_each(|answer| drop(answer.refused(ErrorCode::Stale)));
    let winner: ProjectView = won.into_iter().next().expect("one").ok(StatusCode::OK);
    assert_eq!(stage.view(user(), &made.id).await, winner, "what the winner was told is stored");
}

#[tokio::test]
async fn only_a_draft_is_edited() {
    let stage = Stage::of(&user()).await;
    for state in ProjectState::iter().filter(|state| *state != ProjectState::Init) {
        let name = state.to_string();
        let made = stage.draft(user(), &name).await;
        put_into(&stage.app, &made.id, state);
        let before = stage.app.stored();
        let answer = stage.app.by(user()).put(&paths::one(&made.id), 1, &made.spec).await;
        let code = match state {
            ProjectState::Deleted => ErrorCode::NoSuchProject,
            _ => ErrorCode::NotEditable,
        };
        answer.refused(code);
        assert_eq!(stage.app.stored(), before, "{state}");
    }
}

#[tokio::test]
async fn a_wrong_edit_changes_nothing() {
    let stage = Stage::of(&user()).await;
    let made = stage.draft(user(), "orders").await;
    stage.draft(user(), "taken").await;
    let before = stage.app.stored();
    let path = paths::one(&made.id);
    let mut wrong = stage.body("orders");
    wrong["enableFullVerify"] = json!(true);
    wrong["incrTransferConfig"] = json!({ "recordTypeWhiteList": ["INSERT"] });
    let problem = stage.app.by(user()).put(&path, 1, &wrong).await.refused(ErrorCode::Invalid);
    assert_eq!(fields(&problem), ["enableFullVerify"]);
    let taken = stage.body("taken");
    stage.app.by(user()).put(&path, 1, &taken).await.refused(ErrorCode::ProjectNameTaken);
    assert_eq!(stage.app.stored(), before);
}
