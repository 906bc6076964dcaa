//! What is captured, and that it goes on where it was, whatever ended it.

use crate::{
    app::{PATIENCE, TestApp, id, refused, spec_of, store},
    said::{Said, place, row},
};
use oms_connector::{ChangeError, DataError};
use oms_contracts::{ErrorCode, store::StoreState};
use oms_testkit::eventually;
use reqwest::Method;
use serde_json::json;

fn texts(all: &[Said]) -> Vec<&str> {
    all.iter().map(|said| said.id.as_str()).collect()
}

#[tokio::test]
async fn what_is_committed_after_the_start_is_captured_in_order() {
    let app = TestApp::start().await;
    app.script.commit("before", vec![row("t", "x")]);
    let begun = app.begin("p.store", &store()).await;
    assert_eq!(begun.live.position.as_deref(), Some(&*place(1).to_string()));
    app.script.more(vec![row("t", "1")]);
    app.script.commit("a", vec![row("t", "2"), row("u", "3")]);
    app.script.commit("empty", vec![]);
    app.script.commit("b", vec![row("t", "4")]);
    let all = app.reads("p.store", 0).await.until(2).await;
    assert_eq!(texts(&all), ["a", "b"]);
    assert_eq!(all[0].changes, [row("t", "1"), row("t", "2"), row("u", "3")]);
    let view = app.sees("p.store", |view| view.live.changes == 4).await;
    let live = view.live;
    assert_eq!((live.first_seq.0, live.last_seq.0, live.transactions), (0, 4, 2));
    assert!(live.begin <= live.current && live.bytes > 0 && live.source_bytes == 300, "{live:?}");
    assert!(live.lag_ms.is_some_and(|lag| lag < 30_000), "{live:?}");
    assert_eq!(live.source_left_seconds, Some(7_200));
    let metrics = app.request(Method::GET, oms_contracts::service::paths::METRICS).send().await;
    let metrics = metrics.expect("an answer").text().await.expect("a text");
    for name in ["source_left_seconds", "lag_seconds", "changes_per_second", "bytes"] {
        assert!(metrics.contains(&format!("oms_store_{name}{{store=\"p.store\"}} ")), "{metrics}");
    }
    assert!(metrics.contains("oms_store_source_left_seconds{store=\"p.store\"} 7200"));
    let seen = &app.script.followed()[0];
    assert_eq!((&seen.wants[..], seen.reader), (&["d.t", "d.u"][..], live.reader));
    assert_eq!((&seen.from, &seen.tables), (&place(1), &vec![]));
    assert!(live.reader > 1 << 30, "no server has such a number");
}

#[tokio::test]
async fn it_goes_on_behind_what_is_durable_when_its_process_ends_or_is_killed() {
    let mut app = TestApp::start().await;
    app.begin("p.store", &store()).await;
    for round in 0..4 {
        app.script.commit(&format!("{round}a"), vec![row("t", "x")]);
        app.script.more(vec![row("t", "of one that goes on")]);
        app.sees("p.store", |view| view.live.last_seq.0 == round * 3 + 1).await;
        app = if round % 2 == 0 { app.restart().await } else { app.die_and_return().await };
        app.script.commit(&format!("{round}b"), vec![row("t", "y")]);
        app.sees("p.store", |view| view.live.last_seq.0 == round * 3 + 3).await;
    }
    let all = app.reads("p.store", 0).await.until(8).await;
    assert_eq!(texts(&all), ["0a", "0b", "1a", "1b", "2a", "2b", "3a", "3b"]);
    assert_eq!(all[1].changes, [row("t", "of one that goes on"), row("t", "y")]);
    let view = app.client().store(&id("p.store")).await.expect("is there");
    assert_eq!((view.summary.state, view.summary.epoch), (StoreState::Running, 5));
    let last = app.script.followed().pop().expect("was followed");
    assert_eq!(last.tables, [("t".into(), 1)], "the tables as they were");
}

#[tokio::test]
async fn a_source_that_is_away_is_waited_for_and_shown() {
    let app = TestApp::start().await;
    app.begin("p.store", &store()).await;
    app.script.commit("a", vec![row("t", "1")]);
    let broken = || DataError::Broken { reason: "cut".into() }.into();
    for _ in 0..5 {
        app.script.fail(broken());
    }
    let held = app.sees("p.store", |view| view.summary.error.is_some()).await;
    let error = held.summary.error.expect("an error");
    assert_eq!(
        (held.summary.state, error.code),
        (StoreState::Running, ErrorCode::SourceUnreachable)
    );
    assert!(error.message.contains("cut") && error.advice == error.code.advice());
    app.script.commit("b", vec![row("t", "2")]);
    let all = app.reads("p.store", 0).await.until(2).await;
    assert_eq!(texts(&all), ["a", "b"]);
    app.sees("p.store", |view| view.summary.error.is_none()).await;
    assert!(app.script.followed().len() >= 2 && app.script.faults() == 0);
}

