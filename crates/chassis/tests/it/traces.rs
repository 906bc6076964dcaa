//! Traces leave for the collector, and carry the caller's trace id.

use crate::app::TestApp;
use oms_chassis::telemetry::{self, LogFormat, TelemetrySettings};
use reqwest::Method;
use wiremock::{Mock, MockServer, ResponseTemplate, matchers};

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";

#[tokio::test(flavor = "multi_thread")]
async fn spans_reach_the_collector_under_the_callers_trace() {
    let collector = MockServer::start().await;
    Mock::given(matchers::path("/v1/traces"))
        .respond_with(ResponseTemplate::new(200))
        .mount(&collector)
        .await;
    let endpoint = format!("{}/v1/traces", collector.uri()).parse().expect("a URL");
    let settings = TelemetrySettings {
        log: "info".into(),
        format: LogFormat::Json,
        otlp_endpoint: Some(endpoint),
    };
    let telemetry = telemetry::start("store-service", &settings).expect("starts");
    let app = TestApp::start().await;
    let parent = format!("00-{TRACE}-b7ad6b7169203331-01");
    app.signed(Method::GET, "/slow/1").header("traceparent", parent).send().await.expect("ok");
    tokio::task::spawn_blocking(move || drop(telemetry)).await.expect("flushes");

    let bodies: Vec<Vec<u8>> = collector
        .received_requests()
        .await
        .expect("recorded")
        .into_iter()
        .map(|request| request.body)
        .collect();
    let trace: Vec<u8> =
        (0..16).map(|i| u8::from_str_radix(&TRACE[2 * i..2 * i + 2], 16).expect("hex")).collect();
    let holds = |body: &Vec<u8>| body.windows(16).any(|window| window == trace);
    assert!(bodies.iter().any(holds), "{} exports, none with the trace", bodies.len());
}
