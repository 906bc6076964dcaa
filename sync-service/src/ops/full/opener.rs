//! Looks at both sides of tables before any of their rows is read: do they fit together, is the
//! target empty, by which key are they read. Many tables are looked at together: a small one is read
//! faster than anybody answers questions about it.

use super::fate::{Failure, FailureKind};
use super::hands::WRITERS;
use super::job::{Job, RangeJob};
use super::ledger::{Ended, Opened, StoredRange};
use super::look::{self, Fitted, Sessions, Wanted};
use super::patience::Patience;
use super::run::TablePlan;
use super::shared::{self, Shared};
use oms_connector::{DataError, Destination, WriteSession};
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::Mutex;

/// Opens tables, some at a time.
pub struct Opener {
    shared: Arc<Shared>,
    /// The seat of its session that writes.
    seat: u32,
    looking: Sessions,
    writing: Option<Box<dyn WriteSession>>,
}

/// A table that can be begun.
struct Ready {
    opened: Opened,
    job: Arc<Job>,
    ranges: Vec<StoredRange>,
    /// It has rows of an earlier attempt, which nothing tells from those still to be written.
    is_used: bool,
}

/// A table that can be begun, or the number of one that cannot, and why.
type Prepared = Result<Ready, (u32, Failure)>;

/// Ranges that may wait for readers before further tables are looked at.
const AHEAD: usize = 256;

impl Opener {
    pub fn new(shared: Arc<Shared>, number: u32) -> Self {
        let seat = WRITERS + number;
        Self { shared, seat, looking: Sessions::default(), writing: None }
    }

    /// Opens tables until none are left.
    pub async fn run(mut self, pieces: &Mutex<impl Iterator<Item = Vec<Wanted>> + Send>) {
        while !self.shared.stop.is_cancelled() {
            self.shared.queue.is_low(AHEAD).await;
            let Some(piece) = pieces.lock().await.next() else { break };
            self.open_patiently(piece).await;
        }
        if let Some(session) = self.writing.take() {
            session.leave().await;
        }
    }

    /// Opens tables, again and again while a database is away.
    async fn open_patiently(&mut self, piece: Vec<Wanted>) {
        let mut patience = Patience::new(self.shared.patience);
        let failure = loop {
            let failure = match self.prepare(&piece).await {
                Ok(outcomes) => return self.begin_in_turn(outcomes).await,
                Err(failure) => failure,
            };
            (self.looking, self.writing) = (Sessions::default(), None);
            let stop = self.shared.stop.clone();
            if failure.kind != FailureKind::Unreachable
                || patience.pause(&stop, || failure.clone()).await.is_err()
            {
                break failure;
            }
        };
        if self.shared.stop.is_cancelled() {
            return;
        }
        match piece.len() {
            // Whichever it is that cannot be asked about, the others can.
            2.. if failure.kind != FailureKind::Unreachable => {
                for wanted in piece {
                    Box::pin(self.open_patiently(vec![wanted])).await;
                }
            }
            _ => {
                for wanted in &piece {
                    self.shared.tracker.unopened(wanted.plan.number, failure.clone());
                }
            }
        }
    }

    /// Finds out all there is to know about some tables. Nothing of it is recorded, and only what
    /// holds for all of them fails as a whole.
    async fn prepare(&mut self, piece: &[Wanted]) -> Result<Vec<Prepared>, Failure> {
        let mut outcomes = Vec::with_capacity(piece.len());
        let mut fitted = Vec::with_capacity(piece.len());
        for outcome in look::look(&self.shared, &mut self.looking, piece).await? {
            match outcome {
                Ok(table) => fitted.push(table),
                Err(failed) => outcomes.push(Err(failed)),
            }
        }
        let occupied = self.occupied(&fitted).await?;
        outcomes.extend(fitted.into_iter().map(|table| {
            let number = table.wanted.plan.number;
            self.ready(table, &occupied).map_err(|failure| (number, failure))
        }));
        Ok(outcomes)
    }

    /// Begins what can be begun at once, and then those that have to be emptied before: whoever
    /// holds such a table keeps the others from nothing.
    async fn begin_in_turn(&mut self, outcomes: Vec<Prepared>) {
        let is_used = |outcome: &Prepared| outcome.as_ref().is_ok_and(|ready| ready.is_used);
        let (used, others): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(is_used);
        self.begin(others).await;
        for ready in used.into_iter().flatten() {
            let emptied = self.emptied(&ready.job).await;
            if self.shared.stop.is_cancelled() {
                return;
            }
            let number = ready.job.number;
            self.begin(vec![emptied.map(|()| ready).map_err(|failure| (number, failure))]).await;
        }
    }

