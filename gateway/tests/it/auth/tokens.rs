//! Access tokens that must not open anything.

use crate::app::{Answer, PASSWORD, TestApp};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use gateway::domain::session::{AUDIENCE, Claims, ISSUER};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use oms_chassis::Vault;
use oms_contracts::{
    ErrorCode,
    gateway::{
        auth::{SessionView, SigningKeyView},
        paths,
        user::UpdateUser,
    },
};
use oms_model::Role;
use oms_testkit::eventually;
use reqwest::StatusCode;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use std::time::Duration;

/// The key that signs, out of the metadata and the vault.
fn signing_key(app: &TestApp) -> (String, Vec<u8>) {
    let kid = "SELECT kid AS text FROM signing_keys WHERE retired_at IS NULL";
    let kid = app.texts(kid).pop().expect("a key");
    let sealed = app.texts(&format!("SELECT sealed AS text FROM signing_keys WHERE kid = '{kid}'"));
    let vault = Vault::open(&app.settings.vault).expect("opens");
    let secret = vault.unseal(&format!("signing_key:{kid}"), &sealed[0]).expect("unseals");
    (kid, secret.expose_secret().as_bytes().to_vec())
}

fn claims(session: &SessionView) -> Claims {
    let payload = session.access_token.expose().split('.').nth(1).expect("three parts");
    let json = URL_SAFE_NO_PAD.decode(payload).expect("base64");
    serde_json::from_slice(&json).expect("claims")
}

fn signed(
    kid: &str,
    secret: &[u8],
    algorithm: Algorithm,
    claims: &impl serde::Serialize,
) -> String {
    let header = Header { kid: Some(kid.to_owned()), ..Header::new(algorithm) };
    jsonwebtoken::encode(&header, claims, &EncodingKey::from_secret(secret)).expect("signs")
}

async fn refused(app: &TestApp, token: &str, code: ErrorCode) {
    let answer = app.with_token(token).get(paths::ME).await;
    assert_eq!(answer.header("www-authenticate"), "Bearer");
    answer.refused(code);
}

#[tokio::test]
async fn a_token_made_with_the_right_key_and_claims_works_and_any_other_does_not() {
    let app = TestApp::start().await;
    let root = app.root().await;
    let (kid, secret) = signing_key(&app);
    let good = claims(&root);
    let hs256 = |claims: &Claims| signed(&kid, &secret, Algorithm::HS256, claims);
    let right = app.with_token(&hs256(&good)).get(paths::ME).await;
    assert_eq!(right.status, StatusCode::OK, "the tests below fail for their own reasons");

    let expired = Claims { exp: good.iat - 1, iat: good.iat - 901, ..good.clone() };
    refused(&app, &hs256(&expired), ErrorCode::TokenExpired).await;
    use ErrorCode::TokenInvalid;
    refused(&app, &hs256(&Claims { iss: "other".into(), ..good.clone() }), TokenInvalid).await;
    refused(&app, &hs256(&Claims { aud: "other".into(), ..good.clone() }), TokenInvalid).await;
    refused(&app, &hs256(&Claims { sub: "u_0000000admin".into(), ..good.clone() }), TokenInvalid)
        .await;
    refused(&app, &signed(&kid, b"another key", Algorithm::HS256, &good), TokenInvalid).await;
    refused(&app, &signed("sk00", &secret, Algorithm::HS256, &good), TokenInvalid).await;
    refused(&app, &signed(&kid, &secret, Algorithm::HS384, &good), TokenInvalid).await;
    refused(&app, &signed(&kid, &secret, Algorithm::HS512, &good), TokenInvalid).await;
    let unnamed = jsonwebtoken::encode(
        &Header::new(Algorithm::HS256),
        &good,
        &EncodingKey::from_secret(&secret),
    );
    refused(&app, &unnamed.expect("signs"), TokenInvalid).await;
    for missing in ["exp", "iss", "aud", "sub", "sid", "role"] {
        let mut json = serde_json::to_value(&good).expect("claims");
        json.as_object_mut().expect("an object").remove(missing);
        refused(&app, &signed(&kid, &secret, Algorithm::HS256, &json), TokenInvalid).await;
    }
    assert_eq!((good.iss.as_str(), good.aud.as_str()), (ISSUER, AUDIENCE));
}

