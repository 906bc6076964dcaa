//! The owner's end of a guardian: the shell that keeps a server from outliving its owner.

use std::{
    ffi::OsString,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use super::ServerError;
use crate::{sql::block_on, wait::eventually};

/// A killed server is gone at once; a machine under load may take a while to say so.
const GONE: Duration = Duration::from_secs(30);

const SCRIPT: &str = include_str!("guardian.sh");

/// A server's directory and the process that stops the server and removes the directory when this
/// value is dropped, or when this process ends in any way, `kill -9` included.
#[derive(Debug)]
pub(crate) struct Guardian {
    home: PathBuf,
    shell: Child,
}

impl Guardian {
    /// Takes charge of `home`; `command` runs when [`Guardian::start`] is called.
    ///
    /// The guardian is in a session of its own: what a terminal sends to the owner's process group
    /// does not reach the server before the owner has had its say.
    pub(crate) fn new(
        home: &Path,
        signal: &str,
        command: &[OsString],
    ) -> Result<Self, ServerError> {
        let shell = Command::new("setsid")
            .args(["sh", "-c", SCRIPT, "guardian"])
            .arg(home)
            .arg(signal)
            .args(command)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(ServerError::io("start the guardian shell with `setsid sh`"))?;
        Ok(Self { home: home.to_owned(), shell })
    }

    pub(crate) fn start(&mut self) -> Result<(), ServerError> {
        self.tell("start")
    }

    /// Ends the server as a crash would, and returns once it is gone.
    pub(crate) fn kill(&mut self) -> Result<(), ServerError> {
        self.tell("kill")?;
        block_on(eventually(GONE, async || self.server_pid().is_none()));
        Ok(())
    }

    fn tell(&mut self, word: &str) -> Result<(), ServerError> {
        let pipe = self.shell.stdin.as_mut().expect("the pipe stays open until drop");
        let told = pipe.write_all(format!("{word}\n").as_bytes());
        told.map_err(ServerError::io("tell the guardian what to do"))
    }

    /// Whether the server is starting or running; false once it has ended.
    pub(crate) fn is_server_alive(&self) -> bool {
        match self.server_pid() {
            None => true,
            Some(pid) => is_running(pid),
        }
    }

    /// The server's process id, once it has one.
    pub(crate) fn server_pid(&self) -> Option<u32> {
        fs::read_to_string(self.home.join("server.pid")).ok()?.trim().parse().ok()
    }
}

impl Drop for Guardian {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        if let Err(error) = self.shell.wait() {
            tracing::warn!("cannot wait for the guardian of {}: {error}", self.home.display());
        }
    }
}

/// A zombie has ended, though its id is still taken.
fn is_running(pid: u32) -> bool {
    fs::read_to_string(format!("/proc/{pid}/stat"))
        .is_ok_and(|stat| stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with('Z')))
}
