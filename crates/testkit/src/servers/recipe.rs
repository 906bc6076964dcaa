//! What differs between the kinds of server: how each is fetched, laid out, started and reached.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::{
    Installation, Server, ServerError, ServerKind, command::run, mariadb, mysql, postgres, seekdb,
};

/// A question to which each running server gives another answer.
pub(crate) struct Identity {
    pub(crate) sql: &'static str,
    pub(crate) answer: String,
}

/// One kind of server. Everything it writes at run time lies in `home`, a directory of its own.
pub(crate) trait Recipe: Sync {
    fn kind(&self) -> ServerKind;

    /// Raised when an installation made by an older recipe can no longer be used.
    fn revision(&self) -> u32 {
        1
    }

    /// Puts the programs, and an initialised data directory under `template` where there is one,
    /// into `staging`, which is renamed afterwards. Answers the version.
    fn fetch(&self, staging: &Path) -> Result<String, ServerError>;

    /// Prepares `home`, which exists and is empty.
    fn lay_out(&self, installation: &Installation, home: &Path) -> Result<(), ServerError>;

    /// The command that runs the server in the foreground, listening on `port`.
    fn command(&self, installation: &Installation, home: &Path, port: u16) -> Vec<OsString>;

    /// The account that may do everything.
    fn server(&self, port: u16) -> Server;

    /// The signal that makes the server stop without waiting for its clients.
    fn stop_signal(&self) -> &'static str {
        "TERM"
    }

    /// Where the server writes what it has to say, besides its standard output.
    fn log_files(&self, _home: &Path) -> Vec<PathBuf> {
        Vec::new()
    }

    /// What tells this server from any other that might have got the port.
    fn identity(&self, home: &Path) -> Identity;

    /// What is to be done once the server answers.
    fn settle(&self, _server: &mut Server) -> Result<(), ServerError> {
        Ok(())
    }
}

pub(crate) fn of(kind: ServerKind) -> &'static dyn Recipe {
    match kind {
        ServerKind::MySql => &mysql::MySql,
        ServerKind::MariaDb => &mariadb::MariaDb,
        ServerKind::Postgres => &postgres::Postgres,
        ServerKind::OceanBase => &seekdb::Seekdb,
    }
}

/// Copies the template data directory to `home/data`; blocks of zeros take no room in the copy.
pub(crate) fn copy_template(installation: &Installation, home: &Path) -> Result<(), ServerError> {
    copy_tree(&installation.template(), &home.join("data"))
}

pub(crate) fn copy_tree(from: &Path, to: &Path) -> Result<(), ServerError> {
    run(Command::new("cp").args(["-a", "--sparse=always"]).arg(from).arg(to)).map(drop)
}

/// A second tree of the same read-only files; they are copied where they cannot be shared.
pub(crate) fn share_tree(from: &Path, to: &Path) -> Result<(), ServerError> {
    run(Command::new("cp").arg("-al").arg(from).arg(to)).map(drop).or_else(|_| {
        if to.exists() {
            fs::remove_dir_all(to).map_err(ServerError::io(format!("remove {}", to.display())))?;
        }
        copy_tree(from, to)
    })
}

pub(crate) fn create_dir(path: &Path) -> Result<(), ServerError> {
    fs::create_dir_all(path).map_err(ServerError::io(format!("create {}", path.display())))
}

/// `--name=path` as one argument.
pub(crate) fn option(name: &str, path: &Path) -> OsString {
    let mut option = OsString::from(format!("--{name}="));
    option.push(path);
    option
}

/// Whether this process is root, which the servers treat specially.
pub(crate) fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}
