//! Renaming and deleting labels.

use super::{attach, list, make, named};
use crate::app::{TestApp, admin, colleague, fields, root, user, viewer};
use oms_contracts::{
    ErrorCode,
    project::label::{LabelView, paths},
};
use oms_model::LabelId;
use reqwest::StatusCode;

#[tokio::test]
async fn a_renamed_label_stays_on_its_projects() {
    let app = TestApp::start().await;
    let label = make(&app, user(), "old").await;
    attach(&app, &label.id, "np_00000001");
    let path = paths::one(&label.id);
    let renamed: LabelView = app.by(user()).patch(&path, &named("new")).await.ok(StatusCode::OK);
    assert_eq!((renamed.name.as_str(), renamed.used_by), ("new", 1));
    assert_eq!((&renamed.owner, renamed.created_at), (&label.owner, label.created_at));
    let other_case: LabelView = app.by(user()).patch(&path, &named("NEW")).await.ok(StatusCode::OK);
    assert_eq!(list(&app, user(), "").await.items[0].name, other_case.name);
}

#[tokio::test]
async fn a_label_cannot_take_anothers_name() {
    let app = TestApp::start().await;
    make(&app, user(), "one").await;
    let two = make(&app, user(), "two").await;
    let before = app.stored();
    let answer = app.by(user()).patch(&paths::one(&two.id), &named("ONE")).await;
    answer.refused(ErrorCode::LabelTaken);
    assert_eq!(app.stored(), before);
}

#[tokio::test]
async fn users_change_their_own_and_admins_all() {
    let app = TestApp::start().await;
    let label = make(&app, user(), "mine").await;
    let before = app.stored();
    let path = paths::one(&label.id);
    for who in [colleague(), viewer()] {
        app.by(who.clone()).patch(&path, &named("x")).await.refused(ErrorCode::Forbidden);
        app.by(who).delete(&path).await.refused(ErrorCode::Forbidden);
    }
    assert_eq!(app.stored(), before);
    for (who, name) in [(admin(), "by-admin"), (root(), "by-root"), (user(), "by-user")] {
        let renamed: LabelView = app.by(who).patch(&path, &named(name)).await.ok(StatusCode::OK);
        assert_eq!(renamed.owner.account, "alice");
    }
    app.by(admin()).delete(&path).await.done();
}

#[tokio::test]
async fn a_label_in_use_is_deleted_only_by_force() {
    let app = TestApp::start().await;
    let label = make(&app, user(), "used").await;
    for project in ["np_00000001", "np_00000002", "np_00000003"] {
        attach(&app, &label.id, project);
    }
    let other = make(&app, user(), "other").await;
    attach(&app, &other.id, "np_00000001");
    let before = app.stored();
    let path = paths::one(&label.id);
    for query in ["", "?force=false"] {
        let answer = app.by(user()).delete(&format!("{path}{query}")).await;
        let problem = answer.refused(ErrorCode::LabelInUse);
        assert_eq!(problem.message, "3 projects carry the label");
        assert_eq!((fields(&problem)[0], &*problem.details[0].message), ("usedBy", "3"));
    }
    assert_eq!(app.stored(), before);
    app.by(user()).delete(&format!("{path}?force=true")).await.done();
    let left = list(&app, user(), "").await.items;
    assert_eq!((left.len(), left[0].used_by), (1, 1), "the other label stays where it was");
    assert!(!app.stored().contains(label.id.as_str()));
}

#[tokio::test]
async fn a_label_that_is_gone_is_not_found() {
    let app = TestApp::start().await;
    let label = make(&app, user(), "gone").await;
    let path = paths::one(&label.id);
    app.by(user()).delete(&path).await.done();
    app.by(user()).delete(&path).await.refused(ErrorCode::NoSuchLabel);
    app.by(user()).patch(&path, &named("x")).await.refused(ErrorCode::NoSuchLabel);
    let nobody = paths::one(&LabelId::from_entropy([3; 10]));
    app.by(user()).delete(&nobody).await.refused(ErrorCode::NoSuchLabel);
}
