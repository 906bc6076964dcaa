//! Starting and stopping tasks, and how they end.

use crate::{
    app::{PATIENCE, TestApp, full, id, schema},
    script::End,
};
use futures::future::join_all;
use oms_contracts::{
    ErrorCode,
    sync::{Limits, TableState, TaskState, TaskView, paths},
};
use oms_testkit::eventually;
use reqwest::StatusCode;
use sync_service::{
    repo::full as ledger,
    runner::{Failure, Outcome},
};
use tokio::time::timeout;

#[tokio::test]
async fn a_task_is_run_by_its_driver_until_it_is_done() {
    let app = TestApp::start().await;
    let mut body = full();
    body["source"]["password"] = "hunter2".into();
    app.store("p.full", &body).await;
    let started = app.client().start(&id("p.full")).await.expect("starts");
    assert_eq!((started.summary.state, started.summary.epoch), (TaskState::Running, 1));
    assert!(started.summary.started_at.is_some());
    let run = app.script.next().await;
    assert_eq!((run.context.fence.epoch, &run.context.fence.task), (1, &id("p.full")));
    assert_eq!(run.context.spec.source.password.expose(), "hunter2");
    run.say(Outcome::Finished);
    let done = app.reaches("p.full", TaskState::Finished).await;
    assert!(done.summary.error.is_none() && done.summary.since >= started.summary.since);
    let again = app.client().start(&id("p.full")).await.expect("is as it was");
    assert_eq!(again.summary.state, TaskState::Finished);
    assert!(app.script.is_idle().await);
}

#[tokio::test]
async fn many_starts_are_one() {
    let app = TestApp::start().await;
    app.store("p.full", &full()).await;
    let (client, task) = (app.client(), id("p.full"));
    for answer in join_all((0..10).map(|_| client.start(&task))).await {
        let view = answer.expect("starts");
        assert_eq!((view.summary.state, view.summary.epoch), (TaskState::Running, 1));
    }
    app.script.next().await;
    assert!(app.script.is_idle().await && app.script.alive() == 1);
}

#[tokio::test]
async fn a_task_has_stopped_only_once_nothing_of_it_is_at_work() {
    let app = TestApp::start().await;
    app.store("p.full", &full()).await;
    app.script.be_stubborn();
    app.client().start(&id("p.full")).await.expect("starts");
    let run = app.script.next().await;
    let stopping = app.client().stop(&id("p.full")).await.expect("is asked");
    assert_eq!(stopping.summary.state, TaskState::Stopping);
    timeout(PATIENCE, run.context.stop.cancelled()).await.expect("the driver is asked");
    let path = paths::start(&id("p.full"));
    app.command(&path).await.refused(ErrorCode::TaskNotReady);
    app.delete(&paths::task(&id("p.full"))).await.refused(ErrorCode::TaskNotReady);
    let again = app.client().stop(&id("p.full")).await.expect("is asked again");
    assert_eq!((again.summary.state, app.script.alive()), (TaskState::Stopping, 1));
    // It never answers, so it is dropped when its time is over.
    app.reaches("p.full", TaskState::Suspend).await;
    assert_eq!(app.script.alive(), 0);
}

#[tokio::test]
async fn a_stopped_task_goes_on_under_the_next_epoch() {
    let app = TestApp::start().await;
    app.store("p.full", &full()).await;
    for epoch in 1..4 {
        app.client().start(&id("p.full")).await.expect("starts");
        let run = app.script.next().await;
        assert_eq!(run.context.fence.epoch, epoch);
        app.client().stop(&id("p.full")).await.expect("is asked");
        let stopped = app.reaches("p.full", TaskState::Suspend).await;
        assert!(stopped.summary.error.is_none());
        let rests = app.client().stop(&id("p.full")).await.expect("rests");
        assert_eq!(rests, stopped);
    }
}

#[tokio::test]
async fn a_task_that_ends_while_it_is_asked_to_stop_says_how() {
    let app = TestApp::start().await;
    app.script.be_stubborn();
    let failure = Failure { code: ErrorCode::AccessDenied, message: "no".into() };
    for (name, outcome, state) in [
        ("p.1", Outcome::Finished, TaskState::Finished),
        ("p.2", Outcome::Failed(failure), TaskState::Failed),
    ] {
        app.store(name, &full()).await;
        app.client().start(&id(name)).await.expect("starts");
        let run = app.script.next().await;
        app.client().stop(&id(name)).await.expect("is asked");
        run.say(outcome);
        app.reaches(name, state).await;
    }
}

#[tokio::test]
async fn a_failure_is_told_with_its_code_and_forgotten_by_the_next_start() {
    let app = TestApp::start().await;
    app.store("p.schema", &schema()).await;
    app.client().start(&id("p.schema")).await.expect("starts");
    let message = "the target does not let ü in".to_owned();
    let failure = Failure { code: ErrorCode::AccessDenied, message: message.clone() };
    app.script.next().await.say(Outcome::Failed(failure));
    let failed = app.reaches("p.schema", TaskState::Failed).await;
    let error = failed.summary.error.expect("an error");
    assert_eq!((error.code, error.message), (ErrorCode::AccessDenied, message));
    assert_eq!(error.advice, ErrorCode::AccessDenied.advice());
    let again = app.client().start(&id("p.schema")).await.expect("starts");
    assert_eq!((again.summary.state, again.summary.error), (TaskState::Running, None));
}

