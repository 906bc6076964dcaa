//! Places of the source, asked for over HTTP. What is found is shown at the log.

use crate::{
    app::{TestApp, id, refused, store},
    said::{place, row},
};
use oms_contracts::{
    ErrorCode,
    store::{SeqQuery, paths},
};
use oms_model::change::Seq;
use reqwest::{Method, StatusCode};
use serde_json::json;

#[tokio::test]
async fn a_place_has_a_number_once_the_store_is_there() {
    let app = TestApp::start().await;
    app.script.commit("1", vec![row("t", "x")]);
    app.script.commit("2", vec![row("t", "x")]);
    app.begin("p.store", &store()).await;
    for number in 3..=6 {
        app.script.commit(&number.to_string(), vec![row("t", "x"), row("t", "y")]);
    }
    app.sees("p.store", |view| view.live.last_seq == Seq(8)).await;
    let (client, name) = (app.client(), id("p.store"));
    for (number, seq) in [(2, 0), (3, 2), (5, 6), (6, 8)] {
        let found = client.seq(&name, &SeqQuery::behind(place(number))).await;
        assert_eq!(found.expect("is found").seq, Seq(seq), "{number}");
    }
    let early = client.seq(&name, &SeqQuery::behind(place(1))).await;
    refused(early, ErrorCode::PlaceGone);
    let late = client.seq(&name, &SeqQuery::behind(place(7))).await;
    let problem = refused(late, ErrorCode::PlaceAhead);
    assert!(problem.advice.contains("ask again"));
    app.script.commit("7", vec![]);
    app.sees("p.store", |view| view.live.position.as_deref() == Some(&*place(7).to_string())).await;
    let found = client.seq(&name, &SeqQuery::behind(place(7))).await;
    assert_eq!(found.expect("is found").seq, Seq(8));
}

#[tokio::test]
async fn either_a_moment_is_asked_for_or_a_place() {
    let app = TestApp::start().await;
    app.begin("p.store", &store()).await;
    let both = SeqQuery { position: Some(place(1)), ..SeqQuery::at(chrono::Utc::now()) };
    for query in [SeqQuery::default(), both] {
        refused(app.client().seq(&id("p.store"), &query).await, ErrorCode::InvalidParameter);
    }
    let odd = format!("{}?position=nonsense", paths::seq(&id("p.store")));
    let answer = app.request(Method::GET, &odd).send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
    let mut triggers = store();
    triggers["method"] = "TRIGGER".into();
    triggers["start"] = json!({ "from": "POSITION", "at": place(2).to_string() });
    let refusal = app.client().put_store(&id("p.odd"), &crate::app::spec_of(&triggers)).await;
    assert_eq!(refused(refusal, ErrorCode::Invalid).details[0].field, "start");
}
