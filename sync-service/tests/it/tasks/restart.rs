//! What becomes of tasks when their process ends, is killed, or is replaced by another one.

use crate::app::{PATIENCE, TestApp, full, id, schema};
use oms_contracts::sync::{Limits, TaskState};
use oms_testkit::eventually;
use std::sync::Arc;
use sync_service::{
    repo::{self, full as ledger, task},
    runner::Outcome,
};
use tokio::time::timeout;

#[tokio::test]
async fn a_task_survives_the_end_of_its_process_and_goes_on() {
    let app = TestApp::start().await;
    app.store("p.full", &full()).await;
    app.store("p.rests", &full()).await;
    app.client().start(&id("p.full")).await.expect("starts");
    let limits = Limits { throttle_rps: Some(3), ..Default::default() };
    app.client().set_limits(&id("p.full"), &limits).await.expect("sets");
    let run = app.script.next().await;
    let script = app.script.clone();
    let dir = app.stop().await;
    assert!(run.context.stop.is_cancelled() && script.alive() == 0);

    let app = TestApp::in_dir(dir, |_| {}).await;
    let run = app.script.next().await;
    assert_eq!((run.fence().epoch, &run.fence().task), (2, &id("p.full")));
    assert_eq!(*run.context.limits.borrow(), limits);
    let view = app.reaches("p.full", TaskState::Running).await;
    assert!(view.summary.error.is_none());
    assert!(app.script.is_idle().await, "what was never started rests");
}

#[tokio::test]
async fn a_task_whose_process_was_killed_goes_on_where_its_ledger_is() {
    let app = TestApp::start().await;
    app.store("p.full", &full()).await;
    app.client().start(&id("p.full")).await.expect("starts");
    let run = app.script.next().await;
    let range = ledger::OpenRange { table: 1, ..Default::default() };
    let begin = ledger::Begin { ranges: vec![range], ..Default::default() };
    let step = ledger::Advance {
        table: 1,
        range: 0,
        done: Some(b"7".as_slice().into()),
        finished: false,
        rows: 10,
        bytes: 100,
    };
    let conn = &mut app.metadata();
    let old = run.fence();
    ledger::begin_tables(conn, &old, &[(1, begin.clone())]).expect("begins");
    ledger::advance(conn, &old, std::slice::from_ref(&step)).expect("advances");
    let dir = app.kill().await;
    assert!(!run.context.stop.is_cancelled(), "nobody said goodbye");

    let app = TestApp::in_dir(dir, |_| {}).await;
    let run = app.script.next().await;
    assert_eq!(run.fence().epoch, 2);
    let found = ledger::load(conn, &run.fence()).expect("loads");
    assert_eq!((found.tables[1].rows, found.ranges[0].done.as_deref()), (10, Some(&b"7"[..])));
    let late = ledger::advance(conn, &old, &[step]);
    assert!(matches!(late, Err(repo::Error::Fenced(_))), "{late:?}");
    run.say(Outcome::Finished);
    app.reaches("p.full", TaskState::Finished).await;
}

#[tokio::test]
async fn a_task_that_was_to_stop_when_its_process_was_killed_has_stopped() {
    let app = TestApp::start().await;
    app.script.be_stubborn();
    app.store("p.full", &full()).await;
    app.client().start(&id("p.full")).await.expect("starts");
    app.script.next().await;
    app.client().stop(&id("p.full")).await.expect("is asked");
    let dir = app.kill().await;
    let app = TestApp::in_dir(dir, |_| {}).await;
    app.reaches("p.full", TaskState::Suspend).await;
    assert!(app.script.is_idle().await);
}

#[tokio::test]
async fn another_instance_goes_on_with_what_a_dead_one_left_and_not_before() {
    let first = TestApp::with(|settings| settings.instance.id = Some("one".into())).await;
    first.store("p.full", &full()).await;
    first.client().start(&id("p.full")).await.expect("starts");
    first.script.next().await;
    let replica = |settings: &mut sync_service::Settings| settings.instance.id = Some("two".into());
    let second = TestApp::in_dir(Arc::clone(&first.dir), replica).await;
    // Many sweeps of the second one pass while the first one says that it is there.
    let conn = &mut first.metadata();
    let lease = |conn: &mut _| {
        task::outline(conn, &id("p.full")).expect("reads").expect("is there").lease_until
    };
    let begun = lease(conn);
    eventually(PATIENCE, || {
        let passed = lease(&mut first.metadata()) > begun + 2_000;
        async move { passed }
    })
    .await;
    assert!(second.script.is_idle().await, "the first one runs it");
    first.kill().await;
    let run = second.script.next().await;
    assert_eq!(run.fence().epoch, 2);
    let owner = task::outline(conn, &id("p.full")).expect("reads").expect("is there").owner;
    assert_eq!(owner.as_deref(), Some("two"));
}

#[tokio::test]
async fn a_stop_asked_of_one_instance_reaches_the_other_that_runs_the_task() {
    let first = TestApp::with(|settings| settings.instance.id = Some("one".into())).await;
    first.store("p.schema", &schema()).await;
    first.client().start(&id("p.schema")).await.expect("starts");
    let mut run = first.script.next().await;
    let replica = |settings: &mut sync_service::Settings| settings.instance.id = Some("two".into());
    let second = TestApp::in_dir(Arc::clone(&first.dir), replica).await;
    let again = second.client().start(&id("p.schema")).await.expect("runs");
    assert_eq!((again.summary.epoch, second.script.is_idle().await), (1, true));
    let limits = Limits { max_concurrent_index_ddls: Some(2), ..Default::default() };
    second.client().set_limits(&id("p.schema"), &limits).await.expect("sets");
    timeout(PATIENCE, run.context.limits.changed()).await.expect("hears").expect("is open");
    second.client().stop(&id("p.schema")).await.expect("is asked");
    second.reaches("p.schema", TaskState::Suspend).await;
    assert_eq!(first.script.alive(), 0);
}

#[tokio::test]
async fn an_instance_that_lost_its_task_lets_go_of_it() {
    let app = TestApp::start().await;
    app.store("p.full", &full()).await;
    app.client().start(&id("p.full")).await.expect("starts");
    let run = app.script.next().await;
    // Somebody else takes the task up, as after a silence.
    let conn = &mut app.metadata();
    let seen = task::outline(conn, &id("p.full")).expect("reads").expect("is there");
    let far = i64::MAX / 2;
    let claim = task::Claim { owner: "another", lease_until: far, now: 1 };
    task::claim(conn, &seen, claim).expect("claims").expect("is as it was seen");
    timeout(PATIENCE, run.context.stop.cancelled()).await.expect("is told");
    let script = app.script.clone();
    eventually(PATIENCE, || async { script.alive() == 0 }).await;
    let now = task::outline(conn, &id("p.full")).expect("reads").expect("is there");
    assert_eq!((now.state, now.epoch, now.lease_until), (TaskState::Running, 2, far));
    assert!(app.script.is_idle().await);
}

#[tokio::test]
async fn a_task_whose_secrets_are_lost_says_so_instead_of_standing_still() {
    let app = TestApp::start().await;
    app.store("p.full", &full()).await;
    app.client().start(&id("p.full")).await.expect("starts");
    app.script.next().await;
    let dir = app.kill().await;
    std::fs::remove_file(dir.path().join("vault.key")).expect("loses the key");
    let app = TestApp::in_dir(dir, |_| {}).await;
    let failed = app.reaches("p.full", TaskState::Failed).await;
    let code = failed.summary.error.expect("an error").code;
    assert_eq!(code, oms_contracts::ErrorCode::VaultKeyUnknown);
}
