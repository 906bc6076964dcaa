//! A running `oms migrate --follow`, and what it says.

use crate::harness::Ended;
use chrono::{DateTime, Utc};
use serde_json::Value;
use std::{
    io::{BufRead as _, BufReader, Read as _},
    process::{Child, Command, Stdio},
    sync::mpsc::{self, RecvTimeoutError},
    thread::JoinHandle,
    time::{Duration, Instant},
};

/// Far more than anything here takes; what hangs fails.
const PATIENCE: Duration = Duration::from_secs(120);

/// Killed when dropped.
pub struct Follower {
    child: Child,
    lines: mpsc::Receiver<String>,
    stderr: Option<JoinHandle<String>>,
}

impl Follower {
    pub fn start(command: &mut Command) -> Self {
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the binary runs");
        let (send, lines) = mpsc::channel();
        let stdout = child.stdout.take().expect("stdout is piped");
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if send.send(line).is_err() {
                    return;
                }
            }
        });
        let mut stderr = child.stderr.take().expect("stderr is piped");
        let stderr = std::thread::spawn(move || {
            let mut text = String::new();
            let _ = stderr.read_to_string(&mut text);
            text
        });
        Self { child, lines, stderr: Some(stderr) }
    }

    /// Until the rows are loaded, and it has applied everything up to a moment.
    pub fn reaches(&mut self, moment: DateTime<Utc>) -> Result<(), String> {
        let is_there = |event: &Value| {
            let checkpoint = event["checkpoint"].as_str();
            let checkpoint = checkpoint.and_then(|at| DateTime::parse_from_rfc3339(at).ok());
            event["monitoring"] == true && checkpoint.is_some_and(|at| at >= moment)
        };
        let until = Instant::now() + PATIENCE;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            match self.lines.recv_timeout(left) {
                Ok(line) => {
                    let event = serde_json::from_str(&line).expect("a line of JSON");
                    if is_there(&event) {
                        return Ok(());
                    }
                }
                Err(RecvTimeoutError::Disconnected) => {
                    let ended = self.ended();
                    return Err(format!("exit code {:?}: {}", ended.code, ended.stderr));
                }
                Err(RecvTimeoutError::Timeout) => return Err("it does not get there".into()),
            }
        }
    }

    /// Asks it to stop, as an operator does.
    pub fn interrupt(mut self) -> Ended {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-INT", &id]).status().expect("kill runs");
        assert!(sent.success());
        self.ended()
    }

    /// Kills it, wherever it is; how it ended if it had before.
    pub fn kill(mut self) -> Option<Ended> {
        if self.child.try_wait().expect("a child").is_some() {
            return Some(self.ended());
        }
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it can be waited for");
        None
    }

    fn ended(&mut self) -> Ended {
        let code = self.child.wait().expect("it can be waited for").code();
        let stderr = self.stderr.take().map(|said| said.join().unwrap_or_default());
        Ended { code, stdout: String::new(), stderr: stderr.unwrap_or_default() }
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
