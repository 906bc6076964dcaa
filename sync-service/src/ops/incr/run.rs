//! A run: from what is recorded at the target on, until it is told to stop.

use super::crew::Crew;
use super::define::{Definer, Met};
use super::discrepancy::Policy;
use super::fate::Trouble;
use super::feed::{ChangeFeed, FeedError, Piece};
use super::gather::{Bounds, Gather, Halt};
use super::keeper::{Claimed, Keeper};
use super::routes::Routes;
use super::sync::{Mode, Outcome, Place, Sync};
use super::window::Window;
use crate::domain::incr::Size;
use crate::ops::full::Patience;
use crate::runner::Failure;
use oms_contracts::ErrorCode;
use oms_model::change::{Seq, Statement};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};
use tokio::sync::mpsc::{self, Receiver, error::TryRecvError};
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// Changes of a window, at most.
const CHANGES: u64 = 32_768;
/// Rows of a batch, at most and at least.
const ROWS: usize = 2_000;
const LEAST: usize = 256;
/// About how large a row is, where only the pace asks.
const ROW: u64 = 200;
/// Bytes of a batch, at most.
const BATCH: usize = 2 << 20;
/// Pieces that wait to be read.
const WAITING: usize = 4;
/// How much further than the window at hand may be begun without recording it first.
const AHEAD: u64 = 4 * CHANGES;
/// How often is recorded how far the task is.
const EVERY: Duration = Duration::from_millis(500);

impl Sync {
    /// Runs until it is told to stop, or cannot go on.
    pub async fn run(self) -> Outcome {
        let place = Arc::new(Place::of(&self));
        let mut patience = Patience::new(self.patience);
        let mut reached = None;
        loop {
            let failure = match self.attempt(&place).await {
                Ok(()) => return Outcome::Stopped,
                Err(_) if self.stop.is_cancelled() => return Outcome::Stopped,
                Err(Trouble::End(failure)) => return Outcome::Failed(failure),
                Err(Trouble::Again(failure)) => failure,
            };
            let status = self.meter.status();
            let now = (status.seq, status.committed);
            // A log that spoke before it broke is another trouble than one that never does.
            let has_spoken = place.heard.swap(false, Ordering::Relaxed)
                && failure.code == ErrorCode::ChangesUnreadable;
            if reached != Some(now) || has_spoken {
                // It came further than the last time.
                (reached, patience) = (Some(now), Patience::new(self.patience));
            }
            if let Err(trouble) = place.pause(&mut patience, failure).await {
                return match self.stop.is_cancelled() {
                    true => Outcome::Stopped,
                    false => Outcome::Failed(trouble.failure()),
                };
            }
        }
    }

    /// Runs from what is recorded on.
    async fn attempt(&self, place: &Arc<Place>) -> Result<(), Trouble> {
        let of_data = |error| Trouble::of_data(&error);
        if let Some(applier) = self.target.applier() {
            applier.prepare().await.map_err(of_data)?;
            applier.vacate_applying(&self.seating, self.patience).await.map_err(of_data)?;
        }
        let (keeper, claimed) = Keeper::claim(Arc::clone(place), self.start).await?;
        let Claimed { task, skip } = claimed;
        let routes = Routes::new(Arc::clone(&self.target), Arc::clone(&self.mapping));
        let lenient_upto = self.overlap_end.max(task.upto);
        let lenient_upto = if lenient_upto > task.seq { lenient_upto } else { Seq::START };
        self.meter.applied(task.seq, task.committed);
        let feed = self.feeder.open(task.seq).await.map_err(of_feed)?;
        let (reading, pieces) = read(feed, self.feeder.silence());
        let mut run = Run {
            place: Arc::clone(place),
            gather: Gather::new(routes, (task.seq, task.committed), lenient_upto, skip),
            keeper,
            crew: Some(Crew::new(Arc::clone(place), task.upto)),
            applied: task.seq,
            committed: task.committed,
            defined_upto: self.defined_upto,
            definer: self.defining.clone().map(|it| Definer::new(Arc::clone(place), it)),
            overlap_end: self.overlap_end,
            recorded: Instant::now(),
            at_work: None,
            is_open: false,
        };
        let outcome = run.go(pieces).await;
        reading.abort();
        match outcome {
            Ok(()) => run.end().await,
            Err(trouble) => {
                run.abandon().await;
                Err(trouble)
            }
        }
    }
}

