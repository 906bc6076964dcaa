//! The OceanBase kernel (seekdb), from the Python wheel that carries it.

use std::{
    ffi::OsString,
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use super::{
    Installation, Server, ServerError, ServerKind,
    pip::Pip,
    probe,
    recipe::{self, Identity, Recipe},
};

pub(crate) struct Seekdb;

/// The series that the tests were written against; the newest build of it is taken.
const REQUIREMENT: &str = "pylibseekdb==1.4.*";

impl Recipe for Seekdb {
    fn kind(&self) -> ServerKind {
        ServerKind::OceanBase
    }

    fn fetch(&self, staging: &Path) -> Result<String, ServerError> {
        let (pip_dir, wheel_dir, bin) =
            (staging.join("pip"), staging.join("wheel"), staging.join("bin"));
        let pip = Pip::find(&pip_dir)?;
        let wheel = pip.download(REQUIREMENT, &wheel_dir)?;
        pip.unzip(&wheel, &wheel_dir)?;
        recipe::create_dir(&bin)?;
        for name in ["seekdb", "libaio.so.1"] {
            fs::rename(wheel_dir.join("pylibseekdb").join(name), bin.join(name))
                .map_err(ServerError::io(format!("find {name} in the wheel")))?;
        }
        fs::set_permissions(bin.join("seekdb"), fs::Permissions::from_mode(0o755))
            .map_err(ServerError::io("make seekdb executable"))?;
        for dir in [pip_dir, wheel_dir] {
            fs::remove_dir_all(&dir)
                .map_err(ServerError::io(format!("remove {}", dir.display())))?;
        }
        version_in(&wheel)
    }

    fn lay_out(&self, _: &Installation, home: &Path) -> Result<(), ServerError> {
        recipe::create_dir(&home.join("data"))
    }

    /// The kernel reports each new instance to its makers unless the variable forbids it. Its log
    /// disk cannot be smaller than 2 GB, but takes only what it fills.
    fn command(&self, installation: &Installation, home: &Path, port: u16) -> Vec<OsString> {
        let mut command: Vec<OsString> = vec!["env".into(), "TELEMETRY_ENABLED=false".into()];
        command.push(installation.dir.join("bin/seekdb").into());
        command.extend(["--nodaemon".into(), "--base-dir".into(), home.join("data").into()]);
        command.extend(["--port".into(), port.to_string().into()]);
        command.extend(["--log-level".into(), "WARN".into()]);
        for parameter in ["memory_limit=1G", "datafile_size=64M", "log_disk_size=2G"] {
            command.extend(["--parameter".into(), parameter.into()]);
        }
        command
    }

    fn server(&self, port: u16) -> Server {
        Server::local(self.kind(), port, "root", "")
    }

    fn log_files(&self, home: &Path) -> Vec<PathBuf> {
        vec![home.join("data/log/seekdb.log")]
    }

    fn identity(&self, home: &Path) -> Identity {
        let socket = home.join("data/run/sql.sock");
        Identity { sql: "SELECT @@socket", answer: socket.display().to_string() }
    }

    /// The kernel listens on every address and cannot be told otherwise, its root account accepts
    /// any host, and SQL can read and write files: so it gets a password that nobody can guess.
    fn settle(&self, server: &mut Server) -> Result<(), ServerError> {
        let mut secret = [0; 16];
        getrandom::fill(&mut secret)
            .map_err(|error| ServerError::Unexpected(format!("no random numbers: {error}")))?;
        let password: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
        probe::execute(server, &format!("ALTER USER root IDENTIFIED BY '{password}'"))?;
        *server = Server::local(self.kind(), server.port, "root", &password);
        Ok(())
    }
}

/// The second part of a wheel's file name is the version.
fn version_in(wheel: &Path) -> Result<String, ServerError> {
    let name = wheel.file_name().unwrap_or_default().to_string_lossy();
    let version = name.split('-').nth(1);
    version
        .map(str::to_owned)
        .ok_or_else(|| ServerError::Unexpected(format!("`{name}` is not the name of a wheel")))
}
