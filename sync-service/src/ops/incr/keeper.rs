//! Records how far a task is as a whole, in a session of its own.

use super::fate::Trouble;
use super::sync::Place;
use crate::domain::incr::{LOOSE_LANES, Skip};
use crate::ops::full::Patience;
use oms_connector::{ApplySession, Mark, Progress};
use oms_model::change::Seq;
use std::sync::Arc;

/// The row of the task as a whole.
pub const TASK: u32 = 0;
/// The rows of lanes for rows without a key begin here.
pub const LOOSE: u32 = 1_000;

/// The session that records.
pub struct Keeper {
    place: Arc<Place>,
    session: Option<Box<dyn ApplySession>>,
    /// What is recorded.
    recorded: Progress,
    /// Up to here an earlier run may have done some, which stays so until all of it is applied.
    unsure: Seq,
}

/// Where a task is when it is taken over.
#[derive(Debug, Clone)]
pub struct Claimed {
    pub task: Progress,
    /// Up to where each lane of rows without a key is done.
    pub skip: Skip,
}

impl Keeper {
    /// Takes the task over. One that is new begins behind `start`.
    pub async fn claim(place: Arc<Place>, start: Seq) -> Result<(Self, Claimed), Trouble> {
        let mut session = place.session(TASK).await?;
        let (task, token) = (place.task.as_str(), place.token);
        let mut rows = session.claim(task, token).await?;
        if !rows.iter().any(|row| row.lane == TASK) {
            let fresh = Progress { lane: TASK, seq: start, upto: start, ..Progress::default() };
            session.add_lane(task, token, &fresh).await?;
            rows = session.claim(task, token).await?;
        }
        let of = |lane: u32| rows.iter().find(|row| row.lane == lane).copied();
        let recorded = of(TASK).ok_or_else(Trouble::fenced)?;
        let mut skip = [recorded.seq; LOOSE_LANES];
        for (number, done) in (LOOSE..).zip(&mut skip) {
            match of(number) {
                Some(row) => *done = row.seq.max(*done),
                None => {
                    let lane = Progress { lane: number, seq: recorded.seq, ..Progress::default() };
                    session.add_lane(task, token, &lane).await?;
                }
            }
        }
        place.meter.recorded(recorded.seq);
        let unsure = recorded.upto;
        let keeper = Self { place, session: Some(session), recorded, unsure };
        Ok((keeper, Claimed { task: recorded, skip }))
    }

    /// Nothing behind here may be begun.
    pub fn upto(&self) -> Seq {
        self.recorded.upto
    }

    /// What is recorded as applied.
    pub fn seq(&self) -> Seq {
        self.recorded.seq
    }

    /// Records that everything up to `seq` is applied and nothing behind `upto` is, again and again
    /// while the target is away.
    pub async fn record(&mut self, seq: Seq, upto: Seq, committed: i64) -> Result<(), Trouble> {
        let mut patience = Patience::new(self.place.patience);
        loop {
            match self.try_record(seq, upto, committed).await {
                Err(Trouble::Again(failure)) => {
                    self.session = None;
                    self.place.pause(&mut patience, failure).await?;
                }
                outcome => return outcome,
            }
        }
    }

    /// Doing it twice is doing it once.
    async fn try_record(&mut self, seq: Seq, upto: Seq, committed: i64) -> Result<(), Trouble> {
        let mut session = match self.session.take() {
            Some(session) => session,
            None => self.place.session(TASK).await?,
        };
        let upto = upto.max(self.unsure);
        let mark = Mark { lane: TASK, seq, upto, committed };
        let marked = session.mark(&self.place.task, self.place.token, &mark).await;
        if !marked.map_err(|error| Trouble::of_write(&error))? {
            return Err(Trouble::fenced());
        }
        session.commit().await.map_err(|error| Trouble::of_write(&error))?;
        self.session = Some(session);
        self.recorded = Progress { seq, upto, committed, ..self.recorded };
        self.place.meter.recorded(seq);
        Ok(())
    }

    /// The task's row was marked by somebody else in this run.
    pub fn note(&mut self, seq: Seq) {
        (self.recorded.seq, self.recorded.upto) = (seq, seq.max(self.unsure));
        self.place.meter.recorded(seq);
    }

    pub async fn leave(self) {
        if let Some(session) = self.session {
            session.leave().await;
        }
    }
}