/// Reads ahead of whoever applies. A dead log is noticed by its silence.
fn read(
    mut feed: Box<dyn ChangeFeed>,
    silence: Duration,
) -> (JoinHandle<()>, Receiver<Result<Piece, FeedError>>) {
    let (sender, pieces) = mpsc::channel(WAITING);
    let reading = tokio::spawn(async move {
        loop {
            let piece = timeout(silence, feed.next()).await.unwrap_or_else(|_| {
                let message = format!("nothing came for {} seconds", silence.as_secs_f32());
                Err(FeedError { message, is_passing: true })
            });
            let is_last = piece.is_err();
            if sender.send(piece).await.is_err() || is_last {
                return;
            }
        }
    });
    (reading, pieces)
}

/// A run while it goes.
struct Run {
    place: Arc<Place>,
    gather: Gather,
    keeper: Keeper,
    /// Away while it is at work.
    crew: Option<Crew>,
    at_work: Option<AtWork>,
    /// A transaction at the target holds windows of one of the source that goes on: what it did is
    /// not applied yet, and nothing is recorded before it is committed.
    is_open: bool,
    /// Everything up to here is applied.
    applied: Seq,
    committed: i64,
    /// What statements up to here do was done by somebody.
    defined_upto: Seq,
    /// Does what statements say, where that is wanted.
    definer: Option<Definer>,
    /// Up to here the target may be ahead.
    overlap_end: Seq,
    /// When that was recorded last.
    recorded: Instant,
}

/// A window that is being done.
struct AtWork {
    working: JoinHandle<(Crew, Result<(), Trouble>)>,
    upto: Seq,
    committed: i64,
    goes_on: bool,
}

/// What a run waits for.
enum Event {
    Done(Box<(Crew, Result<(), Trouble>)>),
    Came(Option<Result<Piece, FeedError>>),
    Stop,
    Tick,
}

impl Run {
    async fn go(&mut self, mut pieces: Receiver<Result<Piece, FeedError>>) -> Result<(), Trouble> {
        let mut tick = tokio::time::interval(EVERY);
        loop {
            let is_stopping = self.place.stop.is_cancelled();
            let is_full = self.fill(&mut pieces).await?;
            if self.at_work.is_none() {
                if is_stopping {
                    return Ok(());
                }
                if self.begin(is_full).await? {
                    self.record_now_and_then().await?;
                    continue;
                }
            }
            match self.wait(&mut pieces, &mut tick, is_full, is_stopping).await {
                Event::Done(done) => self.done(*done)?,
                Event::Came(piece) => self.came(piece)?,
                Event::Stop => {}
                Event::Tick => self.record_now_and_then().await?,
            }
        }
    }

    /// Reads all that is at hand, as far as it goes into the window. Says whether it is full.
    async fn fill(
        &mut self,
        pieces: &mut Receiver<Result<Piece, FeedError>>,
    ) -> Result<bool, Trouble> {
        let (began, bounds) = (Instant::now(), self.bounds());
        let is_full = loop {
            match self.gather.advance(&bounds)? {
                Halt::Full => break true,
                Halt::Unknown(definition) => self.gather.find(definition).await?,
                Halt::Empty => match pieces.try_recv() {
                    Ok(piece) => self.came(Some(piece))?,
                    Err(TryRecvError::Disconnected) => self.came(None)?,
                    Err(TryRecvError::Empty) => break false,
                },
            }
            // Others have something to do as well.
            tokio::task::consume_budget().await;
        };
        if self.at_work.is_none() {
            self.place.meter.planned(began.elapsed());
        }
        self.place.meter.pending(self.gather.upto().0.saturating_sub(self.applied.0));
        Ok(is_full)
    }

