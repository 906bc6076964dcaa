//! Reads ranges, in statements that end soon, and gives half of what is left away when another
//! reader has nothing to do.

use super::cut;
use super::fate::Failure;
use super::flow::Parcel;
use super::job::RangeJob;
use super::ledger::StoredRange;
use super::meter::Pinging;
use super::middle::{WORTH_SHARING, numeric_middle};
use super::patience::Patience;
use super::shared::{Shared, Side};
use super::sink::Sink;
use crate::domain::full::Statement;
use oms_connector::{DataError, Part, ReadEnd, ReadSession};
use oms_model::{Chunk, Key};
use std::sync::{Arc, atomic::Ordering};
use std::time::Instant;
use tokio::sync::mpsc::Sender;

/// One connection into the source.
pub struct Reader {
    shared: Arc<Shared>,
    parcels: Sender<Parcel>,
    session: Option<Box<dyn ReadSession>>,
    pinging: Pinging,
}

/// However slow the pace, a statement reads so many rows.
const FEWEST: u64 = 16;

/// What a reader does after a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Then {
    Next,
    /// It is one reader too many, and is counted out.
    Leave,
}

impl Reader {
    pub fn new(shared: Arc<Shared>, parcels: Sender<Parcel>) -> Self {
        Self { shared, parcels, session: None, pinging: Pinging::default() }
    }

    /// Reads until no more ranges come, or until it is one reader too many. Says whether no more
    /// come.
    pub async fn run(mut self) -> bool {
        let shared = Arc::clone(&self.shared);
        loop {
            let waits = shared.flow.meter.for_ranges.enter();
            let range = tokio::select! {
                biased;
                () = shared.crew.readers.surplus() => return false,
                range = shared.queue.next() => range,
            };
            drop(waits);
            let Some(range) = range else { return true };
            let then = match range.job.stop.is_cancelled() {
                true => Ok(Then::Next),
                false => self.read_range(&range).await,
            };
            let then = then.unwrap_or_else(|failure| {
                // What was told to stop did not fail.
                if !range.job.stop.is_cancelled() {
                    shared.tracker.failed(&range.job, failure);
                }
                Then::Next
            });
            shared.queue.done();
            if then == Then::Leave {
                return false;
            }
        }
    }

    async fn read_range(&mut self, range: &Arc<RangeJob>) -> Result<Then, Failure> {
        let job = &range.job;
        let mut walk = range.chunk.clone();
        let mut patience = Patience::new(self.shared.patience);
        let mut most = job.statement(|statement| statement.first());
        loop {
            if job.scan.key.is_some() && self.shared.queue.is_hungry() {
                self.share(range, &mut walk).await?;
            }
            let part = Part {
                chunk: walk.clone(),
                most: job.scan.key.as_ref().map(|_| self.at_pace(most, job.row_bytes)),
            };
            let (mut sink, started) = (self.sink(range), Instant::now());
            let outcome = self.read(range, &part, &mut sink).await;
            job.rows_read.fetch_add(sink.rows, Ordering::Relaxed);
            self.learn(range, &outcome, sink.rows, started);
            let moved = sink.last.take();
            let is_moving = moved.is_some();
            walk = walk.behind(moved);
            match outcome {
                Ok(ReadEnd::Exhausted) => {
                    if job.range_read() {
                        cut::is_as_it_was(&self.shared, &mut self.session, job).await?;
                    }
                    self.shared.tracker.read_out(range);
                    return Ok(Then::Next);
                }
                Ok(ReadEnd::Limited) => {
                    patience = Patience::new(self.shared.patience);
                    if self.shared.crew.readers.leave() {
                        self.shared.queue.give_back(range.rest(walk));
                        return Ok(Then::Leave);
                    }
                    if walk.range.upto.is_none() {
                        walk.range.upto = self.end(range).await;
                    }
                }
                Ok(ReadEnd::Stopped) => return Ok(Then::Next),
                Err(error) if error.is_passing() && (job.scan.key.is_some() || sink.rows == 0) => {
                    self.session = None;
                    if is_moving {
                        patience = Patience::new(self.shared.patience);
                    }
                    patience.pause(&job.stop, || Failure::of_data("source", &error)).await?;
                }
                Err(error) => return Err(Failure::of_data("source", &error)),
            }
            most = job.statement(|statement| statement.next());
        }
    }

    /// Of so many rows those that pass at the pace while a statement is to run.
    fn at_pace(&self, most: u64, row_bytes: u64) -> u64 {
        let readers = self.shared.crew.readers.at_work().max(1) as u64;
        let passing = self.shared.flow.statement_rows(row_bytes.max(1));
        most.min((passing / readers).max(FEWEST))
    }

