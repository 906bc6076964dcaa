//! Reads ranges, in statements that end soon, and gives half of what is left away when another
//! reader has nothing to do.

use super::cut;
use super::fate::Failure;
use super::flow::Parcel;
use super::job::RangeJob;
use super::ledger::StoredRange;
use super::shared::{Shared, Side};
use super::sink::Sink;
use super::writer::Patience;
use oms_connector::{DataError, Key, Part, ReadEnd, ReadSession};
use oms_model::{Cells, KeyRange, Rows, Value};
use std::sync::{Arc, atomic::Ordering};
use tokio::sync::mpsc::Sender;

/// One connection into the source.
pub struct Reader {
    shared: Arc<Shared>,
    parcels: Sender<Parcel>,
    session: Option<Box<dyn ReadSession>>,
}

/// What one statement reads at most, in bytes and in rows.
const STATEMENT_BYTES: u64 = 64 << 20;
const STATEMENT_ROWS: u64 = 200_000;
/// A rest smaller than this many rows is not worth being shared.
const WORTH_SHARING: u64 = 20_000;

impl Reader {
    pub fn new(shared: Arc<Shared>, parcels: Sender<Parcel>) -> Self {
        Self { shared, parcels, session: None }
    }

    /// Reads until no more ranges come.
    pub async fn run(mut self) {
        while let Some(range) = self.shared.queue.next().await {
            let stopped = range.job.stop.is_cancelled();
            if !stopped && let Err(failure) = self.read_range(&range).await {
                // What was told to stop did not fail.
                if !range.job.stop.is_cancelled() {
                    self.shared.tracker.failed(&range.job, failure);
                }
            }
            self.shared.queue.done();
        }
    }

    async fn read_range(&mut self, range: &Arc<RangeJob>) -> Result<(), Failure> {
        let job = &range.job;
        let mut walk = KeyRange { after: range.after.clone(), upto: range.upto.clone() };
        let mut patience = Patience::new(self.shared.patience);
        let mut most = first_statement(job.row_bytes);
        loop {
            if job.scan.key.is_some() && self.shared.queue.is_hungry() {
                self.share(range, &mut walk).await?;
            }
            let part = Part {
                range: walk.clone(),
                most: job.scan.key.as_ref().map(|_| most),
                partition: range.partition.clone(),
            };
            let mut sink = self.sink(range);
            let outcome = self.read(range, &part, &mut sink).await;
            job.rows_read.fetch_add(sink.rows, Ordering::Relaxed);
            let moved = sink.last.take();
            let is_moving = moved.is_some();
            walk.after = moved.or(walk.after);
            match outcome {
                Ok(ReadEnd::Exhausted) => {
                    if job.range_read() {
                        cut::is_as_it_was(&self.shared, &mut self.session, job).await?;
                    }
                    self.shared.tracker.read_out(range);
                    return Ok(());
                }
                Ok(ReadEnd::Limited) => {
                    patience = Patience::new(self.shared.patience);
                    if walk.upto.is_none() {
                        walk.upto = self.end(range).await;
                    }
                }
                Ok(ReadEnd::Stopped) => return Ok(()),
                Err(error) if error.is_passing() && (job.scan.key.is_some() || sink.rows == 0) => {
                    self.session = None;
                    if is_moving {
                        patience = Patience::new(self.shared.patience);
                    }
                    patience.pause(&job.stop, || Failure::of_data("source", &error)).await?;
                }
                Err(error) => return Err(Failure::of_data("source", &error)),
            }
            most = statement(job.row_bytes);
        }
    }

    fn sink(&self, range: &Arc<RangeJob>) -> Sink {
        Sink {
            flow: Arc::clone(&self.shared.flow),
            range: Arc::clone(range),
            parcels: self.parcels.clone(),
            batch_bytes: self.shared.batch_bytes(&range.job),
            key_places: range.job.scan.key_places(),
            last: None,
            rows: 0,
            huge: None,
        }
    }

    async fn read(
        &mut self,
        range: &RangeJob,
        part: &Part,
        sink: &mut Sink,
    ) -> Result<ReadEnd, DataError> {
        let session = match self.session.take() {
            Some(session) => session,
            None => self.shared.reading(Side::Source).await?,
        };
        let session = self.session.insert(session);
        let outcome = session.read(&range.job.scan, part, sink).await;
        if !matches!(outcome, Ok(ReadEnd::Exhausted | ReadEnd::Limited)) {
            self.session = None;
        }
        outcome
    }

