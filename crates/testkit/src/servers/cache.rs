//! Where fetched servers are kept between runs.
//!
//! An installation is a directory named by kind, version and recipe revision. It appears under that
//! name by one rename, when it is whole: a fetch that is killed leaves only a staging directory,
//! which the next fetch of the same kind removes. Fetches of one kind are serialised between
//! processes by a file lock, which the operating system releases with the process.

use std::{
    fs::{self, File, TryLockError},
    path::{Path, PathBuf},
};

use super::{ServerError, ServerKind};

/// The directory that holds all installations.
#[derive(Debug, Clone)]
pub struct Cache {
    root: PathBuf,
}

/// One fetched server: programs, and where the kind has one, an initialised data directory.
#[derive(Debug, Clone)]
pub struct Installation {
    pub dir: PathBuf,
    pub version: String,
}

impl Installation {
    /// The data directory that each start copies.
    pub(crate) fn template(&self) -> PathBuf {
        self.dir.join("template")
    }
}

impl Cache {
    /// `$OMS_SERVER_CACHE`, else `oms-servers` in the user's cache directory.
    pub fn locate() -> Result<Self, ServerError> {
        let set = |name| std::env::var_os(name).filter(|value| !value.is_empty());
        let root = if let Some(root) = set("OMS_SERVER_CACHE") {
            PathBuf::from(root)
        } else if let Some(cache) = set("XDG_CACHE_HOME") {
            Path::new(&cache).join("oms-servers")
        } else if let Some(home) = std::env::home_dir() {
            home.join(".cache/oms-servers")
        } else {
            return Err(ServerError::Unexpected(
                "no home directory to keep servers in; set OMS_SERVER_CACHE".to_owned(),
            ));
        };
        Self::at(root)
    }

    /// A cache in a directory of the caller's choice, which is created if need be.
    pub fn at(root: impl Into<PathBuf>) -> Result<Self, ServerError> {
        let root = root.into();
        fs::create_dir_all(&root).map_err(ServerError::io(format!("create {}", root.display())))?;
        let root =
            root.canonicalize().map_err(ServerError::io(format!("resolve {}", root.display())))?;
        Ok(Self { root })
    }

    /// The cached installation of a kind, or the one that `fetch` puts into the directory it is
    /// given; `fetch` answers the version.
    pub fn ensure(
        &self,
        kind: ServerKind,
        revision: u32,
        fetch: impl FnOnce(&Path) -> Result<String, ServerError>,
    ) -> Result<Installation, ServerError> {
        if let Some(found) = self.newest(kind, revision)? {
            return Ok(found);
        }
        let _lock = self.lock(kind)?;
        if let Some(found) = self.newest(kind, revision)? {
            return Ok(found);
        }
        self.remove_leavings(kind)?;
        // The name is not used again: a child of a killed fetch may still be writing to the old one.
        let staging = self.root.join(format!("{}.{}", partial(kind), std::process::id()));
        fs::create_dir(&staging)
            .map_err(ServerError::io(format!("create {}", staging.display())))?;
        tracing::info!("fetching {kind}; later runs use the copy in {}", self.root.display());
        let fetched = fetch(&staging).and_then(|version| {
            let dir = self.root.join(format!("{}-{version}.r{revision}", kind.name()));
            fs::rename(&staging, &dir)
                .map_err(ServerError::io(format!("rename to {}", dir.display())))?;
            Ok(Installation { dir, version })
        });
        match fetched {
            Ok(installation) => {
                tracing::info!("fetched {kind} {}", installation.version);
                Ok(installation)
            }
            Err(source) => {
                remove_tree(&staging)?;
                Err(ServerError::Fetch { kind, source: Box::new(source) })
            }
        }
    }

    /// The most recently fetched installation of a kind.
    fn newest(&self, kind: ServerKind, revision: u32) -> Result<Option<Installation>, ServerError> {
        let (prefix, suffix) = (format!("{}-", kind.name()), format!(".r{revision}"));
        let reading = || ServerError::io(format!("read {}", self.root.display()));
        let mut newest = None;
        for entry in fs::read_dir(&self.root).map_err(reading())? {
            let entry = entry.map_err(reading())?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let Some(version) =
                name.strip_prefix(&prefix).and_then(|rest| rest.strip_suffix(&suffix))
            else {
                continue;
            };
            let fetched_at = entry.metadata().and_then(|meta| meta.modified()).map_err(reading())?;
            let found = Installation { dir: entry.path(), version: version.to_owned() };
            if newest.as_ref().is_none_or(|(at, _)| *at < fetched_at) {
                newest = Some((fetched_at, found));
            }
        }
        Ok(newest.map(|(_, found)| found))
    }

    /// Removes what killed fetches of a kind left; only for the holder of the lock.
    fn remove_leavings(&self, kind: ServerKind) -> Result<(), ServerError> {
        let reading = || ServerError::io(format!("read {}", self.root.display()));
        for entry in fs::read_dir(&self.root).map_err(reading())? {
            let entry = entry.map_err(reading())?;
            if entry.file_name().to_string_lossy().starts_with(&partial(kind)) {
                remove_tree(&entry.path())?;
            }
        }
        Ok(())
    }

    fn lock(&self, kind: ServerKind) -> Result<File, ServerError> {
        let path = self.root.join(format!("{}.lock", kind.name()));
        let locking = || ServerError::io(format!("lock {}", path.display()));
        let file = File::create(&path).map_err(locking())?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                tracing::info!("waiting for another process that is fetching {kind}");
                file.lock().map_err(locking())?;
            }
            Err(TryLockError::Error(error)) => return Err(locking()(error)),
        }
        Ok(file)
    }
}

/// How the names of a kind's staging directories begin.
fn partial(kind: ServerKind) -> String {
    format!("{}.partial", kind.name())
}

fn remove_tree(path: &Path) -> Result<(), ServerError> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(ServerError::io(format!("remove {}", path.display()))(error))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
