//! Who may call the service: siblings with a token for it, and on whose behalf.

use crate::{
    app::{Answer, TestApp, admin, colleague, secret, stranger, user},
    data_sources::{store, unreached},
    labels::named,
};
use chrono::Utc;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use oms_clients::token::{Claims, Signer};
use oms_contracts::{
    ErrorCode, ServiceName,
    project::{
        OwnedCounts, OwnerDepartment, data_source,
        data_source::DataSourceView,
        label,
        paths::{owner_counts, owner_department},
    },
    service::headers::INTERNAL_TOKEN,
};
use oms_model::UserId;
use reqwest::{Method, StatusCode};
use secrecy::ExposeSecret;
use std::collections::HashSet;

fn encoded(algorithm: Algorithm, claims: &Claims) -> String {
    let key = EncodingKey::from_secret(secret().expose_secret().as_bytes());
    jsonwebtoken::encode(&Header::new(algorithm), claims, &key).expect("encodes")
}

fn claims(exp_in: i64, aud: ServiceName) -> Claims {
    let exp = Utc::now().timestamp() + exp_in;
    Claims { iss: ServiceName::Gateway, aud, exp, act: Some(user()) }
}

#[tokio::test]
async fn calls_without_a_valid_token_are_refused_and_do_nothing() {
    let app = TestApp::start().await;
    let here = ServiceName::ProjectService;
    let valid = encoded(Algorithm::HS256, &claims(30, here));
    let payload = valid.split('.').nth(1).expect("three parts");
    let other = Signer::new(&"x".repeat(40).into());
    let tokens = [
        ("nothing", String::new()),
        ("garbage", "a.b.c".into()),
        ("expired", encoded(Algorithm::HS256, &claims(-60, here))),
        ("another service's", encoded(Algorithm::HS256, &claims(30, ServiceName::StoreService))),
        ("another algorithm", encoded(Algorithm::HS384, &claims(30, here))),
        ("alg none", format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{payload}.")),
        ("another secret's", other.sign(ServiceName::Gateway, here, Some(&user())).expect("signs")),
        ("tampered", valid.replace(payload, &payload.replace('J', "K"))),
    ];
    let before = app.stored();
    for (what, token) in &tokens {
        for path in [label::paths::ALL, data_source::paths::ALL, "/api/v1/no-such", "/"] {
            let request = app.unsigned(Method::POST, path).json(&named("x"));
            let request = request.header(INTERNAL_TOKEN, token);
            let problem = Answer::of(request).await.refused(ErrorCode::UnsignedCall);
            assert!(!problem.message.contains("x.y"), "{what}: {problem:?}");
        }
    }
    let bare = app.unsigned(Method::POST, label::paths::ALL).json(&named("x"));
    Answer::of(bare).await.refused(ErrorCode::UnsignedCall);
    assert_eq!(app.stored(), before);
    let fine = app.unsigned(Method::POST, label::paths::ALL).json(&named("x"));
    let fine = Answer::of(fine.header(INTERNAL_TOKEN, &valid)).await;
    assert_eq!(fine.status, StatusCode::CREATED, "the valid one it all began with");
}

#[tokio::test]
async fn what_is_done_for_somebody_names_them() {
    let app = TestApp::start().await;
    let before = app.stored();
    let sibling = app.sibling();
    sibling.get(label::paths::ALL).await.refused(ErrorCode::UnsignedCall);
    sibling.get(data_source::paths::ALL).await.refused(ErrorCode::UnsignedCall);
    sibling.post(label::paths::ALL, &named("x")).await.refused(ErrorCode::UnsignedCall);
    assert_eq!(app.stored(), before);
}

#[tokio::test]
async fn routes_that_are_not_there_are_named() {
    let app = TestApp::start().await;
    for path in ["/", "/api/v1", "/api/v1/data-source", "/api/v2", "/api/v1/labels/../../etc"] {
        app.by(user()).get(path).await.refused(ErrorCode::NoSuchRoute);
    }
    let answer = app.by(user()).delete(label::paths::ALL).await;
    answer.refused(ErrorCode::MethodNotAllowed);
}

#[tokio::test]
async fn every_route_is_described() {
    let app = TestApp::start().await;
    let answer = Answer::of(app.unsigned(Method::GET, "/openapi.json")).await;
    let description: serde_json::Value = answer.ok(StatusCode::OK);
    let paths = description["paths"].as_object().expect("paths");
    for (path, methods) in [
        ("/api/v1/data-sources", vec!["get", "post"]),
        ("/api/v1/data-sources/kinds", vec!["get"]),
        ("/api/v1/data-sources/test", vec!["post"]),
        ("/api/v1/data-sources/{id}", vec!["get", "put", "delete"]),
        ("/api/v1/data-sources/{id}/copy", vec!["post"]),
        ("/api/v1/data-sources/{id}/test", vec!["post"]),
        ("/api/v1/data-sources/{id}/databases", vec!["get"]),
        ("/api/v1/data-sources/{id}/databases/{database}/objects", vec!["get"]),
        ("/api/v1/data-sources/{id}/databases/{database}/tables/{table}", vec!["get"]),
        ("/api/v1/labels", vec!["get", "post"]),
        ("/api/v1/labels/{id}", vec!["patch", "delete"]),
        ("/internal/v1/vault/reseal", vec!["post"]),
        ("/internal/v1/owners/{user}/counts", vec!["get"]),
        ("/internal/v1/owners/{user}/department", vec!["put"]),
    ] {
        for method in methods {
            assert!(paths[path][method]["responses"].is_object(), "{method} {path}");
        }
    }
    let ids: Vec<&serde_json::Value> = paths
        .values()
        .flat_map(|item| item.as_object().expect("operations").values())
        .map(|operation| &operation["operationId"])
        .collect();
    let different: HashSet<&str> = ids.iter().filter_map(|id| id.as_str()).collect();
    assert_eq!(different.len(), ids.len(), "generators name functions by them: {ids:?}");
    let secret = &description["components"]["schemas"]["Secret"];
    assert_eq!((&secret["format"], &secret["writeOnly"]), (&"password".into(), &true.into()));
}

#[tokio::test]
async fn what_a_user_owns_is_counted_for_siblings() {
    let app = TestApp::start().await;
    store(&app, &[unreached(&user(), "a", "a.example"), unreached(&user(), "b", "b.example")]);
    let counts: OwnedCounts =
        app.sibling().get(&owner_counts(&user().user)).await.ok(StatusCode::OK);
    assert_eq!(counts, OwnedCounts { projects: 0, data_sources: 2 });
    let nobody = UserId::from_entropy([1; 10]);
    let counts: OwnedCounts = app.sibling().get(&owner_counts(&nobody)).await.ok(StatusCode::OK);
    assert_eq!(counts, OwnedCounts { projects: 0, data_sources: 0 });
    let odd = app.sibling().get("/internal/v1/owners/u_1%27/counts").await;
    odd.refused(ErrorCode::InvalidParameter);
    let unsigned = app.unsigned(Method::GET, &owner_counts(&nobody));
    Answer::of(unsigned).await.refused(ErrorCode::UnsignedCall);
}

#[tokio::test]
async fn what_a_user_owns_follows_it_into_another_department() {
    let app = TestApp::start().await;
    let (mine, bobs) =
        (unreached(&user(), "a", "a.example"), unreached(&colleague(), "b", "b.example"));
    store(&app, &[mine.clone(), bobs.clone()]);
    let path = owner_department(&user().user);
    let body = OwnerDepartment { department_id: stranger().department };
    for _ in 0..2 {
        let request = app.sibling().request(Method::PUT, &path).json(&body);
        Answer::of(request).await.done();
    }
    let one = data_source::paths::one(&mine.id);
    let seen: DataSourceView = app.by(stranger()).get(&one).await.ok(StatusCode::OK);
    assert_eq!((seen.owner.department_id, seen.revision), (body.department_id.clone(), 1));
    app.by(admin()).get(&one).await.refused(ErrorCode::NoSuchDataSource);
    let other = data_source::paths::one(&bobs.id);
    let _: DataSourceView = app.by(admin()).get(&other).await.ok(StatusCode::OK);
    let unsigned = app.unsigned(Method::PUT, &path).json(&body);
    Answer::of(unsigned).await.refused(ErrorCode::UnsignedCall);
}
