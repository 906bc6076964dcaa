//! What a store puts in place at its source, and that it is removed again.

use crate::{
    app::{PATIENCE, TestApp, id, refused, store},
    said::{place, row},
};
use oms_contracts::{ErrorCode, store::StoreState};
use oms_testkit::eventually;
use serde_json::Value;

fn triggers() -> Value {
    let mut body = store();
    body["method"] = "TRIGGER".into();
    body
}

async fn stopped(app: &TestApp, name: &str) {
    app.client().stop(&id(name)).await.expect("is asked");
    app.reaches(name, StoreState::Suspend).await;
}

#[tokio::test]
async fn triggers_are_in_place_under_a_name_of_their_own_from_the_first_start_to_the_end() {
    let app = TestApp::start().await;
    let (one, two) = (app.begin("p.one", &triggers()).await, app.begin("p.two", &triggers()).await);
    assert_eq!(app.script.installed(), [one.capture.as_str(), &two.capture]);
    assert!(one.capture != two.capture && one.capture.len() == 24, "{}", one.capture);
    stopped(&app, "p.one").await;
    let app = app.restart().await;
    app.client().start(&id("p.one")).await.expect("goes on");
    let script = app.script.clone();
    eventually(PATIENCE, || async { script.streams() == 2 }).await;
    assert_eq!(app.script.installed().len(), 2, "they are put in place once, and stay");
    stopped(&app, "p.one").await;
    app.client().delete_store(&id("p.one")).await.expect("is gone");
    assert_eq!(app.script.installed(), [two.capture.as_str()]);
    let again = app.begin("p.one", &triggers()).await;
    assert_ne!(again.capture, one.capture, "what is left of another one is none of its business");
}

#[tokio::test]
async fn the_source_hears_only_of_what_is_durable() {
    let app = TestApp::start().await;
    app.begin("p.store", &triggers()).await;
    app.script.commit("a", vec![row("t", "1")]);
    app.script.more(vec![row("t", "of one that goes on")]);
    app.sees("p.store", |view| view.live.last_seq.0 == 1).await;
    app.script.commit("b", vec![row("t", "2")]);
    let script = app.script.clone();
    eventually(PATIENCE, || async { script.kept().contains(&place(3)) }).await;
    let kept = app.script.kept();
    assert!(!kept.contains(&place(2)), "half a transaction is nothing: {kept:?}");
    let mut each = kept.clone();
    each.dedup();
    assert_eq!(kept, each, "it is told once");
}

#[tokio::test]
async fn a_store_whose_source_is_away_is_deleted_only_by_force() {
    let app = TestApp::start().await;
    let begun = app.begin("p.store", &triggers()).await;
    stopped(&app, "p.store").await;
    app.script.set_unreachable(true);
    let refusal = app.client().delete_store(&id("p.store")).await;
    let problem = refused(refusal, ErrorCode::SourceNotCleared);
    let capture = &begun.capture;
    for word in [&format!("oms_capture_{capture}"), &format!("oms_{capture}_*"), "cut"] {
        assert!(problem.message.contains(word), "{}", problem.message);
    }
    let there = app.client().store(&id("p.store")).await.expect("is there as it was");
    assert!(there.live.has_begun && app.dir.path().join("stores/p.store").exists());
    app.client().start(&id("p.store")).await.expect("it can go on");
    stopped(&app, "p.store").await;
    app.client().abandon_store(&id("p.store")).await.expect("is gone");
    refused(app.client().store(&id("p.store")).await, ErrorCode::NoSuchStore);
    assert_eq!(app.script.installed(), [capture.as_str()], "that is what force means");
}

#[tokio::test]
async fn another_server_is_not_taken_for_the_source() {
    let app = TestApp::start().await;
    app.begin("p.store", &triggers()).await;
    stopped(&app, "p.store").await;
    app.script.set_installed(vec![]);
    let refusal = app.client().delete_store(&id("p.store")).await;
    let problem = refused(refusal, ErrorCode::SourceNotCleared);
    assert!(problem.message.contains("another server"), "{}", problem.message);
    app.client().abandon_store(&id("p.store")).await.expect("is gone");
}

#[tokio::test]
async fn what_was_never_started_left_nothing() {
    let app = TestApp::start().await;
    let spec = crate::app::spec_of(&triggers());
    app.client().put_store(&id("p.store"), &spec).await.expect("is kept");
    app.script.set_unreachable(true);
    app.client().delete_store(&id("p.store")).await.expect("nobody asks the source");
}
