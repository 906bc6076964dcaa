//! Python wheels without installing anything: the machine's pip, or one unpacked beside the wheel.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::{ServerError, apt::PrivateApt, command::run, recipe, runtime};

/// A Python that has pip.
#[derive(Debug)]
pub(crate) struct Pip {
    python: PathBuf,
}

impl Pip {
    /// The machine's `python3` if it has pip; otherwise Debian's is unpacked into `dir`.
    pub(crate) fn find(dir: &Path) -> Result<Self, ServerError> {
        recipe::create_dir(dir)?;
        let machines = Self { python: "python3".into() };
        match run(&mut machines.module("pip", &["--version"])) {
            Ok(_) => Ok(machines),
            Err(_) => Self::unpack(dir),
        }
    }

    fn unpack(dir: &Path) -> Result<Self, ServerError> {
        let root = dir.join("root");
        let apt = PrivateApt::update(&dir.join("apt"), "bookworm")?;
        let packages = apt.resolve(&["python3-pip", "python3.11-minimal"])?;
        recipe::create_dir(&root)?;
        apt.unpack(&packages, &root)?;
        runtime::assemble(&root, &["bin", "sbin", "usr/bin", "usr/sbin"], &["python3.11"])?;
        Ok(Self { python: root.join("usr/bin/python3.11") })
    }

    /// Downloads the wheel of one requirement, and nothing that it requires.
    ///
    /// The wheel is chosen for this processor but for a fixed Python: only the server in it is used,
    /// so it does not matter which Python this machine has.
    pub(crate) fn download(&self, requirement: &str, into: &Path) -> Result<PathBuf, ServerError> {
        let platform = match (std::env::consts::OS, std::env::consts::ARCH) {
            ("linux", arch @ ("x86_64" | "aarch64")) => format!("manylinux_2_28_{arch}"),
            _ => return Err(ServerError::NoBuild),
        };
        recipe::create_dir(into)?;
        let options = [
            "download",
            "--quiet",
            "--disable-pip-version-check",
            "--no-deps",
            "--only-binary=:all:",
            "--implementation=cp",
            "--python-version=3.11",
            "--platform",
            &platform,
        ];
        run(self.module("pip", &options).arg("--dest").arg(into).arg(requirement))?;
        let reading = || ServerError::io(format!("read {}", into.display()));
        let entry = fs::read_dir(into).map_err(reading())?.next().ok_or_else(|| {
            ServerError::Unexpected(format!("pip downloaded nothing for `{requirement}`"))
        })?;
        Ok(entry.map_err(reading())?.path())
    }

    pub(crate) fn unzip(&self, archive: &Path, into: &Path) -> Result<(), ServerError> {
        run(self.module("zipfile", &["-e"]).arg(archive).arg(into)).map(drop)
    }

    fn module(&self, module: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.python);
        command.args(["-m", module]).args(arguments);
        command
    }
}
