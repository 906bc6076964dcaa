//! From a source into a log, again and again while what goes wrong may pass.

use super::{Logs, Sources, fate::Failure, source::Chosen};
use crate::{
    domain::Fence,
    gather::{GatherSettings, Gatherer, Tally},
    log::{ChangeLog, Extent},
    ops, repo,
    settings::StoreSettings,
};
use oms_chassis::{Conn, Db, db::is_duplicate};
use oms_connector::{
    ChangeError, ChangeReader, ChangeStream,
    changes::{self, Follow, Headway, Moved, Selection, Step},
};
use oms_contracts::{
    ErrorCode,
    store::{CaptureMethod, Start, StoreSpec},
};
use oms_model::{Position, Table};
use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};
use tokio::{sync::watch, time::sleep};
use tokio_util::sync::CancellationToken;

/// The first pause before another attempt; each further one is twice as long.
const PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// How long it may take to put triggers in place: there may be thousands of tables.
const INSTALLING: Duration = Duration::from_secs(4 * 3_600);
/// How long the source may take to say where it is, or to begin.
pub(super) const ANSWER: Duration = Duration::from_secs(90);
/// Beyond so many of its own beats, a source that promised them has gone.
const SILENT_BEATS: u32 = 10;
const SILENT_LEAST: Duration = Duration::from_secs(30);
/// Bytes of changes that a step brings, about.
const ENOUGH: usize = 1 << 20;

/// A store to be captured.
#[derive(Debug)]
pub(super) struct Capture {
    pub fence: Fence,
    /// With its secrets.
    pub spec: Arc<StoreSpec>,
    pub reader: u32,
    /// What is put in place at the source has this in its name.
    pub name: String,
    pub db: Db,
    pub logs: Arc<Logs>,
    pub sources: Arc<dyn Sources>,
    pub settings: StoreSettings,
    pub stop: CancellationToken,
    pub pulse: watch::Sender<Pulse>,
}

/// How a capture goes.
#[derive(Debug, Clone, Default)]
pub(super) struct Pulse {
    /// Of the present run.
    pub tally: Tally,
    /// What it has to wait for.
    pub held: Option<Failure>,
    pub extent: Option<watch::Receiver<Extent>>,
    /// Why there is no heartbeat, which there should be.
    pub unbeaten: Option<Failure>,
    /// How long the source still has what is needed.
    pub left: Option<Duration>,
    pub reader: u32,
}

