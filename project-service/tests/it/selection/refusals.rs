//! What is answered when a selection, its source or the caller is not as it should be.

use super::Shop;
use crate::{
    app::{TestApp, admin, colleague, fields, stranger, user, viewer},
    data_sources::{store, unreached},
    projects,
};
use oms_contracts::{
    ErrorCode,
    project::{
        data_source::paths as sources,
        selection::{SelectionPreview, paths},
    },
};
use oms_testkit::servers::mysql;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

#[tokio::test]
async fn a_mapping_that_is_wrong_is_refused_before_the_source_is_asked() {
    let app = TestApp::start().await;
    // Nothing answers at this data source; it is not reached.
    let (source, _) = projects::ends(&app, &user());
    for (mapping, places) in [
        (
            json!({ "mode": "WILDCARD", "tableAndViewWhiteList": ["nodot", "a.b c", "a.[z-a]"] }),
            &[
                "transferMapping.tableAndViewWhiteList[0]",
                "transferMapping.tableAndViewWhiteList[1]",
                "transferMapping.tableAndViewWhiteList[2]",
            ][..],
        ),
        (json!({ "mode": "SPECIFIC" }), &["transferMapping"]),
        (
            json!({ "mode": "SPECIFIC", "databases": [{
                "name": "d", "tables": [{ "name": "a$$b", "whereClause": "x = (SELECT 1)" }]
            }] }),
            &[
                "transferMapping.databases[0].tables[0].name",
                "transferMapping.databases[0].tables[0].whereClause",
            ],
        ),
    ] {
        let body = json!({ "sourceEndpointId": source, "transferMapping": mapping });
        let answer = app.by(user()).post(paths::PREVIEW, &body).await;
        let problem = answer.refused(ErrorCode::SelectionInvalid);
        assert_eq!(fields(&problem), places);
    }
}

#[tokio::test]
async fn a_source_that_does_not_answer_says_why() {
    let app = TestApp::start().await;
    let mut closed = unreached(&user(), "closed", "127.0.0.1");
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    closed.settings.port = free.local_addr().expect("an address").port();
    drop(free);
    let id = closed.id.clone();
    store(&app, &[closed]);
    let mapping = json!({ "mode": "WILDCARD", "tableAndViewWhiteList": ["a.*"] });
    let body = json!({ "sourceEndpointId": id, "transferMapping": mapping });
    app.by(user()).post(paths::PREVIEW, &body).await.refused(ErrorCode::ConnectionRefused);
    let body = json!({ "sourceEndpointId": id, "format": "TEXT", "content": "a.b" });
    app.by(user()).post(paths::IMPORT, &body).await.refused(ErrorCode::ConnectionRefused);
    let filter = json!({ "database": "d", "table": "t", "whereClause": "id > 1" });
    let body = json!({ "sourceEndpointId": id, "filters": [filter] });
    app.by(user()).post(paths::VALIDATE, &body).await.refused(ErrorCode::ConnectionRefused);
}

#[tokio::test]
async fn only_who_sees_a_source_looks_into_it() {
    let shop = Shop::on(mysql()).await;
    let mapping = shop.rules(&["shop.*"], &[]);
    let preview = json!({ "sourceEndpointId": shop.endpoint, "transferMapping": mapping });
    let import = json!({
        "sourceEndpointId": shop.endpoint, "format": "TEXT", "content": shop.real("shop.items")
    });
    let validate = json!({ "sourceEndpointId": shop.endpoint });
    for (path, body) in
        [(paths::PREVIEW, &preview), (paths::IMPORT, &import), (paths::VALIDATE, &validate)]
    {
        for who in [user(), admin(), viewer()] {
            assert_eq!(shop.app.by(who).post(path, body).await.status, StatusCode::OK, "{path}");
        }
        for who in [colleague(), stranger()] {
            shop.app.by(who).post(path, body).await.refused(ErrorCode::NoSuchDataSource);
        }
        shop.app.sibling().post(path, body).await.refused(ErrorCode::UnsignedCall);
    }
}

