//! Reading, and saying how far one is.

use crate::{
    app::{PATIENCE, TestApp, id, refused, spec_of, store},
    said::row,
};
use chrono::Utc;
use oms_contracts::{
    ErrorCode,
    store::{ChangesQuery, SeqQuery, paths},
};
use oms_model::change::Seq;
use oms_testkit::eventually;
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn a_reader_hears_from_the_store_while_nothing_happens() {
    let app = TestApp::start().await;
    app.begin("p.store", &store()).await;
    let mut reading = app.reads("p.store", 0).await;
    while reading.heard.alive < 2 && reading.heard.beats.len() < 2 {
        reading.step().await;
    }
    app.script.commit("a", vec![row("t", "1")]);
    reading.until(1).await;
    let answer = app.request(Method::GET, &format!("{}?after=0", paths::changes(&id("p.store"))));
    let answer = answer.send().await.expect("an answer");
    assert_eq!(answer.headers()["content-type"], "application/octet-stream");
    assert_eq!(answer.headers()["transfer-encoding"], "chunked");
}

#[tokio::test]
async fn readers_begin_anywhere_and_what_is_not_there_is_refused() {
    let app = TestApp::start().await;
    let (client, name) = (app.client(), id("p.store"));
    let asked = |after| ChangesQuery { after: Seq(after), consumer: None };
    refused(client.changes(&name, &asked(0)).await, ErrorCode::NoSuchStore);
    client.put_store(&name, &spec_of(&store())).await.expect("is kept");
    refused(client.changes(&name, &asked(0)).await, ErrorCode::StoreNotReady);
    app.begin("p.store", &store()).await;
    for number in 0..50 {
        app.script.commit(&number.to_string(), vec![row("t", "x"), row("t", "y")]);
    }
    app.sees("p.store", |view| view.live.last_seq.0 == 100).await;
    for after in [0, 1, 2, 51, 99] {
        let mut reading = app.reads("p.store", after).await;
        while reading.heard.last() < Seq(100) {
            reading.step().await;
        }
        let (first, _) = reading.heard.all[0];
        assert!(first <= Seq(after + 1));
    }
    refused(client.changes(&name, &asked(101)).await, ErrorCode::NoSuchChange);
}

#[tokio::test]
async fn a_consumer_keeps_what_it_has_yet_to_read_and_its_number_only_grows() {
    let app = TestApp::start().await;
    let mut short = store();
    // As little as can be said: one part of the log is larger.
    short["retention"] = json!({ "seconds": 60, "bytes": 1 << 20 });
    app.begin("p.store", &short).await;
    let (client, name, consumer) = (app.client(), id("p.store"), id("p.incr"));
    let asked = ChangesQuery { after: Seq(0), consumer: Some(consumer.clone()) };
    drop(client.changes(&name, &asked).await.expect("is read, and registered"));
    let noise = |at: u32| {
        // What cannot be packed.
        let mut state = at.wrapping_mul(0x9E37_79B9) | 1;
        (0..60_000_u32)
            .map(|_| {
                state ^= state << 13;
                state ^= state >> 17;
                state ^= state << 5;
                state as u8
            })
            .collect::<Vec<u8>>()
    };
    for number in 0..60 {
        app.script.commit(&number.to_string(), vec![row("t", noise(number))]);
    }
    let held = app.sees("p.store", |view| view.live.retention_held).await;
    assert_eq!((held.live.first_seq, held.consumers[0].seq), (Seq(0), Seq(0)));
    app.sees("p.store", |view| view.live.last_seq == Seq(60)).await;
    let advanced = client.advance_consumer(&name, &consumer, Seq(40)).await.expect("goes on");
    assert_eq!(advanced.consumers[0].seq, Seq(40));
    let back = client.advance_consumer(&name, &consumer, Seq(39)).await.expect("is there");
    assert_eq!(back.consumers[0].seq, Seq(40));
    let trimmed = app.sees("p.store", |view| view.live.first_seq > Seq(0)).await;
    assert!(trimmed.live.first_seq <= Seq(40), "{:?}", trimmed.live);
    let gone = client.changes(&name, &ChangesQuery { after: Seq(0), consumer: None }).await;
    let problem = refused(gone, ErrorCode::ChangesGone);
    assert!(problem.message.contains("no longer kept"), "{}", problem.message);
    let late = client.advance_consumer(&name, &id("p.late"), Seq(0)).await;
    refused(late, ErrorCode::ChangesGone);
    client.delete_consumer(&name, &consumer).await.expect("is forgotten");
    client.delete_consumer(&name, &consumer).await.expect("none is forgotten already");
    app.sees("p.store", |view| view.live.first_seq > Seq(40) && view.consumers.is_empty()).await;
}

#[tokio::test]
async fn a_moment_has_a_number() {
    let app = TestApp::start().await;
    app.begin("p.store", &store()).await;
    app.script.commit("a", vec![row("t", "1")]);
    app.sees("p.store", |view| view.live.last_seq.0 == 1).await;
    let between = Utc::now();
    eventually(PATIENCE, || async { Utc::now() > between }).await;
    app.script.commit("b", vec![row("t", "2")]);
    app.sees("p.store", |view| view.live.last_seq.0 == 2).await;
    let at = SeqQuery::at;
    let found = app.client().seq(&id("p.store"), &at(between)).await.expect("is found");
    assert!(found.seq <= Seq(1));
    let later = Utc::now() + chrono::TimeDelta::hours(1);
    let found = app.client().seq(&id("p.store"), &at(later)).await.expect("is found");
    assert_eq!(found.seq, Seq(2));
}

#[tokio::test]
async fn a_reader_that_does_not_read_holds_up_nobody() {
    let app = TestApp::start().await;
    app.begin("p.store", &store()).await;
    let slow = app.reads("p.store", 0).await;
    for number in 0..300 {
        app.script.commit(&number.to_string(), vec![row("t", vec![b'x'; 30_000])]);
    }
    let quick = app.reads("p.store", 0).await.until(300).await;
    assert_eq!(quick.len(), 300);
    let mut slow = slow;
    assert_eq!(slow.until(300).await, quick);
}
