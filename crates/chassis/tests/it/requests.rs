//! What a service accepts, and how it refuses the rest.

use crate::app::{TestApp, actor, refusal, signer};
use oms_chassis::settings::HttpSettings;
use oms_clients::token::Signer;
use oms_contracts::{ErrorCode, ServiceName};
use reqwest::{Method, StatusCode};
use secrecy::SecretString;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

#[tokio::test]
async fn unsigned_calls_are_refused_on_loopback_too() {
    let app = TestApp::start().await;
    let url = format!("{}/broken", app.base);
    refusal(app.http.get(&url), ErrorCode::UnsignedCall).await;
    refusal(app.http.get(&url).header("x-oms-internal", "x.y.z"), ErrorCode::UnsignedCall).await;
    let stranger = Signer::new(&SecretString::from("another secret, as long as needed"));
    let forged =
        stranger.sign(ServiceName::Gateway, ServiceName::StoreService, None).expect("signs");
    refusal(app.http.get(&url).header("x-oms-internal", forged), ErrorCode::UnsignedCall).await;
    let misdirected = crate::app::signer()
        .sign(ServiceName::Gateway, ServiceName::AlertService, None)
        .expect("signs");
    refusal(app.http.get(&url).header("x-oms-internal", misdirected), ErrorCode::UnsignedCall)
        .await;
}

#[tokio::test]
async fn health_metrics_and_description_are_open() {
    let app = TestApp::start().await;
    for path in ["/healthz", "/readyz", "/metrics", "/openapi.json"] {
        let answer = app.http.get(format!("{}{path}", app.base)).send().await.expect("answers");
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
    }
    let text = app.http.get(format!("{}/metrics", app.base)).send().await.expect("answers");
    let text = text.text().await.expect("text");
    assert!(text.contains("oms_http_requests_total") && text.contains("/readyz"), "{text}");
}

#[tokio::test]
async fn a_call_without_a_user_is_refused_where_one_is_needed() {
    let app = TestApp::start().await;
    let token = crate::app::signer()
        .sign(ServiceName::Gateway, ServiceName::StoreService, None)
        .expect("signs");
    let request = app
        .http
        .post(format!("{}/things", app.base))
        .header("x-oms-internal", token)
        .json(&serde_json::json!({"name": "a", "parts": []}));
    refusal(request, ErrorCode::UnsignedCall).await;
}

