//! Prepared transactions, each in a file of its own until it is decided: they outlive sessions, and so
//! restarts of whoever captures them.
//!
//! ```text
//! aside := items changes:u64 crc:u32          the number and the checksum little-endian
//! ```

use super::{chunks::Chunks, spill::Spilled};
use crate::log::{LogError, make_folder, remove_file, sync_folder};
use oms_chassis::on_worker_thread;
use oms_model::change::Entries;
use sha2::{Digest as _, Sha256};
use std::{
    fmt::Write as _,
    fs::{self, File, OpenOptions},
    io::{self, BufReader, Read, Write},
    os::unix::fs::{FileExt, OpenOptionsExt},
    path::{Path, PathBuf},
    sync::Arc,
};

/// Bytes behind the items.
const TAIL: u64 = 12;
const ROOM: usize = 1 << 20;
const FOLDER: &str = "prepared";

/// Those of one log.
#[derive(Debug)]
pub struct Asides {
    folder: PathBuf,
}

impl Asides {
    /// Those that are in a folder, which is made when there is none.
    pub fn open(folder: &Path) -> Result<Self, LogError> {
        let folder = folder.join(FOLDER);
        make_folder(&folder)?;
        Ok(Self { folder })
    }

    /// Names of transactions can be any bytes, so files are named by their digests.
    fn path(&self, name: &[u8]) -> PathBuf {
        let mut text = String::with_capacity(64);
        for byte in Sha256::digest(name) {
            let _ = write!(text, "{byte:02x}");
        }
        self.folder.join(text)
    }

    /// Keeps a transaction of so many changes: what was spilled of it, then its entries. It is durable
    /// afterwards.
    pub async fn keep(
        &self,
        name: &[u8],
        changes: u64,
        spilled: Option<Spilled>,
        entries: Entries,
    ) -> Result<(), LogError> {
        let path = self.path(name);
        let folder = self.folder.clone();
        on_worker_thread(move || {
            let draft = path.with_extension("new");
            let written = write(&draft, changes, spilled, entries.bytes());
            written
                .and_then(|()| fs::rename(&draft, &path))
                .map_err(LogError::of("written", &path))?;
            sync_folder(&folder)
        })
        .await?
    }

    /// How many changes a transaction has, and what they are; nothing if it is not kept.
    pub async fn find(&self, name: &[u8]) -> Result<Option<(u64, Chunks)>, LogError> {
        let path = self.path(name);
        on_worker_thread(move || found(path)).await?
    }

    /// Forgets a transaction, if it is kept.
    pub async fn remove(&self, name: &[u8]) -> Result<(), LogError> {
        let path = self.path(name);
        on_worker_thread(move || remove_file(&path)).await?
    }
}

fn write(path: &Path, changes: u64, spilled: Option<Spilled>, entries: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(path)?;
    let mut check = crc32fast::Hasher::new();
    let mut add = |bytes: &[u8]| {
        check.update(bytes);
        file.write_all(bytes)
    };
    if let Some(Spilled { file, bytes }) = spilled {
        let mut room = vec![0; ROOM];
        let mut at = 0;
        while at < bytes {
            let size = usize::try_from(bytes - at).unwrap_or(ROOM).min(ROOM);
            file.read_exact_at(&mut room[..size], at)?;
            add(&room[..size])?;
            at += size as u64;
        }
    }
    add(entries)?;
    add(&changes.to_le_bytes())?;
    file.write_all(&check.finalize().to_le_bytes())?;
    file.sync_all()
}

/// Opens an aside, and looks at all of it.
fn found(path: PathBuf) -> Result<Option<(u64, Chunks)>, LogError> {
    let failed = || LogError::of("read", &path);
    let file = match File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed()(error)),
    };
    let length = file.metadata().map_err(failed())?.len();
    let reason = "a prepared transaction that is damaged";
    let damaged = || LogError::Damaged { path: path.clone(), at: 0, reason };
    let items = length.checked_sub(TAIL).ok_or_else(damaged)?;
    let mut tail = [0; 12];
    file.read_exact_at(&mut tail, items).map_err(failed())?;
    let (changes, check) = tail.split_at(8);
    let mut content = BufReader::with_capacity(ROOM, &file).take(length - 4);
    let mut found = crc32fast::Hasher::new();
    let mut room = vec![0; ROOM];
    loop {
        match content.read(&mut room).map_err(failed())? {
            0 => break,
            size => found.update(&room[..size]),
        }
    }
    if found.finalize().to_le_bytes() != check {
        return Err(damaged());
    }
    let changes = u64::from_le_bytes(changes.try_into().expect("eight bytes"));
    Ok(Some((changes, Chunks::new(Arc::new(file), path, 0, items))))
}
