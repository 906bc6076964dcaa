//! The ring of keys and the file it lives in.

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use std::{
    fs::{File, OpenOptions, Permissions},
    io::{Read, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

#[derive(Debug, thiserror::Error)]
pub enum RingError {
    #[error("there is no key")]
    Empty,
    #[error("a key must read ID:BASE64 with 32 bytes and an id of letters and digits")]
    Malformed,
    #[error("two keys are called {0}")]
    Twice(String),
    #[error(
        "the key file {0} does not exist; restore it, since secrets sealed with it are lost without it"
    )]
    Missing(PathBuf),
    #[error("the key file {0} is open to others; set its mode to 600")]
    Open(PathBuf),
    #[error("the key file {path} cannot be used")]
    File {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
}

#[derive(Clone)]
pub struct Key {
    pub id: String,
    pub bytes: [u8; 32],
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Key({})", self.id)
    }
}

/// Keys, the active one first. Never empty.
#[derive(Debug, Clone)]
pub struct Ring(Vec<Key>);

impl Ring {
    pub fn parse<'a>(entries: impl Iterator<Item = &'a str>) -> Result<Self, RingError> {
        let mut keys: Vec<Key> = Vec::new();
        for entry in entries.map(str::trim).filter(|e| !e.is_empty()) {
            let key = parse_key(entry).ok_or(RingError::Malformed)?;
            if keys.iter().any(|k| k.id == key.id) {
                return Err(RingError::Twice(key.id));
            }
            keys.push(key);
        }
        if keys.is_empty() { Err(RingError::Empty) } else { Ok(Self(keys)) }
    }

    pub fn active(&self) -> &Key {
        self.0.first().expect("a ring is never empty")
    }
    pub fn find(&self, id: &str) -> Option<&Key> {
        self.0.iter().find(|key| key.id == id)
    }
    pub fn len(&self) -> usize {
        self.0.len()
    }

    fn text(&self) -> String {
        self.0.iter().map(|key| format!("{}:{}\n", key.id, BASE64.encode(key.bytes))).collect()
    }
}

fn parse_key(entry: &str) -> Option<Key> {
    let (id, body) = entry.split_once(':')?;
    let fine = !id.is_empty() && id.len() <= 32 && id.bytes().all(|b| b.is_ascii_alphanumeric());
    let bytes = BASE64.decode(body).ok()?.try_into().ok()?;
    fine.then(|| Key { id: id.to_owned(), bytes })
}

fn fresh_key() -> Key {
    let id = u64::from_ne_bytes(crate::secrets::entropy());
    Key { id: format!("k{id:016x}"), bytes: crate::secrets::entropy() }
}

pub fn read(path: &Path) -> Result<Ring, RingError> {
    let fail = |source| RingError::File { path: path.into(), source };
    let mut file = File::open(path).map_err(|source| match source.kind() {
        std::io::ErrorKind::NotFound => RingError::Missing(path.into()),
        _ => fail(source),
    })?;
    if file.metadata().map_err(fail)?.permissions().mode() & 0o077 != 0 {
        return Err(RingError::Open(path.into()));
    }
    let mut text = String::new();
    file.read_to_string(&mut text).map_err(fail)?;
    Ring::parse(text.lines())
}

/// Makes the file, or reads it where somebody else was faster.
pub fn create(path: &Path) -> Result<Ring, RingError> {
    let _alone = lock(path)?;
    match read(path) {
        Err(RingError::Missing(_)) => {
            let ring = Ring(vec![fresh_key()]);
            write(path, &ring)?;
            Ok(ring)
        }
        read => read,
    }
}

/// Puts a fresh key in front. Keys behind it stay for good: a replica that has not read the file
/// since may still be sealing with any of them.
pub fn rotate(path: &Path) -> Result<(), RingError> {
    let _alone = lock(path)?;
    let mut ring = read(path)?;
    ring.0.insert(0, fresh_key());
    write(path, &ring)
}

/// Keeps writers from losing a key to each other, until it is dropped. It is a file of its own,
/// which stays: a lock on the key file would end up on one that was replaced.
fn lock(path: &Path) -> Result<File, RingError> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let beside = PathBuf::from(name);
    let locked =
        OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&beside);
    locked
        .and_then(|file| file.lock().map(|()| file))
        .map_err(|source| RingError::File { path: beside, source })
}

/// Replaces the file as a whole: a crash or a full disk leaves the old ring.
fn write(path: &Path, ring: &Ring) -> Result<(), RingError> {
    let fail = |source| RingError::File { path: path.into(), source };
    let next = path.with_extension("next");
    let result = (|| {
        let mut file =
            OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&next)?;
        file.set_permissions(Permissions::from_mode(0o600))?;
        file.write_all(ring.text().as_bytes())?;
        file.sync_all()?;
        std::fs::rename(&next, path)?;
        File::open(path.parent().unwrap_or(Path::new(".")))?.sync_all()
    })();
    result.map_err(fail)
}
