//! Ranges that wait for a reader, and who waits for a range.

use super::job::RangeJob;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// Ranges in the order in which they are read.
#[derive(Debug, Default)]
pub struct Queue {
    state: Mutex<State>,
    changed: Notify,
    /// A range was taken.
    taken: Notify,
}

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<Arc<RangeJob>>,
    /// Readers at work, any of which may add a range.
    active: usize,
    /// Readers without work.
    idle: usize,
    /// More tables may come.
    opening: bool,
}

impl Queue {
    /// A queue into which tables are being put.
    pub fn opening() -> Self {
        let state = State { opening: true, ..State::default() };
        Self { state: Mutex::new(state), changed: Notify::new(), taken: Notify::new() }
    }

    pub fn push(&self, ranges: impl IntoIterator<Item = Arc<RangeJob>>) {
        self.state().waiting.extend(ranges);
        self.changed.notify_waiters();
    }

    /// Takes the rest of a range back, which is the next to be read.
    pub fn give_back(&self, range: RangeJob) {
        self.state().waiting.push_front(Arc::new(range));
        self.changed.notify_waiters();
    }

    /// Waits until fewer ranges than this wait for a reader.
    pub async fn is_low(&self, most: usize) {
        loop {
            let taken = self.taken.notified();
            tokio::pin!(taken);
            // Enlisted before looking, or a change in between would be missed.
            taken.as_mut().enable();
            if self.state().waiting.len() < most {
                return;
            }
            taken.await;
        }
    }

    /// No more tables come.
    pub fn opened(&self) {
        self.state().opening = false;
        self.changed.notify_waiters();
    }

    /// The next range; `None` once there will be no more. Each one taken is given up by [`Self::done`].
    pub async fn next(&self) -> Option<Arc<RangeJob>> {
        let _idle = Idle::new(self);
        loop {
            let changed = self.changed.notified();
            tokio::pin!(changed);
            // Enlisted before looking, or a change in between would be missed.
            changed.as_mut().enable();
            {
                let mut state = self.state();
                if let Some(range) = state.waiting.pop_front() {
                    state.active += 1;
                    self.taken.notify_waiters();
                    return Some(range);
                }
                if !state.opening && state.active == 0 {
                    return None;
                }
            }
            changed.await;
        }
    }

    /// Gives up a range that was taken.
    pub fn done(&self) {
        self.state().active -= 1;
        self.changed.notify_waiters();
    }

    /// Whether a reader waits that no range waits for.
    pub fn is_hungry(&self) -> bool {
        let state = self.state();
        state.idle > state.waiting.len()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A reader that waits.
struct Idle<'a>(&'a Queue);

impl<'a> Idle<'a> {
    fn new(queue: &'a Queue) -> Self {
        queue.state().idle += 1;
        Self(queue)
    }
}

impl Drop for Idle<'_> {
    fn drop(&mut self) {
        self.0.state().idle -= 1;
    }
}
