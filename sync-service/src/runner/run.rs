//! One run of a task: the driver at work, and beside it somebody who stays the owner, hears when it
//! is to stop, and says how it ended.

use super::{Failure, Outcome, Runner, TaskContext, TaskDriver};
use crate::{
    Error,
    domain::{Fence, Live, Outline, lifecycle, lifecycle::TaskEvent},
    ops, repo,
    repo::task::Watched,
};
use oms_chassis::{Coded, Conn};
use oms_contracts::{
    ErrorCode, Retry,
    sync::{Limits, TaskError, TaskSpec, TaskState},
};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::{Notify, watch},
    task::{JoinError, JoinHandle},
    time::{Instant, MissedTickBehavior, interval, sleep, sleep_until},
};
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

pub(super) struct Run {
    runner: Runner,
    fence: Fence,
    /// The last change that was looked at.
    revision: i64,
    limits: watch::Sender<Limits>,
    live: watch::Sender<Live>,
    poke: Arc<Notify>,
    changed: Arc<Notify>,
    stop: CancellationToken,
    /// When to stop waiting for the driver, once it was asked to end.
    deadline: Option<Instant>,
    /// When this instance was last known to be the owner.
    renewed: Instant,
}

/// How the driver ended.
enum End {
    Said(Outcome),
    /// It was dropped, because it did not stop in time.
    Dropped,
    Panicked,
}

impl From<Result<Outcome, JoinError>> for End {
    fn from(ended: Result<Outcome, JoinError>) -> Self {
        match ended {
            Ok(outcome) => Self::Said(outcome),
            Err(error) if error.is_panic() => Self::Panicked,
            Err(_) => Self::Dropped,
        }
    }
}

/// What is noted of a run.
enum Verdict {
    Event(TaskEvent, Option<TaskError>),
    /// The task is to go on, here or elsewhere.
    Release,
}

/// The driver must not outlive the run.
struct Driving(JoinHandle<Outcome>);

impl Drop for Driving {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Run {
    pub(super) fn new(
        runner: Runner,
        outline: &Outline,
        limits: Limits,
        live: watch::Sender<Live>,
        poke: Arc<Notify>,
    ) -> Self {
        Self {
            runner,
            fence: outline.fence(),
            revision: outline.revision,
            limits: watch::Sender::new(limits),
            live,
            poke,
            changed: Arc::new(Notify::new()),
            stop: CancellationToken::new(),
            deadline: None,
            renewed: Instant::now(),
        }
    }

    pub(super) async fn go(mut self, driver: Arc<dyn TaskDriver>, spec: TaskSpec) {
        tracing::info!("running");
        let end = self.drive(driver, spec).await;
        self.settle(end).await;
        self.runner.forget(&self.fence.task, self.fence.epoch);
        // Somebody may have started it again before it was forgotten, or has to go on with it.
        self.runner.inner.wake.notify_one();
    }

    async fn drive(&mut self, driver: Arc<dyn TaskDriver>, spec: TaskSpec) -> End {
        let context = TaskContext {
            fence: self.fence.clone(),
            spec: Arc::new(spec),
            db: self.runner.inner.parts.db.clone(),
            limits: self.limits.subscribe(),
            stop: self.stop.clone(),
            live: self.live.clone(),
            changed: Arc::clone(&self.changed),
        };
        let work = async move { driver.run(context).await }.in_current_span();
        let mut driving = Driving(tokio::spawn(work));
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
                ended = &mut driving.0 => return ended.into(),
                () = shutdown.begun(), if !ending => {
                    ending = true;
                    self.end_within(last_moment);
                }
                () = sleep_until(deadline), if self.deadline.is_some() && !driving.0.is_finished() => {
                    tracing::warn!("the driver did not stop in time and is dropped");
                    driving.0.abort();
                    return (&mut driving.0).await.into();
                }
                _ = beat.tick() => self.look().await,
                () = poke.notified() => self.look().await,
            }
        }
    }

    /// Stays the owner, and hears what has changed.
    async fn look(&mut self) {
        let (fence, live) = (self.fence.clone(), self.live.borrow().clone());
        let settings = &self.runner.inner.parts.settings;
        let lease_until = ops::now() + settings.lease_ms();
        let (lease, patience) = (settings.lease(), settings.stop());
        let asked = Instant::now();
        let renew = move |conn: &mut Conn| {
            conn.write(|conn| repo::task::renew(conn, &fence, lease_until, &live))
        };
        match self.runner.inner.parts.db.run(renew).await {
            Ok(Some(watched)) => {
                self.renewed = asked;
                if watched.state == TaskState::Stopping {
                    self.end_within(patience);
                }
                self.hear(watched).await;
            }
            Ok(None) => {
                tracing::warn!("somebody else has taken the task up");
                self.end_within(Duration::ZERO);
            }
            Err(error) => {
                tracing::warn!(%error, "the task could not be said to run");
                // Before the others may think that nobody runs it.
                if self.renewed.elapsed() > lease * 2 / 3 {
                    self.end_within(Duration::ZERO);
                }
            }
        }
    }

    async fn hear(&mut self, watched: Watched) {
        if watched.revision == self.revision {
            return;
        }
        let id = self.fence.task.clone();
        let read = move |conn: &mut Conn| repo::task::find(conn, &id);
        match self.runner.inner.parts.db.run(read).await {
            Ok(Some(task)) => {
                self.revision = task.outline.revision;
                self.limits.send_if_modified(|limits| {
                    let changed = *limits != task.limits;
                    *limits = task.limits;
                    changed
                });
                self.changed.notify_one();
            }
            Ok(None) => {}
            // The revision stays unseen, so the next beat looks again.
            Err(error) => tracing::warn!(%error, "what has changed could not be read"),
        }
    }

    /// Asks the driver to end. A nearer end wins.
    fn end_within(&mut self, patience: Duration) {
        self.stop.cancel();
        let deadline = Instant::now() + patience;
        self.deadline = Some(self.deadline.map_or(deadline, |earlier| earlier.min(deadline)));
    }

    /// Notes how it ended, as soon as the metadata lets it.
    async fn settle(&self, end: End) {
        let mut pause = Duration::from_millis(100);
        let end = Arc::new(end);
        loop {
            match self.note(Arc::clone(&end)).await {
                Ok(state) => return tracing::info!(?state, "ended"),
                Err(error) if self.is_final(&error) => {
                    return tracing::error!(%error, "the end of the task was not noted");
                }
                Err(error) => tracing::warn!(%error, "the end of the task cannot be noted yet"),
            }
            sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(10));
        }
    }

    async fn note(&self, end: Arc<End>) -> Result<Option<TaskState>, Error> {
        let (fence, asked) = (self.fence.clone(), self.stop.is_cancelled());
        let work = move |conn: &mut Conn| {
            conn.write(|conn| settle(conn, &fence, |state| verdict(&end, state, asked)))
        };
        self.runner.inner.parts.db.run(work).await
    }

    /// Whether to leave it at that. When the process ends, the task stays RUNNING, and is gone on with
    /// after the restart.
    fn is_final(&self, error: &Error) -> bool {
        error.code().retry() != Retry::Soon || self.runner.inner.parts.shutdown.has_begun()
    }
}

