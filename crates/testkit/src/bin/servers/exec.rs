//! Runs a command among the servers and passes signals on to it.

use std::{ffi::OsString, io::IsTerminal as _, os::unix::process::ExitStatusExt as _};

use anyhow::Context as _;
use rustix::process::{Pid, Signal, kill_process};
use tokio::process::Command;

use crate::{fleet::Fleet, signals::Signals};

/// Answers the command's exit code; 128 and the signal's number if a signal ended it, as shells do.
pub async fn run(command: &[OsString], fleet: &Fleet, mut signals: Signals) -> anyhow::Result<u8> {
    let (program, arguments) = command.split_first().context("no command to run")?;
    let urls = fleet.members.iter().map(|m| (m.server.kind.variable(), &m.server.url));
    let mut child = Command::new(program)
        .args(arguments)
        .envs(urls)
        .spawn()
        .with_context(|| format!("cannot run `{}`", program.to_string_lossy()))?;
    let pid = child.id().and_then(|id| Pid::from_raw(id.try_into().ok()?));
    // A terminal sends Ctrl-C to the whole foreground group: the command has it already.
    let has_terminal = std::io::stdin().is_terminal();
    loop {
        let received = tokio::select! {
            ended = child.wait() => {
                let status = ended.context("cannot wait for the command")?;
                let code = status.code().or_else(|| status.signal().map(|number| 128 + number));
                return Ok(code.and_then(|code| u8::try_from(code).ok()).unwrap_or(u8::MAX));
            }
            signal = signals.next() => signal,
        };
        if let Some(pid) = pid
            && !(has_terminal && received == Signal::INT)
            && let Err(error) = kill_process(pid, received)
        {
            tracing::warn!("cannot pass {received:?} on to the command: {error}");
        }
    }
}
