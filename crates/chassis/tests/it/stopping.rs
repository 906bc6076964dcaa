//! A service that stops finishes what it has begun.

use crate::app::{ENTERED, TestApp};
use oms_chassis::settings::HttpSettings;
use reqwest::Method;
use std::time::{Duration, Instant};

#[tokio::test]
async fn requests_in_flight_finish_and_tasks_are_told() {
    let mut app = TestApp::with(HttpSettings { shutdown_ms: 5_000, ..Default::default() }).await;
    let (told, was_told) = tokio::sync::oneshot::channel();
    let signal = app.shutdown.clone();
    app.shutdown.spawn(async move {
        signal.begun().await;
        let _ = told.send(());
    });
    let request = app.signed(Method::GET, "/slow/700");
    let in_flight = tokio::spawn(request.send());
    ENTERED.notified().await;

    app.shutdown.begin();
    let running = app.running.take().expect("runs");
    running.until_stopped().await.expect("stops cleanly");
    was_told.await.expect("the task was told");
    let answer = in_flight.await.expect("the call").expect("an answer");
    assert_eq!(answer.text().await.expect("text"), "done");
    assert!(
        app.http.get(format!("{}/healthz", app.base)).send().await.is_err(),
        "nobody listens any more"
    );
}

#[tokio::test]
async fn a_request_that_will_not_end_is_cut_at_the_deadline() {
    let settings = HttpSettings { shutdown_ms: 1_000, ..Default::default() };
    let mut app = TestApp::with(settings).await;
    let stuck = tokio::spawn(app.signed(Method::GET, "/slow/60000").send());
    ENTERED.notified().await;
    let began = Instant::now();
    app.shutdown.begin();
    app.running.take().expect("runs").until_stopped().await.expect("stops");
    assert!(began.elapsed() < Duration::from_secs(10));
    assert!(stuck.await.expect("joined").is_err());
}