/// Notes the end of a run, unless somebody else has the task. Gives the state that it has then.
fn settle(
    conn: &mut Conn,
    fence: &Fence,
    verdict: impl Fn(TaskState) -> Verdict,
) -> Result<Option<TaskState>, Error> {
    let seen = repo::task::outline(conn, &fence.task)?;
    let ours = |seen: &Outline| seen.epoch == fence.epoch && lifecycle::is_active(seen.state);
    let Some(seen) = seen.filter(ours) else { return Ok(None) };
    let (event, error) = match verdict(seen.state) {
        Verdict::Event(event, error) => (event, error),
        Verdict::Release => {
            repo::task::release(conn, fence)?;
            return Ok(Some(seen.state));
        }
    };
    let next = lifecycle::next(seen.state, event).map_err(ops::task::Error::from)?;
    if let Some(error) = &error {
        tracing::warn!(code = error.code.as_str(), message = error.message, "the task failed");
    }
    if !repo::task::end(conn, &seen, next, error.as_ref(), ops::now())? {
        // A stop came between reading and writing: what it means is decided anew.
        return Err(ops::task::Error::Moved.into());
    }
    Ok(Some(next))
}

/// What the end of a run means for a task in this state.
fn verdict(end: &End, state: TaskState, asked: bool) -> Verdict {
    match end {
        End::Said(Outcome::Finished) => Verdict::Event(TaskEvent::Finish, None),
        End::Said(Outcome::Failed(Failure { code, message })) => {
            Verdict::Event(TaskEvent::Fail, Some(TaskError::new(*code, message)))
        }
        End::Said(Outcome::Stopped) | End::Dropped if state == TaskState::Stopping => {
            Verdict::Event(TaskEvent::Halt, None)
        }
        End::Said(Outcome::Stopped) | End::Dropped if asked => Verdict::Release,
        End::Said(Outcome::Stopped) | End::Dropped => broke("it ended and nobody had asked it to"),
        End::Panicked => broke("what worked on it broke"),
    }
}

fn broke(why: &str) -> Verdict {
    Verdict::Event(TaskEvent::Fail, Some(TaskError::new(ErrorCode::TaskBroke, why)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(end: &End, state: TaskState, asked: bool) -> String {
        match verdict(end, state, asked) {
            Verdict::Event(event, error) => {
                format!("{event} {}", error.map_or("-", |error| error.code.as_str()))
            }
            Verdict::Release => "release".into(),
        }
    }

    #[test]
    fn a_run_ends_a_task_as_it_should() {
        use {End::Dropped, Outcome as O, TaskState as S};
        let stopped = &End::Said(O::Stopped);
        assert_eq!(said(&End::Said(O::Finished), S::Stopping, true), "Finish -");
        assert_eq!(said(stopped, S::Stopping, true), "Halt -");
        assert_eq!(said(&Dropped, S::Stopping, true), "Halt -");
        assert_eq!(said(stopped, S::Running, true), "release", "the process ends");
        assert_eq!(said(&Dropped, S::Running, true), "release");
        assert_eq!(said(stopped, S::Running, false), "Fail SYNC-0008");
        assert_eq!(said(&End::Panicked, S::Stopping, true), "Fail SYNC-0008");
        let failure = Failure { code: ErrorCode::AccessDenied, message: "no".into() };
        assert_eq!(said(&End::Said(O::Failed(failure)), S::Running, false), "Fail DATASOURCE-0014");
    }
}
