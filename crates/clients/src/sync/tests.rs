//! What is sent and how answers are sorted, against a scripted service.

use super::*;
use crate::{Http, token::Signer};
use oms_contracts::{ErrorCode, ServiceName, service::headers, sync::TaskState};
use serde_json::json;
use std::time::Duration;
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{body_json, header_exists, method, path, query_param, query_param_is_missing},
};

fn client(server: &MockServer) -> SyncClient {
    let http = Http::new(ServiceName::ProjectService, Signer::new(&"s".repeat(64).into()));
    let base = server.uri().parse().unwrap();
    let deadline = Duration::from_secs(10);
    SyncClient::new(Peer::new(http.unwrap(), ServiceName::SyncService, base, deadline))
}

fn id() -> TaskId {
    TaskId::parse("np_1.schema").unwrap()
}

#[tokio::test]
async fn a_list_sends_what_is_asked_for_and_nothing_else() {
    let server = MockServer::start().await;
    let page = json!({ "items": [], "pageNumber": 2, "pageSize": 10, "totalCount": 0 });
    Mock::given(method("GET"))
        .and(path("/internal/v1/tasks"))
        .and(query_param("state", "RUNNING"))
        .and(query_param("pageNumber", "2"))
        .and(query_param_is_missing("kind"))
        .and(header_exists(headers::INTERNAL_TOKEN))
        .respond_with(ResponseTemplate::new(200).set_body_json(page))
        .expect(1)
        .mount(&server)
        .await;
    let query =
        TaskQuery { state: Some(TaskState::Running), page_number: Some(2), ..Default::default() };
    assert_eq!(client(&server).tasks(&query).await.unwrap().page_number, 2);
}

#[tokio::test]
async fn an_operation_on_objects_comes_back_with_the_result_of_each() {
    let server = MockServer::start().await;
    let refused = json!({ "number": 2, "code": "SYNC-0005", "message": "no" });
    Mock::given(method("POST"))
        .and(path("/internal/v1/tasks/np_1.schema/objects"))
        .and(body_json(json!({ "operation": "retry", "numbers": [1, 2], "allFailed": false })))
        .respond_with(
            ResponseTemplate::new(200).set_body_json(json!({ "done": [1], "refused": [refused] })),
        )
        .mount(&server)
        .await;
    let act =
        ActOnObjects { operation: ObjectOperation::Retry, numbers: vec![1, 2], all_failed: false };
    let results = client(&server).act_on_objects(&id(), &act).await.unwrap();
    assert_eq!((results.done, results.refused[0].code), (vec![1], ErrorCode::ObjectNotAllowed));
}

#[tokio::test]
async fn a_refusal_is_not_repeated() {
    let server = MockServer::start().await;
    let problem = json!({ "code": "SYNC-0002", "message": "no", "advice": "do", "requestId": "r" });
    Mock::given(method("POST"))
        .and(path("/internal/v1/tasks/np_1.schema/start"))
        .respond_with(ResponseTemplate::new(409).set_body_json(problem))
        .expect(1)
        .mount(&server)
        .await;
    let refused = client(&server).start(&id()).await.unwrap_err();
    let ClientError::Refused { problem, .. } = refused else { panic!("{refused:?}") };
    assert_eq!(problem.code, ErrorCode::TaskNotReady);
}

#[tokio::test]
async fn deleting_is_answered_by_nothing() {
    let server = MockServer::start().await;
    Mock::given(method("DELETE"))
        .and(path("/internal/v1/tasks/np_1.schema"))
        .respond_with(ResponseTemplate::new(204))
        .expect(1)
        .mount(&server)
        .await;
    client(&server).delete_task(&id()).await.unwrap();
}