#[tokio::test]
async fn tampered_unsigned_and_senseless_tokens_are_refused_with_nothing_changed() {
    let app = TestApp::start().await;
    let root = app.root().await;
    let before = app.stored();
    let token = root.access_token.expose().to_owned();
    let parts: Vec<&str> = token.split('.').collect();
    let mut promoted: Value =
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(parts[1]).expect("base64")).expect("JSON");
    promoted["sub"] = json!("u_0000000admin");
    let promoted = URL_SAFE_NO_PAD.encode(promoted.to_string());
    let kid = signing_key(&app).0;
    let none = |alg: &str| {
        URL_SAFE_NO_PAD.encode(json!({ "alg": alg, "typ": "JWT", "kid": kid }).to_string())
    };
    let mut flipped = token.clone().into_bytes();
    let at = token.rfind('.').expect("dots") + 5;
    flipped[at] = if flipped[at] == b'A' { b'B' } else { b'A' };
    let tokens = [
        format!("{}.{promoted}.{}", parts[0], parts[2]),
        format!("{}.{}.", none("none"), parts[1]),
        format!("{}.{}.{}", none("none"), parts[1], parts[2]),
        format!("{}.{}.", none("None"), parts[1]),
        format!("{}.{}.{}", none("RS256"), parts[1], parts[2]),
        String::from_utf8(flipped).expect("ASCII"),
        format!("{}.{}", parts[0], parts[1]),
        format!("{token}.{}", parts[2]),
        "a.b.c".into(),
        "x".into(),
        "x".repeat(4000),
        root.refresh_token.expose().to_owned(),
    ];
    for token in tokens {
        refused(&app, &token, ErrorCode::TokenInvalid).await;
    }
    for header in ["", "Bearer", "Basic cm9vdDpyb290", "Token abc", &token] {
        let request = app.request(reqwest::Method::GET, paths::ME).header("authorization", header);
        let answer = Answer::of(request).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{header}");
    }
    app.nobody().get(paths::ME).await.refused(ErrorCode::Unauthenticated);
    assert_eq!(app.stored(), before);
}

#[tokio::test]
async fn a_new_signing_key_signs_at_once_and_the_old_one_verifies_until_its_tokens_are_dead() {
    let app = TestApp::start().await;
    let replica = app.replica().await;
    let root = app.root().await;
    let old = signing_key(&app).0;
    let rotated: SigningKeyView =
        app.by(&root).command(paths::ROTATE_SIGNING_KEY).await.ok(StatusCode::OK);
    assert_ne!(rotated.kid, old);
    assert_eq!(app.by(&root).get(paths::ME).await.status, StatusCode::OK, "the old token lives");
    let fresh: SessionView = app.login("root", PASSWORD).await.ok(StatusCode::OK);
    let header = jsonwebtoken::decode_header(fresh.access_token.expose()).expect("a header");
    assert_eq!((header.kid, header.alg), (Some(rotated.kid), Algorithm::HS256));
    // The other replica never saw the new key before.
    for session in [&root, &fresh] {
        let request = app.http.get(format!("{}{}", replica.base, paths::ME));
        let answer = Answer::of(request.bearer_auth(session.access_token.expose())).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    }
}

#[tokio::test]
async fn a_retired_key_is_removed_when_its_last_token_is_dead() {
    let mut app = TestApp::start().await;
    let root = app.root().await;
    let old = signing_key(&app).0;
    app.by(&root).command(paths::ROTATE_SIGNING_KEY).await.ok::<SigningKeyView>(StatusCode::OK);
    app.sql(
        "UPDATE signing_keys SET retired_at = retired_at - 3600000 WHERE retired_at IS NOT NULL",
    );
    app.restart().await;
    app.by(&root).get(paths::ME).await.refused(ErrorCode::TokenInvalid);
    eventually(Duration::from_secs(5), || async {
        !app.texts("SELECT kid AS text FROM signing_keys").contains(&old)
    })
    .await;
}

#[tokio::test]
async fn another_role_makes_the_old_token_stale_and_a_refresh_gives_the_new_one() {
    let app = TestApp::start().await;
    let root = app.root().await;
    let ann = app.user(&root, "ann", Role::User, None).await;
    app.by(&ann).get(paths::USERS).await.refused(ErrorCode::Forbidden);
    let promote = UpdateUser { role: Some(Role::AdminViewer), ..Default::default() };
    let path = paths::user(&ann.user.id);
    assert_eq!(app.by(&root).patch(&path, &promote).await.status, StatusCode::OK);
    app.by(&ann).get(paths::USERS).await.refused(ErrorCode::TokenExpired);
    let body = json!({ "refreshToken": ann.refresh_token });
    let fresh: SessionView = app.nobody().post(paths::REFRESH, &body).await.ok(StatusCode::OK);
    assert_eq!(fresh.user.role, Role::AdminViewer);
    assert_eq!(app.by(&fresh).get(paths::USERS).await.status, StatusCode::OK);
}
