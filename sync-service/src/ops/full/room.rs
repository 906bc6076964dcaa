//! The memory that rows on their way may take, which can be changed while they are.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Mutex as Turn, Notify};

/// So many bytes, given out in the order in which they are asked for.
#[derive(Debug)]
pub struct Room {
    state: Mutex<State>,
    /// Only the first who waits looks whether there is enough, or those who want little would keep
    /// whoever wants much waiting for ever.
    turn: Turn<()>,
    changed: Notify,
}

#[derive(Debug)]
struct State {
    total: u64,
    taken: u64,
}

/// Some of it, which is given back with this value.
#[derive(Debug)]
pub struct Taken {
    room: Arc<Room>,
    bytes: u64,
}

impl Room {
    pub fn new(total: u64) -> Self {
        let state = Mutex::new(State { total, taken: 0 });
        Self { state, turn: Turn::default(), changed: Notify::new() }
    }

    /// Makes it larger or smaller. What was given out stays so until it is given back.
    pub fn resize(&self, total: u64) {
        self.state().total = total;
        self.changed.notify_waiters();
    }

    /// Waits for so much. Whoever wants more than there is at all waits until nobody else has any.
    pub async fn take(self: &Arc<Self>, bytes: u64) -> Taken {
        let _turn = self.turn.lock().await;
        loop {
            let changed = self.changed.notified();
            tokio::pin!(changed);
            // Enlisted before looking, or a change in between would be missed.
            changed.as_mut().enable();
            if self.try_take(bytes) {
                return Taken { room: Arc::clone(self), bytes };
            }
            changed.await;
        }
    }

    fn try_take(&self, bytes: u64) -> bool {
        let mut state = self.state();
        let fits = state.taken == 0 || state.taken.saturating_add(bytes) <= state.total;
        if fits {
            state.taken += bytes;
        }
        fits
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        self.room.state().taken -= self.bytes;
        self.room.changed.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;

    #[tokio::test]
    async fn it_is_given_out_in_turn_and_the_largest_gets_its_own() {
        let room = Arc::new(Room::new(100));
        let first = room.take(60).await;
        assert!(room.take(60).now_or_never().is_none());
        let second = room.take(40).now_or_never().expect("fits");
        let mut huge = std::pin::pin!(room.take(1_000));
        assert!(huge.as_mut().now_or_never().is_none());
        drop(second);
        assert!(huge.as_mut().now_or_never().is_none(), "not beside the first");
        assert!(room.take(1).now_or_never().is_none(), "whoever comes later waits its turn");
        drop(first);
        drop(huge.now_or_never().expect("is alone"));
        assert!(room.take(100).now_or_never().is_some());
    }

    #[tokio::test]
    async fn whoever_waits_goes_on_when_there_is_more_and_stays_when_there_is_less() {
        let room = Arc::new(Room::new(100));
        let held = room.take(90).await;
        let mut waiting = std::pin::pin!(room.take(30));
        assert!(waiting.as_mut().now_or_never().is_none());
        room.resize(120);
        drop(waiting.as_mut().now_or_never().expect("there is more"));
        room.resize(50);
        let mut waiting = std::pin::pin!(room.take(30));
        assert!(waiting.as_mut().now_or_never().is_none());
        drop(held);
        let little = waiting.as_mut().now_or_never().expect("fits");
        assert!(room.take(30).now_or_never().is_none(), "there is less now");
        drop(little);
    }
}