impl Capture {
    /// Captures until it is asked to stop, or cannot go on. What is in the log then is durable.
    pub async fn run(mut self) -> Result<(), Failure> {
        let mut pause = PAUSE;
        loop {
            let Err(failure) = self.round(&mut pause).await else { return Ok(()) };
            if self.stop.is_cancelled() {
                return Ok(());
            }
            if failure.taken.is_some() {
                self.lease().await?;
            } else if !failure.is_passing {
                return Err(failure);
            }
            let (code, message) = (failure.code.as_str(), &failure.message);
            tracing::warn!(code, message, ?pause, "the capture pauses");
            self.pulse.send_modify(|pulse| pulse.held = Some(failure));
            tokio::select! {
                () = self.stop.cancelled() => return Ok(()),
                () = sleep(pause) => {}
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Goes on behind what is in the log. Comes back when it is asked to stop.
    async fn round(&mut self, pause: &mut Duration) -> Result<(), Failure> {
        let source = self.sources.open(&self.spec)?;
        let log = self.logs.get(&self.fence.store).await?;
        let resumed = log.append().await?;
        let extent = log.extent();
        self.pulse.send_modify(|pulse| {
            pulse.extent = Some(extent.clone());
            pulse.reader = self.reader;
        });
        let (known, tables) = (resumed.position.clone(), resumed.tables.clone());
        let mut gatherer = Gatherer::new(resumed, self.gathering())?;
        let from = match known {
            Some(position) => position,
            None => self.begin(&*source, &mut gatherer).await?,
        };
        let headway = Headway::default();
        let stream = self.follow(&*source, from, &tables, &headway);
        let mut stream = self.until_stopped(&headway, stream).await?;
        let _horizon = self.watch_horizon(Arc::clone(&source), extent.clone());
        let _heartbeat = self.beat(source);
        let gathering = (&mut gatherer, extent);
        let followed = self.follow_on(&mut *stream, &headway, gathering, pause).await;
        // What was committed before it broke is kept; the rest comes again.
        drop(stream);
        let flushed = gatherer.flush().await;
        followed.and(flushed.map_err(Failure::from))
    }

    fn gathering(&self) -> GatherSettings {
        GatherSettings {
            folder: self.logs.path(&self.fence.store),
            memory: self.settings.transaction_memory_bytes,
            beat: self.settings.source_beat(),
            leave_out_own: self.spec.leave_out_own,
        }
    }

    /// Finds where to begin, and notes it for good: from now on, nothing is missed.
    async fn begin(
        &self,
        source: &dyn ChangeReader,
        gatherer: &mut Gatherer,
    ) -> Result<Position, Failure> {
        let (position, at) = match &self.spec.start {
            Start::Now => {
                let name = self.name.clone();
                let capture = changes::Capture { name, selection: self.selection()? };
                let installed = source.install(&capture);
                (self.within(INSTALLING, &Headway::default(), installed).await?, None)
            }
            Start::Time { at } => {
                let headway = Headway::default();
                let found = source.at(SystemTime::from(*at), &headway);
                (self.until_stopped(&headway, found).await?, Some(at.timestamp_micros()))
            }
            Start::Position { at } => (at.clone(), None),
        };
        let moved = Moved { position: position.clone(), at, bytes: 0 };
        gatherer.take(Step::Moved(moved)).await?;
        gatherer.flush().await?;
        tracing::info!(%position, "the store begins");
        Ok(position)
    }

    fn selection(&self) -> Result<Arc<dyn Selection>, ChangeError> {
        let nothing = || ChangeError::NotLogged { message: "the store names no table".into() };
        Ok(Arc::new(Chosen::of(&self.spec).ok_or_else(nothing)?))
    }

    async fn follow(
        &self,
        source: &dyn ChangeReader,
        from: Position,
        tables: &[Arc<Table>],
        headway: &Headway,
    ) -> Result<Box<dyn ChangeStream>, ChangeError> {
        let follow = Follow {
            from,
            selection: self.selection()?,
            tables: tables.iter().map(|table| Table::clone(table)).collect(),
            reader: self.reader,
            heartbeat: self.settings.source_beat(),
            headway: headway.clone(),
        };
        source.follow(follow).await
    }

    /// Waits for an answer of the source, as long as it is on its way.
    async fn until_stopped<T>(
        &self,
        headway: &Headway,
        answer: impl Future<Output = Result<T, ChangeError>>,
    ) -> Result<T, Failure> {
        self.within(ANSWER, headway, answer).await
    }

    async fn within<T>(
        &self,
        limit: Duration,
        headway: &Headway,
        answer: impl Future<Output = Result<T, ChangeError>>,
    ) -> Result<T, Failure> {
        tokio::select! {
            () = self.stop.cancelled() => Err(stopped()),
            answer = unless_silent(limit, headway, answer) => Ok(answer?),
        }
    }

    /// How long the source may say nothing at all.
    fn silence(&self) -> Duration {
        match self.spec.method {
            // They are put in place for new tables, however many, and each call has its own limit.
            CaptureMethod::Trigger => INSTALLING,
            CaptureMethod::Binlog | CaptureMethod::LogicalDecoding => {
                (self.settings.source_beat() * SILENT_BEATS).max(SILENT_LEAST)
            }
        }
    }

    async fn follow_on(
        &self,
        stream: &mut dyn ChangeStream,
        headway: &Headway,
        (gatherer, mut extent): (&mut Gatherer, watch::Receiver<Extent>),
        pause: &mut Duration,
    ) -> Result<(), Failure> {
        let before = self.pulse.borrow().tally;
        // A source may have to look for the place first.
        let mut silence = self.silence().max(ANSWER);
        let mut kept = None;
        loop {
            // What is durable here need not be kept there.
            let durable = extent.borrow_and_update().position.clone();
            if let Some(place) = durable.as_ref().filter(|_| durable != kept) {
                stream.kept(place);
                kept = durable;
            }
            let (entries, definitions) = gatherer.room();
            let next = stream.next(entries, definitions, ENOUGH);
            let next = unless_silent(silence, headway, next);
            let step = tokio::select! {
                biased;
                () = self.stop.cancelled() => return Ok(()),
                step = next => step?,
            };
            silence = self.silence();
            gatherer.take(step).await?;
            *pause = PAUSE;
            let tally = before.plus(gatherer.tally());
            self.pulse.send_modify(|pulse| {
                pulse.tally = tally;
                pulse.held = None;
            });
        }
    }

    /// Takes another number for the source to know it by.
    async fn lease(&mut self) -> Result<(), Failure> {
        for _ in 0..LEASES {
            let (fence, reader) = (self.fence.clone(), ops::store::reader_number());
            let set = move |conn: &mut Conn| repo::store::set_reader(conn, &fence, reader);
            match self.db.run(set).await {
                Ok(()) => {
                    self.reader = reader;
                    return Ok(());
                }
                // Another store has it.
                Err(repo::Error::Query(error)) if is_duplicate(&error) => {}
                // The number stays as it is, and is refused again, until the metadata is back.
                Err(error) => {
                    tracing::warn!(%error, "no other number could be taken");
                    return Ok(());
                }
            }
        }
        Ok(())
    }
}

/// Waits for an answer until there has been no headway for so long.
async fn unless_silent<T>(
    limit: Duration,
    headway: &Headway,
    answer: impl Future<Output = Result<T, ChangeError>>,
) -> Result<T, ChangeError> {
    let stands_still = async {
        let mut seen = headway.seen();
        loop {
            sleep(limit).await;
            let before = std::mem::replace(&mut seen, headway.seen());
            if before == seen {
                return;
            }
        }
    };
    tokio::select! {
        biased;
        answer = answer => answer,
        () = stands_still => Err(ChangeError::Silent(limit)),
    }
}

/// There are thousands of millions of numbers.
const LEASES: usize = 5;

fn stopped() -> Failure {
    Failure::passing(ErrorCode::ShuttingDown, "it was asked to stop")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_goes_on_is_waited_for_and_what_stands_still_is_not() {
        let (headway, limit) = (Headway::default(), Duration::from_secs(90));
        let long = async {
            for _ in 0..10 {
                sleep(limit / 2).await;
                headway.made();
            }
            Ok(7)
        };
        assert_eq!(unless_silent(limit, &headway, long).await.unwrap(), 7);
        let dead = async {
            sleep(limit * 3).await;
            Ok(7)
        };
        let refusal = unless_silent(limit, &headway, dead).await.unwrap_err();
        assert!(matches!(refusal, ChangeError::Silent(_)), "{refusal}");
    }
}
