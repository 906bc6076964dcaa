//! From transactions to blocks: small ones share one, large ones take several.

use super::{
    super::{Appender, LogError, Opening},
    SegmentSettings,
    queue::{Bounds, Plain, Queue},
};
use async_trait::async_trait;
use oms_model::{
    Position,
    change::{Definitions, Outline, Seq, Transaction, outline},
};
use std::sync::Arc;

/// Appends to a log, as long as nobody else begins to.
#[derive(Debug)]
pub struct SegmentAppender {
    queue: Arc<Queue>,
    bounds: Bounds,
    /// The number of the next change.
    next: Seq,
    /// Nothing so far was committed later.
    current: i64,
    /// The highest definition that the writer has heard of.
    told: u32,
    building: Plain,
    /// How many changes have yet to come of a transaction that has not ended.
    open: Option<u64>,
    ticket: u64,
}

/// Where an appender goes on.
#[derive(Debug, Clone, Copy)]
pub struct Start {
    pub next: Seq,
    pub current: i64,
    pub told: u32,
}

impl SegmentAppender {
    pub fn new(queue: Arc<Queue>, settings: SegmentSettings, start: Start) -> Self {
        // As much again is at the writer.
        let bounds = Bounds { waiting: settings.waiting / 2, block: settings.block };
        let Start { next, current, told } = start;
        let (building, open, ticket) = (Plain::default(), None, 0);
        Self { queue, bounds, next, current, told, building, open, ticket }
    }

    /// What was defined since it was last asked.
    fn hear(&mut self, definitions: &Definitions) {
        if definitions.highest() > self.told {
            self.building.news.definitions.extend(definitions.since(self.told));
            self.told = definitions.highest();
        }
    }

    /// Hands the block on that is being built. What follows goes into another one.
    async fn push(&mut self, ends: bool) -> Result<(), LogError> {
        let building = &mut self.building;
        building.ends = ends;
        building.committed = self.current;
        let next = building.first.plus(building.changes);
        self.ticket = self.queue.push(building, self.bounds).await?;
        building.first = next;
        building.changes = 0;
        building.begins = false;
        building.position = None;
        Ok(())
    }

    fn add(
        &mut self,
        item: &[u8],
        outline: &Outline<'_>,
        definitions: &mut Definitions,
    ) -> Result<(), LogError> {
        let left = self.open.as_mut().ok_or_else(|| malformed("changes outside a transaction"))?;
        *left = left
            .checked_sub(outline.changes)
            .ok_or_else(|| malformed("more changes than were announced"))?;
        if let Some(table) = outline.table {
            if definitions.table(table).is_none() {
                return Err(malformed(&format!("rows of the table {table}, which nobody defined")));
            }
            self.building.uses(table);
        }
        if let Some(statement) = outline.statement() {
            let statement = statement.map_err(|corrupt| malformed(&corrupt.to_string()))?;
            self.building.news.hear(&statement, definitions);
            self.hear(definitions);
        }
        self.building.block.items(item);
        self.building.changes += outline.changes;
        Ok(())
    }
}

fn malformed(what: &str) -> LogError {
    LogError::Malformed(what.to_owned())
}

#[async_trait]
impl Appender for SegmentAppender {
    async fn begin(&mut self, opening: Opening<'_>) -> Result<(), LogError> {
        if self.open.is_some() {
            return Err(malformed("a transaction within another one"));
        }
        let Opening { changes, committed, id, origin } = opening;
        self.open = Some(changes);
        self.current = self.current.max(committed);
        self.building.first = self.next;
        self.building.begins = true;
        let head = Transaction { first: self.next, changes, committed, id, origin };
        self.building.block.begin(&head);
        Ok(())
    }

    async fn items(&mut self, items: &[u8], definitions: &mut Definitions) -> Result<(), LogError> {
        self.hear(definitions);
        let mut start = 0;
        for item in outline(items) {
            let item = item.map_err(|corrupt| malformed(&corrupt.to_string()))?;
            let bytes = &items[start..item.end];
            if self.building.changes > 0
                && self.building.block.size() + bytes.len() > self.bounds.block
            {
                self.push(false).await?;
            }
            self.add(bytes, &item, definitions)?;
            start = item.end;
        }
        Ok(())
    }

    async fn end(&mut self, position: &Position) -> Result<Seq, LogError> {
        let left = self.open.take().ok_or_else(|| malformed("an end without a transaction"))?;
        if left > 0 {
            return Err(malformed("fewer changes than were announced"));
        }
        self.building.block.end();
        self.building.position = Some(position.clone());
        self.next = self.building.first.plus(self.building.changes);
        self.push(true).await?;
        Ok(Seq(self.next.0.saturating_sub(1)))
    }

    async fn moved(
        &mut self,
        position: &Position,
        at: Option<i64>,
        definitions: &mut Definitions,
    ) -> Result<(), LogError> {
        if self.open.is_some() {
            return Err(malformed("a beat within a transaction"));
        }
        self.hear(definitions);
        self.building.first = self.next;
        self.building.begins = true;
        self.building.position = Some(position.clone());
        if let Some(at) = at {
            self.current = self.current.max(at);
            self.building.block.beat(at);
        }
        self.push(true).await
    }

    async fn flush(&mut self) -> Result<(), LogError> {
        self.queue.wait(self.ticket).await
    }
}

impl Drop for SegmentAppender {
    fn drop(&mut self) {
        self.queue.close();
    }
}
