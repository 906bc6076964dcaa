//! What nobody should send, and what is answered when somebody does.

use super::Stage;
use crate::app::{fields, user};
use oms_contracts::{
    ErrorCode,
    project::project::{ProjectView, paths},
};
use reqwest::{Method, StatusCode, header::CONTENT_TYPE};
use serde_json::{Value, json};

#[tokio::test]
async fn bodies_that_are_no_json_are_refused_as_such() {
    let stage = Stage::of(&user()).await;
    let before = stage.app.stored();
    let caller = stage.app.by(user());
    for body in ["", "{", "[]", "null", "\"orders\"", "{\"name\":\"a\"}{}", "{'name': 'a'}"] {
        caller.send(Method::POST, paths::ALL, body).await.refused(ErrorCode::MalformedBody);
    }
    let latin = b"{\"name\":\"\xe9\"}".to_vec();
    caller.send(Method::POST, paths::ALL, latin).await.refused(ErrorCode::BadEncoding);
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    caller.send(Method::POST, paths::ALL, deep).await.refused(ErrorCode::MalformedBody);
    let request = caller.request(Method::POST, paths::ALL).header(CONTENT_TYPE, "text/plain");
    crate::app::Answer::of(request.body("{}")).await.refused(ErrorCode::UnsupportedMediaType);
    assert_eq!(stage.app.stored(), before);
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_refused() {
    let stage = Stage::of(&user()).await;
    let mut body = stage.body("big");
    let tables: Vec<Value> =
        (0..200_000).map(|i| json!({ "name": format!("table_{i}") })).collect();
    body["transferMapping"]["databases"][0]["tables"] = json!(tables);
    assert!(body.to_string().len() > stage.app.settings.http.body_limit_bytes);
    let before = stage.app.stored();
    stage.app.by(user()).post(paths::ALL, &body).await.refused(ErrorCode::BodyTooLarge);
    assert_eq!(stage.app.stored(), before);
}

#[tokio::test]
async fn unknown_fields_and_wrong_types_are_named_with_their_place() {
    let stage = Stage::of(&user()).await;
    let before = stage.app.stored();
    for (pointer, field, value, says) in [
        ("", "naem", json!("x"), "unknown field `naem`"),
        ("", "name", json!(7), "name: invalid type"),
        ("", "type", json!("COPY"), "type: unknown variant"),
        (
            "",
            "sourceEndpointId",
            json!("../../etc/passwd"),
            "sourceEndpointId: not a data source id",
        ),
        ("", "sinkEndpointId", json!("e_1' or '1'='1"), "sinkEndpointId: not a data source id"),
        ("", "labelIds", json!(["x"]), "labelIds[0]: not a label id"),
        ("", "enableFullTransfer", json!("yes"), "enableFullTransfer: invalid type"),
        ("/transferMapping", "mode", json!("EVERYTHING"), "transferMapping.mode: unknown variant"),
        ("/transferMapping", "where", json!("x"), "unknown field `where`"),
        (
            "/transferMapping/databases/0",
            "tables",
            json!({}),
            "transferMapping.databases[0].tables",
        ),
        ("/transferMapping/databases/0/tables/0", "sql", json!(""), "unknown field `sql`"),
    ] {
        let mut body = stage.body("odd");
        let place = body.pointer_mut(pointer).expect("it is there");
        place.as_object_mut().expect("an object").insert(field.into(), value);
        let answer = stage.app.by(user()).post(paths::ALL, &body).await;
        let problem = answer.refused(ErrorCode::MalformedBody);
        assert!(problem.message.contains(says), "{:?} does not say {says:?}", problem.message);
    }
    let mut body = stage.body("odd");
    body["incrTransferConfig"] = json!({ "recordTypeWhiteList": ["INSERT", "SELECT"] });
    let problem = stage.app.by(user()).post(paths::ALL, &body).await;
    let problem = problem.refused(ErrorCode::MalformedBody);
    let place = "incrTransferConfig.recordTypeWhiteList[1]: unknown variant `SELECT`";
    assert!(problem.message.contains(place), "{}", problem.message);
    assert_eq!(stage.app.stored(), before);
}

#[tokio::test]
async fn names_that_cannot_be_are_refused_and_odd_ones_are_only_names() {
    let stage = Stage::of(&user()).await;
    let before = stage.app.stored();
    for name in ["", " ", "x y", "a\tb", "a\nb", "a\u{0}b", "a\u{202e}b", &"x".repeat(65)] {
        let answer = stage.app.by(user()).post(paths::ALL, &stage.body(name)).await;
        assert_eq!(fields(&answer.refused(ErrorCode::Invalid)), ["name"], "{name:?}");
    }
    assert_eq!(stage.app.stored(), before);
    for name in [
        "';DROP/**/TABLE/**/projects;--",
        "../../etc/passwd",
        "%2e%2e%2f",
        "${jndi:ldap://x}",
        "<script>alert(1)</script>",
        "订单🚀👩‍💻",
        &"🦀".repeat(64),
    ] {
        let made = stage.draft(user(), name).await;
        assert_eq!(made.spec.name, name);
        assert_eq!(stage.view(user(), &made.id).await.spec.name, name);
    }
}

#[tokio::test]
async fn object_names_of_an_injection_never_reach_a_database() {
    let stage = Stage::of(&user()).await;
    let before = stage.app.stored();
    for name in ["x`; DROP TABLE y; --", "x'--", "a/b", "a\\b", "a&b", "a b", "表", "a\u{0}b"] {
        for pointer in
            ["/transferMapping/databases/0/name", "/transferMapping/databases/0/tables/0/name"]
        {
            let mut body = stage.body("odd");
            *body.pointer_mut(pointer).expect("it is there") = json!(name);
            let answer = stage.app.by(user()).post(paths::ALL, &body).await;
            let problem = answer.refused(ErrorCode::Invalid);
            let field = pointer[1..].replace('/', ".").replace(".0", "[0]");
            assert_eq!(fields(&problem), [field], "{name:?}");
        }
    }
    assert_eq!(stage.app.stored(), before);
}

#[tokio::test]
async fn a_path_that_names_no_project_is_refused_before_anything_is_asked() {
    let stage = Stage::of(&user()).await;
    stage.draft(user(), "orders").await;
    let before = stage.app.stored();
    let caller = stage.app.by(user());
    for id in ["x", "np_1", "np_1'%20or%20'1'='1", "..%2f..%2fetc", "NP_0000000000000000", "%00"] {
        let path = format!("{}/{id}", paths::ALL);
        caller.get(&path).await.refused(ErrorCode::InvalidParameter);
        caller.delete(&format!("{path}?name=orders")).await.refused(ErrorCode::InvalidParameter);
        caller.command(&format!("{path}/start")).await.refused(ErrorCode::InvalidParameter);
    }
    let nobody = format!("{}/np_0000000000000000", paths::ALL);
    caller.get(&nobody).await.refused(ErrorCode::NoSuchProject);
    caller.put(&nobody, 1, &stage.body("x")).await.refused(ErrorCode::NoSuchProject);
    caller.delete(&format!("{nobody}?name=x")).await.refused(ErrorCode::NoSuchProject);
    caller.command(&format!("{nobody}/start")).await.refused(ErrorCode::NoSuchProject);
    let name = json!({ "name": "x" });
    for verb in ["rename", "clone"] {
        caller.post(&format!("{nobody}/{verb}"), &name).await.refused(ErrorCode::NoSuchProject);
    }
    assert_eq!(stage.app.stored(), before);
}

#[tokio::test]
async fn a_draft_of_ten_thousand_filters_is_checked_within_its_time() {
    let stage = Stage::of(&user()).await;
    let tables: Vec<Value> = (0..5_000)
        .map(
            |i| json!({ "name": format!("t{i}"), "whereClause": "id > 1 AND state IN ('a', 'b')" }),
        )
        .collect();
    let mut body = stage.body("filters");
    body["transferMapping"]["databases"][0]["tables"] = json!(tables);
    let made: ProjectView =
        stage.app.by(user()).post(paths::ALL, &body).await.ok(StatusCode::CREATED);
    assert_eq!(made.spec.transfer_mapping.databases[0].tables.len(), 5_000);
}
