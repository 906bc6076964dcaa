//! Where a reader puts its rows: within the pace, within the memory, and with the key that they end
//! with.

use super::flow::{Flow, Parcel};
use super::job::RangeJob;
use async_trait::async_trait;
use oms_connector::RowSink;
use oms_model::{Key, Rows, Value};
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, mpsc::Sender};

/// Batches of this size are huge: only one reader makes such at a time.
const HUGE: usize = 8 << 20;

/// Takes the rows of one range.
#[derive(Debug)]
pub struct Sink {
    pub flow: Arc<Flow>,
    pub range: Arc<RangeJob>,
    pub parcels: Sender<Parcel>,
    /// Where in a row the key's values stand.
    pub key_places: Vec<usize>,
    /// The key of the last row handed on.
    pub last: Option<Key>,
    pub rows: u64,
    /// Held from the first huge batch to the end of the read.
    pub huge: Option<OwnedSemaphorePermit>,
}

#[async_trait]
impl RowSink for Sink {
    fn batch_bytes(&self) -> usize {
        self.flow.batch_bytes(self.range.job.row_bytes)
    }

    async fn take(&mut self, rows: Rows) -> Option<Rows> {
        let (stop, flow) = (self.range.job.stop.clone(), Arc::clone(&self.flow));
        // The source waits for us, not we for it.
        let _pause = flow.meter.source.busy.pause();
        tokio::select! {
            biased;
            () = stop.cancelled() => None,
            empty = self.hand_on(rows) => empty,
        }
    }
}

impl Sink {
    async fn hand_on(&mut self, rows: Rows) -> Option<Rows> {
        let (count, size) = (rows.len(), rows.size());
        if size >= HUGE && self.huge.is_none() {
            self.huge = Arc::clone(&self.flow.huge).acquire_owned().await.ok();
        }
        self.flow.pass(count, size).await;
        let flow = Arc::clone(&self.flow);
        let waits = flow.meter.for_room.enter();
        let room = flow.room(size).await;
        let last = self.key_of_last(&rows);
        let parcel = Parcel {
            job: Arc::clone(&self.range.job),
            range: Arc::clone(&self.range),
            batch: self.range.mark(crate::domain::full::Watermark::issue),
            rows,
            last: last.clone(),
            room,
        };
        self.parcels.send(parcel).await.ok()?;
        drop(waits);
        self.rows += count as u64;
        self.last = last.or_else(|| self.last.take());
        Some(self.flow.empty())
    }

    fn key_of_last(&self, rows: &Rows) -> Option<Key> {
        if self.key_places.is_empty() || rows.is_empty() {
            return None;
        }
        let values: Vec<Value<'_>> = rows.row(rows.len() - 1).collect();
        let mut key = Rows::default();
        key.push_row(self.key_places.iter().map(|place| values[*place]));
        Some(key.stored(0).into())
    }
}
