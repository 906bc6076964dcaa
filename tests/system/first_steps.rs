//! The way of a new user, over the public API alone: log in, change the password, register two
//! real databases, look, choose, draft; and what others may see of it.

use crate::session::{SECOND_PASSWORD, ready, source};
use oms_contracts::ErrorCode;
use oms_testkit::{TestDb, servers};
use oms_tests::house::{FIRST_PASSWORD, House};
use reqwest::{Method, StatusCode};
use serde_json::json;

#[tokio::test]
async fn a_new_user_gets_from_the_first_login_to_a_draft() {
    let house = House::start().await;
    let db = TestDb::create(servers::mysql()).await.expect("a database");
    db.exec("CREATE TABLE t1 (id INT PRIMARY KEY, v VARCHAR(10))").await.expect("creates");
    db.exec("CREATE TABLE t2 (id INT PRIMARY KEY)").await.expect("creates");
    db.exec("CREATE VIEW v1 AS SELECT id FROM t1").await.expect("creates");

    let admin = ready(&house, "admin").await;
    let from = source("from", "MYSQL", servers::mysql());
    let from = admin.ok(Method::POST, "/data-sources", Some(from)).await;
    let to = source("to", "OB_MYSQL", servers::oceanbase());
    let to = admin.ok(Method::POST, "/data-sources", Some(to)).await;
    let (from, to) = (from["id"].as_str().expect("an id"), to["id"].as_str().expect("an id"));

    let found = admin
        .ok(Method::GET, &format!("/data-sources/{from}/databases/{}/objects", db.name()), None)
        .await;
    assert_eq!(found["totalCount"], 3, "{found}");

    let mapping = json!({
        "mode": "WILDCARD",
        "tableAndViewWhiteList": [format!("{}.*", db.name())],
        "tableAndViewBlackList": [format!("{}.t2", db.name())],
    });
    let body = json!({"sourceEndpointId": from, "transferMapping": mapping});
    let preview = admin.ok(Method::POST, "/selection/preview", Some(body)).await;
    assert_eq!(preview.pointer("/objects/totalCount"), Some(&json!(2)), "{preview}");

    let project = json!({
        "name": "first", "type": "MIGRATION",
        "sourceEndpointId": from, "sinkEndpointId": to,
        "enableStructTransfer": true, "enableFullTransfer": true, "transferMapping": mapping,
    });
    let made = admin.ok(Method::POST, "/projects", Some(project)).await;
    let id = made["id"].as_str().expect("an id");
    let (status, refusal) = admin.call(Method::POST, &format!("/projects/{id}/start"), None).await;
    assert_eq!(status.as_u16(), 501);
    assert_eq!(refusal["code"], ErrorCode::NotAvailableYet.as_str());
    let seen = admin.ok(Method::GET, &format!("/projects/{id}"), None).await;
    assert_eq!(seen["status"], "INIT", "an honest refusal changes nothing");

    let (status, refusal) =
        admin.call(Method::DELETE, &format!("/data-sources/{from}"), None).await;
    assert_eq!((status.as_u16(), &refusal["code"]), (409, &json!("DATASOURCE-0004")), "{refusal}");

    let log = admin.ok(Method::GET, "/audit?pageSize=50", None).await;
    let text = log.to_string();
    assert!(text.contains("first") && text.contains("DATASOURCE-0004"), "{text}");
    assert!(!text.contains(SECOND_PASSWORD) && !text.contains(FIRST_PASSWORD));

    let services = admin.ok(Method::GET, "/system/services", None).await;
    let ready = services.as_array().expect("a list").iter().filter(|s| s["ready"] == true);
    assert_eq!(ready.count(), 6, "{services}");
    house.stop().await;
}

#[tokio::test]
async fn a_user_sees_only_what_is_its_own() {
    let house = House::start().await;
    let admin = ready(&house, "admin").await;
    let users = json!({"account": "carol", "role": "USER", "password": FIRST_PASSWORD});
    admin.ok(Method::POST, "/users", Some(users)).await;
    let ours = source("ours", "MYSQL", servers::mysql());
    let ours = admin.ok(Method::POST, "/data-sources", Some(ours)).await;
    let path = format!("/data-sources/{}", ours["id"].as_str().expect("an id"));

    let carol = ready(&house, "carol").await;
    let (status, refusal) = carol.call(Method::GET, &path, None).await;
    assert_eq!((status.as_u16(), &refusal["code"]), (404, &json!("DATASOURCE-0001")));
    let (status, _) = carol.call(Method::DELETE, &path, None).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let list = carol.ok(Method::GET, "/data-sources", None).await;
    assert_eq!(list["totalCount"], 0, "{list}");
    let (status, refusal) = carol.call(Method::GET, "/users", None).await;
    assert_eq!(status, StatusCode::FORBIDDEN, "{refusal}");
    admin.ok(Method::GET, &path, None).await;
    house.stop().await;
}