#[tokio::test]
async fn a_driver_that_breaks_or_just_ends_fails_its_task_and_no_other() {
    let app = TestApp::start().await;
    for name in ["p.1", "p.2", "p.3"] {
        app.store(name, &full()).await;
        app.client().start(&id(name)).await.expect("starts");
    }
    for end in [End::Panic, End::Say(Outcome::Stopped)] {
        let run = app.script.next().await;
        let name = run.context.fence.task.to_string();
        run.end(end);
        let failed = app.reaches(&name, TaskState::Failed).await;
        let error = failed.summary.error.expect("an error");
        assert_eq!(error.code, ErrorCode::TaskBroke);
        assert!(!error.message.contains("as it was told"), "{}", error.message);
    }
    let run = app.script.next().await;
    assert!(!run.context.stop.is_cancelled());
    assert_eq!(app.script.alive(), 1);
}

#[tokio::test]
async fn limits_and_changes_reach_a_run() {
    let app = TestApp::start().await;
    app.store("p.full", &full()).await;
    app.client().start(&id("p.full")).await.expect("starts");
    let mut run = app.script.next().await;
    assert_eq!(*run.context.limits.borrow_and_update(), Limits::default());
    let limits = Limits { throttle_rps: Some(7), read_worker_num: Some(3), ..Default::default() };
    let view = app.client().set_limits(&id("p.full"), &limits).await.expect("sets");
    assert_eq!(view.limits, limits);
    timeout(PATIENCE, run.context.limits.changed()).await.expect("hears").expect("is open");
    assert_eq!(*run.context.limits.borrow_and_update(), limits);
    timeout(PATIENCE, run.context.changed.notified()).await.expect("hears");
    // Saying the same again is no change.
    app.client().set_limits(&id("p.full"), &limits).await.expect("sets");
    timeout(PATIENCE, run.context.changed.notified()).await.expect("looks");
    assert!(!run.context.limits.has_changed().expect("is open"));
}

#[tokio::test]
async fn limits_of_a_task_that_rests_are_those_it_starts_with() {
    let app = TestApp::start().await;
    app.store("p.full", &full()).await;
    let limits = Limits { throttle_iops: Some(9), ..Default::default() };
    app.client().set_limits(&id("p.full"), &limits).await.expect("sets");
    app.client().start(&id("p.full")).await.expect("starts");
    assert_eq!(*app.script.next().await.context.limits.borrow(), limits);
}

#[tokio::test]
async fn failed_tables_are_tried_again_by_the_next_start() {
    let app = TestApp::start().await;
    app.store("p.full", &full()).await;
    app.client().start(&id("p.full")).await.expect("starts");
    let run = app.script.next().await;
    let failure = ledger::Failure { code: ErrorCode::DatabaseRefused, message: "id=7".into() };
    let conn = &mut app.metadata();
    ledger::fail_table(conn, &run.fence(), 1, &failure).expect("fails");
    let view = app.client().task(&id("p.full")).await.expect("is there");
    assert_eq!((view.progress.failed, view.progress.tables.len()), (1, 1));
    let told = view.progress.tables[0].failure.clone().expect("a failure");
    assert_eq!((told.code.as_str(), told.message.as_str()), ("DATASOURCE-0019", "id=7"));
    let failed = Failure { code: ErrorCode::DatabaseRefused, message: "one table".into() };
    run.say(Outcome::Failed(failed));
    app.reaches("p.full", TaskState::Failed).await;
    app.client().start(&id("p.full")).await.expect("starts");
    let table = ledger::find_table(conn, &id("p.full"), 1).expect("reads").expect("is there");
    assert_eq!((table.state, table.error), (TableState::Init, None));
}

#[tokio::test]
async fn what_nobody_drives_cannot_be_started_and_the_service_says_so() {
    let app = TestApp::without_drivers().await;
    app.store("p.full", &full()).await;
    let before = app.stored();
    let problem = app.command(&paths::start(&id("p.full"))).await;
    problem.refused(ErrorCode::NotAvailableYet);
    let mut incremental = full();
    incremental["kind"] = "INCR".into();
    let answer = app.put(&paths::task(&id("p.incr")), &incremental).await;
    answer.refused(ErrorCode::Invalid);
    assert_eq!(app.stored(), before, "it does not say what it applies");
    let instance: oms_contracts::service::InstanceView =
        app.get(oms_contracts::service::paths::INSTANCE).await.ok(StatusCode::OK);
    assert!(instance.capabilities.iter().all(|capability| !capability.available));
    let driven = TestApp::start().await;
    let instance: oms_contracts::service::InstanceView =
        driven.get(oms_contracts::service::paths::INSTANCE).await.ok(StatusCode::OK);
    let available = instance.capabilities.iter().filter(|capability| capability.available);
    assert_eq!(available.count(), 2);
}

#[tokio::test]
async fn the_end_of_a_run_is_noted_once_the_metadata_lets_it() {
    use diesel::connection::SimpleConnection;
    let app = TestApp::with(|settings| settings.metadata.wait_ms = 100).await;
    app.store("p.full", &full()).await;
    app.client().start(&id("p.full")).await.expect("starts");
    let run = app.script.next().await;
    let mut other = app.metadata();
    other.batch_execute("BEGIN IMMEDIATE").expect("locks");
    run.say(Outcome::Finished);
    let script = app.script.clone();
    eventually(PATIENCE, || async { script.alive() == 0 }).await;
    let view: TaskView = app.get(&paths::task(&id("p.full"))).await.ok(StatusCode::OK);
    assert_eq!(view.summary.state, TaskState::Running, "nobody could note it");
    other.batch_execute("ROLLBACK").expect("lets go");
    let done = app.reaches("p.full", TaskState::Finished).await;
    assert_eq!(done.summary.epoch, 1, "it was not run again");
}
