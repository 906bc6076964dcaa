//! One run of a store: the capture at work, and beside it somebody who says how it goes, hears when it is
//! to stop or to do something else, and says how it ended.

use super::{
    Runner,
    capture::{Capture, Pulse},
    fate::Failure,
    meter::{self, Meter},
};
use crate::{
    Error,
    domain::{Fence, Outline, lifecycle, lifecycle::StoreEvent},
    ops, repo,
};
use oms_chassis::{Coded, Conn};
use oms_contracts::{
    ErrorCode, Retry,
    store::{StoreLive, StoreSpec, StoreState},
    sync::TaskError,
};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::{Notify, watch},
    task::JoinError,
    time::{Instant, MissedTickBehavior, interval, sleep, sleep_until, timeout},
};
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};
use tracing::Instrument;

pub(super) struct Run {
    runner: Runner,
    fence: Fence,
    /// The last change that was looked at.
    revision: i64,
    reader: u32,
    /// What is put in place at the source has this in its name.
    name: String,
    spec: Arc<StoreSpec>,
    live: watch::Sender<StoreLive>,
    poke: Arc<Notify>,
    pulse: watch::Sender<Pulse>,
    meter: Meter,
    /// Cancelled when the store is to stop, for whatever reason.
    stop: CancellationToken,
    /// When to stop waiting for the capture, once it was asked to end.
    deadline: Option<Instant>,
}

/// How long the metadata may take to answer.
const METADATA: Duration = Duration::from_secs(10);

/// How the capture ended.
enum End {
    Stopped,
    Failed(Failure),
    /// It was dropped, because it did not stop in time.
    Dropped,
    Panicked,
}

impl From<Result<Result<(), Failure>, JoinError>> for End {
    fn from(ended: Result<Result<(), Failure>, JoinError>) -> Self {
        match ended {
            Ok(Ok(())) => Self::Stopped,
            Ok(Err(failure)) => Self::Failed(failure),
            Err(error) if error.is_panic() => Self::Panicked,
            Err(_) => Self::Dropped,
        }
    }
}

type Capturing = AbortOnDropHandle<Result<(), Failure>>;

impl Run {
    pub(super) fn new(
        runner: Runner,
        outline: &Outline,
        spec: StoreSpec,
        live: watch::Sender<StoreLive>,
        poke: Arc<Notify>,
    ) -> Self {
        Self {
            runner,
            fence: outline.fence(),
            revision: outline.revision,
            reader: outline.reader,
            name: outline.capture.clone(),
            spec: Arc::new(spec),
            live,
            poke,
            pulse: watch::Sender::new(Pulse::default()),
            meter: Meter::new(),
            stop: CancellationToken::new(),
            deadline: None,
        }
    }

    pub(super) async fn go(mut self) {
        tracing::info!("running");
        let end = self.drive().await;
        self.settle(end).await;
        self.runner.forget(&self.fence.store, self.fence.epoch);
        // Somebody may have started it again before it was forgotten.
        self.runner.inner.wake.notify_one();
    }

    /// Captures, anew whenever what is to be captured has changed.
    async fn drive(&mut self) -> End {
        loop {
            let round = self.stop.child_token();
            let end = self.watch(self.capture(&round), &round).await;
            let is_changed = round.is_cancelled() && !self.stop.is_cancelled();
            match end {
                End::Stopped | End::Dropped if is_changed => self.deadline = None,
                end => return end,
            }
        }
    }

    fn capture(&self, round: &CancellationToken) -> Capturing {
        let parts = &self.runner.inner.parts;
        let capture = Capture {
            fence: self.fence.clone(),
            spec: Arc::clone(&self.spec),
            reader: self.reader,
            name: self.name.clone(),
            db: parts.db.clone(),
            logs: Arc::clone(&self.runner.inner.logs),
            sources: Arc::clone(&parts.sources),
            settings: parts.settings.clone(),
            stop: round.clone(),
            pulse: self.pulse.clone(),
        };
        AbortOnDropHandle::new(tokio::spawn(capture.run().in_current_span()))
    }

