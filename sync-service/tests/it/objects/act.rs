//! What users do about objects.

use super::{running, take};
use crate::app::{PATIENCE, TestApp, full, id, schema};
use oms_contracts::{
    ErrorCode,
    sync::{ActOnObjects, EditDdl, ObjectOperation, ObjectQuery, ObjectState, TaskState, paths},
};
use reqwest::Method;
use serde_json::json;
use sync_service::{
    domain::object::allows,
    runner::{Failure, Outcome},
};
use tokio::time::timeout;

const ACTS: [ObjectOperation; 3] =
    [ObjectOperation::Retry, ObjectOperation::Skip, ObjectOperation::Remove];

async fn state_of(app: &TestApp, number: u32) -> ObjectState {
    app.client().object(&id("p.schema"), number).await.expect("is there").object.state
}

#[tokio::test]
async fn each_state_allows_what_the_table_says_and_refuses_the_rest() {
    let app = TestApp::start().await;
    for state in [
        ObjectState::Initializing,
        ObjectState::DdlObtained,
        ObjectState::Ready,
        ObjectState::Creating,
        ObjectState::Completed,
        ObjectState::CompletedWithConversion,
        ObjectState::Failed,
        ObjectState::DdlFailed,
        ObjectState::NotSupported,
    ] {
        let run = running(&app).await;
        for (number, operation) in (0..).zip(ACTS) {
            take(&app, &run.fence(), number, state);
            let before = app.stored();
            let path = paths::act_on_object(&id("p.schema"), number, operation);
            let answer = app.command(&path).await;
            if allows(state, operation) {
                answer.done();
            } else {
                answer.refused(ErrorCode::ObjectNotAllowed);
                assert_eq!(app.stored(), before, "{state} {operation}");
            }
        }
        take(&app, &run.fence(), 4, state);
        let edit = EditDdl { ddl: "CREATE TABLE mine".into() };
        let answer = app.put(&paths::object_ddl(&id("p.schema"), 4), &edit).await;
        match allows(state, ObjectOperation::Edit) {
            true => assert_eq!(state_of(&app, 4).await, ObjectState::Ready),
            false => drop(answer.refused(ErrorCode::ObjectNotAllowed)),
        }
        run.say(Outcome::Finished);
        app.reaches("p.schema", TaskState::Finished).await;
        app.client().delete_task(&id("p.schema")).await.expect("deletes");
    }
}

#[tokio::test]
async fn what_is_done_about_objects_reaches_the_run() {
    let app = TestApp::start().await;
    let run = running(&app).await;
    take(&app, &run.fence(), 0, ObjectState::Failed);
    let retry = ObjectOperation::Retry;
    app.client().act_on_object(&id("p.schema"), 0, retry).await.expect("retries");
    timeout(PATIENCE, run.context.changed.notified()).await.expect("hears");
    let object = app.client().object(&id("p.schema"), 0).await.expect("is there");
    assert_eq!(object.object.state, ObjectState::Initializing);
    assert_eq!((object.object.error, object.database_code), (None, None), "it begins anew");
}

#[tokio::test]
async fn a_statement_of_the_users_is_kept_through_a_retry() {
    let app = TestApp::start().await;
    let run = running(&app).await;
    take(&app, &run.fence(), 0, ObjectState::Failed);
    let edit = EditDdl { ddl: "CREATE TABLE `mine` (`🦀` int)".into() };
    let edited = app.client().edit_object(&id("p.schema"), 0, &edit).await.expect("edits");
    assert_eq!((edited.edited, edited.object.state), (true, ObjectState::Ready));
    assert_eq!(edited.converted_ddl.as_ref(), Some(&edit.ddl));
    use sync_service::{domain::object::ObjectEvent, repo::schema as objects};
    let refused = [ObjectEvent::Begun, ObjectEvent::Refused].map(|e| objects::Step::new(0, e));
    objects::advance(&mut app.metadata(), &run.fence(), &refused).expect("advances");
    let retry = ObjectOperation::Retry;
    app.client().act_on_object(&id("p.schema"), 0, retry).await.expect("retries");
    let again = app.client().object(&id("p.schema"), 0).await.expect("is there");
    assert_eq!((again.object.state, again.edited), (ObjectState::Ready, true));
    assert_eq!(again.converted_ddl, Some(edit.ddl));
}

