//! Passwords to hashes, a few at a time.
//!
//! Each hash takes 19 MiB for some milliseconds of a core, on purpose. However many people log
//! in at once, only so many hashes are computed together; the others wait, and not for ever.

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{self, PasswordHasher, PasswordVerifier},
};
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
            let hash = argon2id().hash_password(password.expose_secret().as_bytes());
            hash.map(|hash| hash.to_string()).map_err(HashError::Hash)
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
            let checked = argon2id().verify_password(password, hash.as_deref().unwrap_or(NOBODY));
            match checked {
                Ok(()) => Ok((self, hash.is_some())),
                Err(password_hash::Error::PasswordInvalid) => Ok((self, false)),
                Err(error) => Err(HashError::Hash(error)),
            }
        })
        .await?
    }
}

fn argon2id() -> Argon2<'static> {
    const COST: Params = match Params::new(19 * 1024, 2, 1, None) {
        Ok(params) => params,
        Err(_) => panic!("these are valid parameters"),
    };
    Argon2::new(Algorithm::Argon2id, Version::V0x13, COST)
}

#[cfg(test)]
mod tests {
    use super::*;
    use argon2::password_hash::phc::PasswordHash;

    fn secret(text: &str) -> SecretString {
        text.to_owned().into()
    }

    async fn fits(password: &str, hash: Option<&str>) -> bool {
        let slot = Hasher::new(1).slot().await.expect("free");
        slot.verify(secret(password), hash.map(str::to_owned)).await.expect("verifies").1
    }

    #[tokio::test]
    async fn a_hash_fits_its_password_alone() {
        let hash = Hasher::new(1).hash(secret("aaBB11!!")).await.expect("hashes");
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(fits("aaBB11!!", Some(&hash)).await);
        assert!(!fits("aaBB11!?", Some(&hash)).await);
        assert!(!fits("aaBB11!!", None).await);
    }

    #[test]
    fn checking_nobody_costs_what_checking_somebody_costs() {
        let nobody = PasswordHash::new(NOBODY).expect("parses");
        let somebody = PasswordHasher::<PasswordHash>::hash_password(&argon2id(), b"x");
        let somebody = somebody.expect("hashes");
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
