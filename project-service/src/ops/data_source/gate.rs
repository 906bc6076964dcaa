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
}

/// A connection may be made while this lives.
#[derive(Debug)]
pub struct Admission {
    _place: OwnedSemaphorePermit,
    _all: OwnedSemaphorePermit,
}

/// The part of a call's time that is kept for the database itself.
const SHARE_TO_ASK: u32 = 5;

impl Gates {
    pub fn new(limits: &LimitSettings) -> Self {
        Self {
            places: Mutex::default(),
            each: limits.connections_per_source,
            all: Arc::new(Semaphore::new(limits.connections)),
        }
    }

    /// Waits for a turn at the address until then.
    pub async fn enter(&self, place: &str, deadline: Instant) -> Result<Admission, Error> {
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

    /// Waits for a turn out of the time that a call may take, and tells what is left of that.
    pub async fn enter_within(
        &self,
        place: &str,
        limit: Duration,
    ) -> Result<(Admission, Duration), Error> {
        let started = Instant::now();
        // A turn that leaves no time to ask the database would end as if that had not answered.
        let admission = self.enter(place, started + limit - limit / SHARE_TO_ASK).await?;
        // In whole milliseconds, as it is shown to people.
        let waited = started.elapsed().as_millis();
        let waited = Duration::from_millis(u64::try_from(waited).unwrap_or(u64::MAX));
        Ok((admission, limit.saturating_sub(waited)))
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

    /// How long these tests wait for a turn.
    const PATIENCE: Duration = Duration::from_secs(1);

    fn gates(each: usize, all: usize) -> Gates {
        Gates::new(&LimitSettings {
            connections_per_source: each,
            connections: all,
            ..LimitSettings::default()
        })
    }

    async fn enter(gates: &Gates, place: &str) -> Result<Admission, Error> {
        gates.enter(place, Instant::now() + PATIENCE).await
    }

    #[tokio::test(start_paused = true)]
    async fn one_database_bears_its_share_and_others_are_not_held_up() {
        let gates = gates(2, 10);
        let _one = enter(&gates, "a:1").await.expect("free");
        let two = enter(&gates, "a:1").await.expect("free");
        let started = Instant::now();
        assert!(matches!(enter(&gates, "a:1").await, Err(Error::Busy(place)) if place == "a:1"));
        assert_eq!(started.elapsed(), PATIENCE, "it waited for its turn");
        enter(&gates, "b:1").await.expect("another database");
        drop(two);
        enter(&gates, "a:1").await.expect("free again");
    }

    #[tokio::test(start_paused = true)]
    async fn waiting_is_taken_from_the_time_of_the_call() {
        let gates = gates(1, 10);
        let limit = Duration::from_secs(5);
        let (first, left) = gates.enter_within("a:1", limit).await.expect("free");
        assert_eq!(left, limit);
        let leaving = async {
            tokio::time::advance(Duration::from_millis(1_500)).await;
            drop(first);
        };
        let (second, ()) = tokio::join!(gates.enter_within("a:1", limit), leaving);
        let (_second, left) = second.expect("its turn came");
        assert_eq!(left, Duration::from_millis(3_500));
        let started = Instant::now();
        assert!(matches!(gates.enter_within("a:1", limit).await, Err(Error::Busy(_))));
        assert_eq!(started.elapsed(), Duration::from_secs(4), "a later turn would be of no use");
    }

    #[tokio::test(start_paused = true)]
    async fn all_databases_together_are_limited() {
        let gates = gates(2, 2);
        let _one = enter(&gates, "a:1").await.expect("free");
        let _two = enter(&gates, "b:1").await.expect("free");
        assert!(enter(&gates, "c:1").await.is_err());
    }

    #[tokio::test]
    async fn gates_nobody_uses_are_forgotten() {
        let gates = gates(1, 10);
        for n in 0..100 {
            enter(&gates, &format!("h:{n}")).await.expect("free");
        }
        assert_eq!(gates.places.lock().expect("whole").len(), 1);
    }
}
