//! Clients: deadlines, refusals across the wire, answers outside the contract.

use crate::app::{TestApp, actor, signer};
use oms_clients::{ClientError, Http, Peer, Relay, ServiceClient, hop};
use oms_contracts::{ErrorCode, Problem, ServiceName};
use reqwest::Method;
use std::time::{Duration, Instant};

fn client(base: &str, deadline: Duration) -> ServiceClient {
    oms_chassis::process::install_crypto();
    let http = Http::new(ServiceName::Gateway, signer()).expect("a client");
    let base = base.parse().expect("a URL");
    ServiceClient::new(Peer::new(http, ServiceName::StoreService, base, deadline))
}

const PATIENCE: Duration = Duration::from_secs(5);

#[tokio::test]
async fn a_sibling_answers_a_signed_call() {
    let app = TestApp::start().await;
    let view = client(&app.base, PATIENCE).instance().await.expect("answers");
    assert_eq!((view.service, view.epoch), (ServiceName::StoreService, 1));
}

#[tokio::test]
async fn a_refusal_is_relayed_with_its_request_id() {
    let app = TestApp::start().await;
    let relay = Relay {
        method: Method::GET,
        path: "/broken".into(),
        content_type: None,
        if_match: None,
        body: Default::default(),
    };
    let (sibling, user) = (client(&app.base, PATIENCE), actor());
    let work = sibling.peer().relay(relay, &user);
    let answer = hop::scope("outer-request-1".into(), work).await.expect("an answer");
    let problem: Problem = serde_json::from_slice(&answer.body).expect("a problem");
    assert_eq!(answer.status.as_u16(), 500);
    assert_eq!(
        (problem.code, problem.request_id.as_str()),
        (ErrorCode::Internal, "outer-request-1")
    );
}

#[tokio::test]
async fn silence_ends_at_the_deadline() {
    // Accepts by the kernel's backlog and never answers.
    let mute = std::net::TcpListener::bind("127.0.0.1:0").expect("binds");
    let base = format!("http://{}", mute.local_addr().expect("bound"));
    let began = Instant::now();
    let result = client(&base, Duration::from_millis(200)).instance().await;
    assert!(matches!(result, Err(ClientError::Unreachable { .. })), "{result:?}");
    assert!(began.elapsed() < Duration::from_secs(3));
}

#[tokio::test]
async fn a_closed_port_is_unreachable_and_html_is_off_contract() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").expect("binds");
    let base = format!("http://{}", closed.local_addr().expect("bound"));
    drop(closed);
    let result = client(&base, PATIENCE).instance().await;
    assert!(matches!(result, Err(ClientError::Unreachable { .. })), "{result:?}");

    let page = wiremock::MockServer::start().await;
    wiremock::Mock::given(wiremock::matchers::any())
        .respond_with(wiremock::ResponseTemplate::new(502).set_body_string("<html>"))
        .mount(&page)
        .await;
    let result = client(&page.uri(), PATIENCE).instance().await;
    assert!(matches!(result, Err(ClientError::OffContract { .. })), "{result:?}");
}
