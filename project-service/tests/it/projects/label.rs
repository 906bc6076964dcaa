//! Putting labels on projects.

use super::{Stage, put_into};
use crate::app::{TestApp, fields, user};
use futures::future::join_all;
use oms_contracts::{
    ErrorCode,
    project::{
        label::{LabelName, LabelView, paths as labels},
        project::{ProjectView, SetProjectLabels, paths},
    },
};
use oms_model::{LabelId, ProjectId};
use project_service::domain::lifecycle::ProjectState;
use reqwest::{Method, StatusCode};
use serde_json::json;
use strum::IntoEnumIterator;

async fn label(app: &TestApp, name: &str) -> LabelId {
    let body = LabelName { name: name.to_owned() };
    app.by(user()).post(labels::ALL, &body).await.ok::<LabelView>(StatusCode::CREATED).id
}

async fn set(app: &TestApp, id: &ProjectId, label_ids: Vec<LabelId>) -> crate::app::Answer {
    let body = SetProjectLabels { label_ids };
    let caller = app.by(user());
    let request = caller.request(Method::PUT, &paths::labels(id)).json(&body);
    crate::app::Answer::of(request).await
}

#[tokio::test]
async fn labels_are_replaced_in_every_state_and_shown_by_name() {
    let stage = Stage::of(&user()).await;
    let (b, a) = (label(&stage.app, "b").await, label(&stage.app, "a").await);
    for state in ProjectState::iter().filter(|state| *state != ProjectState::Deleted) {
        let made = stage.draft(user(), &state.to_string()).await;
        put_into(&stage.app, &made.id, state);
        let both = set(&stage.app, &made.id, vec![b.clone(), a.clone()]).await;
        let both: ProjectView = both.ok(StatusCode::OK);
        let names: Vec<&str> = both.labels.iter().map(|label| label.name.as_str()).collect();
        assert_eq!((names, both.revision), (vec!["a", "b"], 2), "{state}");
        let one: ProjectView = set(&stage.app, &made.id, vec![a.clone()]).await.ok(StatusCode::OK);
        assert_eq!(one.spec.label_ids, std::slice::from_ref(&a));
        assert_eq!(stage.view(user(), &made.id).await, one);
        let none: ProjectView = set(&stage.app, &made.id, vec![]).await.ok(StatusCode::OK);
        assert!(none.labels.is_empty());
    }
}

#[tokio::test]
async fn too_many_unknown_and_repeated_labels_are_refused() {
    let stage = Stage::of(&user()).await;
    let made = stage.draft(user(), "orders").await;
    let mut six = Vec::new();
    for i in 0..6 {
        six.push(label(&stage.app, &format!("l{i}")).await);
    }
    let before = stage.app.stored();
    let problem = set(&stage.app, &made.id, six.clone()).await.refused(ErrorCode::Invalid);
    assert_eq!(fields(&problem), ["labelIds"]);
    let twice = vec![six[0].clone(), six[0].clone()];
    let problem = set(&stage.app, &made.id, twice).await.refused(ErrorCode::Invalid);
    assert_eq!(fields(&problem), ["labelIds[1]"]);
    let unknown = vec!["l_0000000000000000".parse().expect("an id")];
    let problem = set(&stage.app, &made.id, unknown).await.refused(ErrorCode::Invalid);
    assert_eq!(fields(&problem), ["labelIds[0]"]);
    let body = json!({ "labelIds": "all" });
    let caller = stage.app.by(user());
    let request = caller.request(Method::PUT, &paths::labels(&made.id)).json(&body);
    crate::app::Answer::of(request).await.refused(ErrorCode::MalformedBody);
    assert_eq!(stage.app.stored(), before);
    set(&stage.app, &made.id, six[..5].to_vec()).await.ok::<ProjectView>(StatusCode::OK);
}

#[tokio::test]
async fn an_edit_that_did_not_see_the_labels_change_is_stale() {
    let stage = Stage::of(&user()).await;
    let made = stage.draft(user(), "orders").await;
    let prod = label(&stage.app, "prod").await;
    set(&stage.app, &made.id, vec![prod]).await.ok::<ProjectView>(StatusCode::OK);
    let before = stage.app.stored();
    let answer = stage.app.by(user()).put(&paths::one(&made.id), 1, &made.spec).await;
    answer.refused(ErrorCode::Stale);
    assert_eq!(stage.app.stored(), before);
}

#[tokio::test]
async fn a_label_taken_off_by_force_is_off_its_projects() {
    let stage = Stage::of(&user()).await;
    let made = stage.draft(user(), "orders").await;
    let prod = label(&stage.app, "prod").await;
    set(&stage.app, &made.id, vec![prod.clone()]).await.ok::<ProjectView>(StatusCode::OK);
    let path = labels::one(&prod);
    stage.app.by(user()).delete(&path).await.refused(ErrorCode::LabelInUse);
    stage.app.by(user()).delete(&format!("{path}?force=true")).await.done();
    assert!(stage.view(user(), &made.id).await.labels.is_empty());
}

#[tokio::test]
async fn a_label_that_is_deleted_at_the_same_moment_is_on_nobody() {
    let stage = Stage::of(&user()).await;
    for round in 0..10 {
        let made = stage.draft(user(), &format!("p{round}")).await;
        let prod = label(&stage.app, &format!("l{round}")).await;
        let path = format!("{}?force=true", labels::one(&prod));
        let caller = stage.app.by(user());
        let (put, gone) =
            futures::join!(set(&stage.app, &made.id, vec![prod]), caller.delete(&path));
        gone.done();
        if put.status != StatusCode::OK {
            put.refused(ErrorCode::Invalid);
        }
        assert!(stage.view(user(), &made.id).await.labels.is_empty());
    }
}

#[tokio::test]
async fn of_twenty_sets_of_labels_at_once_the_last_is_whole() {
    let stage = Stage::of(&user()).await;
    let made = stage.draft(user(), "orders").await;
    let mut ids = Vec::new();
    for i in 0..5 {
        ids.push(label(&stage.app, &format!("l{i}")).await);
    }
    let sets: Vec<Vec<LabelId>> = (0..20).map(|i| ids[..1 + i % 5].to_vec()).collect();
    let answers = join_all(sets.iter().map(|ids| set(&stage.app, &made.id, ids.clone()))).await;
    let mut seen: Vec<ProjectView> = Vec::new();
    for answer in answers {
        match answer.status {
            StatusCode::OK => seen.push(answer.ok(StatusCode::OK)),
            _ => drop(answer.refused(ErrorCode::ProjectChanged)),
        }
    }
    let last = seen.iter().max_by_key(|view| view.revision).expect("one was first");
    assert_eq!(stage.view(user(), &made.id).await, *last);
}
