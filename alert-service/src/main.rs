//! The process of alert-service.

use std::process::ExitCode;

fn main() -> ExitCode {
    oms_chassis::process::run::<alert_service::Settings, _>(
        "alert-service",
        async |settings, shutdown| alert_service::start(&settings, shutdown).await,
    )
}
