//! The process of store-service.

use std::process::ExitCode;

fn main() -> ExitCode {
    oms_chassis::process::run::<store_service::Settings, _>(
        "store-service",
        async |settings, shutdown| store_service::start(&settings, shutdown).await,
    )
}
