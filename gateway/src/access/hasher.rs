//! Passwords to hashes, a few at a time.
//!
//! Each hash takes 19 MiB for some milliseconds of a core, on purpose. However many people log
//! in at once, only so many hashes are computed together; the others wait, and not for ever.

use super::argon;
use argon2::password_hash;
use oms_chassis::{Cancelled, on_worker_thread};
use secrecy::{ExposeSecret, SecretString};
use std::{sync::Arc, time::Duration};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How long a login waits for its turn.
const LONGEST_QUEUE: Duration = Duration::from_secs(10);

/// A hash that no password has, as dear to check as any: checked where there is no account, so
/// that nobody can tell by the time.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGhhcyB0aGlzIQ$\
    3q2+78r+uq2+78r+uq2+78r+uq2+78r+uq2+78r+uq0";

#[derive(Debug, thiserror::Error)]
pub enum HashError {
    #[error("too many logins at once")]
    Busy,
    #[error("the password could not be hashed")]
    Hash(#[source] password_hash::Error),
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

#[derive(Debug, Clone)]
pub struct Hasher {
    slots: Arc<Semaphore>,
    longest_queue: Duration,
}

/// The right to compute one hash at a time.
#[derive(Debug)]
pub struct Slot {
    _permit: OwnedSemaphorePermit,
}

impl Hasher {
    pub fn new(slots: usize) -> Self {
        Self { slots: Arc::new(Semaphore::new(slots)), longest_queue: LONGEST_QUEUE }
    }

    /// Waits for a turn.
    pub async fn slot(&self) -> Result<Slot, HashError> {
        let turn = tokio::time::timeout(self.longest_queue, self.slots.clone().acquire_owned());
        match turn.await {
            Ok(Ok(permit)) => Ok(Slot { _permit: permit }),
            // The semaphore is never closed, so this is lateness alone.
            Ok(Err(_)) | Err(_) => Err(HashError::Busy),
        }
    }

    pub async fn hash(&self, password: SecretString) -> Result<String, HashError> {
        let slot = self.slot().await?;
        on_worker_thread(move || {
            let _slot = slot;
            argon::hash(password.expose_secret().as_bytes()).map_err(HashError::Hash)
        })
        .await?
    }
}

impl Slot {
    /// Whether the password has this hash; without one it takes as long and says no.
    ///
    /// The slot travels with the work: it comes free when the memory does, also when nobody
    /// waits for the answer any more.
    pub async fn verify(
        self,
        password: SecretString,
        hash: Option<String>,
    ) -> Result<(Self, bool), HashError> {
        on_worker_thread(move || {
            let password = password.expose_secret().as_bytes();
            let fits = argon::fits(password, hash.as_deref().unwrap_or(NOBODY));
            fits.map(|fits| (self, fits && hash.is_some())).map_err(HashError::Hash)
        })
        .await?
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use argon2::password_hash::phc::PasswordHash;

    fn secret(text: &str) -> SecretString {
        text.to_owned().into()
    }

    #[tokio::test]
    async fn nobody_has_no_password() {
        let hasher = Hasher::new(1);
        let hash = hasher.hash(secret("aaBB11!!")).await.expect("hashes");
        for (hash, expected) in [(Some(hash), true), (None, false)] {
            let slot = hasher.slot().await.expect("free");
            let (_, fits) = slot.verify(secret("aaBB11!!"), hash).await.expect("verifies");
            assert_eq!(fits, expected);
        }
    }

    #[test]
    fn checking_nobody_costs_what_checking_somebody_costs() {
        let nobody = PasswordHash::new(NOBODY).expect("parses");
        let somebody = argon::hash(b"x").expect("hashes");
        let somebody = PasswordHash::new(&somebody).expect("parses");
        assert_eq!(nobody.algorithm, somebody.algorithm);
        assert_eq!(nobody.version, somebody.version);
        assert_eq!(nobody.params, somebody.params);
        let lengths = |h: &PasswordHash| (h.salt.map(|s| s.len()), h.hash.map(|h| h.len()));
        assert_eq!(lengths(&nobody), lengths(&somebody));
    }

    #[tokio::test]
    async fn no_more_hashes_are_computed_at_once_than_there_are_slots() {
        let hasher = Hasher::new(2);
        let (one, _two) = (hasher.slot().await.expect("free"), hasher.slot().await.expect("free"));
        let third = tokio::spawn({
            let hasher = hasher.clone();
            async move { hasher.slot().await.map(drop) }
        });
        tokio::task::yield_now().await;
        assert!(!third.is_finished());
        drop(one);
        third.await.expect("does not panic").expect("its turn came");
    }

    #[tokio::test]
    async fn nobody_waits_for_ever() {
        let hasher = Hasher { longest_queue: Duration::from_millis(1), ..Hasher::new(1) };
        let _taken = hasher.slot().await.expect("free");
        assert!(matches!(hasher.slot().await, Err(HashError::Busy)));
    }
}