#[tokio::test]
async fn of_many_each_has_its_own_result() {
    let app = TestApp::start().await;
    let run = running(&app).await;
    for (number, state) in [
        (0, ObjectState::Failed),
        (1, ObjectState::Completed),
        (2, ObjectState::DdlFailed),
        (3, ObjectState::NotSupported),
    ] {
        take(&app, &run.fence(), number, state);
    }
    let act = |operation, numbers: &[u32]| ActOnObjects {
        operation,
        numbers: numbers.to_vec(),
        all_failed: numbers.is_empty(),
    };
    let client = app.client();
    let task = id("p.schema");
    let retried = client.act_on_objects(&task, &act(ObjectOperation::Retry, &[])).await;
    let retried = retried.expect("retries");
    assert_eq!((retried.done, retried.refused), (vec![0, 2], vec![]), "all that failed");
    let skipped = client.act_on_objects(&task, &act(ObjectOperation::Skip, &[3, 1, 3, 9])).await;
    let skipped = skipped.expect("skips");
    let refused: Vec<_> = skipped.refused.iter().map(|one| (one.number, one.code)).collect();
    let wanted = [(1, ErrorCode::ObjectNotAllowed), (9, ErrorCode::NoSuchTaskObject)];
    assert_eq!((skipped.done, refused), (vec![3], wanted.to_vec()));
    let removed = client.act_on_objects(&task, &act(ObjectOperation::Remove, &[1, 3])).await;
    assert_eq!(removed.expect("removes").done, [1, 3]);
    app.get(&paths::object(&task, 1)).await.refused(ErrorCode::NoSuchTaskObject);
    let left = client.objects(&task, &ObjectQuery::default()).await.expect("lists");
    assert_eq!(left.total_count, 3);
    assert_eq!(client.task(&task).await.expect("is there").progress.total, 3);
    let none = client.act_on_objects(&task, &act(ObjectOperation::Retry, &[])).await;
    assert_eq!(none.expect("does nothing").done, [0; 0]);
}

#[tokio::test]
async fn objects_of_a_task_that_rests_or_is_over_are_not_touched() {
    let app = TestApp::start().await;
    let (task, edit) = (id("p.schema"), json!({ "ddl": "x" }));
    let act = json!({ "operation": "skip", "numbers": [0] });
    let closed = async || {
        let before = app.stored();
        for operation in ACTS {
            let path = paths::act_on_object(&task, 0, operation);
            app.command(&path).await.refused(ErrorCode::ObjectsClosed);
        }
        app.put(&paths::object_ddl(&task, 0), &edit).await.refused(ErrorCode::ObjectsClosed);
        app.post(&paths::objects(&task), &act).await.refused(ErrorCode::ObjectsClosed);
        assert_eq!(app.stored(), before);
    };
    app.store("p.schema", &schema()).await;
    closed().await;
    let run = running(&app).await;
    take(&app, &run.fence(), 0, ObjectState::Failed);
    app.client().stop(&task).await.expect("is asked");
    app.reaches("p.schema", TaskState::Suspend).await;
    closed().await;
    app.client().start(&task).await.expect("starts");
    let failure = Failure { code: ErrorCode::DatabaseRefused, message: "one object".into() };
    app.script.next().await.say(Outcome::Failed(failure));
    app.reaches("p.schema", TaskState::Failed).await;
    app.client().act_on_object(&task, 0, ObjectOperation::Skip).await.expect("skips");
    app.client().start(&task).await.expect("starts");
    app.script.next().await.say(Outcome::Finished);
    app.reaches("p.schema", TaskState::Finished).await;
    closed().await;
}

#[tokio::test]
async fn odd_requests_about_objects_are_refused() {
    let app = TestApp::start().await;
    app.store("p.full", &full()).await;
    let run = running(&app).await;
    take(&app, &run.fence(), 0, ObjectState::Failed);
    let (task, before) = (id("p.schema"), app.stored());
    for word in ["view", "edit"] {
        let path = format!("{}/{word}", paths::object(&task, 0));
        app.command(&path).await.refused(ErrorCode::InvalidParameter);
        let body = json!({ "operation": word, "numbers": [0] });
        app.post(&paths::objects(&task), &body).await.refused(ErrorCode::InvalidParameter);
    }
    let path = format!("{}/RETRY", paths::object(&task, 0));
    app.command(&path).await.refused(ErrorCode::InvalidParameter);
    for body in [
        json!({ "operation": "retry" }),
        json!({ "operation": "retry", "numbers": [0], "allFailed": true }),
    ] {
        app.post(&paths::objects(&task), &body).await.refused(ErrorCode::Invalid);
    }
    for body in [
        json!({}),
        json!({ "operation": "destroy", "numbers": [0] }),
        json!({ "operation": "retry", "numbers": [-1] }),
        json!({ "operation": "retry", "numbers": [0], "force": true }),
    ] {
        app.post(&paths::objects(&task), &body).await.refused(ErrorCode::MalformedBody);
    }
    let ddl = paths::object_ddl(&task, 0);
    for text in ["", "  \n", "a\u{0}b"] {
        app.put(&ddl, &json!({ "ddl": text })).await.refused(ErrorCode::Invalid);
    }
    for body in ["", "{}", r#"{"ddl":7}"#, r#"{"ddl":"x","run":true}"#] {
        app.send(Method::PUT, &ddl, body).await.refused(ErrorCode::MalformedBody);
    }
    let of_load = paths::act_on_object(&id("p.full"), 0, ObjectOperation::Retry);
    app.command(&of_load).await.refused(ErrorCode::WrongTaskKind);
    assert_eq!(app.stored(), before);
}
