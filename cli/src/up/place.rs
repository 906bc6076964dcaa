//! The data directory: whose it is, who uses it, and the keys it holds.
//!
//! ```text
//! DATA_DIR/            mode 700
//!   oms.lock           held while OMS runs; holds the process id
//!   vault.key          seals the secrets of data sources; never made anew beside old metadata
//!   internal.key       signs what the services say to each other; replaceable
//!   meta/SERVICE.db    the metadata of each service
//!   meta.list          whose metadata there must be, since it was ready once
//!   stores/ID/         the change log of each store
//! ```

use crate::{
    fault::{Code, Fault, io_fault},
    private_file::{self, ReadError},
};
use oms_chassis::{
    secrets,
    vault::{Vault, VaultError, VaultSettings},
};
use oms_clients::token::SHORTEST_SECRET;
use secrecy::{ExposeSecret, SecretString};
use std::{
    fs::{DirBuilder, File, OpenOptions, Permissions, TryLockError},
    io::{self, Read, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    #[error("neither XDG_DATA_HOME nor HOME says where the data belongs")]
    NoHome,
    #[error("{0} is no directory")]
    NoDirectory(PathBuf),
    /// Closing it to others, or filling it with keys, could harm whoever uses it.
    #[error("{0} holds other things than the data of OMS")]
    Foreign(PathBuf),
    #[error("{} is in use by another oms{}", .0.display(), by(*.1))]
    InUse(PathBuf, Option<u32>),
    #[error("the vault key {0} is missing, but there is metadata that needs it")]
    KeyMissing(PathBuf),
    /// Starting on nothing would look like a very first start: new passwords, no projects.
    #[error("the metadata {} is {how}, but OMS ran with it before", .path.display())]
    MetadataLost { path: PathBuf, how: &'static str },
    #[error("the internal key {0} is too short")]
    KeyShort(PathBuf),
    #[error(transparent)]
    Key(#[from] ReadError),
    #[error(transparent)]
    Vault(#[from] VaultError),
    #[error("{} cannot be {doing}", .path.display())]
    Io {
        doing: &'static str,
        path: PathBuf,
        #[source]
        source: io::Error,
    },
}

fn by(pid: Option<u32>) -> String {
    pid.map_or_else(String::new, |pid| format!(", process {pid}"))
}

impl From<PlaceError> for Fault {
    fn from(error: PlaceError) -> Self {
        match &error {
            PlaceError::NoHome => Self::from_error(Code::DirUnusable, &error)
                .advise("give --data-dir, or set HOME".into()),
            PlaceError::Foreign(_) => Self::from_error(Code::DirUnusable, &error)
                .advise("choose an empty directory, or one that does not exist yet".into()),
            PlaceError::InUse(..) => Self::from_error(Code::DirInUse, &error),
            PlaceError::KeyMissing(_) => Self::from_error(Code::VaultKeyMissing, &error),
            PlaceError::MetadataLost { .. } => Self::from_error(Code::MetadataLost, &error),
            PlaceError::KeyShort(_) => Self::from_error(Code::DirUnusable, &error)
                .advise("remove the file: another is made, and nothing depends on the old".into()),
            PlaceError::Io { source, .. } => io_fault(Code::DirUnusable, error.to_string(), source),
            PlaceError::Key(_) | PlaceError::NoDirectory(_) => {
                Self::from_error(Code::DirUnusable, &error)
            }
            PlaceError::Vault(VaultError::Ring(_)) => Self::from_error(Code::DirUnusable, &error)
                .advise("repair the key file from your backup".into()),
            PlaceError::Vault(_) => Self::from_error(Code::StartFailed, &error),
        }
    }
}

/// A data directory that this process alone uses, as long as this lives.
#[derive(Debug)]
pub struct Place {
    root: PathBuf,
    _lock: File,
}

const LOCK: &str = "oms.lock";
/// Where migrations keep their data, inside the default directory.
pub const MIGRATIONS: &str = "migrations";
/// What six fresh databases take, with their logs.
const ROOM: usize = 2 << 20;

impl Place {
    /// Takes the directory into use, making it when there is none.
    pub fn open(given: Option<PathBuf>) -> Result<Self, PlaceError> {
        let root = match given {
            Some(root) => root,
            None => {
                crate::xdg::folder("XDG_DATA_HOME", ".local/share").ok_or(PlaceError::NoHome)?
            }
        };
        make_private(&root)?;
        // SQLite and the log name files by the path; a relative one would follow no `cd`.
        let root = root.canonicalize().map_err(failed("read", &root))?;
        if !root.join(LOCK).exists() && !is_empty(&root)? {
            return Err(PlaceError::Foreign(root));
        }
        let lock = take_lock(&root)?;
        // Only now is it certain that the directory is ours to close.
        std::fs::set_permissions(&root, Permissions::from_mode(0o700))
            .map_err(failed("closed to others", &root))?;
        make_private(&root.join("meta"))?;
        Ok(Self { root, _lock: lock })
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Whether the disk takes what a start writes. SQLite calls a full disk by several names, and
    /// finds it half-way.
    pub fn check_room(&self) -> Result<(), PlaceError> {
        let written = tempfile::tempfile_in(&self.root)
            .and_then(|mut probe| probe.write_all(&vec![0; ROOM]).and_then(|()| probe.flush()));
        written.map_err(failed("written to", &self.root))
    }

    pub fn vault_key(&self) -> PathBuf {
        self.root.join("vault.key")
    }

    /// Where the change logs of stores are.
    pub fn change_logs(&self) -> PathBuf {
        self.root.join("stores")
    }

    /// Sees to it that the vault's key file is there and usable. It is made at the very first
    /// start only: next to metadata a fresh key would make what was sealed unreadable for good.
    pub fn keep_vault_key(&self) -> Result<(), PlaceError> {
        let path = self.vault_key();
        // The internal key comes after the vault's, so it proves that there was one.
        let started = self.internal_key().exists() || !is_empty(&self.root.join("meta"))?;
        if started && !path.exists() {
            return Err(PlaceError::KeyMissing(path));
        }
        let settings = VaultSettings {
            key_file: Some(path),
            create_key_file: !started,
            ..VaultSettings::default()
        };
        Vault::open(&settings)?;
        Ok(())
    }

    /// The secret the services share. Tokens signed with it live for seconds, so a lost one is
    /// simply replaced.
    pub fn internal_secret(&self) -> Result<SecretString, PlaceError> {
        let path = self.internal_key();
        if let Some(text) = private_file::read(&path)? {
            let secret = text.trim();
            return match secret.len() {
                0..SHORTEST_SECRET => Err(PlaceError::KeyShort(path)),
                _ => Ok(secret.into()),
            };
        }
        let secret = secrets::random_secret();
        private_file::write(&path, secret.expose_secret().as_bytes())
            .map_err(failed("written", &path))?;
        Ok(secret)
    }

    fn internal_key(&self) -> PathBuf {
        self.root.join("internal.key")
    }
}

fn failed(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> PlaceError {
    let path = path.to_owned();
    move |source| match source.kind() {
        io::ErrorKind::NotADirectory => PlaceError::NoDirectory(path),
        _ => PlaceError::Io { doing, path, source },
    }
}

fn make_private(path: &Path) -> Result<(), PlaceError> {
    match DirBuilder::new().recursive(true).mode(0o700).create(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            Err(PlaceError::NoDirectory(path.into()))
        }
        made => made.map_err(failed("created", path)),
    }
}

/// Whether a directory holds nothing but what a fresh file system brings, and what migrations put
/// into the default directory before there was an `oms up`.
fn is_empty(path: &Path) -> Result<bool, PlaceError> {
    for entry in path.read_dir().map_err(failed("read", path))? {
        let name = entry.map_err(failed("read", path))?.file_name();
        if name != "lost+found" && name != MIGRATIONS {
            return Ok(false);
        }
    }
    Ok(true)
}

fn take_lock(root: &Path) -> Result<File, PlaceError> {
    let path = root.join(LOCK);
    let mut lock = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(&path)
        .map_err(failed("opened", &path))?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut text = String::new();
            let pid = lock.read_to_string(&mut text).ok().and_then(|_| text.trim().parse().ok());
            return Err(PlaceError::InUse(root.into(), pid));
        }
        Err(TryLockError::Error(source)) => return Err(failed("locked", &path)(source)),
    }
    let written = lock.set_len(0).and_then(|()| writeln!(lock, "{}", std::process::id()));
    written.map_err(failed("written", &path))?;
    Ok(lock)
}

mod metadata;
#[cfg(test)]
mod tests;
