//! Calling a project something else.

use super::{Stage, put_into};
use crate::app::{fields, user};
use futures::future::join_all;
use oms_contracts::{
    ErrorCode,
    project::project::{ProjectOperation, ProjectView, RenameProject, paths},
};
use project_service::domain::lifecycle::{ProjectState, allows};
use reqwest::StatusCode;
use strum::IntoEnumIterator;

fn to(name: &str) -> RenameProject {
    RenameProject { name: name.to_owned() }
}

#[tokio::test]
async fn a_project_is_renamed_in_the_states_that_allow_it() {
    let stage = Stage::of(&user()).await;
    for state in ProjectState::iter() {
        let made = stage.draft(user(), &state.to_string()).await;
        put_into(&stage.app, &made.id, state);
        let before = stage.app.stored();
        let new = format!("new-{state}");
        let path = paths::act(&made.id, "rename");
        let answer = stage.app.by(user()).post(&path, &to(&new)).await;
        if allows(state, ProjectOperation::Rename) {
            let renamed: ProjectView = answer.ok(StatusCode::OK);
            assert_eq!((renamed.spec.name.as_str(), renamed.revision), (new.as_str(), 2));
            assert_eq!(renamed.status, state.into());
            assert_eq!(stage.view(user(), &made.id).await, renamed);
        } else {
            let code = match state {
                ProjectState::Deleted => ErrorCode::NoSuchProject,
                _ => ErrorCode::IllegalTransition,
            };
            answer.refused(code);
            assert_eq!(stage.app.stored(), before, "{state}");
        }
    }
}

#[tokio::test]
async fn a_name_that_is_wrong_or_taken_is_refused() {
    let stage = Stage::of(&user()).await;
    let made = stage.draft(user(), "orders").await;
    stage.draft(user(), "taken").await;
    let before = stage.app.stored();
    let path = paths::act(&made.id, "rename");
    let caller = stage.app.by(user());
    let problem = caller.post(&path, &to("two words")).await.refused(ErrorCode::Invalid);
    assert_eq!(fields(&problem), ["name"]);
    caller.post(&path, &to("taken")).await.refused(ErrorCode::ProjectNameTaken);
    let body = serde_json::json!({ "name": "x", "force": true });
    caller.post(&path, &body).await.refused(ErrorCode::MalformedBody);
    assert_eq!(stage.app.stored(), before);
    let same: ProjectView = caller.post(&path, &to("orders")).await.ok(StatusCode::OK);
    assert_eq!(same, made, "its own name is not taken, and changes nothing");
}

#[tokio::test]
async fn of_twenty_projects_that_want_one_name_exactly_one_gets_it() {
    let stage = Stage::of(&user()).await;
    let mut drafts = Vec::new();
    for i in 0..20 {
        drafts.push(stage.draft(user(), &format!("p{i}")).await);
    }
    let caller = stage.app.by(user());
    let (body, paths): (_, Vec<String>) =
        (to("wanted"), drafts.iter().map(|draft| paths::act(&draft.id, "rename")).collect());
    let answers = join_all(paths.iter().map(|path| caller.post(path, &body))).await;
    let (won, lost): (Vec<_>, Vec<_>) =
        answers.into_iter().partition(|answer| answer.status == StatusCode::OK);
    assert_eq!((won.len(), lost.len()), (1, 19));
    lost.into_iter().for_each(|answer| drop(answer.refused(ErrorCode::ProjectNameTaken)));
    let mut kept = 0;
    for draft in &drafts {
        kept += usize::from(stage.view(user(), &draft.id).await == *draft);
    }
    assert_eq!(kept, 19, "the others are as they were");
}

#[tokio::test]
async fn twenty_names_at_once_leave_the_project_with_one_that_somebody_gave() {
    let stage = Stage::of(&user()).await;
    let made = stage.draft(user(), "orders").await;
    let (caller, path) = (stage.app.by(user()), paths::act(&made.id, "rename"));
    let bodies: Vec<_> = (0..20).map(|i| to(&format!("name-{i}"))).collect();
    let answers = join_all(bodies.iter().map(|body| caller.post(&path, body))).await;
    let mut renamed: Vec<ProjectView> = Vec::new();
    for answer in answers {
        match answer.status {
            StatusCode::OK => renamed.push(answer.ok(StatusCode::OK)),
            _ => drop(answer.refused(ErrorCode::ProjectChanged)),
        }
    }
    let last = renamed.iter().max_by_key(|view| view.revision).expect("one was first");
    assert_eq!(last.revision, 1 + i64::try_from(renamed.len()).expect("few"), "none was lost");
    assert_eq!(stage.view(user(), &made.id).await, *last);
}