    /// Notes what a statement tells about the next ones.
    fn learn(
        &self,
        range: &RangeJob,
        outcome: &Result<ReadEnd, DataError>,
        rows: u64,
        started: Instant,
    ) {
        let job = &range.job;
        match outcome {
            Ok(ReadEnd::Exhausted | ReadEnd::Limited) => {
                let (took, left) = (started.elapsed(), job.rows_left());
                job.statement(|statement| statement.took(rows, took, left));
            }
            Ok(ReadEnd::Stopped) => {}
            Err(error) => {
                if error.is_refusal() {
                    self.shared.flow.meter.source.refused();
                }
                if error.is_passing() {
                    job.statement(Statement::broke);
                    let rows = job.statement(|statement| statement.next());
                    let table = &job.scan.table;
                    tracing::info!(%table, rows, %error, "statements are shorter from here on");
                }
            }
        }
    }

    fn sink(&self, range: &Arc<RangeJob>) -> Sink {
        Sink {
            flow: Arc::clone(&self.shared.flow),
            range: Arc::clone(range),
            parcels: self.parcels.clone(),
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
        let shared = Arc::clone(&self.shared);
        let asked = &shared.flow.meter.source;
        let session = match range.job.still {
            true => self.still(range).await?,
            false => self.session().await?,
        };
        let _waits = asked.busy.enter();
        let before = session.trips();
        let outcome = session.read(&range.job.scan, part, sink).await;
        asked.travelled(session.trips() - before);
        if range.job.still || !matches!(outcome, Ok(ReadEnd::Exhausted | ReadEnd::Limited)) {
            self.session = None;
        }
        outcome
    }

    /// A session that sees the table as it is at one place of the log. That is recorded before any
    /// row is read.
    async fn still(&mut self, range: &RangeJob) -> Result<&mut Box<dyn ReadSession>, DataError> {
        let (job, shared) = (&range.job, Arc::clone(&self.shared));
        let (session, place) = shared.reading_still(&job.scan.table).await?;
        if let Err(error) = shared.ledger.place(job.number, &place).await {
            shared.break_down(error);
            return Err(DataError::Unsupported("the load is not ours any more".into()));
        }
        Ok(self.session.insert(session))
    }

    async fn session(&mut self) -> Result<&mut Box<dyn ReadSession>, DataError> {
        let mut session = match self.session.take() {
            Some(session) => session,
            None => {
                self.pinging = Pinging::default();
                self.shared.reading(Side::Source).await?
            }
        };
        if self.pinging.is_due() {
            let asked = Instant::now();
            session.ping().await?;
            self.shared.flow.meter.source.pinged(asked.elapsed());
        }
        Ok(self.session.insert(session))
    }

    /// Gives the upper half of what is left to somebody else. It is recorded before anybody reads it.
    async fn share(&mut self, range: &Arc<RangeJob>, walk: &mut Chunk) -> Result<(), Failure> {
        let job = &range.job;
        let Some(upto) = walk.range.upto.clone() else { return Ok(()) };
        let left = job.rows_left() / u64::from(job.open_ranges.load(Ordering::Relaxed).max(1));
        let middle = match numeric_middle(walk.range.after.as_deref(), &upto) {
            Some(middle) => middle,
            None if left < WORTH_SHARING => return Ok(()),
            None => match self.middle(range, walk.clone(), left / 2).await {
                Some(middle) => Some(middle),
                None => return Ok(()),
            },
        };
        let Some(middle) = middle.filter(|middle| *middle != upto) else { return Ok(()) };
        let number = job.number_range();
        let mut lower = walk.clone();
        let upper = lower.split_off(middle);
        let recorded = StoredRange { number, chunk: upper.clone(), done: None };
        let ledger = &self.shared.ledger;
        if let Err(error) = ledger.split(job.number, range.number, recorded).await {
            self.shared.break_down(error);
            return Ok(());
        }
        *walk = lower;
        self.shared.queue.push([Arc::new(RangeJob::new(Arc::clone(job), number, upper))]);
        Ok(())
    }

    /// Where a table that one statement did not read ends: then others can take their share. Failing
    /// to find it only means that nobody does.
    async fn end(&mut self, range: &RangeJob) -> Option<Key> {
        if !self.shared.queue.is_hungry() {
            return None;
        }
        let partition = range.chunk.partition.as_deref();
        let found = self.session().await.ok()?.ends(&range.job.scan, partition).await;
        if found.is_err() {
            self.session = None;
        }
        found.ok().flatten().map(|(_, highest)| highest)
    }

    /// The key in the middle of what is left, as the source counts. Failing to find it only means
    /// that nothing is shared.
    async fn middle(&mut self, range: &RangeJob, walk: Chunk, rows: u64) -> Option<Key> {
        let part = Part::from(walk);
        let found = self.session().await.ok()?.key_at(&range.job.scan, &part, rows).await;
        if found.is_err() {
            self.session = None;
        }
        found.ok().flatten()
    }
}
