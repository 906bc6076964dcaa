//! The files of a log: their names, the lock, and that folders remember them.

use super::super::LogError;
use oms_model::change::Seq;
use std::{
    fs::{self, DirBuilder, File, OpenOptions, TryLockError},
    io,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

const LOCK: &str = "lock";
const LOG: &str = "log";
const INDEX: &str = "idx";

/// A folder that this process alone uses, as long as this lives.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    _lock: File,
}

impl Folder {
    /// Takes a folder into use, making it when there is none.
    pub fn open(path: PathBuf) -> Result<Self, LogError> {
        make(&path)?;
        let lock = path.join(LOCK);
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&lock)
            .map_err(LogError::of("opened", &lock))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { path, _lock: file }),
            Err(TryLockError::WouldBlock) => Err(LogError::InUse(path)),
            Err(TryLockError::Error(source)) => Err(LogError::of("locked", &lock)(source)),
        }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The segment that begins with a number.
    pub fn segment(&self, first: Seq) -> PathBuf {
        self.path.join(format!("{:020}.{LOG}", first.0))
    }

    /// Its index.
    pub fn index(&self, first: Seq) -> PathBuf {
        self.segment(first).with_extension(INDEX)
    }

    /// The segments there are, in order. An index without its segment is removed: it was to be.
    pub fn list(&self) -> Result<Vec<Seq>, LogError> {
        let failed = || LogError::of("read", &self.path);
        let (mut segments, mut indexes) = (Vec::new(), Vec::new());
        for entry in fs::read_dir(&self.path).map_err(failed())? {
            let path = entry.map_err(failed())?.path();
            let number = path.file_stem().and_then(|stem| stem.to_str()?.parse().ok());
            match (number, path.extension().and_then(|ending| ending.to_str())) {
                (Some(number), Some(LOG)) => segments.push(Seq(number)),
                (Some(number), Some(INDEX)) => indexes.push(Seq(number)),
                _ => {}
            }
        }
        segments.sort_unstable();
        for index in indexes.into_iter().filter(|index| segments.binary_search(index).is_err()) {
            remove(&self.index(index))?;
        }
        Ok(segments)
    }

    /// Removes a segment. Its index follows, also after a crash in between.
    pub fn remove(&self, first: Seq) -> Result<(), LogError> {
        remove(&self.segment(first))?;
        remove(&self.index(first))
    }

    pub fn sync(&self) -> Result<(), LogError> {
        sync(&self.path)
    }
}

/// Makes a folder that only its owner may enter, and durable that it is there.
pub fn make(path: &Path) -> Result<(), LogError> {
    if path.is_dir() {
        return Ok(());
    }
    let made = DirBuilder::new().recursive(true).mode(0o700).create(path);
    made.map_err(LogError::of("made", path))?;
    path.ancestors().skip(1).take(2).filter(|parent| parent.is_dir()).try_for_each(sync)
}

/// Makes the names in a folder durable.
pub fn sync(folder: &Path) -> Result<(), LogError> {
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(LogError::of("made durable", folder))
}

/// Removes a file, if there is one.
pub fn remove(path: &Path) -> Result<(), LogError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(LogError::of("removed", path)(error))
        }
        _ => Ok(()),
    }
}
