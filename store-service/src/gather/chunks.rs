//! Items in a file, some at a time.

use crate::log::LogError;
use oms_chassis::on_worker_thread;
use oms_model::change::Items;
use std::{fs::File, os::unix::fs::FileExt, path::PathBuf, sync::Arc};

/// About as much is read at once, as far as an item is not larger.
const ROOM: usize = 1 << 20;

/// The items between two places of a file, in order.
#[derive(Debug)]
pub struct Chunks {
    file: Arc<File>,
    path: PathBuf,
    at: u64,
    end: u64,
    bytes: Vec<u8>,
}

impl Chunks {
    pub fn new(file: Arc<File>, path: PathBuf, at: u64, end: u64) -> Self {
        Self { file, path, at, end, bytes: Vec::new() }
    }

    /// The next items, each whole.
    pub async fn next(&mut self) -> Result<Option<&[u8]>, LogError> {
        let mut room = ROOM;
        while self.at < self.end {
            let left = usize::try_from(self.end - self.at).unwrap_or(usize::MAX);
            let (file, at, size) = (Arc::clone(&self.file), self.at, room.min(left));
            let mut bytes = std::mem::take(&mut self.bytes);
            let read = on_worker_thread(move || {
                bytes.resize(size, 0);
                file.read_exact_at(&mut bytes, at).map(|()| bytes)
            });
            self.bytes = read.await?.map_err(LogError::of("read", &self.path))?;
            let whole = Items::whole(&self.bytes, usize::MAX);
            if whole > 0 {
                self.at += whole as u64;
                return Ok(Some(&self.bytes[..whole]));
            }
            if size == left {
                let reason = "an item that is cut off";
                return Err(LogError::Damaged { path: self.path.clone(), at: self.at, reason });
            }
            // A row that is larger.
            room = room.saturating_mul(2);
        }
        Ok(None)
    }
}
