//! The process of verify-service.

use std::process::ExitCode;

fn main() -> ExitCode {
    oms_chassis::process::run::<verify_service::Settings, _>(
        "verify-service",
        async |settings, shutdown| verify_service::start(&settings, shutdown).await,
    )
}
