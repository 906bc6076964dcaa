//! What waits to be written: blocks between an appender and the writer. While one batch becomes durable,
//! the next one gathers.

use super::{super::LogError, registry::News};
use oms_model::{
    Position,
    change::{Block, Seq},
};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Notify, watch};

/// A block that is to be written.
#[derive(Debug, Default)]
pub struct Plain {
    pub block: Block,
    pub first: Seq,
    pub changes: u64,
    /// Nothing up to its end was committed later.
    pub committed: i64,
    pub begins: bool,
    pub ends: bool,
    /// Where to go on behind it, if it ends where a transaction does.
    pub position: Option<Position>,
    /// The definitions that it needs, each once.
    pub uses: Vec<u32>,
    /// What is to be said before it.
    pub news: News,
}

impl Plain {
    pub fn uses(&mut self, table: u32) {
        // A transaction is about few tables, and mostly about the one before.
        if !self.uses.iter().rev().any(|known| *known == table) {
            self.uses.push(table);
        }
    }

    /// Takes over a whole transaction, if there is room for it. Says whether it did.
    fn join(&mut self, other: &Self, most: usize) -> bool {
        let fits = self.block.size() + other.block.size() <= most;
        if !(fits && self.ends && other.begins && other.ends && other.news.is_empty()) {
            return false;
        }
        self.block.items(other.block.bytes());
        self.changes += other.changes;
        self.committed = self.committed.max(other.committed);
        self.position.clone_from(&other.position);
        other.uses.iter().for_each(|table| self.uses(*table));
        true
    }
}

/// The queue of one appender.
#[derive(Debug)]
pub struct Queue {
    state: Mutex<State>,
    /// There is something to be written, or nothing ever will be.
    work: Condvar,
    /// Something was taken.
    room: Notify,
    /// How many pushes are durable.
    durable: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct State {
    blocks: Vec<Plain>,
    bytes: usize,
    pushed: u64,
    over: Option<LogError>,
}

/// How much may wait, and how much goes into one block.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    pub waiting: usize,
    pub block: usize,
}

impl Default for Queue {
    fn default() -> Self {
        Self {
            state: Mutex::default(),
            work: Condvar::new(),
            room: Notify::new(),
            durable: watch::Sender::new(0),
        }
    }
}

impl Queue {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a block, as soon as there is room, and leaves an empty one in its place. Gives a ticket to
    /// wait for.
    pub async fn push(&self, plain: &mut Plain, bounds: Bounds) -> Result<u64, LogError> {
        loop {
            let room = self.room.notified();
            tokio::pin!(room);
            // From now on, whatever is taken is heard of.
            room.as_mut().enable();
            if let Some(ticket) = self.try_push(plain, bounds)? {
                return Ok(ticket);
            }
            room.await;
        }
    }

    fn try_push(&self, plain: &mut Plain, bounds: Bounds) -> Result<Option<u64>, LogError> {
        let mut state = self.state();
        if let Some(error) = &state.over {
            return Err(error.clone());
        }
        let size = plain.block.size();
        // A block that is larger than all that may wait goes alone.
        if state.bytes > 0 && state.bytes + size > bounds.waiting {
            return Ok(None);
        }
        let joined = state.blocks.last_mut().is_some_and(|last| last.join(plain, bounds.block));
        if joined {
            plain.block.clear(bounds.block);
            plain.uses.clear();
        } else {
            state.blocks.push(std::mem::take(plain));
        }
        state.bytes += size.max(1);
        state.pushed += 1;
        self.work.notify_one();
        Ok(Some(state.pushed))
    }

    /// All that waits, and the ticket of the last of it. Waits for something; nothing once it is over.
    pub fn take(&self) -> Option<(Vec<Plain>, u64)> {
        let mut state = self.state();
        loop {
            if state.over.is_some() {
                return None;
            }
            if !state.blocks.is_empty() {
                break;
            }
            state = self.work.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.bytes = 0;
        let taken = (std::mem::take(&mut state.blocks), state.pushed);
        self.room.notify_waiters();
        Some(taken)
    }

    /// All up to a ticket is durable.
    pub fn wrote(&self, ticket: u64) {
        self.durable.send_replace(ticket);
    }

    /// Waits until all up to a ticket is durable.
    pub async fn wait(&self, ticket: u64) -> Result<(), LogError> {
        let mut durable = self.durable.subscribe();
        // The sender lives as long as this.
        let _ = durable.wait_for(|durable| *durable >= ticket).await;
        let state = self.state();
        match &state.over {
            Some(error) if *durable.borrow() == u64::MAX => Err(error.clone()),
            _ => Ok(()),
        }
    }

    /// Nothing more is written: what waits is dropped.
    pub fn fail(&self, error: LogError) {
        let mut state = self.state();
        state.over.get_or_insert(error);
        state.blocks = Vec::new();
        drop(state);
        self.work.notify_one();
        self.room.notify_waiters();
        self.durable.send_replace(u64::MAX);
    }

    /// Somebody else will write, or nobody.
    pub fn close(&self) {
        self.fail(LogError::CutOff);
    }
}
