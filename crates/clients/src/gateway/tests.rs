//! Tokens, their renewal, queries and refusals, against a scripted gateway.

use super::*;
use oms_contracts::gateway::{
    department::DepartmentQuery,
    paths,
    user::{UpdateUser, UserQuery},
};
use oms_model::UserId;
use serde_json::json;
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{body_json, header, method, path, query_param, query_param_is_missing},
};

fn client(server: &MockServer) -> GatewayClient {
    GatewayClient::new(server.uri().parse().unwrap(), Duration::from_secs(10)).unwrap()
}

fn problem(code: ErrorCode) -> ResponseTemplate {
    ResponseTemplate::new(code.status()).set_body_json(json!({
        "code": code.as_str(), "message": "no", "advice": "do", "requestId": "r",
    }))
}

fn user() -> serde_json::Value {
    json!({
        "id": "u_12345678", "account": "li", "role": "USER", "departmentId": "d_12345678",
        "departmentName": "default", "description": "", "disabled": false, "builtIn": false,
        "passwordChangeRequired": false, "passwordExpiresAt": "2027-01-01T00:00:00Z",
        "createdAt": "2026-01-01T00:00:00Z", "modifiedAt": "2026-01-01T00:00:00Z",
    })
}

/// A renewal that counts, and gives the token, if any.
fn counted(count: &Arc<AtomicUsize>, token: Option<&'static str>) -> Renewal {
    let count = count.clone();
    Box::new(move |stale| {
        assert_eq!(stale.expose_secret(), "old");
        count.fetch_add(1, Ordering::SeqCst);
        Box::pin(async move { token.map(SecretString::from) })
    })
}

fn code_of(error: &ClientError) -> Option<ErrorCode> {
    match error {
        ClientError::Refused { problem, .. } => Some(problem.code),
        _ => None,
    }
}

#[tokio::test]
async fn an_expired_token_is_renewed_and_the_same_call_sent_once_more() {
    let server = MockServer::start().await;
    let change = json!({ "email": "li@example.org" });
    let old = Mock::given(header("authorization", "Bearer old"));
    old.respond_with(problem(ErrorCode::TokenExpired)).expect(1).mount(&server).await;
    Mock::given(method("PATCH"))
        .and(path("/api/v1/users/u_12345678"))
        .and(header("authorization", "Bearer new"))
        .and(body_json(&change))
        .respond_with(ResponseTemplate::new(200).set_body_json(user()))
        .expect(2)
        .mount(&server)
        .await;
    let count = Arc::new(AtomicUsize::new(0));
    let client =
        client(&server).with_token("old".into()).with_renewal(counted(&count, Some("new")));
    let id = UserId::parse("u_12345678").unwrap();
    let change = UpdateUser { email: Some("li@example.org".into()), ..UpdateUser::default() };
    assert_eq!(client.update_user(&id, &change).await.unwrap().account, "li");
    client.update_user(&id, &change).await.unwrap();
    assert_eq!(count.load(Ordering::SeqCst), 1, "the new token is kept");
}

#[tokio::test]
async fn without_a_new_token_the_refusal_stands() {
    let server = MockServer::start().await;
    let any = Mock::given(path(paths::ME));
    any.respond_with(problem(ErrorCode::TokenExpired)).expect(1).mount(&server).await;
    let count = Arc::new(AtomicUsize::new(0));
    let client = client(&server).with_token("old".into()).with_renewal(counted(&count, None));
    let refusal = client.me().await.unwrap_err();
    assert_eq!(code_of(&refusal), Some(ErrorCode::TokenExpired));
    assert_eq!(count.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn other_refusals_renew_nothing() {
    let server = MockServer::start().await;
    let login = Mock::given(path(paths::LOGIN));
    login.respond_with(problem(ErrorCode::WrongCredentials)).expect(1).mount(&server).await;
    let count = Arc::new(AtomicUsize::new(0));
    let client =
        client(&server).with_token("old".into()).with_renewal(counted(&count, Some("new")));
    let refusal = client.login("li".into(), "x".into()).await.unwrap_err();
    assert_eq!(code_of(&refusal), Some(ErrorCode::WrongCredentials));
    assert_eq!(count.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_query_leaves_out_what_is_absent_and_encodes_the_rest() {
    let server = MockServer::start().await;
    let empty = json!({ "items": [], "pageNumber": 2, "pageSize": 10, "totalCount": 0 });
    Mock::given(path(paths::USERS))
        .and(query_param("search", "a&b=c d/%"))
        .and(query_param("disabled", "false"))
        .and(query_param("pageNumber", "2"))
        .and(query_param_is_missing("role"))
        .respond_with(ResponseTemplate::new(200).set_body_json(empty))
        .expect(1)
        .mount(&server)
        .await;
    let query = UserQuery {
        search: Some("a&b=c d/%".into()),
        disabled: Some(false),
        page_number: Some(2),
        ..UserQuery::default()
    };
    assert_eq!(client(&server).users(&query).await.unwrap().page_number, 2);
}

#[tokio::test]
async fn a_base_with_a_path_is_kept() {
    let server = MockServer::start().await;
    let empty = json!({ "items": [], "pageNumber": 1, "pageSize": 10, "totalCount": 0 });
    Mock::given(path("/oms/api/v1/departments"))
        .respond_with(ResponseTemplate::new(200).set_body_json(empty))
        .expect(1)
        .mount(&server)
        .await;
    let base = format!("{}/oms/", server.uri()).parse().unwrap();
    let client = GatewayClient::new(base, Duration::from_secs(10)).unwrap();
    client.departments(&DepartmentQuery::default()).await.unwrap();
}

#[tokio::test]
async fn what_is_no_problem_of_ours_is_off_the_contract() {
    let server = MockServer::start().await;
    let page = ResponseTemplate::new(502).set_body_string("<html>Bad gateway</html>");
    Mock::given(path(paths::ME)).respond_with(page).mount(&server).await;
    let error = client(&server).me().await.unwrap_err();
    assert!(matches!(error, ClientError::OffContract { status: StatusCode::BAD_GATEWAY, .. }));
}

#[tokio::test]
async fn the_token_is_not_printed() {
    let client = GatewayClient::new("http://h".parse().unwrap(), Duration::from_secs(1)).unwrap();
    assert!(!format!("{:?}", client.with_token("hunter2".into())).contains("hunter2"));
}