#[tokio::test]
async fn malformed_bodies_name_the_place() {
    let app = TestApp::start().await;
    let post = |body: &str| {
        app.signed(Method::POST, "/things")
            .header("content-type", "application/json")
            .body(body.to_owned())
    };
    let good = post(r#"{"name":"a","parts":[{"size":2},{"size":3}]}"#).send().await.expect("ok");
    assert_eq!(good.text().await.expect("text"), "dba a 5");
    for (body, place) in [
        (r#"{"name":"a","parts":[{"size":2},{"size":256}]}"#, "parts[1].size"),
        (r#"{"name":"a","parts":[{"size":2,"extra":1}]}"#, "extra"),
        (r#"{"name":7,"parts":[]}"#, "name"),
        (r#"{"name":"a","parts":[]} trailing"#, "trailing"),
        (r#"{"name":"#, "EOF"),
        ("", "EOF"),
        ("[]", "object"),
    ] {
        let problem = refusal(post(body), ErrorCode::MalformedBody).await;
        assert!(problem.message.contains(place), "{body}: {}", problem.message);
    }
    let latin1 = app
        .signed(Method::POST, "/things")
        .header("content-type", "application/json")
        .body(b"{\"name\":\"\xe9\",\"parts\":[]}".to_vec());
    refusal(latin1, ErrorCode::BadEncoding).await;
    let form = app.signed(Method::POST, "/things").body("name=a");
    refusal(form, ErrorCode::UnsupportedMediaType).await;
}

#[tokio::test]
async fn oversized_bodies_are_refused() {
    let app = TestApp::with(HttpSettings { body_limit_bytes: 2048, ..Default::default() }).await;
    let body = serde_json::json!({"name": "x".repeat(4096), "parts": []});
    refusal(app.signed(Method::POST, "/things").json(&body), ErrorCode::BodyTooLarge).await;
}

#[tokio::test]
async fn parameters_and_preconditions_are_checked() {
    let app = TestApp::start().await;
    let get = |path: &str| app.signed(Method::GET, path);
    let good = get("/things/7?pageNumber=3").header("if-match", "\"12\"").send().await;
    assert_eq!(good.expect("ok").text().await.expect("text"), "7 Some(3) 12");
    refusal(get("/things/256").header("if-match", "\"1\""), ErrorCode::InvalidParameter).await;
    let text = get("/things/7?pageNumber=three").header("if-match", "\"1\"");
    refusal(text, ErrorCode::InvalidParameter).await;
    for (query, code) in
        [("pageNumber=1%00", ErrorCode::InvalidParameter), ("other=%ff", ErrorCode::BadEncoding)]
    {
        let request = get(&format!("/things/7?{query}")).header("if-match", "\"1\"");
        refusal(request, code).await;
    }
    refusal(get("/things/7"), ErrorCode::PreconditionRequired).await;
    refusal(get("/things/7").header("if-match", "12"), ErrorCode::InvalidParameter).await;
}

#[tokio::test]
async fn unknown_routes_and_wrong_methods_are_told_apart() {
    let app = TestApp::start().await;
    refusal(app.signed(Method::GET, "/nothing"), ErrorCode::NoSuchRoute).await;
    refusal(app.signed(Method::DELETE, "/things"), ErrorCode::MethodNotAllowed).await;
    for (method, path, allowed) in [
        (Method::DELETE, "/things", "POST"),
        (Method::HEAD, "/things/7", "GET"),
        (Method::POST, "/healthz", "GET, HEAD"),
        (Method::PUT, "/openapi.json", "GET, HEAD"),
    ] {
        let answer = app.signed(method, path).send().await.expect("answers");
        assert_eq!(answer.status(), 405, "{path}");
        assert_eq!(answer.headers()["allow"], allowed, "{path}");
    }
}

#[tokio::test]
async fn whoever_watches_may_ask_for_the_head_alone() {
    let app = TestApp::start().await;
    for path in ["/healthz", "/readyz", "/metrics", "/openapi.json"] {
        let answer = app.http.head(format!("{}{path}", app.base)).send().await.expect("answers");
        assert_eq!(answer.status(), 200, "{path}");
        let length = answer.headers()["content-length"].to_str().expect("text").to_owned();
        assert_ne!(length, "0", "{path} says how long it would be");
        assert_eq!(answer.text().await.expect("an end"), "", "{path}");
    }
}

#[tokio::test]
async fn a_body_that_does_not_come_is_the_callers_delay() {
    let app = TestApp::start().await;
    let token = signer()
        .sign(ServiceName::Gateway, ServiceName::StoreService, Some(&actor()))
        .expect("signs");
    let mut stream =
        TcpStream::connect(app.running.as_ref().expect("it runs").address).await.expect("connects");
    let head = format!(
        "POST /things HTTP/1.1\r\nhost: x\r\nx-oms-internal: {token}\r\n\
         content-type: application/json\r\ncontent-length: 100\r\n\r\n{{\"name\":"
    );
    stream.write_all(head.as_bytes()).await.expect("writes");
    let mut answer = vec![0; 4096];
    let length = stream.read(&mut answer).await.expect("an answer");
    let answer = String::from_utf8_lossy(&answer[..length]);
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(answer.contains(ErrorCode::BodyLate.as_str()), "{answer}");
}

#[tokio::test]
async fn a_late_answer_becomes_a_problem() {
    let app = TestApp::start().await;
    refusal(app.signed(Method::GET, "/slow/30000"), ErrorCode::TimedOut).await;
}

#[tokio::test]
async fn a_callers_request_id_is_kept_when_it_is_harmless() {
    let app = TestApp::start().await;
    let ask = |id: &str| app.signed(Method::GET, "/broken").header("x-request-id", id.to_owned());
    assert_eq!(refusal(ask("caller-1234"), ErrorCode::Internal).await.request_id, "caller-1234");
    let garbled = refusal(ask("has blanks in it"), ErrorCode::Internal).await.request_id;
    assert_ne!(garbled, "has blanks in it");
}

#[tokio::test]
async fn made_up_methods_do_not_grow_the_metrics() {
    let app = TestApp::start().await;
    for number in 0..50 {
        let method = Method::from_bytes(format!("MADEUP{number}").as_bytes()).expect("a word");
        app.signed(method, "/things").send().await.expect("answers");
    }
    let text = app.http.get(format!("{}/metrics", app.base)).send().await.expect("answers");
    let text = text.text().await.expect("text");
    assert!(text.contains("OTHER") && !text.contains("MADEUP"), "{text}");
}