#[tokio::test]
async fn only_who_sees_a_project_compares_with_it() {
    let shop = Shop::on(mysql()).await;
    let (source, sink) = projects::ends(&shop.app, &stranger());
    let body = projects::body("theirs", &source, &sink);
    let theirs: Value = shop
        .app
        .by(stranger())
        .post(oms_contracts::project::project::paths::ALL, &body)
        .await
        .ok(StatusCode::CREATED);
    let mapping = shop.rules(&["shop.*"], &[]);
    let answer = shop.ask(&mapping, json!({ "projectId": theirs["id"] })).await;
    answer.refused(ErrorCode::NoSuchProject);
}

#[tokio::test]
async fn requests_that_make_no_sense_are_refused() {
    let shop = Shop::on(mysql()).await;
    let mapping = shop.rules(&["shop.*"], &[]);
    for page in
        [json!({ "pageSize": 0 }), json!({ "pageSize": 1_000_000_000 }), json!({ "pageNumber": 0 })]
    {
        shop.ask(&mapping, page).await.refused(ErrorCode::InvalidParameter);
    }
    let found: SelectionPreview = shop.preview(&mapping, json!({})).await;
    let both = json!({ "previous": found.objects.items, "projectId": "np_0000000000000000" });
    let problem = shop.ask(&mapping, both).await.refused(ErrorCode::Invalid);
    assert_eq!(fields(&problem), ["previous"]);
    let long = json!({ "search": "x".repeat(257) });
    assert_eq!(fields(&shop.ask(&mapping, long).await.refused(ErrorCode::Invalid)), ["search"]);
    for odd in [
        json!({ "tab": "OLD" }),
        json!({ "pageSize": "10" }),
        json!({ "page": 1 }),
        json!({ "projectId": "x'" }),
    ] {
        shop.ask(&mapping, odd).await.refused(ErrorCode::MalformedBody);
    }
    let caller = shop.app.by(user());
    for path in [paths::PREVIEW, paths::VALIDATE, paths::IMPORT] {
        for body in ["", "[", "{\"format\":\"XML\"}", "{\"x\":1}"] {
            caller.send(Method::POST, path, body).await.refused(ErrorCode::MalformedBody);
        }
    }
}

#[tokio::test]
async fn nothing_that_is_asked_here_is_stored_or_written_to_the_source() {
    let shop = Shop::on(mysql()).await;
    let before = shop.app.stored();
    let rules = shop.rules(&["shop.*"], &["shop.x`; DROP TABLE items; --"]);
    shop.ask(&rules, json!({})).await.refused(ErrorCode::SelectionInvalid);
    let content = shop.real("shop.items | shop.items'; DROP TABLE items; --");
    let body = json!({ "sourceEndpointId": shop.endpoint, "format": "TEXT", "content": content });
    shop.app.by(user()).post(paths::IMPORT, &body).await.refused(ErrorCode::ImportInvalid);
    let filter = json!({
        "database": format!("{}`; DROP TABLE items; --", shop.shop), "table": "items' OR '1'='1",
        "whereClause": "id = 1; DROP TABLE items"
    });
    let body = json!({ "sourceEndpointId": shop.endpoint, "filters": [filter] });
    let answer: Value = shop.app.by(user()).post(paths::VALIDATE, &body).await.ok(StatusCode::OK);
    assert_eq!(answer["valid"], false);
    let filter = json!({
        "database": format!("{}'; DROP TABLE items; --", shop.shop), "table": "items`; DROP",
        "whereClause": "id = 1"
    });
    let body = json!({ "sourceEndpointId": shop.endpoint, "filters": [filter] });
    let answer: Value = shop.app.by(user()).post(paths::VALIDATE, &body).await.ok(StatusCode::OK);
    assert_eq!(answer["valid"], false);
    let still = shop.preview(&shop.rules(&["shop.items"], &[]), json!({})).await;
    assert_eq!(still.counts.all, 1);
    assert_eq!(shop.app.stored(), before);
    let kept: Value =
        shop.app.by(user()).get(&sources::one(&shop.endpoint)).await.ok(StatusCode::OK);
    assert_eq!(kept["revision"], 1);
}
