//! Running a program to its end and turning failure into an error that shows what it said.

use std::{ffi::OsStr, process::Command};

use super::ServerError;

/// How much of a failed program's output an error carries.
const SHOWN_LINES: usize = 20;

/// Runs `command` without input; what it printed comes back if it succeeded.
pub(crate) fn run(command: &mut Command) -> Result<String, ServerError> {
    let shown = shown(command);
    let output = command
        .stdin(std::process::Stdio::null())
        .output()
        .map_err(ServerError::io(format!("run `{shown}`")))?;
    let stdout = String::from_utf8_lossy(&output.stdout);
    if output.status.success() {
        return Ok(stdout.into_owned());
    }
    let said = format!("{stdout}{}", String::from_utf8_lossy(&output.stderr));
    Err(ServerError::Command {
        command: shown,
        status: output.status.to_string(),
        output: tail(&said, SHOWN_LINES),
    })
}

/// The last `count` lines of a text.
pub(crate) fn tail(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}

fn shown(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(OsStr::to_string_lossy)
        .collect::<Vec<_>>()
        .join(" ")
}
