//! The part of a transaction that does not fit into memory.

use super::chunks::Chunks;
use crate::log::LogError;
use oms_chassis::on_worker_thread;
use oms_model::change::{Entries, Mark};
use std::{fs::File, os::unix::fs::FileExt, path::PathBuf, sync::Arc};

/// A file without a name: it is gone with whoever writes it.
#[derive(Debug)]
pub struct Spill {
    folder: PathBuf,
    file: Option<Arc<File>>,
    spot: Spot,
}

/// What was spilled.
#[derive(Debug)]
pub struct Spilled {
    pub file: Arc<File>,
    pub bytes: u64,
}

/// A place in a transaction, from its beginning.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spot {
    pub bytes: u64,
    pub changes: u64,
}

impl Spot {
    pub fn plus(self, bytes: u64, changes: u64) -> Self {
        Self { bytes: self.bytes + bytes, changes: self.changes + changes }
    }

    /// How far behind another place it is, unless it is before that.
    pub fn behind(self, other: Self) -> Option<Mark> {
        let bytes = usize::try_from(self.bytes.checked_sub(other.bytes)?).ok()?;
        Some(Mark { bytes, changes: self.changes.checked_sub(other.changes)? })
    }
}

impl Spill {
    pub fn new(folder: PathBuf) -> Self {
        Self { folder, file: None, spot: Spot::default() }
    }

    /// Where it ends.
    pub fn spot(&self) -> Spot {
        self.spot
    }

    /// The file, if anything is in it.
    pub fn file(&self) -> Option<Spilled> {
        let file = self.file.clone().filter(|_| self.spot.bytes > 0)?;
        Some(Spilled { file, bytes: self.spot.bytes })
    }

    /// What is in it, if anything is.
    pub fn chunks(&self) -> Option<Chunks> {
        let Spilled { file, bytes } = self.file()?;
        Some(Chunks::new(file, self.folder.clone(), 0, bytes))
    }

    /// Adds entries, and gives them back.
    pub async fn push(&mut self, entries: Entries) -> Result<Entries, LogError> {
        let (folder, file, at) = (self.folder.clone(), self.file.clone(), self.spot.bytes);
        let written = on_worker_thread(move || {
            let file = match file {
                Some(file) => file,
                None => Arc::new(tempfile::tempfile_in(&folder)?),
            };
            file.write_all_at(entries.bytes(), at)?;
            Ok((file, entries))
        });
        let (file, entries) = written
            .await?
            .map_err(LogError::of("filled with a large transaction", &self.folder))?;
        self.file = Some(file);
        self.spot = self.spot.plus(entries.size() as u64, entries.changes());
        Ok(entries)
    }

    /// Takes back what is behind a place. The bytes are written over, or never read.
    pub fn back_to(&mut self, spot: Spot) {
        self.spot = spot;
    }

    /// Empties it. Its room is given back with the file.
    pub fn clear(&mut self) {
        self.spot = Spot::default();
        self.file = None;
    }
}
