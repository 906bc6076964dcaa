//! Making and listing labels.

use super::{attach, list, make, named};
use crate::app::{TestApp, admin, colleague, root, stranger, user, viewer};
use oms_contracts::{
    ErrorCode,
    project::label::{LabelView, paths},
};
use reqwest::StatusCode;

#[tokio::test]
async fn everybody_sees_and_uses_all_labels() {
    let app = TestApp::start().await;
    let mine = make(&app, user(), "Mine").await;
    make(&app, admin(), "admins").await;
    make(&app, stranger(), "Zebra").await;
    attach(&app, &mine.id, "np_00000001");
    attach(&app, &mine.id, "np_00000002");
    for who in [user(), colleague(), admin(), viewer(), stranger(), root()] {
        let all = list(&app, who, "").await;
        let seen: Vec<(&str, u64)> =
            all.items.iter().map(|label| (label.name.as_str(), label.used_by)).collect();
        assert_eq!(seen, [("admins", 0), ("Mine", 2), ("Zebra", 0)]);
        assert_eq!(all.total_count, 3);
    }
    let first = list(&app, user(), "pageSize=1&pageNumber=2").await;
    assert_eq!((first.items[0].name.as_str(), first.total_count), ("Mine", 3));
    assert_eq!(list(&app, user(), "search=MI").await.total_count, 2);
    assert_eq!(list(&app, user(), "search=%25").await.total_count, 0);
}

#[tokio::test]
async fn a_name_is_taken_once_whatever_its_case() {
    let app = TestApp::start().await;
    make(&app, user(), "Büro").await;
    let before = app.stored();
    for name in ["Büro", "BÜRO", "büro"] {
        let answer = app.by(colleague()).post(paths::ALL, &named(name)).await;
        answer.refused(ErrorCode::LabelTaken);
    }
    assert_eq!(app.stored(), before);
}

#[tokio::test]
async fn there_are_a_hundred_labels_and_no_more() {
    let app = TestApp::start().await;
    for n in 0..100 {
        make(&app, user(), &format!("label{n}")).await;
    }
    let before = app.stored();
    let full = app.by(admin()).post(paths::ALL, &named("one-more")).await;
    full.refused(ErrorCode::TooManyLabels);
    assert_eq!(app.stored(), before);
    let all = list(&app, user(), "").await;
    assert_eq!((all.items.len(), all.total_count), (100, 100), "one page holds them all");
    app.by(user()).delete(&paths::one(&all.items[50].id)).await.done();
    make(&app, user(), "one-more").await;
}

#[tokio::test]
async fn the_last_place_goes_to_one_of_many_at_once() {
    let app = TestApp::start().await;
    for n in 0..99 {
        make(&app, user(), &format!("label{n}")).await;
    }
    let caller = app.by(user());
    let wanted: Vec<_> = (0..6).map(|n| named(&format!("last{n}"))).collect();
    let answers =
        futures::future::join_all(wanted.iter().map(|body| caller.post(paths::ALL, body))).await;
    let (won, lost): (Vec<_>, Vec<_>) =
        answers.into_iter().partition(|answer| answer.status == StatusCode::CREATED);
    assert_eq!(won.len(), 1);
    for answer in lost {
        answer.refused(ErrorCode::TooManyLabels);
    }
    assert_eq!(list(&app, user(), "").await.total_count, 100);
}

#[tokio::test]
async fn of_many_who_want_one_name_at_once_one_gets_it() {
    let app = TestApp::start().await;
    let caller = app.by(user());
    let wanted = named("same");
    let answers = futures::future::join_all((0..6).map(|_| caller.post(paths::ALL, &wanted))).await;
    let (won, lost): (Vec<_>, Vec<_>) =
        answers.into_iter().partition(|answer| answer.status == StatusCode::CREATED);
    let won: Vec<LabelView> = won.into_iter().map(|won| won.ok(StatusCode::CREATED)).collect();
    assert_eq!(won.len(), 1);
    for answer in lost {
        answer.refused(ErrorCode::LabelTaken);
    }
    assert_eq!(list(&app, user(), "").await.items, won);
}

#[tokio::test]
async fn viewers_make_none() {
    let app = TestApp::start().await;
    let before = app.stored();
    let answer = app.by(viewer()).post(paths::ALL, &named("x")).await;
    answer.refused(ErrorCode::Forbidden);
    assert_eq!(app.stored(), before);
}
