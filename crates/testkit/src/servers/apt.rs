//! Debian packages without root: lists, cache and status are private, the machine's stay untouched.
//!
//! The private status file is empty, so a resolution names every package a server needs down to
//! libc; unpacked into one directory they run on any Linux of the same processor.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::{ServerError, command::run};

/// Used only where the machine's own sources name no Debian mirror.
const DEFAULT_MIRROR: &str = "http://deb.debian.org/debian/";
const KEYRING: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

/// What packages depend on but no server program ever opens, by prefix of the package name.
const UNNEEDED: [&str; 7] =
    ["libc-gconv-modules", "libc-l10n", "libllvm", "libperl", "libz3", "locales", "perl"];

/// One suite of the machine's Debian mirror, seen through lists of our own.
#[derive(Debug)]
pub(crate) struct PrivateApt {
    dir: PathBuf,
}

/// A package in the version that a resolution chose.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) version: String,
}

impl PrivateApt {
    /// Reads the lists of `suite` into `dir`.
    pub(crate) fn update(dir: &Path, suite: &str) -> Result<Self, ServerError> {
        for part in ["lists/partial", "cache/archives/partial", "debs"] {
            fs::create_dir_all(dir.join(part))
                .map_err(ServerError::io(format!("create {}", dir.display())))?;
        }
        let write = |name: &str, text: &str| {
            fs::write(dir.join(name), text).map_err(ServerError::io(format!("write apt's {name}")))
        };
        let signed_by = if Path::new(KEYRING).exists() {
            format!("[signed-by={KEYRING}] ")
        } else {
            String::new()
        };
        write("sources.list", &format!("deb {signed_by}{} {suite} main\n", machine_mirror()?))?;
        write("status", "")?;
        write("apt.conf", &configuration(dir, &machine_acquire_settings()?))?;
        let apt = Self { dir: dir.to_owned() };
        run(apt.command("apt-get").args(["-qq", "update"]))?;
        Ok(apt)
    }

    /// `packages` and all they need.
    pub(crate) fn resolve(&self, packages: &[&str]) -> Result<Vec<Package>, ServerError> {
        let plan = run(self.command("apt-get").args(["-y", "-s", "install"]).args(packages))?;
        let resolved: Vec<Package> = plan.lines().filter_map(planned).filter(is_needed).collect();
        for wanted in packages {
            if !resolved.iter().any(|package| package.name == *wanted) {
                return Err(ServerError::Unexpected(format!(
                    "apt's plan does not contain `{wanted}`:\n{plan}"
                )));
            }
        }
        Ok(resolved)
    }

    /// Downloads, verifies (apt does, against the signed lists) and unpacks packages.
    pub(crate) fn unpack(&self, packages: &[Package], into: &Path) -> Result<(), ServerError> {
        let debs = self.dir.join("debs");
        let exact = packages.iter().map(|package| format!("{}={}", package.name, package.version));
        run(self.command("apt-get").args(["-qq", "download"]).args(exact).current_dir(&debs))?;
        let reading = || ServerError::io(format!("read {}", debs.display()));
        for deb in fs::read_dir(&debs).map_err(reading())? {
            run(Command::new("dpkg").arg("-x").arg(deb.map_err(reading())?.path()).arg(into))?;
        }
        Ok(())
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env("APT_CONFIG", self.dir.join("apt.conf")).env("LC_ALL", "C");
        command
    }
}

/// The version of one package in a resolution, without the epoch: fit for a directory name.
pub(crate) fn version_of(packages: &[Package], name: &str) -> Result<String, ServerError> {
    let package = packages
        .iter()
        .find(|package| package.name == name)
        .ok_or_else(|| ServerError::Unexpected(format!("apt resolved no `{name}`")))?;
    let version = &package.version;
    Ok(version.split_once(':').map_or(version.as_str(), |(_, rest)| rest).to_owned())
}

