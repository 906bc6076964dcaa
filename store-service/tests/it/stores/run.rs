//! Starting, stopping, deleting.

use crate::{
    app::{PATIENCE, TestApp, id, refused, spec_of, store},
    said::row,
    script::Script,
};
use futures::future::join_all;
use oms_contracts::{
    ErrorCode,
    store::{StoreQuery, StoreState},
};
use oms_model::change::Seq;
use oms_testkit::eventually;
use std::sync::Arc;

#[tokio::test]
async fn a_store_rests_until_it_is_started_and_many_starts_are_one() {
    let app = TestApp::start().await;
    let (client, name) = (app.client(), id("p.store"));
    let kept = client.put_store(&name, &spec_of(&store())).await.expect("is kept");
    assert_eq!((kept.summary.state, kept.summary.epoch), (StoreState::Init, 0));
    assert!(kept.summary.home.is_none() && !kept.live.has_begun);
    for answer in join_all((0..10).map(|_| client.start(&name))).await {
        let view = answer.expect("starts");
        assert_eq!((view.summary.state, view.summary.epoch), (StoreState::Running, 1));
        assert!(view.summary.home.is_some());
    }
    let again = client.put_store(&name, &spec_of(&store())).await.expect("is equal");
    assert_eq!(again.summary.epoch, 1);
    app.sees("p.store", |view| view.live.has_begun).await;
    eventually(PATIENCE, || async { app.script.streams() == 1 }).await;
    assert_eq!(app.script.followed().len(), 1, "an equal one changes nothing");
    let list = client.stores(&StoreQuery { prefix: Some("p.".into()), ..Default::default() }).await;
    assert_eq!(list.expect("lists").items[0].id, name);
}

#[tokio::test]
async fn a_stopped_store_can_be_read_and_goes_on_where_it_was() {
    let app = TestApp::start().await;
    app.begin("p.store", &store()).await;
    app.script.commit("a", vec![row("t", "1")]);
    app.sees("p.store", |view| view.live.last_seq.0 == 1).await;
    app.client().stop(&id("p.store")).await.expect("is asked");
    let rests = app.reaches("p.store", StoreState::Suspend).await;
    assert_eq!((app.script.streams(), rests.live.changes_per_second), (0, 0.0));
    assert!(rests.live.lag_ms.is_none() && rests.live.last_seq == Seq(1));
    app.script.commit("b", vec![row("t", "2")]);
    let mut reading = app.reads("p.store", 0).await;
    reading.until(1).await;
    app.client().start(&id("p.store")).await.expect("goes on");
    let all = reading.until(2).await;
    assert_eq!(all[1].id, "b", "whoever read goes on");
    let app = app.restart().await;
    app.client().stop(&id("p.store")).await.expect("is asked");
    app.reaches("p.store", StoreState::Suspend).await;
    let app = app.restart().await;
    let view = app.client().store(&id("p.store")).await.expect("is there");
    assert_eq!((view.summary.state, app.script.streams()), (StoreState::Suspend, 0));
}

#[tokio::test]
async fn deleting_removes_every_trace_and_only_of_what_rests() {
    let app = TestApp::start().await;
    app.begin("p.store", &store()).await;
    app.script.commit("a", vec![row("t", "1")]);
    let mut reading = app.reads("p.store", 0).await;
    reading.until(1).await;
    let (client, name) = (app.client(), id("p.store"));
    client.advance_consumer(&name, &id("p.incr"), Seq(1)).await.expect("registers");
    refused(client.delete_store(&name).await, ErrorCode::StoreNotReady);
    client.stop(&name).await.expect("is asked");
    app.reaches("p.store", StoreState::Suspend).await;
    client.delete_store(&name).await.expect("is gone");
    reading.ends().await;
    refused(client.store(&name).await, ErrorCode::NoSuchStore);
    client.delete_store(&name).await.expect("none is gone already");
    assert!(!app.dir.path().join("stores/p.store").exists());
    // Another one of that name begins with nothing.
    let view = app.begin("p.store", &store()).await;
    assert_eq!((view.live.last_seq, view.consumers.len()), (Seq(0), 0));
}

#[tokio::test]
async fn the_log_is_at_home_with_one_instance() {
    let app = TestApp::start().await;
    app.begin("p.store", &store()).await;
    app.client().stop(&id("p.store")).await.expect("is asked");
    app.reaches("p.store", StoreState::Suspend).await;
    let (dir, other) = (Arc::clone(&app.dir), Script::default());
    let other = TestApp::in_dir(dir, other, |settings| {
        settings.instance.id = Some("two".into());
        settings.stores.data_dir = settings.stores.data_dir.join("elsewhere");
    })
    .await;
    let client = other.client();
    refused(client.start(&id("p.store")).await, ErrorCode::StoreElsewhere);
    refused(client.delete_store(&id("p.store")).await, ErrorCode::StoreElsewhere);
    let read = client.changes(&id("p.store"), &Default::default()).await;
    refused(read, ErrorCode::StoreElsewhere);
    client.store(&id("p.store")).await.expect("anybody can look");
    app.client().start(&id("p.store")).await.expect("goes on at home");
}
