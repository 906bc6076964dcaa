//! Storing, listing and deleting tasks.

use crate::app::{TestApp, full, id, schema, spec};
use oms_contracts::{
    ErrorCode, Page,
    sync::{ObjectQuery, TableQuery, TaskKind, TaskQuery, TaskState, TaskSummary, TaskView, paths},
};
use reqwest::StatusCode;
use serde_json::json;
use std::time::{Duration, Instant};

#[tokio::test]
async fn a_task_is_stored_once_however_often_it_is_sent() {
    let app = TestApp::start().await;
    let path = paths::task(&id("p.full"));
    let answer = app.put(&path, &full()).await;
    assert_eq!(answer.headers["location"], path);
    let made: TaskView = answer.ok(StatusCode::CREATED);
    assert_eq!((made.summary.state, made.summary.objects), (TaskState::Init, 3));
    assert_eq!((made.progress.total, made.source.host.as_str()), (3, "a"));
    let before = app.stored();
    let again: TaskView = app.put(&path, &full()).await.ok(StatusCode::OK);
    assert_eq!((again, app.stored()), (made.clone(), before));
    let shown: TaskView = app.get(&path).await.ok(StatusCode::OK);
    assert_eq!(shown, made);
}

#[tokio::test]
async fn ten_at_once_make_one() {
    let app = TestApp::start().await;
    let (path, body) = (paths::task(&id("p.full")), full());
    let answers = futures::future::join_all((0..10).map(|_| app.put(&path, &body))).await;
    let made = answers.iter().filter(|answer| answer.status == StatusCode::CREATED).count();
    let known = answers.iter().filter(|answer| answer.status == StatusCode::OK).count();
    assert_eq!((made, known), (1, 9));
}

#[tokio::test]
async fn what_was_never_started_can_be_replaced_by_something_else() {
    let app = TestApp::start().await;
    app.store("p.1", &full()).await;
    let other = app.store("p.1", &spec(TaskKind::Schema, 2)).await;
    assert_eq!((other.summary.kind, other.progress.total), (TaskKind::Schema, 2));
    let objects = app.client().objects(&id("p.1"), &ObjectQuery::default()).await;
    assert_eq!(objects.expect("lists").total_count, 2);
    let back = app.store("p.1", &spec(TaskKind::Full, 1)).await;
    let tables = app.client().tables(&id("p.1"), &TableQuery::default()).await;
    assert_eq!((back.progress.total, tables.expect("lists").total_count), (1, 1));
}

#[tokio::test]
async fn what_was_started_stays_as_it_is() {
    let app = TestApp::start().await;
    let path = paths::task(&id("p.full"));
    app.store("p.full", &full()).await;
    app.client().start(&id("p.full")).await.expect("starts");
    let run = app.script.next().await;
    let before = app.stored();
    let mut other = full();
    for (place, value) in [
        ("/source/host", json!("elsewhere")),
        ("/target/password", json!("other")),
        ("/objects/0/target/name", json!("u")),
    ] {
        other = full();
        let end = place.rsplit_once('/').expect("a place");
        other.pointer_mut(end.0).expect("an end")[end.1] = value;
        app.put(&path, &other).await.refused(ErrorCode::TaskDiffers);
    }
    let _: TaskView = app.put(&path, &full()).await.ok(StatusCode::OK);
    assert_eq!(app.stored(), before);
    run.say(sync_service::runner::Outcome::Finished);
    app.reaches("p.full", TaskState::Finished).await;
    app.put(&path, &other).await.refused(ErrorCode::TaskDiffers);
}

#[tokio::test]
async fn limits_that_were_changed_do_not_make_the_task_another_one() {
    let app = TestApp::start().await;
    let task = id("p.full");
    app.store("p.full", &full()).await;
    let limits = json!({ "throttleRps": 5 });
    let _: TaskView = app.put(&paths::limits(&task), &limits).await.ok(StatusCode::OK);
    app.client().start(&task).await.expect("starts");
    let again: TaskView = app.put(&paths::task(&task), &full()).await.ok(StatusCode::OK);
    assert_eq!(again.limits.throttle_rps, Some(5));
}

#[tokio::test]
async fn ten_thousand_tables_are_taken_within_a_second() {
    let app = TestApp::start().await;
    let body = spec(TaskKind::Full, 10_000);
    let started = Instant::now();
    let made = app.store("p.full", &body).await;
    let took = started.elapsed();
    assert_eq!(made.progress.total, 10_000);
    assert!(took < Duration::from_secs(5), "{took:?} in a debug build");
}

#[tokio::test]
async fn tasks_are_listed_by_what_they_are() {
    let app = TestApp::start().await;
    for name in ["p1.full", "p2.full", "p%.x"].map(|name| name.replace('%', "_")) {
        app.store(&name, &full()).await;
    }
    app.store("p1.schema", &schema()).await;
    app.client().start(&id("p1.full")).await.expect("starts");
    for (query, wanted) in [
        (TaskQuery::default(), vec!["p1.full", "p1.schema", "p2.full", "p_.x"]),
        (
            TaskQuery { prefix: Some("p1.".into()), ..Default::default() },
            vec!["p1.full", "p1.schema"],
        ),
        (TaskQuery { prefix: Some("p_".into()), ..Default::default() }, vec!["p_.x"]),
        (TaskQuery { kind: Some(TaskKind::Schema), ..Default::default() }, vec!["p1.schema"]),
        (TaskQuery { state: Some(TaskState::Running), ..Default::default() }, vec!["p1.full"]),
    ] {
        let page: Page<TaskSummary> = app.client().tasks(&query).await.expect("lists");
        let ids: Vec<&str> = page.items.iter().map(|task| task.id.as_str()).collect();
        assert_eq!((ids, page.total_count), (wanted.clone(), wanted.len() as u64));
    }
    let query = TaskQuery { page_number: Some(2), page_size: Some(3), ..Default::default() };
    assert_eq!(app.client().tasks(&query).await.expect("lists").items.len(), 1);
}

#[tokio::test]
async fn a_deleted_task_leaves_no_trace() {
    let app = TestApp::start().await;
    let empty = app.stored();
    for (name, body) in [("p.full", full()), ("p.schema", schema())] {
        app.store(name, &body).await;
        app.client().start(&id(name)).await.expect("starts");
        let run = app.script.next().await;
        app.delete(&paths::task(&id(name))).await.refused(ErrorCode::TaskNotReady);
        run.say(sync_service::runner::Outcome::Finished);
        app.reaches(name, TaskState::Finished).await;
        app.delete(&paths::task(&id(name))).await.done();
        app.delete(&paths::task(&id(name))).await.done();
        app.get(&paths::task(&id(name))).await.refused(ErrorCode::NoSuchTask);
    }
    assert_eq!(app.stored(), empty);
}
