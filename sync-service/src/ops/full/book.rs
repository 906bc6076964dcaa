//! The ledger of a load in the service's metadata.

use super::ledger::{Ended, Ledger, LedgerError, Opened, Progressed, StoredRange, StoredTable};
use crate::{
    domain::Fence,
    ops::now,
    repo::{self, full as rows},
};
use async_trait::async_trait;
use oms_chassis::{Conn, Db};
use oms_contracts::sync::TableState;
use oms_model::{Chunk, KeyRange, Position};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Writes under the proof of being the one who runs the task.
#[derive(Debug)]
pub struct Book {
    pub db: Db,
    pub fence: Fence,
}

/// What was decided about a table when it was begun.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Decision {
    /// The target was empty.
    owned: bool,
    /// The layout of the partitions that are read one by one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    layout: Option<String>,
    /// When that was, in unix milliseconds: nothing of the table was read before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub begun: Option<i64>,
    /// Where in the source's log it was read, if all of it was read at one place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Position>,
}

impl Decision {
    /// As it was recorded; an empty one where nothing was.
    pub fn read(plan: Option<&str>) -> Self {
        plan.and_then(|plan| serde_json::from_str(plan).ok()).unwrap_or_default()
    }

    fn written(&self) -> String {
        serde_json::to_string(self).expect("texts and numbers are JSON")
    }
}

impl Book {
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Conn, &Fence) -> Result<T, repo::Error> + Send + 'static,
    ) -> Result<T, LedgerError> {
        let fence = self.fence.clone();
        let outcome = self.db.run(move |conn| work(conn, &fence).map_err(crate::Error::from)).await;
        outcome.map_err(|error| LedgerError {
            code: oms_chassis::Coded::code(&error),
            message: error.to_string(),
        })
    }
}

#[async_trait]
impl Ledger for Book {
    async fn tables(&self) -> Result<Vec<StoredTable>, LedgerError> {
        let (ledger, numbers) = self
            .run(|conn, fence| Ok((rows::load(conn, fence)?, rows::next_numbers(conn, fence)?)))
            .await?;
        let mut open: HashMap<u32, Vec<StoredRange>> = HashMap::new();
        for range in ledger.ranges {
            open.entry(range.table).or_default().push(StoredRange {
                number: range.number,
                chunk: Chunk {
                    partition: range.partition,
                    range: KeyRange { after: range.after, upto: range.upto },
                },
                done: range.done,
            });
        }
        let table = |table: rows::LoadTable| {
            let decision = Decision::read(table.plan.as_deref());
            StoredTable {
                number: table.number,
                finished: table.state == TableState::Finished,
                begun: table.attempts > 0,
                owned: decision.owned,
                layout: decision.layout,
                open_ranges: open.remove(&table.number).unwrap_or_default(),
                next_range: numbers.get(&table.number).copied().unwrap_or_default(),
            }
        };
        Ok(ledger.tables.into_iter().map(table).collect())
    }

    async fn hold(&self) -> Result<(), LedgerError> {
        self.run(|conn, fence| rows::advance(conn, fence, &[])).await
    }

    async fn open(&self, tables: Vec<Opened>) -> Result<(), LedgerError> {
        // What goes on where it was has no ranges to begin with.
        let begun: Vec<Opened> = tables.into_iter().filter(|t| !t.ranges.is_empty()).collect();
        if begun.is_empty() {
            return Ok(());
        }
        let begin = |table: Opened| {
            let (owned, layout, begun) = (table.owned, table.layout, Some(now()));
            let decision = Decision { owned, layout, begun, place: None };
            let begin = rows::Begin {
                plan: decision.written(),
                estimate: table.estimate,
                ranges: table.ranges.iter().map(|range| open(table.number, range)).collect(),
            };
            (table.number, begin)
        };
        let begun: Vec<_> = begun.into_iter().map(begin).collect();
        self.run(move |conn, fence| rows::begin_tables(conn, fence, &begun)).await
    }

    async fn split(&self, table: u32, range: u32, upper: StoredRange) -> Result<(), LedgerError> {
        self.run(move |conn, fence| {
            let upto = upper.chunk.range.after.clone();
            let narrowed = rows::OpenRange { table, number: range, upto, ..Default::default() };
            rows::narrow(conn, fence, &narrowed, &[open(table, &upper)])
        })
        .await
    }

    async fn place(&self, table: u32, place: &Position) -> Result<(), LedgerError> {
        let place = Some(place.clone());
        self.run(move |conn, fence| {
            rows::set_plan(conn, fence, table, |plan| {
                Decision { place, ..Decision::read(plan) }.written()
            })
        })
        .await
    }

    async fn record(&self, progress: Vec<Progressed>, ends: Vec<Ended>) -> Result<(), LedgerError> {
        let advances: Vec<rows::Advance> = progress
            .into_iter()
            .map(|made| rows::Advance {
                table: made.table,
                range: made.range,
                done: made.key,
                finished: made.finished,
                rows: made.rows,
                bytes: made.bytes,
            })
            .collect();
        let (mut finished, mut failed) = (Vec::new(), Vec::new());
        for end in ends {
            match end.failure {
                None => finished.push(end.table),
                Some(failure) => failed.push((end.table, failure)),
            }
        }
        self.run(move |conn, fence| {
            conn.write(|conn| {
                rows::advance(conn, fence, &advances)?;
                rows::finish_tables(conn, fence, &finished)?;
                for (table, failure) in failed {
                    let (code, message) = (failure.code(), failure.message);
                    rows::fail_table(conn, fence, table, &rows::Failure { code, message })?;
                }
                Ok(())
            })
        })
        .await
    }

    async fn conflicts(&self, table: u32, keys: Vec<String>) -> Result<(), LedgerError> {
        self.run(move |conn, fence| rows::record_conflicts(conn, fence, table, &keys)).await
    }
}

fn open(table: u32, range: &StoredRange) -> rows::OpenRange {
    let StoredRange { number, chunk, done } = range.clone();
    let Chunk { partition, range: KeyRange { after, upto } } = chunk;
    rows::OpenRange { table, number, after, upto, done, partition }
}
