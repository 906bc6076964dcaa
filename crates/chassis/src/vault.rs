//! Secrets at rest: AES-256-GCM under a ring of keys.
//!
//! A sealed text names its key, so old texts stay readable while keys change, and is bound to
//! the place it belongs to: copied to another row it does not open. The ring comes from the
//! environment or from a key file that only its owner may read.

mod ring;

pub use ring::RingError;

use aes_gcm::{
    Aes256Gcm, KeyInit,
    aead::{Aead, Payload},
};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD as BASE64};
use oms_contracts::ErrorCode;
use ring::{Key, Ring};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use std::{
    path::PathBuf,
    sync::{Arc, PoisonError, RwLock},
};

const FORMAT: &str = "v1";
const NONCE: usize = 12;

/// `[vault]`: the keys themselves, or the file that holds them. Keys win.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct VaultSettings {
    /// `ID:BASE64[,ID:BASE64…]`, 32 bytes each; the first seals, all open.
    pub keys: SecretString,
    pub key_file: Option<PathBuf>,
    /// Make the key file when there is none. Only safe where nothing was sealed yet.
    pub create_key_file: bool,
}

impl VaultSettings {
    pub fn faults(&self, faults: &mut Vec<String>) {
        if self.keys.expose_secret().is_empty() && self.key_file.is_none() {
            faults.push("vault.keys or vault.key_file is missing".into());
        }
        let keys = self.keys.expose_secret();
        if !keys.is_empty()
            && let Err(error) = Ring::parse(keys.split(','))
        {
            faults.push(format!("vault.keys: {error}"));
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    #[error(transparent)]
    Ring(#[from] RingError),
    #[error("the key {0} is not in the key ring")]
    UnknownKey(String),
    #[error("a sealed text is damaged or does not belong here")]
    Damaged,
    #[error("keys given by the environment are rotated there")]
    NotOurs,
}

impl VaultError {
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Ring(_) => ErrorCode::VaultUnusable,
            Self::UnknownKey(_) => ErrorCode::VaultKeyUnknown,
            Self::Damaged => ErrorCode::Internal,
            Self::NotOurs => ErrorCode::VaultCannotRotate,
        }
    }
}

/// Seals and opens texts.
#[derive(Debug, Clone)]
pub struct Vault {
    ring: Arc<RwLock<Ring>>,
    file: Option<PathBuf>,
}

impl Vault {
    pub fn open(settings: &VaultSettings) -> Result<Self, VaultError> {
        let given = settings.keys.expose_secret();
        let (ring, file) = match &settings.key_file {
            _ if !given.is_empty() => (Ring::parse(given.split(','))?, None),
            Some(path) if settings.create_key_file && !path.exists() => {
                (ring::create(path)?, Some(path.clone()))
            }
            Some(path) => (ring::read(path)?, Some(path.clone())),
            None => return Err(RingError::Empty.into()),
        };
        Ok(Self { ring: Arc::new(RwLock::new(ring)), file })
    }

    /// The id of the key that seals.
    pub fn active_key(&self) -> String {
        self.with_ring(|ring| ring.active().id.clone())
    }

    /// Seals `text` for `place`, such as `data_source:e_1:password`.
    pub fn seal(&self, place: &str, text: &SecretString) -> String {
        let nonce: [u8; NONCE] = crate::secrets::entropy();
        self.with_ring(|ring| {
            let key = ring.active();
            let payload = Payload { msg: text.expose_secret().as_bytes(), aad: place.as_bytes() };
            let sealed = cipher(key)
                .encrypt(&nonce.into(), payload)
                .expect("AES-GCM seals any text that fits in memory");
            format!("{FORMAT}:{}:{}", key.id, BASE64.encode([&nonce[..], &sealed].concat()))
        })
    }

    /// Opens what was sealed for `place`.
    pub fn unseal(&self, place: &str, sealed: &str) -> Result<SecretString, VaultError> {
        let mut parts = sealed.splitn(3, ':');
        let (Some(FORMAT), Some(id), Some(body)) = (parts.next(), parts.next(), parts.next())
        else {
            return Err(VaultError::Damaged);
        };
        let key = self.key(id)?;
        let bytes = BASE64.decode(body).map_err(|_| VaultError::Damaged)?;
        let (nonce, msg) = bytes.split_first_chunk::<NONCE>().ok_or(VaultError::Damaged)?;
        let payload = Payload { msg, aad: place.as_bytes() };
        let text =
            cipher(&key).decrypt(&(*nonce).into(), payload).map_err(|_| VaultError::Damaged)?;
        String::from_utf8(text).map(SecretString::from).map_err(|_| VaultError::Damaged)
    }

    /// Whether `sealed` should be sealed again, because its key is no longer the active one.
    pub fn is_outdated(&self, sealed: &str) -> bool {
        sealed.split(':').nth(1) != Some(self.active_key().as_str())
    }

    /// Puts a fresh key in front of the file's ring and says which key seals from now on.
    ///
    /// Every call makes a key, and none is ever taken out: other processes learn of a new key
    /// when they meet a text sealed with it, and seal with their old one until then. Only the
    /// operator knows when all of them were restarted. After one more rotation nothing is sealed
    /// with keys older than the newest two, and their lines may be deleted from the file.
    ///
    /// With keys from the environment the operator has put the new one in front and restarted;
    /// with a ring of one there is nothing to rotate to.
    pub fn rotate(&self) -> Result<String, VaultError> {
        match &self.file {
            Some(path) => {
                ring::rotate(path)?;
                self.reload()?;
            }
            None if self.with_ring(Ring::len) < 2 => return Err(VaultError::NotOurs),
            None => {}
        }
        Ok(self.active_key())
    }

    /// Reads the file's ring again, where a sibling may have rotated it.
    pub fn reload(&self) -> Result<(), VaultError> {
        if let Some(path) = &self.file {
            // Read under the lock, so that an older ring never replaces a newer one.
            let mut ring = self.ring.write().unwrap_or_else(PoisonError::into_inner);
            *ring = ring::read(path)?;
        }
        Ok(())
    }

    fn key(&self, id: &str) -> Result<Key, VaultError> {
        let find = || self.with_ring(|ring| ring.find(id).cloned());
        if let Some(key) = find() {
            return Ok(key);
        }
        // Another process may have rotated the file since.
        self.reload()?;
        find().ok_or_else(|| VaultError::UnknownKey(id.to_owned()))
    }

    fn with_ring<T>(&self, read: impl FnOnce(&Ring) -> T) -> T {
        read(&self.ring.read().unwrap_or_else(PoisonError::into_inner))
    }
}

fn cipher(key: &Key) -> Aes256Gcm {
    Aes256Gcm::new((&key.bytes).into())
}

#[cfg(test)]
mod tests;
