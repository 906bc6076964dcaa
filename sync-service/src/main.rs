//! The process of sync-service.

use std::process::ExitCode;

fn main() -> ExitCode {
    oms_chassis::process::run::<sync_service::Settings, _>(
        "sync-service",
        async |settings, shutdown| sync_service::start(&settings, shutdown).await,
    )
}
