//! The process of gateway.

use std::process::ExitCode;

#[expect(clippy::print_stderr, reason = "shown once, and never part of the structured log")]
fn main() -> ExitCode {
    oms_chassis::process::run::<gateway::Settings, _>("gateway", async |settings, shutdown| {
        let started = gateway::start(&settings, shutdown).await?;
        if let Some(first_passwords) = started.announcement() {
            eprintln!("{first_passwords}");
        }
        Ok(started.running)
    })
}