    async fn wait(
        &mut self,
        pieces: &mut Receiver<Result<Piece, FeedError>>,
        tick: &mut tokio::time::Interval,
        is_full: bool,
        is_stopping: bool,
    ) -> Event {
        let began = Instant::now();
        let is_idle = self.at_work.is_none();
        let working = async {
            match &mut self.at_work {
                Some(at_work) => (&mut at_work.working).await,
                None => std::future::pending().await,
            }
        };
        let event = tokio::select! {
            done = working => match done {
                Ok(done) => Event::Done(Box::new(done)),
                // A panic is one of ours, and must not be taken for success.
                Err(panic) => std::panic::resume_unwind(panic.into_panic()),
            },
            piece = pieces.recv(), if !is_full && self.gather.is_hungry() => Event::Came(piece),
            () = self.place.stop.cancelled(), if !is_stopping => Event::Stop,
            _ = tick.tick() => Event::Tick,
        };
        if is_idle {
            self.place.meter.waited(began.elapsed());
        }
        event
    }

    fn came(&mut self, piece: Option<Result<Piece, FeedError>>) -> Result<(), Trouble> {
        match piece {
            Some(Ok(piece)) => {
                self.place.heard.store(true, Ordering::Relaxed);
                self.gather.add(piece)
            }
            Some(Err(error)) => Err(of_feed(error)),
            None => Err(of_feed(FeedError {
                message: "the changes came to an end".into(),
                is_passing: true,
            })),
        }
    }

    /// Begins what is to be done next. Says whether there is more to be seen to at once.
    async fn begin(&mut self, is_full: bool) -> Result<bool, Trouble> {
        let is_whole = self.place.mode == Mode::Eventual || self.gather.is_between();
        // What was begun is committed though nothing more comes to it.
        let has_work = !self.gather.is_empty() || (self.is_open && is_whole);
        if has_work && (is_whole || is_full) {
            let bounds = self.bounds();
            let window = self.gather.take(&bounds);
            return self.launch(window).await.map(|()| false);
        }
        if has_work {
            return Ok(false);
        }
        // Nothing of what was read since concerns the target.
        self.gather.clear();
        if is_whole {
            self.applied = self.gather.upto();
            self.committed = self.gather.committed();
            self.place.meter.applied(self.applied, self.committed);
        }
        match self.gather.statement() {
            Some(statement) => self.define(&statement).await.map(|()| true),
            None => Ok(is_full),
        }
    }

    async fn launch(&mut self, window: Window) -> Result<(), Trouble> {
        if self.place.mode == Mode::Eventual && window.upto > self.keeper.upto() {
            let upto = Seq(window.upto.0 + AHEAD);
            self.keeper.record(self.applied, upto, self.committed).await?;
            self.recorded = Instant::now();
        }
        let Some(mut crew) = self.crew.take() else { return Ok(()) };
        let (upto, committed, goes_on) = (window.upto, window.committed, window.goes_on);
        let working = tokio::spawn(async move {
            let outcome = crew.work(window).await;
            (crew, outcome)
        });
        self.at_work = Some(AtWork { working, upto, committed, goes_on });
        Ok(())
    }

    fn done(&mut self, (crew, outcome): (Crew, Result<(), Trouble>)) -> Result<(), Trouble> {
        self.crew = Some(crew);
        let Some(at_work) = self.at_work.take() else { return outcome };
        outcome?;
        self.is_open = at_work.goes_on && self.place.mode == Mode::Transactional;
        if !self.is_open {
            (self.applied, self.committed) = (at_work.upto, at_work.committed);
            self.place.meter.applied(self.applied, self.committed);
            if self.place.mode == Mode::Transactional {
                self.keeper.note(self.applied);
            }
        }
        Ok(())
    }

