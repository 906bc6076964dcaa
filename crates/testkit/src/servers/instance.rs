//! One server started by this process: from a free port to a checked answer, and its end.

use std::{
    fs, io,
    net::TcpListener,
    path::{Path, PathBuf},
    time::Duration,
};

use super::{
    Cache, Installation, Server, ServerError, ServerKind,
    command::tail,
    guardian::Guardian,
    probe::{self, Outcome},
    recipe::{self, Recipe},
};

/// Generous: a loaded machine with slow disks. A server that dies is noticed at once.
const DEADLINE: Duration = Duration::from_secs(90);

/// A port that was free can be taken by another process before the server binds it.
const ATTEMPTS: u32 = 5;

/// How much of a log a failure shows.
const SHOWN_LINES: usize = 15;

/// A server that runs as long as this value lives, and never longer than this process.
#[derive(Debug)]
pub struct Instance {
    pub server: Server,
    /// The version of the packages it runs from.
    pub version: String,
    home: PathBuf,
    guardian: Guardian,
}

impl Instance {
    /// Starts a server with our settings.
    pub fn start(kind: ServerKind) -> Result<Self, ServerError> {
        Self::start_with(kind, &[])
    }

    /// Starts a server with further arguments on its command line, such as `--gtid-mode=ON`.
    pub fn start_with(kind: ServerKind, arguments: &[&str]) -> Result<Self, ServerError> {
        let recipe = recipe::of(kind);
        let installation = fetch(kind)?;
        for _ in 0..ATTEMPTS {
            if let Some(instance) = launch(recipe, &installation, arguments, free_port()?)? {
                return Ok(instance);
            }
            tracing::info!("another process took the port that was meant for {kind}: once more");
        }
        Err(ServerError::Unexpected(format!(
            "other processes took {ATTEMPTS} free ports before {kind} had them"
        )))
    }

    /// Starts one server of each kind, all at the same time.
    pub fn start_all(kinds: &[ServerKind]) -> Vec<Result<Self, ServerError>> {
        at_once(kinds, Self::start)
    }

    /// Ends the server as a crash would. What it had on disk stays.
    pub fn crash(&mut self) -> Result<(), ServerError> {
        self.guardian.kill()
    }

    /// Starts it again after a crash, with what it had on disk, at the same address.
    pub fn start_again(&mut self) -> Result<(), ServerError> {
        self.guardian.start()?;
        let recipe = recipe::of(self.server.kind);
        let is_alive = || self.guardian.is_server_alive();
        match probe::await_ready(&self.server, &recipe.identity(&self.home), is_alive, DEADLINE) {
            Outcome::Ready => Ok(()),
            _ => Err(ServerError::Unexpected(format!("{} did not come again", self.server.kind))),
        }
    }

    /// The server's process id.
    pub fn pid(&self) -> Option<u32> {
        self.guardian.server_pid()
    }

    /// The directory of all that the server writes; gone after the instance.
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// Copies the server's logs to where they outlive it.
    pub fn keep_logs(&self) -> Result<PathBuf, ServerError> {
        keep_logs(recipe::of(self.server.kind), &self.home)
    }
}

/// Makes sure that a kind of server is in the cache.
pub fn fetch(kind: ServerKind) -> Result<Installation, ServerError> {
    let recipe = recipe::of(kind);
    Cache::locate()?.ensure(kind, recipe.revision(), |staging| recipe.fetch(staging))
}

/// [`fetch`] for several kinds at the same time.
pub fn fetch_all(kinds: &[ServerKind]) -> Vec<Result<Installation, ServerError>> {
    at_once(kinds, fetch)
}

fn at_once<T: Send>(
    kinds: &[ServerKind],
    act: impl Fn(ServerKind) -> Result<T, ServerError> + Sync,
) -> Vec<Result<T, ServerError>> {
    std::thread::scope(|scope| {
        let act = &act;
        let threads: Vec<_> = kinds.iter().map(|kind| scope.spawn(move || act(*kind))).collect();
        let joined = threads.into_iter().map(|thread| thread.join());
        joined.map(|end| end.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    })
}

/// One attempt; `None` if another process took the port.
fn launch(
    recipe: &dyn Recipe,
    installation: &Installation,
    arguments: &[&str],
    port: u16,
) -> Result<Option<Instance>, ServerError> {
    let kind = recipe.kind();
    let home = tempfile::Builder::new()
        .prefix(&format!("oms-{}-", kind.name()))
        .tempdir()
        .map_err(ServerError::io("create a directory for the server"))?
        .keep();
    // Servers report real paths.
    let home = home.canonicalize().map_err(ServerError::io("resolve the server's directory"))?;
    let mut command = recipe.command(installation, &home, port);
    command.extend(arguments.iter().map(Into::into));
    let mut guardian = Guardian::new(&home, recipe.stop_signal(), &command)?;
    recipe.lay_out(installation, &home)?;
    guardian.start()?;

    let mut server = recipe.server(port);
    let is_alive = || guardian.is_server_alive();
    match probe::await_ready(&server, &recipe.identity(&home), is_alive, DEADLINE) {
        Outcome::Ready => {}
        Outcome::Foreign => return Ok(None),
        Outcome::Died if is_taken(port) => return Ok(None),
        Outcome::Died => {
            let (logs, tail) = (keep_logs(recipe, &home)?, log_tail(recipe, &home));
            return Err(ServerError::Died { kind, logs, tail });
        }
        Outcome::Late(last) => {
            let (logs, tail) = (keep_logs(recipe, &home)?, log_tail(recipe, &home));
            let seconds = DEADLINE.as_secs();
            return Err(ServerError::NotReady { kind, seconds, last, logs, tail });
        }
    }
    recipe.settle(&mut server)?;
    Ok(Some(Instance { server, version: installation.version.clone(), home, guardian }))
}

fn free_port() -> Result<u16, ServerError> {
    TcpListener::bind(("127.0.0.1", 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(ServerError::io("find a free port"))
}

fn logs(recipe: &dyn Recipe, home: &Path) -> impl Iterator<Item = PathBuf> {
    std::iter::once(home.join("server.log")).chain(recipe.log_files(home))
}

/// To be asked when our server has ended: whoever has the port then is somebody else.
fn is_taken(port: u16) -> bool {
    TcpListener::bind(("127.0.0.1", port)).is_err()
}

fn log_tail(recipe: &dyn Recipe, home: &Path) -> String {
    let texts = logs(recipe, home).filter_map(|log| fs::read(log).ok());
    let tails = texts.map(|text| tail(&String::from_utf8_lossy(&text), SHOWN_LINES));
    tails.collect::<Vec<_>>().join("\n")
}

fn keep_logs(recipe: &dyn Recipe, home: &Path) -> Result<PathBuf, ServerError> {
    let name = home.file_name().unwrap_or_default();
    let kept = std::env::temp_dir().join("oms-server-logs").join(name);
    recipe::create_dir(&kept)?;
    for log in logs(recipe, home) {
        let copied = fs::copy(&log, kept.join(log.file_name().unwrap_or_default()));
        match copied {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(ServerError::io(format!("keep {}", log.display()))(error));
            }
            _ => {}
        }
    }
    Ok(kept)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::peer::ClosedPort;

    #[test]
    fn a_port_that_another_process_took_is_told_from_a_server_that_cannot_start() {
        let taken = ClosedPort::reserve().unwrap();
        let port = taken.address().port();
        for kind in ServerKind::ALL {
            let installation = fetch(kind).unwrap();
            let launched = launch(recipe::of(kind), &installation, &[], port);
            assert!(launched.unwrap().is_none(), "{kind}");
        }
    }
}
