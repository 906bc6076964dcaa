//! The logs that are open here: each once, as long as somebody writes or reads it.

use crate::log::{LogError, SegmentLog, SegmentSettings, WeakLog, make_folder};
use oms_contracts::store::StoreId;
use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::time::{Instant, sleep};

/// How long a log may take to be let go of by whoever had it.
const PATIENCE: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(20);
/// Where what is deleted goes first, so that it is gone at once.
const DELETED: &str = ".deleted";

/// The logs below a folder.
#[derive(Debug)]
pub struct Logs {
    folder: PathBuf,
    settings: SegmentSettings,
    /// Whoever holds one opens it, or finds it open.
    open: Mutex<HashMap<StoreId, Arc<Slot>>>,
}

type Slot = tokio::sync::Mutex<Option<WeakLog>>;

impl Logs {
    pub fn new(folder: PathBuf, settings: SegmentSettings) -> Self {
        Self { folder, settings, open: Mutex::default() }
    }

    /// Removes what an earlier process began to. What cannot be removed is only in the way of others.
    pub fn clear(&self) {
        if let Err(error) = std::fs::remove_dir_all(self.folder.join(DELETED))
            && error.kind() != std::io::ErrorKind::NotFound
        {
            tracing::warn!(%error, "deleted logs could not be removed");
        }
    }

    /// The folder of a store.
    pub fn path(&self, id: &StoreId) -> PathBuf {
        self.folder.join(id.as_str())
    }

    fn slot(&self, id: &StoreId) -> Arc<Slot> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(open.entry(id.clone()).or_default())
    }

    /// The log of a store, opened if it is not.
    pub async fn get(&self, id: &StoreId) -> Result<SegmentLog, LogError> {
        let slot = self.slot(id);
        let mut slot = slot.lock().await;
        if let Some(log) = slot.as_ref().and_then(WeakLog::upgrade) {
            return Ok(log);
        }
        let until = Instant::now() + PATIENCE;
        let log = loop {
            match SegmentLog::open(self.path(id), self.settings).await {
                // Whoever had it last may still be letting go.
                Err(LogError::InUse(_)) if Instant::now() < until => sleep(PAUSE).await,
                opened => break opened?,
            }
        };
        *slot = Some(log.downgrade());
        Ok(log)
    }

    /// Removes the log of a store, if there is one. Whoever reads it is cut off.
    pub async fn delete(&self, id: &StoreId) -> Result<(), LogError> {
        let slot = self.slot(id);
        let mut slot = slot.lock().await;
        if let Some(log) = slot.take().and_then(|weak| weak.upgrade()) {
            log.close().await?;
        }
        let (path, deleted) = (self.path(id), self.folder.join(DELETED));
        oms_chassis::on_worker_thread(move || remove(&path, &deleted)).await??;
        self.open.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
        Ok(())
    }
}

/// Renames a folder before it is removed, so that one half removed is no log.
fn remove(path: &Path, deleted: &Path) -> Result<(), LogError> {
    if !path.exists() {
        return Ok(());
    }
    let failed = || LogError::of("removed", path);
    make_folder(deleted)?;
    let gone = tempfile::tempdir_in(deleted).map_err(failed())?;
    std::fs::rename(path, gone.path().join("log")).map_err(failed())?;
    gone.close().map_err(failed())
}
