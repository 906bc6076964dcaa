//! PostgreSQL 15, from the packages of Debian 12.
//!
//! PostgreSQL refuses to run as root. For root it runs as `nobody`, who usually cannot look into
//! root's cache: so the programs get a second place next to the data.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::{
    Installation, Server, ServerError, ServerKind,
    apt::{PrivateApt, version_of},
    command::run,
    recipe::{self, Identity, Recipe},
    runtime,
};

pub(crate) struct Postgres;

const BIN: &str = "usr/lib/postgresql/15/bin";

/// Anything that reaches loopback may try it; roles that tests create have passwords that count.
const PASSWORD: &str = "oms-test";

/// The unprivileged user and group that stand in for root. By number: the servers' own libc does
/// not read this machine's user directory services.
const NOBODY: &str = "65534";

/// Prefixes a command so that it does not run as root.
fn unprivileged() -> Vec<OsString> {
    if recipe::is_root() {
        let reuid = format!("--reuid={NOBODY}");
        let regid = format!("--regid={NOBODY}");
        vec!["setpriv".into(), reuid.into(), regid.into(), "--clear-groups".into(), "--".into()]
    } else {
        Vec::new()
    }
}

/// Where the server finds its programs when its home is `home`.
fn root(installation: &Path, home: &Path) -> PathBuf {
    if recipe::is_root() { home.join("root") } else { installation.join("root") }
}

/// For root: puts the programs into `home` and gives it, without them, to `nobody`.
fn hand_over(installation: &Path, home: &Path) -> Result<(), ServerError> {
    if !recipe::is_root() {
        return Ok(());
    }
    run(Command::new("chown").args(["-R", &format!("{NOBODY}:{NOBODY}")]).arg(home))?;
    recipe::share_tree(&installation.join("root"), &root(installation, home))
}

/// Makes the template in a temporary directory, as `nobody` may not enter the staging directory.
fn initialise(staging: &Path) -> Result<(), ServerError> {
    let home = tempfile::Builder::new()
        .prefix("oms-initdb-")
        .tempdir()
        .map_err(ServerError::io("create a directory for initdb"))?;
    let home = home.path();
    fs::write(home.join("password"), PASSWORD).map_err(ServerError::io("write a password file"))?;
    hand_over(staging, home)?;
    let mut command = unprivileged();
    command.push(root(staging, home).join(BIN).join("initdb").into());
    command.extend(["-D".into(), home.join("data").into(), "--pwfile".into()]);
    command.push(home.join("password").into());
    run(Command::new(&command[0]).args(&command[1..]).current_dir("/").args([
        "--username=postgres",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
        "--no-sync",
    ]))?;
    recipe::copy_tree(&home.join("data"), &staging.join("template"))
}

impl Recipe for Postgres {
    fn kind(&self) -> ServerKind {
        ServerKind::Postgres
    }

    fn fetch(&self, staging: &Path) -> Result<String, ServerError> {
        let (apt_dir, root) = (staging.join("apt"), staging.join("root"));
        let apt = PrivateApt::update(&apt_dir, "bookworm")?;
        let packages = apt.resolve(&["postgresql-15", "postgresql-client-15"])?;
        recipe::create_dir(&root)?;
        apt.unpack(&packages, &root)?;
        runtime::assemble(
            &root,
            &["bin", "sbin", "usr/bin", "usr/sbin", BIN],
            &["initdb", "postgres", "psql", "pg_dump"],
        )?;
        initialise(staging)?;
        fs::remove_dir_all(&apt_dir).map_err(ServerError::io("remove apt's lists"))?;
        version_of(&packages, "postgresql-15")
    }

    fn lay_out(&self, installation: &Installation, home: &Path) -> Result<(), ServerError> {
        recipe::copy_template(installation, home)?;
        hand_over(&installation.dir, home)
    }

    /// Durability as for MySQL: without `fsync` a killed server loses nothing. The packages are
    /// unpacked without the compiler that just-in-time compilation needs.
    fn command(&self, installation: &Installation, home: &Path, port: u16) -> Vec<OsString> {
        let mut command = unprivileged();
        command.push(root(&installation.dir, home).join(BIN).join("postgres").into());
        command.extend(["-D".into(), home.join("data").into()]);
        let port = format!("port={port}");
        for setting in [
            port.as_str(),
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "wal_level=logical",
            "max_replication_slots=10",
            "max_wal_senders=10",
            "fsync=off",
            "jit=off",
        ] {
            command.extend(["-c".into(), setting.into()]);
        }
        command
    }

    fn server(&self, port: u16) -> Server {
        Server::local(self.kind(), port, "postgres", PASSWORD)
    }

    /// TERM would wait until the last client has gone.
    fn stop_signal(&self) -> &'static str {
        "INT"
    }

    fn identity(&self, home: &Path) -> Identity {
        Identity { sql: "SHOW data_directory", answer: home.join("data").display().to_string() }
    }
}