    /// Records how far the task is, unless a window of its own does that.
    async fn record_now_and_then(&mut self) -> Result<(), Trouble> {
        let is_free = self.place.mode == Mode::Eventual || self.at_work.is_none();
        if !is_free || self.is_open || self.keeper.seq() == self.applied {
            return Ok(());
        }
        if self.recorded.elapsed() < EVERY {
            return Ok(());
        }
        let upto = match self.place.mode {
            Mode::Eventual => self.keeper.upto().max(self.applied),
            Mode::Transactional => self.applied,
        };
        self.keeper.record(self.applied, upto, self.committed).await?;
        self.recorded = Instant::now();
        Ok(())
    }

    /// A statement on definitions, which was just read: everything before it is applied.
    async fn define(&mut self, statement: &Statement) -> Result<(), Trouble> {
        let seq = self.gather.upto();
        let is_concerned = match &self.definer {
            Some(definer) => definer.is_concerned(statement, &self.gather.routes),
            None => statement
                .touches
                .iter()
                .any(|(database, table)| self.gather.routes.rule(database, table).is_some()),
        };
        if !is_concerned {
            self.place.meter.passed_statement();
            return Ok(());
        }
        if seq <= self.defined_upto {
            self.gather.routes.forget();
            return Ok(());
        }
        // Whoever goes on begins right here.
        self.keeper.record(self.applied, self.applied, self.committed).await?;
        let Some(definer) = &mut self.definer else {
            let database = statement.database.as_deref().unwrap_or_default();
            let text = &statement.text;
            return Err(Trouble::end(
                ErrorCode::DefinitionMet,
                format!("the source ran, as change {seq} in database {database:?}: {text}"),
            ));
        };
        let met = Met { seq, statement, is_lenient: seq <= self.overlap_end };
        definer.define(&met, &self.gather.routes).await?;
        self.gather.routes.forget();
        self.applied = seq;
        self.keeper.record(seq, seq, self.committed).await?;
        self.recorded = Instant::now();
        self.place.meter.applied(self.applied, self.committed);
        Ok(())
    }

    fn bounds(&self) -> Bounds {
        let memory = self.place.knobs.memory();
        let paced = self.place.knobs.flow.statement_rows(ROW);
        Bounds {
            changes: paced.clamp(1, CHANGES),
            // One is at work and one is gathered, and what waits to be read is held as well.
            bytes: (memory / 3).max(1),
            size: Size {
                rows: ROWS.min(usize::try_from(paced).unwrap_or(usize::MAX).max(1)),
                bytes: BATCH.min(memory / 3),
                least: LEAST,
                sessions: self.place.knobs.sessions(),
                whole: self.place.mode == Mode::Transactional,
                together: self.place.policy == Policy::Record,
            },
        }
    }

    /// Ends in good order: what is recorded is exact.
    async fn end(mut self) -> Result<(), Trouble> {
        let outcome = self.keeper.record(self.applied, self.applied, self.committed).await;
        self.leave().await;
        outcome
    }

    /// Ends after trouble. What is recorded says what may have been done.
    async fn abandon(mut self) {
        if let Some(at_work) = self.at_work.take() {
            // Batches that were begun come to their end, so that nothing of them is at work later.
            if let Ok((crew, _)) = at_work.working.await {
                self.crew = Some(crew);
            }
        }
        self.leave().await;
    }

    async fn leave(self) {
        if let Some(crew) = self.crew {
            crew.leave().await;
        }
        self.keeper.leave().await;
    }
}

fn of_feed(error: FeedError) -> Trouble {
    let FeedError { message, is_passing } = error;
    let failure = Failure { code: ErrorCode::ChangesUnreadable, message };
    if is_passing { Trouble::Again(failure) } else { Trouble::End(failure) }
}
