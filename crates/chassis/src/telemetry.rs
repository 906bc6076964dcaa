//! Logs, traces and metrics of a process.
//!
//! Logs are pretty on a terminal and JSON elsewhere. Traces leave only when an endpoint is set.
//! Metrics are one registry a process, read at `/metrics`.

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use opentelemetry::{KeyValue, trace::TracerProvider as _};
use opentelemetry_otlp::{ExporterBuildError, WithExportConfig};
use opentelemetry_sdk::{Resource, propagation::TraceContextPropagator, trace::SdkTracerProvider};
use serde::Deserialize;
use std::{io::IsTerminal, sync::OnceLock};
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, Registry, layer::SubscriberExt, util::TryInitError};
use url::Url;

/// `[telemetry]`
#[derive(Debug, Clone, Deserialize)]
#[serde(default)]
pub struct TelemetrySettings {
    /// A filter such as `info,oms=debug`.
    pub log: String,
    pub format: LogFormat,
    /// An OTLP/HTTP endpoint, such as `http://collector:4318/v1/traces`.
    pub otlp_endpoint: Option<Url>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// Pretty on a terminal, JSON otherwise.
    Auto,
    Pretty,
    Json,
}

impl Default for TelemetrySettings {
    fn default() -> Self {
        Self { log: "info".into(), format: LogFormat::Auto, otlp_endpoint: None }
    }
}

impl TelemetrySettings {
    pub fn faults(&self, faults: &mut Vec<String>) {
        if let Err(error) = EnvFilter::try_new(&self.log) {
            faults.push(format!("telemetry.log {:?} is not a filter: {error}", self.log));
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    #[error("the log filter is wrong")]
    Filter(#[from] tracing_subscriber::filter::ParseError),
    #[error("the trace exporter cannot be built")]
    Exporter(#[from] ExporterBuildError),
    #[error("telemetry was started before")]
    Started(#[from] TryInitError),
}

/// Keeps telemetry alive; what is still buffered leaves when it is dropped.
#[derive(Debug)]
pub struct Telemetry {
    traces: Option<SdkTracerProvider>,
}

impl Drop for Telemetry {
    fn drop(&mut self) {
        if let Some(traces) = self.traces.take()
            && let Err(error) = traces.shutdown()
        {
            tracing::warn!(%error, "the last traces could not be sent");
        }
    }
}

/// Starts logs and traces of the process called `name`.
pub fn start(
    name: &'static str,
    settings: &TelemetrySettings,
) -> Result<Telemetry, TelemetryError> {
    opentelemetry::global::set_text_map_propagator(TraceContextPropagator::new());
    recorder();
    let traces = settings.otlp_endpoint.as_ref().map(|url| provider(name, url)).transpose()?;
    let spans = traces.as_ref().map(|p| tracing_opentelemetry::layer().with_tracer(p.tracer(name)));
    tracing_subscriber::registry()
        .with(logs(settings.format))
        .with(spans)
        .with(EnvFilter::try_new(&settings.log)?)
        .try_init()?;
    Ok(Telemetry { traces })
}

fn logs(format: LogFormat) -> Box<dyn Layer<Registry> + Send + Sync> {
    let pretty = match format {
        LogFormat::Auto => std::io::stderr().is_terminal(),
        LogFormat::Pretty => true,
        LogFormat::Json => false,
    };
    // Logs go to stderr: stdout belongs to a command's own output.
    let layer = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    if pretty {
        layer.with_target(false).boxed()
    } else {
        layer.json().flatten_event(true).with_current_span(true).with_span_list(false).boxed()
    }
}

fn provider(name: &'static str, url: &Url) -> Result<SdkTracerProvider, ExporterBuildError> {
    let exporter = opentelemetry_otlp::SpanExporter::builder()
        .with_http()
        .with_endpoint(url.as_str())
        .build()?;
    let version = KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
    let resource = Resource::builder().with_service_name(name).with_attribute(version).build();
    Ok(SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource).build())
}

/// The metrics of this process.
pub(crate) fn recorder() -> &'static PrometheusHandle {
    static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();
    RECORDER.get_or_init(|| {
        let handle = PrometheusBuilder::new()
            .set_buckets(&[0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0])
            .expect("the list of buckets is not empty")
            .install_recorder()
            .expect("this is the only recorder of the process");
        metrics::gauge!("oms_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
        handle
    })
}
