//! The process of project-service.

use std::process::ExitCode;

fn main() -> ExitCode {
    oms_chassis::process::run::<project_service::Settings, _>(
        "project-service",
        async |settings, shutdown| project_service::start(&settings, shutdown).await,
    )
}
