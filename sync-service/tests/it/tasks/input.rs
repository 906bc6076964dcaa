//! Tasks, paths and queries that are not what they should be: refused with a code, and nothing has
//! changed.

use crate::app::{TestApp, fields, full, id, schema};
use oms_contracts::{ErrorCode, sync::paths};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn odd_tasks_are_refused_with_everything_that_is_wrong() {
    let app = TestApp::start().await;
    let before = app.stored();
    let path = paths::task(&id("p.full"));
    let mut odd = full();
    odd["source"]["host"] = json!("");
    odd["objects"][1]["source"]["name"] = json!("a\u{0}");
    odd["objects"][2] = odd["objects"][0].clone();
    odd["limits"] = json!({ "memory": 1 });
    let problem = app.put(&path, &odd).await.refused(ErrorCode::Invalid);
    let wanted = ["limits.memory", "source.host", "objects[1].source.name", "objects[2]"];
    assert_eq!(fields(&problem), wanted);
    let mut queue = full();
    queue["target"]["kind"] = json!("KAFKA");
    app.put(&path, &queue).await.refused(ErrorCode::KindNotSupported);
    for text in ["", "{", "[]", "null", "{}", r#"{"kind":"FULL"}"#, r#"{"kind":"full"}"#] {
        app.send(Method::PUT, &path, text).await.refused(ErrorCode::MalformedBody);
    }
    for (place, value) in [
        ("/source/port", json!(70_000)),
        ("/source/password", json!(4711)),
        ("/source/passwort", json!("x")),
        ("/objects/0/kind", json!("PROCEDURE")),
        ("/schema", json!({ "indexStrategy": "PERHAPS" })),
    ] {
        let mut body = full();
        let (end, key) = place.rsplit_once('/').expect("a place");
        body.pointer_mut(end).expect("an end")[key] = value;
        let problem = app.put(&path, &body).await.refused(ErrorCode::MalformedBody);
        assert!(!problem.message.contains("4711"), "{}", problem.message);
    }
    app.send(Method::PUT, &path, vec![b'{', 0xff]).await.refused(ErrorCode::BadEncoding);
    app.put(&path, &"x".repeat(5 << 20)).await.refused(ErrorCode::BodyTooLarge);
    assert_eq!(app.stored(), before);
}

#[tokio::test]
async fn odd_limits_are_refused() {
    let app = TestApp::start().await;
    app.store("p.full", &full()).await;
    let before = app.stored();
    let path = paths::limits(&id("p.full"));
    for (body, wanted) in [
        (json!({ "throttleRps": 0 }), vec!["throttleRps"]),
        (json!({ "readWorkerNum": 257, "memory": 15 }), vec!["readWorkerNum", "memory"]),
        (json!({ "fullTransferSpeedMode": "CUSTOM" }), vec!["readWorkerNum", "writeWorkerNum"]),
    ] {
        let problem = app.put(&path, &body).await.refused(ErrorCode::Invalid);
        assert_eq!(fields(&problem), wanted);
    }
    for body in [json!({ "throttleRps": -1 }), json!({ "speed": 1 }), json!([])] {
        app.put(&path, &body).await.refused(ErrorCode::MalformedBody);
    }
    assert_eq!(app.stored(), before);
}

#[tokio::test]
async fn what_is_not_there_is_said_so_by_every_route() {
    let app = TestApp::start().await;
    let (none, empty) = (id("p.none"), json!({}));
    let before = app.stored();
    for path in [
        paths::task(&none),
        paths::tables(&none),
        paths::conflicts(&none),
        paths::objects(&none),
        paths::object(&none, 0),
    ] {
        app.get(&path).await.refused(ErrorCode::NoSuchTask);
    }
    for path in [
        paths::start(&none),
        paths::stop(&none),
        paths::act_on_object(&none, 0, oms_contracts::sync::ObjectOperation::Retry),
    ] {
        app.command(&path).await.refused(ErrorCode::NoSuchTask);
    }
    app.put(&paths::limits(&none), &empty).await.refused(ErrorCode::NoSuchTask);
    let edit = json!({ "ddl": "x" });
    app.put(&paths::object_ddl(&none, 0), &edit).await.refused(ErrorCode::NoSuchTask);
    let act = json!({ "operation": "skip", "allFailed": true });
    app.post(&paths::objects(&none), &act).await.refused(ErrorCode::NoSuchTask);
    assert_eq!(app.stored(), before);
}

#[tokio::test]
async fn odd_ids_and_queries_are_refused() {
    let app = TestApp::start().await;
    app.store("p.full", &full()).await;
    app.store("p.schema", &schema()).await;
    let before = app.stored();
    let long = "x".repeat(97);
    for odd in ["a%2Fb", "a%20b", "%00", "-a", ".a", "a%27", "%F0%9F%A6%80", &long] {
        let path = format!("{}/{odd}", paths::TASKS);
        for method in [Method::GET, Method::DELETE] {
            let answer = app.send(method, &path, "").await;
            answer.refused(ErrorCode::InvalidParameter);
        }
        app.put(&path, &full()).await.refused(ErrorCode::InvalidParameter);
        app.command(&format!("{path}/start")).await.refused(ErrorCode::InvalidParameter);
        app.command(&format!("{path}/stop")).await.refused(ErrorCode::InvalidParameter);
    }
    let (full, schema) = (id("p.full"), id("p.schema"));
    for list in [
        paths::TASKS.to_owned(),
        paths::tables(&full),
        paths::conflicts(&full),
        paths::objects(&schema),
    ] {
        for query in ["pageSize=0", "pageSize=151", "pageNumber=0", "page=1", "state=DONE", "x"] {
            let answer = app.get(&format!("{list}?{query}")).await;
            answer.refused(ErrorCode::InvalidParameter);
        }
    }
    for odd in ["-1", "x", "4294967296", "1.5"] {
        let path = format!("{}/{odd}", paths::objects(&schema));
        app.get(&path).await.refused(ErrorCode::InvalidParameter);
        app.command(&format!("{path}/retry")).await.refused(ErrorCode::InvalidParameter);
    }
    assert_eq!(app.stored(), before);
}