    /// Which targets hold rows, of those about which that is not known yet.
    async fn occupied(
        &mut self,
        fitted: &[Fitted],
    ) -> Result<HashMap<(String, String), bool>, Failure> {
        let plans = fitted
            .iter()
            .map(|table| &table.wanted)
            .filter(|wanted| !wanted.stored.begun && self.shared.decided(&wanted.plan).is_none());
        let tables: Vec<(String, String)> = plans
            .map(|wanted| {
                let plan = &wanted.plan;
                (plan.target_database.clone(), plan.target_table.clone())
            })
            .collect();
        if tables.is_empty() {
            return Ok(HashMap::new());
        }
        let names: Vec<_> = tables.iter().map(|(d, t)| (d.as_str(), t.as_str())).collect();
        let session = self.writing().await.map_err(|error| of_target(&error))?;
        let occupied = session.have_rows(&names).await.map_err(|error| of_target(&error))?;
        Ok(tables.into_iter().zip(occupied).collect())
    }

    fn ready(
        &self,
        table: Fitted,
        occupied: &HashMap<(String, String), bool>,
    ) -> Result<Ready, Failure> {
        let Wanted { plan, stored } = table.wanted.clone();
        let keyless = table.scan.key.is_none() || table.into.key.is_empty();
        // Ranges of partitions that are not what they were say nothing about rows.
        let anew = stored.begun && (keyless || stored.layout != table.cut.layout);
        let owned = match stored.begun {
            true => stored.owned,
            false => self.is_owned(&plan, occupied)?,
        };
        let is_first = !stored.begun || anew;
        let (ranges, next_range) = match is_first {
            true => {
                let ranges = table.cut.ranges();
                let next = u32::try_from(ranges.len()).unwrap_or(u32::MAX);
                (ranges, next)
            }
            false => (stored.open_ranges, stored.next_range),
        };
        let opened = Opened {
            number: plan.number,
            owned,
            anew,
            layout: table.cut.layout.clone(),
            estimate: table.estimate.rows,
            ranges: if is_first { ranges.clone() } else { vec![] },
        };
        let job = Job::new(&self.shared, table, owned).with_ranges(ranges.len(), next_range);
        let job = Arc::new(job);
        Ok(Ready { opened, job, ranges, is_used: anew && keyless })
    }

    fn is_owned(
        &self,
        plan: &TablePlan,
        occupied: &HashMap<(String, String), bool>,
    ) -> Result<bool, Failure> {
        if let Some(owned) = self.shared.decided(plan) {
            return Ok(owned);
        }
        let target = (plan.target_database.clone(), plan.target_table.clone());
        let occupied = occupied.get(&target).copied().unwrap_or(true);
        if occupied && !self.shared.keeps {
            let message = format!(
                "the target table {}.{} holds rows already",
                plan.target_database, plan.target_table
            );
            return Err(Failure::new(FailureKind::NotEmpty, message));
        }
        Ok(self.shared.decide(plan, !occupied))
    }

    /// Removes what was written earlier of a table whose rows nothing tells apart, again and again
    /// while the database is away. What others hold is left to them, and tried again after the
    /// other tables.
    async fn emptied(&mut self, job: &Job) -> Result<(), Failure> {
        let into = &job.into;
        if !(job.owned && job.sole) {
            let message = format!(
                "an earlier attempt wrote rows into {}.{}, which have no key and are not alone \
                 there: they cannot be told from those still to be written",
                into.database, into.table
            );
            return Err(Failure::new(FailureKind::NotEmpty, message));
        }
        self.shared.is_alone()?;
        let mut patience = Patience::new(self.shared.patience);
        loop {
            let Err(error) = self.empty(into).await else { return Ok(()) };
            self.writing = None;
            let failure = of_target(&error);
            if failure.kind != FailureKind::Unreachable {
                return Err(failure);
            }
            patience.pause(&self.shared.stop, || failure.clone()).await?;
        }
    }

    async fn empty(&mut self, into: &Destination) -> Result<(), DataError> {
        let session = self.writing().await?;
        shared::findable(session.as_ref())?;
        session.empty(into).await
    }

    /// Records what was found out, and lets readers begin.
    async fn begin(&mut self, outcomes: Vec<Prepared>) {
        let mut begun = Vec::with_capacity(outcomes.len());
        for outcome in outcomes {
            match outcome {
                Ok(ready) => begun.push(ready),
                Err((number, failure)) => self.shared.tracker.unopened(number, failure),
            }
        }
        let opened = begun.iter().map(|ready| ready.opened.clone()).collect();
        if let Err(error) = self.shared.ledger.open(opened).await {
            return self.shared.break_down(error);
        }
        let mut ranges = Vec::with_capacity(begun.len());
        for Ready { job, ranges: of_table, .. } in begun {
            if of_table.is_empty() {
                // Everything was written before, and only that it was done was not recorded.
                self.shared.tracker.ended(Ended { table: job.number, failure: None });
            }
            ranges.extend(of_table.into_iter().map(|range| {
                let left = range.chunk.behind(range.done);
                Arc::new(RangeJob::new(Arc::clone(&job), range.number, left))
            }));
        }
        self.shared.queue.push(ranges);
    }

    async fn writing(&mut self) -> Result<&mut Box<dyn WriteSession>, DataError> {
        let session = match self.writing.take() {
            Some(session) => session,
            None => self.shared.writing(self.seat).await?,
        };
        Ok(self.writing.insert(session))
    }
}

fn of_target(error: &DataError) -> Failure {
    Failure::of_data("target", error)
}
