//! The process of gateway.

use std::process::ExitCode;

fn main() -> ExitCode {
    oms_chassis::process::run::<gateway::Settings, _>("gateway", async |settings, shutdown| {
        gateway::start(&settings, shutdown).await
    })
}
