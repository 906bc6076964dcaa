//! Admission to users' databases: how many connections of ours one of them bears at once.
//!
//! Counted by address, not by data source: two registrations of one server share its connections.

use super::Error;
use crate::settings::LimitSettings;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, timeout_at},
};

/// The gates of all databases.
#[derive(Debug)]
pub struct Gates {
    places: Mutex<HashMap<String, Weak<Semaphore>>>,
    each: usize,
    all: Arc<Semaphore>,
    patience: Duration,
}

/// A connection may be made while this lives.
#[derive(Debug)]
pub struct Admission {
    _place: OwnedSemaphorePermit,
    _all: OwnedSemaphorePermit,
}

impl Gates {
    pub fn new(limits: &LimitSettings) -> Self {
        Self {
            places: Mutex::default(),
            each: limits.connections_per_source,
            all: Arc::new(Semaphore::new(limits.connections)),
            patience: limits.database_timeout(),
        }
    }

    /// Waits for a turn at the address, but no longer than a call to the database may take.
    pub async fn enter(&self, place: &str) -> Result<Admission, Error> {
        let deadline = Instant::now() + self.patience;
        let busy = |_| Error::Busy(place.to_owned());
        // The place first: who waits for a slow database must not keep others from theirs.
        let gate = self.gate(place);
        let place_permit = timeout_at(deadline, gate.acquire_owned()).await.map_err(busy)?;
        let all = Arc::clone(&self.all);
        let all_permit = timeout_at(deadline, all.acquire_owned()).await.map_err(busy)?;
        Ok(Admission {
            _place: place_permit.expect("gates are never closed"),
            _all: all_permit.expect("gates are never closed"),
        })
    }

    fn gate(&self, place: &str) -> Arc<Semaphore> {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(gate) = places.get(place).and_then(Weak::upgrade) {
            return gate;
        }
        // Only gates in use are kept, so this stays as short as what goes on at the moment.
        places.retain(|_, gate| gate.strong_count() > 0);
        let gate = Arc::new(Semaphore::new(self.each));
        places.insert(place.to_owned(), Arc::downgrade(&gate));
        gate
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gates(each: usize, all: usize) -> Gates {
        Gates::new(&LimitSettings {
            database_timeout_ms: 1_000,
            connections_per_source: each,
            connections: all,
        })
    }

    #[tokio::test(start_paused = true)]
    async fn one_database_bears_its_share_and_others_are_not_held_up() {
        let gates = gates(2, 10);
        let _one = gates.enter("a:1").await.expect("free");
        let two = gates.enter("a:1").await.expect("free");
        let started = Instant::now();
        assert!(matches!(gates.enter("a:1").await, Err(Error::Busy(place)) if place == "a:1"));
        assert_eq!(started.elapsed(), Duration::from_secs(1), "it waited as long as a call may");
        gates.enter("b:1").await.expect("another database");
        drop(two);
        gates.enter("a:1").await.expect("free again");
    }

    #[tokio::test(start_paused = true)]
    async fn all_databases_together_are_limited() {
        let gates = gates(2, 2);
        let _one = gates.enter("a:1").await.expect("free");
        let _two = gates.enter("b:1").await.expect("free");
        assert!(gates.enter("c:1").await.is_err());
    }

    #[tokio::test]
    async fn gates_nobody_uses_are_forgotten() {
        let gates = gates(1, 10);
        for n in 0..100 {
            gates.enter(&format!("h:{n}")).await.expect("free");
        }
        assert_eq!(gates.places.lock().expect("whole").len(), 1);
    }
}
