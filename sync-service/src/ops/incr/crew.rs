//! Has the batches of a window done, step by step, by as many sessions as are wanted.

use super::fate::Trouble;
use super::keeper::{LOOSE, TASK};
use super::lane::Lane;
use super::sync::{Mode, Place};
use super::window::Window;
use crate::domain::incr::Batch;
use oms_connector::Mark;
use oms_model::change::Seq;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;
use tokio::task::JoinSet;

/// The sessions that apply.
pub struct Crew {
    place: Arc<Place>,
    idle: Vec<Lane>,
    /// Seats where nobody sits.
    seats: BTreeSet<u32>,
    /// Up to here an earlier run may have done some.
    unsure: Seq,
}

/// The first and the last seat of a lane; the keeper has the one before.
const SEATS: std::ops::RangeInclusive<u32> = 1..=256;

impl Crew {
    pub fn new(place: Arc<Place>, unsure: Seq) -> Self {
        Self { place, idle: Vec::new(), seats: SEATS.collect(), unsure }
    }

    /// Does a window. After trouble, nothing of it is at work any more.
    pub async fn work(&mut self, mut window: Window) -> Result<(), Trouble> {
        let steps = window.steps();
        let window = Arc::new(window);
        let began = Instant::now();
        let outcome = match self.place.mode {
            Mode::Eventual => self.in_parallel(&window, steps).await,
            Mode::Transactional => self.in_one(&window, steps).await,
        };
        self.place.meter.window(&window, began.elapsed());
        outcome
    }

    async fn in_parallel(
        &mut self,
        window: &Arc<Window>,
        steps: Vec<Vec<Batch>>,
    ) -> Result<(), Trouble> {
        for step in steps {
            self.step(window, step).await?;
        }
        Ok(())
    }

    async fn step(&mut self, window: &Arc<Window>, step: Vec<Batch>) -> Result<(), Trouble> {
        let mut at_work: JoinSet<(Lane, Result<(), Trouble>)> = JoinSet::new();
        let mut trouble = None;
        let mut batches = step.into_iter().peekable();
        loop {
            while trouble.is_none()
                && batches.peek().is_some()
                && at_work.len() < self.place.knobs.sessions()
                && let Some(mut lane) = self.lane()
                && let Some(batch) = batches.next()
            {
                pace(&self.place, &batch).await;
                let window = Arc::clone(window);
                at_work.spawn(async move {
                    let marks = marks(&lane, &window, &batch);
                    let outcome = lane.run(&window, &batch, &marks).await;
                    (lane, outcome)
                });
            }
            match at_work.join_next().await {
                None => break,
                Some(Ok((lane, outcome))) => {
                    self.idle.push(lane);
                    if let Err(error) = outcome {
                        trouble.get_or_insert(error);
                    }
                }
                // A panic is one of ours, and must not be taken for success.
                Some(Err(panic)) => std::panic::resume_unwind(panic.into_panic()),
            }
        }
        self.dismiss().await;
        trouble.map_or(Ok(()), Err)
    }

    /// All in one transaction, which goes on as long as the source's does.
    async fn in_one(&mut self, window: &Window, steps: Vec<Vec<Batch>>) -> Result<(), Trouble> {
        let Some(mut lane) = self.lane() else { return Ok(()) };
        let mut batches: Vec<Batch> = steps.into_iter().flatten().collect();
        if batches.is_empty() {
            // Nothing but the mark.
            batches.push(Batch::default());
        }
        let Window { upto, committed, goes_on, .. } = *window;
        let mark = Mark { lane: TASK, seq: upto, upto: upto.max(self.unsure), committed };
        let mut outcome = Ok(());
        let last = batches.len() - 1;
        for (at, batch) in batches.iter().enumerate() {
            pace(&self.place, batch).await;
            let marks = if at == last && !goes_on { &[mark][..] } else { &[] };
            outcome = lane.run(window, batch, marks).await;
            if outcome.is_err() {
                break;
            }
        }
        self.idle.push(lane);
        outcome
    }

    /// A lane that has nothing to do.
    fn lane(&mut self) -> Option<Lane> {
        if let Some(lane) = self.idle.pop() {
            return Some(lane);
        }
        let seat = self.seats.pop_first()?;
        Some(Lane::new(Arc::clone(&self.place), seat))
    }

    /// Lets those go who are too many.
    async fn dismiss(&mut self) {
        while self.idle.len() > self.place.knobs.sessions() {
            let Some(lane) = self.idle.pop() else { return };
            self.seats.insert(lane.number());
            lane.leave().await;
        }
    }

    pub async fn leave(self) {
        for lane in self.idle {
            lane.leave().await;
        }
    }
}

/// What a batch records: its session's row, and the lanes of rows without a key.
fn marks(lane: &Lane, window: &Window, batch: &Batch) -> Vec<Mark> {
    let Window { upto, committed, .. } = *window;
    let mark = |lane: u32| Mark { lane, seq: upto, upto, committed };
    let loose = batch.lanes.iter().filter_map(|lane| u32::try_from(*lane).ok());
    std::iter::once(mark(lane.number())).chain(loose.map(|lane| mark(LOOSE + lane))).collect()
}

/// Waits until a batch may pass; not any more when all is to end.
async fn pace(place: &Place, batch: &Batch) {
    let began = Instant::now();
    tokio::select! {
        () = place.knobs.flow.pass(batch.rows, batch.bytes) => {}
        () = place.stop.cancelled() => {}
    }
    place.meter.held_back(began.elapsed());
}