    /// Gives the upper half of what is left to somebody else. It is recorded before anybody reads it.
    async fn share(&mut self, range: &Arc<RangeJob>, walk: &mut KeyRange) -> Result<(), Failure> {
        let job = &range.job;
        let Some(upto) = walk.upto.clone() else { return Ok(()) };
        let left = job.estimate.saturating_sub(job.rows_read.load(Ordering::Relaxed));
        let left = left / u64::from(job.open_ranges.load(Ordering::Relaxed).max(1));
        let middle = match numeric_middle(walk.after.as_deref(), &upto) {
            Some(middle) => middle,
            None if left < WORTH_SHARING => return Ok(()),
            None => match self.middle(range, walk, left / 2).await {
                Some(middle) => Some(middle),
                None => return Ok(()),
            },
        };
        let Some(middle) = middle.filter(|middle| *middle != upto) else { return Ok(()) };
        let number = job.number_range();
        let upper = StoredRange {
            number,
            partition: range.partition.clone(),
            after: Some(Key::clone(&middle)),
            upto: Some(Key::clone(&upto)),
            done: None,
        };
        let ledger = &self.shared.ledger;
        if let Err(error) = ledger.split(job.number, range.number, upper).await {
            self.shared.break_down(error);
            return Ok(());
        }
        let mut other =
            RangeJob::new(Arc::clone(job), number, Some(Key::clone(&middle)), Some(upto));
        other.partition.clone_from(&range.partition);
        walk.upto = Some(middle);
        self.shared.queue.push([Arc::new(other)]);
        Ok(())
    }

    /// Where a table that one statement did not read ends: then others can take their share. Failing
    /// to find it only means that nobody does.
    async fn end(&mut self, range: &RangeJob) -> Option<Key> {
        if !self.shared.queue.is_hungry() {
            return None;
        }
        let mut session = match self.session.take() {
            Some(session) => session,
            None => self.shared.reading(Side::Source).await.ok()?,
        };
        let found = session.ends(&range.job.scan, range.partition.as_deref()).await;
        if found.is_ok() {
            self.session = Some(session);
        }
        found.ok().flatten().map(|(_, highest)| highest)
    }

    /// The key in the middle of what is left, as the source counts. Failing to find it only means
    /// that nothing is shared.
    async fn middle(&mut self, range: &RangeJob, walk: &KeyRange, rows: u64) -> Option<Key> {
        let mut session = match self.session.take() {
            Some(session) => session,
            None => self.shared.reading(Side::Source).await.ok()?,
        };
        let partition = range.partition.clone();
        let part = Part { range: walk.clone(), most: None, partition };
        let found = session.key_at(&range.job.scan, &part, rows).await;
        if found.is_ok() {
            self.session = Some(session);
        }
        found.ok().flatten()
    }
}

/// How many rows one statement reads.
fn statement(row_bytes: u64) -> u64 {
    (STATEMENT_BYTES / row_bytes.max(1)).clamp(16, STATEMENT_ROWS)
}

/// The first one is short, so that other readers need not wait long for their share.
fn first_statement(row_bytes: u64) -> u64 {
    (statement(row_bytes) / 8).max(16)
}

/// The middle of a range of whole numbers. `None` where the key is no single whole number; nothing
/// in it where there is nothing to share.
fn numeric_middle(after: Option<&[u8]>, upto: &[u8]) -> Option<Option<Key>> {
    let number = |key: &[u8]| {
        let mut cells = Cells::new(key);
        match (cells.next(), cells.next()) {
            (Some(Value::Int(number)), None) => Some(i128::from(number)),
            (Some(Value::UInt(number)), None) => Some(i128::from(number)),
            _ => None,
        }
    };
    let high = number(upto)?;
    let Some(low) = after.map(number) else { return Some(None) };
    let low = low?;
    if high - low < i128::from(WORTH_SHARING) {
        return Some(None);
    }
    let middle = low + (high - low) / 2;
    let is_unsigned = matches!(Cells::new(upto).next(), Some(Value::UInt(_)));
    let value = match is_unsigned {
        true => Value::UInt(u64::try_from(middle).ok()?),
        false => Value::Int(i64::try_from(middle).ok()?),
    };
    let mut key = Rows::default();
    key.push_row([value]);
    Some(Some(key.stored(0).into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(values: &[Value<'_>]) -> Key {
        let mut rows = Rows::default();
        rows.push_row(values.iter().copied());
        rows.stored(0).into()
    }

    fn middle(low: Value<'_>, high: Value<'_>) -> Option<Option<Key>> {
        numeric_middle(Some(&key(&[low])), &key(&[high]))
    }

    #[test]
    fn the_middle_of_numbers_does_not_overflow() {
        let all = middle(Value::Int(i64::MIN), Value::Int(i64::MAX));
        assert_eq!(all, Some(Some(key(&[Value::Int(-1)]))));
        let upper = middle(Value::UInt(1 << 63), Value::UInt(u64::MAX));
        let expected = (1 << 63) + ((u64::MAX - (1 << 63)) / 2);
        assert_eq!(upper, Some(Some(key(&[Value::UInt(expected)]))));
    }

    #[test]
    fn little_is_not_shared_and_no_number_is_no_middle() {
        assert_eq!(middle(Value::Int(0), Value::Int(100)), Some(None));
        assert_eq!(numeric_middle(None, &key(&[Value::Int(1 << 40)])), Some(None));
        assert_eq!(middle(Value::Text(b"a"), Value::Text(b"z")), None);
        let pair = key(&[Value::Int(1), Value::Int(2)]);
        assert_eq!(numeric_middle(Some(&pair), &pair), None);
    }

    #[test]
    fn statements_are_bounded_in_rows_and_bytes() {
        assert_eq!(statement(1), STATEMENT_ROWS);
        assert_eq!(statement(1 << 20), 64);
        assert_eq!(statement(1 << 30), 16);
        assert_eq!(first_statement(200), 25_000);
    }
}
