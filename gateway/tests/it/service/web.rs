//! What browsers are told.

use crate::app::{Answer, TestApp};
use oms_contracts::{ErrorCode, gateway::paths};
use reqwest::{Method, StatusCode};

const CONSOLE: &str = "https://console.example.com";

#[tokio::test]
async fn every_answer_of_the_api_is_protected() {
    let app = TestApp::start().await;
    let root = app.root().await;
    for answer in [
        app.by(&root).get(paths::ME).await,
        app.by(&root).get("/api/v1/projects").await,
        app.nobody().get(paths::ME).await,
        app.nobody().get("/api/v1/nothing").await,
    ] {
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("x-frame-options"), "DENY");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert!(answer.header("content-security-policy").starts_with("default-src 'none'"));
        assert!(answer.header("access-control-allow-origin").is_empty());
    }
}

#[tokio::test]
async fn pages_of_other_origins_get_nothing_unless_they_are_listed() {
    let preflight = |app: &TestApp, origin: &str| {
        let request =
            app.request(Method::OPTIONS, paths::USERS).header("origin", origin.to_owned());
        Answer::of(request.header("access-control-request-method", "POST"))
    };
    let closed = TestApp::start().await;
    preflight(&closed, CONSOLE).await.refused(ErrorCode::MethodNotAllowed);

    let app = TestApp::with(|settings| settings.cors.origins = vec![CONSOLE.into()]).await;
    let allowed = preflight(&app, CONSOLE).await;
    assert_eq!(allowed.status, StatusCode::NO_CONTENT);
    assert_eq!(allowed.header("access-control-allow-origin"), CONSOLE);
    assert!(allowed.header("access-control-allow-headers").contains("authorization"));
    assert!(allowed.header("access-control-allow-credentials").is_empty());
    let root = app.root().await;
    let ask = |origin: &str| {
        Answer::of(
            app.by(&root).request(Method::GET, paths::ME).header("origin", origin.to_owned()),
        )
    };
    assert_eq!(ask(CONSOLE).await.header("access-control-allow-origin"), CONSOLE);
    for other in ["https://evil.example", "https://console.example.com.evil.example", "null"] {
        let answer = ask(other).await;
        assert_eq!(
            (answer.header("access-control-allow-origin"), answer.header("vary")),
            ("", "origin")
        );
        preflight(&app, other).await.refused(ErrorCode::MethodNotAllowed);
    }
}
