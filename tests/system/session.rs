//! Somebody who uses the public API.

use oms_contracts::ErrorCode;
use oms_testkit::servers;
use oms_tests::house::{FIRST_PASSWORD, House};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

/// Somebody who is logged in.
pub struct Session<'a> {
    house: &'a House,
    token: String,
}

impl<'a> Session<'a> {
    pub async fn login(house: &'a House, account: &str, password: &str) -> Self {
        let body = json!({"account": account, "password": password});
        let mut session = Self { house, token: String::new() };
        let (status, answer) = session.call(Method::POST, "/auth/login", Some(body)).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        session.token = answer["accessToken"].as_str().expect("a token").to_owned();
        session
    }

    pub async fn call(&self, verb: Method, path: &str, body: Option<Value>) -> (StatusCode, Value) {
        let url = self.house.url("gateway", &format!("/api/v1{path}"));
        let mut request = self.house.http().request(verb, url);
        if !self.token.is_empty() {
            request = request.bearer_auth(&self.token);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.expect("an answer");
        let status = answer.status();
        (status, answer.json().await.unwrap_or(Value::Null))
    }

    /// A call that has to succeed.
    pub async fn ok(&self, verb: Method, path: &str, body: Option<Value>) -> Value {
        let (status, answer) = self.call(verb, path, body).await;
        assert!(status.is_success(), "{path}: {status} {answer}");
        answer
    }
}

/// The password of everybody who has changed the first one.
pub const SECOND_PASSWORD: &str = "Second-House-35##";

/// Logs in for the first time and changes the password, as everybody has to.
pub async fn ready<'a>(house: &'a House, account: &str) -> Session<'a> {
    let first = Session::login(house, account, FIRST_PASSWORD).await;
    let (status, refusal) = first.call(Method::GET, "/projects", None).await;
    assert_eq!(status.as_u16(), ErrorCode::PasswordChangeRequired.status(), "{refusal}");
    let change = json!({"oldPassword": FIRST_PASSWORD, "newPassword": SECOND_PASSWORD});
    first.ok(Method::POST, "/auth/password", Some(change)).await;
    Session::login(house, account, SECOND_PASSWORD).await
}

/// The body that registers a server as a data source.
pub fn source(name: &str, kind: &str, server: &servers::Server) -> Value {
    json!({
        "name": name, "kind": kind, "host": server.host, "port": server.port,
        "username": server.user, "password": server.password,
    })
}