    async fn watch(&mut self, mut capturing: Capturing, round: &CancellationToken) -> End {
        let shutdown = self.runner.inner.parts.shutdown.clone();
        let last_moment = self.runner.inner.parts.last_moment;
        let poke = Arc::clone(&self.poke);
        let mut beat = interval(self.runner.inner.parts.settings.beat());
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut ending = false;
        loop {
            // Where nothing was asked, there is no deadline to wait for.
            let deadline = self.deadline.unwrap_or_else(Instant::now);
            tokio::select! {
                ended = &mut capturing => return ended.into(),
                () = shutdown.begun(), if !ending => {
                    ending = true;
                    self.stop.cancel();
                    self.end_within(last_moment);
                }
                () = sleep_until(deadline), if self.deadline.is_some() && !capturing.is_finished() => {
                    tracing::warn!("the capture did not stop in time and is dropped");
                    capturing.abort();
                    return capturing.await.into();
                }
                _ = beat.tick() => self.look_in_time(round).await,
                () = poke.notified() => self.look_in_time(round).await,
            }
        }
    }

    /// The same as looking, but metadata that does not answer keeps nobody from ending the run.
    async fn look_in_time(&mut self, round: &CancellationToken) {
        if timeout(METADATA, self.look(round)).await.is_err() {
            tracing::warn!("how the store goes was not noted: the metadata does not answer");
        }
    }

    /// Says how it goes, and hears what has changed.
    async fn look(&mut self, round: &CancellationToken) {
        let pulse = self.pulse.borrow().clone();
        let held = self.runner.is_held(&self.fence.store);
        let live = self.meter.read(&pulse, held);
        meter::show(&self.fence.store, &live);
        self.live.send_replace(live.clone());
        let error = pulse.held.as_ref().or(pulse.unbeaten.as_ref()).map(Failure::told);
        let fence = self.fence.clone();
        let patience = self.runner.inner.parts.settings.stop();
        let renew = move |conn: &mut Conn| {
            conn.write(|conn| repo::store::renew(conn, &fence, &live, error.as_ref()))
        };
        match self.runner.inner.parts.db.run(renew).await {
            Ok(Some(watched)) if watched.state == StoreState::Stopping => {
                self.stop.cancel();
                self.end_within(patience);
            }
            Ok(Some(watched)) if watched.revision != self.revision => {
                if self.reload().await {
                    round.cancel();
                    self.end_within(patience);
                }
            }
            Ok(Some(_)) => {}
            Ok(None) => {
                tracing::warn!("the store is no longer run here");
                self.stop.cancel();
                self.end_within(Duration::ZERO);
            }
            // The log is here, so nobody else goes on with it meanwhile.
            Err(error) => tracing::warn!(%error, "how the store goes could not be noted"),
        }
    }

    /// Reads what is to be done now. Says whether it did.
    async fn reload(&mut self) -> bool {
        let (id, vault) = (self.fence.store.clone(), self.runner.inner.parts.vault.clone());
        let read = move |conn: &mut Conn| -> Result<_, Error> {
            let store = ops::store::require(conn, &id)?;
            let spec = ops::store::unsealed(&vault, &store)?;
            Ok((store.outline, spec))
        };
        match self.runner.inner.parts.db.run(read).await {
            Ok((outline, spec)) => {
                (self.revision, self.reader) = (outline.revision, outline.reader);
                self.spec = Arc::new(spec);
                true
            }
            // The revision stays unseen, so the next beat looks again.
            Err(error) => {
                tracing::warn!(%error, "what has changed could not be read");
                false
            }
        }
    }

    /// Stops waiting for the capture some time later. A nearer end wins.
    fn end_within(&mut self, patience: Duration) {
        let deadline = Instant::now() + patience;
        self.deadline = Some(self.deadline.map_or(deadline, |earlier| earlier.min(deadline)));
    }