#[tokio::test]
async fn what_does_not_pass_fails_the_store_with_its_reason_and_a_start_goes_on() {
    let app = TestApp::start().await;
    app.begin("p.store", &store()).await;
    app.script.commit("a", vec![row("t", "1")]);
    app.sees("p.store", |view| view.live.last_seq.0 == 1).await;
    app.script.fail(ChangeError::Purged { message: "binlog.000001 is gone".into(), oldest: None });
    let failed = app.reaches("p.store", StoreState::Failed).await;
    let error = failed.summary.error.expect("an error");
    assert_eq!(error.code, ErrorCode::SourceLogGone);
    assert!(error.message.contains("binlog.000001 is gone"), "{}", error.message);
    assert_eq!(failed.live.last_seq.0, 1, "what was captured is there");
    app.script.commit("b", vec![row("t", "2")]);
    app.client().start(&id("p.store")).await.expect("starts");
    let all = app.reads("p.store", 0).await.until(2).await;
    assert_eq!(texts(&all), ["a", "b"]);
}

#[tokio::test]
async fn a_number_that_somebody_has_is_changed() {
    let app = TestApp::start().await;
    let begun = app.begin("p.store", &store()).await;
    let first = app.script.followed()[0].reader;
    assert_eq!(begun.live.reader, first);
    app.script.fail(ChangeError::ReaderTaken(first));
    let script = app.script.clone();
    eventually(PATIENCE, || async { script.followed().len() == 2 }).await;
    let second = app.script.followed()[1].reader;
    assert_ne!(second, first);
    let app = app.restart().await;
    eventually(PATIENCE, || async { script.followed().len() == 3 }).await;
    assert_eq!(app.script.followed()[2].reader, second, "it stays");
}

#[tokio::test]
async fn a_capture_that_breaks_is_told_and_harms_nothing() {
    let app = TestApp::start().await;
    app.begin("p.store", &store()).await;
    app.script.panic();
    let failed = app.reaches("p.store", StoreState::Failed).await;
    assert_eq!(failed.summary.error.expect("an error").code, ErrorCode::StoreBroke);
}

#[tokio::test]
async fn a_store_begins_where_it_is_told() {
    let app = TestApp::start().await;
    for number in 1..=3 {
        app.script.commit(&number.to_string(), vec![row("t", "x")]);
    }
    let mut behind = store();
    behind["start"] = json!({ "from": "POSITION", "at": place(2).to_string() });
    app.begin("p.behind", &behind).await;
    assert_eq!(texts(&app.reads("p.behind", 0).await.until(1).await), ["3"]);
    let mut since = store();
    since["start"] = json!({ "from": "TIME", "at": "2024-01-02T03:04:05Z" });
    let view = app.begin("p.since", &since).await;
    assert_eq!(view.live.begin.expect("a moment").to_rfc3339(), "2024-01-02T03:04:05+00:00");
    assert_eq!(texts(&app.reads("p.since", 0).await.until(3).await), ["1", "2", "3"]);
}

#[tokio::test]
async fn our_own_transactions_are_left_out_only_where_that_was_said() {
    let app = TestApp::start().await;
    let mut without = store();
    without["leaveOutOwn"] = true.into();
    app.begin("p.without", &without).await;
    app.begin("p.with", &store()).await;
    app.sees("p.with", |_| app.script.streams() == 2).await;
    app.script.commit_of("own", Some("p.incr"), vec![row("t", "1")]);
    app.script.commit("theirs", vec![row("t", "2")]);
    let all = app.reads("p.with", 0).await.until(2).await;
    assert_eq!((texts(&all), all[0].origin.as_str()), (vec!["own", "theirs"], "p.incr"));
    assert_eq!(texts(&app.reads("p.without", 0).await.until(1).await), ["theirs"]);
    app.sees("p.without", |view| view.live.left_out == 1).await;
}

#[tokio::test]
async fn what_a_running_store_is_to_do_can_be_changed_but_not_where_it_began() {
    let app = TestApp::start().await;
    app.begin("p.store", &store()).await;
    app.script.commit("a", vec![row("t", "1")]);
    let mut changed = store();
    changed["objects"]["tableAndViewWhiteList"] = json!(["d.t", "e.*"]);
    changed["source"]["password"] = "hunter3".into();
    app.client().put_store(&id("p.store"), &spec_of(&changed)).await.expect("is changed");
    let script = app.script.clone();
    eventually(PATIENCE, || async { script.followed().len() == 2 }).await;
    assert_eq!(app.script.followed()[1].wants, ["d.t", "e.t"]);
    assert_eq!(app.script.passwords().last().map(String::as_str), Some("hunter3"));
    app.script.commit("b", vec![row("t", "2")]);
    assert_eq!(texts(&app.reads("p.store", 0).await.until(2).await), ["a", "b"]);
    changed["start"] = json!({ "from": "TIME", "at": "2024-01-02T03:04:05Z" });
    let fixed = app.client().put_store(&id("p.store"), &spec_of(&changed)).await;
    assert_eq!(refused(fixed, ErrorCode::StoreFixed).details[0].field, "start");
}