/// The first repository among the machine's apt sources that is Debian's own archive. The question
/// is put to apt, which knows all the forms that sources are written in.
fn machine_mirror() -> Result<String, ServerError> {
    let sources = run(Command::new("apt-get").args([
        "indextargets",
        "--no-release-info",
        "--format",
        "$(REPO_URI)",
        "Created-By: Packages",
    ]))?;
    Ok(debian_archive(&sources).unwrap_or(DEFAULT_MIRROR).to_owned())
}

fn debian_archive(uris: &str) -> Option<&str> {
    uris.lines().find(|uri| {
        let path = uri.trim_end_matches('/');
        path.ends_with("/debian") || path.contains("/archive/debian/")
    })
}

/// Proxies, timeouts and credentials that this machine needs to reach its mirror. Index targets are
/// left out: some machines add targets (icons, metadata) that we have no use for.
fn machine_acquire_settings() -> Result<String, ServerError> {
    let dump = run(Command::new("apt-config").arg("dump"))?;
    let kept = |line: &&str| {
        line.starts_with("Acquire::")
            && !line.starts_with("Acquire::IndexTargets")
            && !line.starts_with("Acquire::Languages")
    };
    Ok(dump.lines().filter(kept).map(|line| format!("{line}\n")).collect())
}

/// The machine's configuration is not read at all (its hooks would clean the machine's caches);
/// what we need of it is in `acquire`.
fn configuration(dir: &Path, acquire: &str) -> String {
    let dir = dir.display();
    format!(
        r#"{acquire}Dir::Etc::main "/dev/null";
Dir::Etc::parts "/dev/null";
Dir::Etc::sourcelist "{dir}/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::State "{dir}";
Dir::State::status "{dir}/status";
Dir::Cache "{dir}/cache";
Dir::Log "{dir}";
APT::Sandbox::User "root";
APT::Install-Recommends "false";
APT::Update::Error-Mode "any";
Acquire::Languages "none";
Acquire::Retries "3";
Debug::NoLocking "true";
"#
    )
}

/// Reads a line like `Inst libc6 (2.36-9 Debian:12.9/stable [amd64]) []`.
fn planned(line: &str) -> Option<Package> {
    let (name, rest) = line.strip_prefix("Inst ")?.split_once(' ')?;
    let version = rest.split_once('(')?.1.split(' ').next()?;
    Some(Package { name: name.to_owned(), version: version.to_owned() })
}

fn is_needed(package: &Package) -> bool {
    !UNNEEDED.iter().any(|prefix| package.name.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_line_gives_name_and_version() {
        let line = "Inst libcrypt1 (1:4.4.33-2 Debian:12.9/stable [amd64]) [libc6:amd64 ]";
        let package = planned(line).unwrap();
        assert_eq!(package.name, "libcrypt1");
        assert_eq!(version_of(&[package], "libcrypt1").unwrap(), "4.4.33-2");
        assert_eq!(planned("Conf libcrypt1 (1:4.4.33-2 Debian:12.9/stable [amd64])"), None);
    }

    #[test]
    fn the_mirror_is_the_archive_and_not_its_security_or_foreign_neighbours() {
        let uris = "https://deb.example.org/node_20.x/\n\
                    http://mirror.example.org/debian-security/\n\
                    http://mirror.example.org/ftp/debian/\n\
                    http://other.example.org/debian/\n";
        assert_eq!(debian_archive(uris), Some("http://mirror.example.org/ftp/debian/"));
        assert_eq!(debian_archive("http://archive.example.org/ubuntu/\n"), None);
        let snapshot = "http://snapshot.example.org/archive/debian/20260501T000000Z/\n";
        assert_eq!(debian_archive(snapshot), Some(snapshot.trim_end()));
    }

    #[test]
    fn the_private_configuration_runs_none_of_the_machines_hooks() {
        let conf = configuration(Path::new("/tmp/x"), "Acquire::http::Proxy \"http://p:3128\";\n");
        assert!(conf.starts_with("Acquire::http::Proxy"));
        assert!(conf.contains("Dir::Etc::parts \"/dev/null\";"));
        assert!(!conf.contains("Invoke"));
    }
}