    /// Notes how it ended, as soon as the metadata lets it.
    async fn settle(&mut self, end: End) {
        let mut pause = Duration::from_millis(100);
        let end = Arc::new(end);
        let live = self.meter.read(&self.pulse.borrow(), false);
        // What stands has no pace, and nobody knows how far behind it is.
        meter::show(&self.fence.store, &at_rest(live.clone()));
        loop {
            match self.note(Arc::clone(&end), live.clone()).await {
                Ok(state) => return tracing::info!(?state, "ended"),
                Err(error) if self.is_final(&error) => {
                    return tracing::error!(%error, "the end of the store was not noted");
                }
                Err(error) => tracing::warn!(%error, "the end of the store cannot be noted yet"),
            }
            sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(10));
        }
    }

    async fn note(&self, end: Arc<End>, live: StoreLive) -> Result<Option<StoreState>, Error> {
        let (fence, asked) = (self.fence.clone(), self.stop.is_cancelled());
        let work = move |conn: &mut Conn| {
            conn.write(|conn| {
                // Whoever asks later sees what it came to.
                repo::store::renew(conn, &fence, &StoreLive { lag_ms: None, ..live }, None)?;
                settle(conn, &fence, |state| verdict(&end, state, asked))
            })
        };
        self.runner.inner.parts.db.run(work).await
    }

    /// Whether to leave it at that. When the process ends, the store stays RUNNING, and is gone on with
    /// after the restart.
    fn is_final(&self, error: &Error) -> bool {
        error.code().retry() != Retry::Soon || self.runner.inner.parts.shutdown.has_begun()
    }
}

fn at_rest(live: StoreLive) -> StoreLive {
    StoreLive {
        lag_ms: None,
        changes_per_second: 0.0,
        source_bytes_per_second: 0.0,
        source_left_seconds: None,
        ..live
    }
}

/// What is noted of a run; nothing if the store is to go on.
type Verdict = Option<(StoreEvent, Option<TaskError>)>;

/// Notes the end of a run, unless the store is run under another fence. Gives the state that it has then.
fn settle(
    conn: &mut Conn,
    fence: &Fence,
    verdict: impl Fn(StoreState) -> Verdict,
) -> Result<Option<StoreState>, Error> {
    let seen = repo::store::outline(conn, &fence.store)?;
    let ours = |seen: &Outline| seen.epoch == fence.epoch && lifecycle::is_active(seen.state);
    let Some(seen) = seen.filter(ours) else { return Ok(None) };
    let Some((event, error)) = verdict(seen.state) else { return Ok(Some(seen.state)) };
    let next = lifecycle::next(seen.state, event).map_err(ops::store::Error::from)?;
    if let Some(error) = &error {
        tracing::warn!(code = error.code.as_str(), message = error.message, "the store failed");
    }
    if !repo::store::end(conn, &seen, next, error.as_ref(), ops::now())? {
        // A stop came between reading and writing: what it means is decided anew.
        return Err(ops::store::Error::Moved.into());
    }
    Ok(Some(next))
}

/// What the end of a run means for a store in this state.
fn verdict(end: &End, state: StoreState, asked: bool) -> Verdict {
    match end {
        End::Failed(failure) => Some((StoreEvent::Fail, Some(failure.told()))),
        End::Stopped | End::Dropped if state == StoreState::Stopping => {
            Some((StoreEvent::Halt, None))
        }
        End::Stopped | End::Dropped if asked => None,
        End::Stopped | End::Dropped => broke("it ended and nobody had asked it to"),
        End::Panicked => broke("what captured it broke"),
    }
}

fn broke(why: &str) -> Verdict {
    Some((StoreEvent::Fail, Some(TaskError::new(ErrorCode::StoreBroke, why))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_ends_a_store_as_it_should() {
        use {End::Dropped, StoreState as S};
        let said = |end: &End, state, asked| match verdict(end, state, asked) {
            Some((event, error)) => {
                format!("{event} {}", error.map_or("-", |error| error.code.as_str()))
            }
            None => "goes on".into(),
        };
        assert_eq!(said(&End::Stopped, S::Stopping, true), "Halt -");
        assert_eq!(said(&Dropped, S::Stopping, true), "Halt -");
        assert_eq!(said(&End::Stopped, S::Running, true), "goes on", "the process ends");
        assert_eq!(said(&Dropped, S::Running, false), "Fail STORE-0005");
        assert_eq!(said(&End::Panicked, S::Stopping, true), "Fail STORE-0005");
        let failure = Failure::new(ErrorCode::SourceLogGone, "no");
        assert_eq!(said(&End::Failed(failure), S::Running, false), "Fail STORE-0017");
    }
}
