//! The life of a service's own process: arguments, settings, telemetry, signals, exit code.

use crate::{
    Shutdown,
    http::{Running, ServeError},
    settings::{Checked, SettingsError, load},
    telemetry::{self, TelemetryError, TelemetrySettings},
};
use serde::de::DeserializeOwned;
use std::{fmt::Write as _, path::PathBuf, process::ExitCode, time::Duration};

/// Settings of a service that runs as a process of its own.
pub trait ProcessSettings: DeserializeOwned + Checked + Send + Sync + 'static {
    fn telemetry(&self) -> &TelemetrySettings;
}

/// What worker threads still get after the servers have ended.
const LAST_MOMENT: Duration = Duration::from_secs(2);

/// Why a service does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("the arguments are [--config FILE]")]
    Usage,
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error(transparent)]
    Telemetry(#[from] TelemetryError),
    #[error("the runtime cannot be started")]
    Runtime(#[source] std::io::Error),
    #[error("signals cannot be watched")]
    Signals(#[source] std::io::Error),
    #[error(transparent)]
    Metadata(#[from] crate::db::OpenError),
    #[error(transparent)]
    Instance(#[from] crate::instance::InstanceError),
    #[error(transparent)]
    Vault(#[from] crate::vault::VaultError),
    #[error("the internal HTTP client cannot be built")]
    Http(#[source] reqwest::Error),
    #[error(transparent)]
    Serve(#[from] ServeError),
    /// A service's own reason, with its causes.
    #[error(transparent)]
    Service(Box<dyn std::error::Error + Send + Sync>),
}

impl StartError {
    pub fn service(reason: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Service(Box::new(reason))
    }
}

/// Runs a service until it is asked to stop. The body of every service's `main`.
pub fn run<S, F>(name: &'static str, start: F) -> ExitCode
where
    S: ProcessSettings,
    F: AsyncFnOnce(S, &Shutdown) -> Result<Running, StartError>,
{
    match try_run(name, start) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report(name, &error);
            ExitCode::FAILURE
        }
    }
}

fn try_run<S, F>(name: &'static str, start: F) -> Result<(), StartError>
where
    S: ProcessSettings,
    F: AsyncFnOnce(S, &Shutdown) -> Result<Running, StartError>,
{
    let settings: S = load(config_file()?.as_deref())?;
    install_crypto();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(StartError::Runtime)?;
    let telemetry = telemetry::start(name, settings.telemetry())?;
    let result = runtime.block_on(async {
        let shutdown = Shutdown::default();
        let running = start(settings, &shutdown).await?;
        let (signals, served) = tokio::join!(shutdown.on_signal(), running.until_stopped());
        signals.map_err(StartError::Signals)?;
        served.map_err(StartError::Serve)
    });
    // Blocking work that a frozen metadata server holds up must not keep the process.
    runtime.shutdown_timeout(LAST_MOMENT);
    drop(telemetry);
    result
}

/// TLS has one provider in this process; dependencies bring two and rustls will not choose.
pub fn install_crypto() {
    // Fails when it was installed before, which is as good.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
}

fn config_file() -> Result<Option<PathBuf>, StartError> {
    let mut arguments = std::env::args().skip(1);
    match (arguments.next().as_deref(), arguments.next(), arguments.next()) {
        (None, ..) => Ok(None),
        (Some("--config"), Some(file), None) => Ok(Some(file.into())),
        _ => Err(StartError::Usage),
    }
}

/// Nothing is logged yet when settings are wrong, so this goes to stderr as it is.
#[expect(clippy::print_stderr, reason = "the process ends with these words")]
fn report(name: &str, error: &StartError) {
    eprintln!("{}", in_words(name, error));
}

fn in_words(name: &str, error: &StartError) -> String {
    let mut text = format!("{name}: {error}");
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        let _ = write!(text, "\n  because: {inner}");
        cause = inner.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instance::InstanceError;

    #[test]
    fn a_service_that_does_not_start_says_all_the_causes() {
        let missing = diesel::result::Error::NotFound;
        let error = StartError::service(InstanceError::Query(missing));
        assert_eq!(
            in_words("store-service", &error),
            "store-service: the identity of this instance could not be read or written\n  \
             because: Record not found"
        );
    }
}
