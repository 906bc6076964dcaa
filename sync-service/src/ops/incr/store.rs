//! Changes as a store hands them on.

use super::feed::{ChangeFeed, FeedError, Feeder, Piece};
use crate::runner::Failure;
use async_trait::async_trait;
use oms_clients::{
    ClientError, StoreClient,
    store::{Changes, Delivered, StreamError},
};
use oms_contracts::{
    ErrorCode, Retry,
    store::{ChangesQuery, ConsumerName, StoreId},
};
use oms_model::change::{Block, Seq};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

/// A store, and who reads it.
#[derive(Debug)]
pub struct StoreFeed {
    pub client: StoreClient,
    pub store: StoreId,
    pub consumer: ConsumerName,
    pub end: Arc<StoreEnd>,
}

/// How far the store is, as it was last heard.
#[derive(Debug, Default)]
pub struct StoreEnd {
    seq: AtomicU64,
    current: AtomicI64,
}

impl StoreEnd {
    /// The last change that it has.
    pub fn seq(&self) -> Seq {
        Seq(self.seq.load(Ordering::Relaxed))
    }

    /// Everything committed up to then is in it, in microseconds since 1970; 0 where nothing was
    /// heard.
    pub fn current(&self) -> i64 {
        self.current.load(Ordering::Relaxed)
    }

    pub(super) fn reached(&self, seq: Seq, current: i64) {
        self.seq.fetch_max(seq.0, Ordering::Relaxed);
        self.current.fetch_max(current, Ordering::Relaxed);
    }
}

#[async_trait]
impl Feeder for StoreFeed {
    async fn open(&self, after: Seq) -> Result<Box<dyn ChangeFeed>, FeedError> {
        let query = ChangesQuery { after, consumer: Some(self.consumer.clone()) };
        let changes = self.client.changes(&self.store, &query).await;
        let changes = changes.map_err(|error| of_client(&error))?;
        Ok(Box::new(Reading { changes, end: Arc::clone(&self.end), last: after }))
    }
}

struct Reading {
    changes: Changes,
    end: Arc<StoreEnd>,
    /// Whoever reads has everything up to here.
    last: Seq,
}

#[async_trait]
impl ChangeFeed for Reading {
    async fn next(&mut self) -> Result<Piece, FeedError> {
        match self.changes.next().await.map_err(|error| of_stream(&error))? {
            Delivered::Defined(defined) => {
                Ok(Piece { definitions: defined.definitions, ..Piece::default() })
            }
            Delivered::Block(block) => {
                let last = Seq((block.first.0 + block.changes).saturating_sub(1));
                self.last = self.last.max(last);
                self.end.reached(last, block.committed);
                Ok(Piece { block: block.items.into(), ..Piece::default() })
            }
            Delivered::Alive { end, current } => {
                self.end.reached(end, current);
                // Only whoever has all of it is as far as the store.
                let mut beat = Block::default();
                if self.last >= end {
                    beat.beat(current);
                }
                Ok(Piece { block: beat.bytes().into(), ..Piece::default() })
            }
        }
    }
}

fn of_client(error: &ClientError) -> FeedError {
    let failure = refusal(error);
    let message = format!("{} ({})", failure.message, failure.code.as_str());
    FeedError { message, is_passing: is_passing(error) }
}

fn of_stream(error: &StreamError) -> FeedError {
    let is_passing = match error {
        StreamError::Broken(_) | StreamError::Silent(_) | StreamError::Ended => true,
        StreamError::Corrupt(_) | StreamError::Undefined(_) => false,
    };
    FeedError { message: error.to_string(), is_passing }
}

/// Whether asking again may help.
pub(super) fn is_passing(error: &ClientError) -> bool {
    match error {
        ClientError::Refused { problem, .. } => problem.code.retry() == Retry::Soon,
        ClientError::Unreachable { .. }
        | ClientError::Silent { .. }
        | ClientError::OffContract { .. }
        | ClientError::Unsigned { .. } => true,
    }
}

/// What it means for a task that the store says no, or nothing.
pub(super) fn refusal(error: &ClientError) -> Failure {
    let code = match error {
        ClientError::Refused { problem, .. } => problem.code,
        ClientError::Unreachable { .. }
        | ClientError::Silent { .. }
        | ClientError::OffContract { .. }
        | ClientError::Unsigned { .. } => ErrorCode::ChangesUnreadable,
    };
    Failure { code, message: error.to_string() }
}
