//! A source that says what a test lets it say: a log of steps, with a place behind each, that any number
//! of streams follow.

use crate::said::{Change, place, put};
use async_trait::async_trait;
use oms_connector::{
    ChangeError, ChangeReader, ChangeStream, DataError,
    changes::{Capture, Commit, Follow, Headway, Heartbeat, Horizon, Moved, Step},
};
use oms_contracts::store::{CaptureMethod, StoreSpec};
use oms_model::{
    Position,
    change::{Definitions, Entries},
};
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard},
    time::{Duration, SystemTime},
};
use store_service::runner::{NotOffered, Sources};
use tokio::{sync::Notify, time::timeout};

/// The source, and the test's end of it. Clones are the same one.
#[derive(Clone, Default)]
pub struct Script(Arc<Inner>);

#[derive(Default)]
struct Inner {
    state: Mutex<State>,
    grew: Notify,
}

#[derive(Default)]
struct State {
    /// What is put among the entries, and the step that follows.
    log: Vec<(Vec<Change>, Step)>,
    /// What the next calls fail with.
    faults: VecDeque<ChangeError>,
    /// What was asked to be followed.
    followed: Vec<Seen>,
    /// How many streams there are.
    streams: usize,
    /// The stream breaks instead of waiting.
    panics: bool,
    /// What the source is asked when it begins, by which the test sees the password.
    opened: Vec<String>,
    /// By what name something was put in place, as long as it is.
    installed: Vec<String>,
    /// Places that need not be kept any more, as far as a stream was told.
    kept: Vec<Position>,
    /// How often a heartbeat was written, and what it fails with.
    beats: usize,
    no_beat: Option<&'static str>,
    /// Removing fails.
    unreachable: bool,
}

/// What a stream was opened with.
#[derive(Debug, Clone)]
pub struct Seen {
    pub from: Position,
    pub reader: u32,
    /// Tables of the selection, of those that were asked for.
    pub wants: Vec<&'static str>,
    /// Tables that were known, with how many columns they had.
    pub tables: Vec<(String, usize)>,
}

impl Script {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap()
    }

    fn add(&self, changes: Vec<Change>, step: impl FnOnce(Position) -> Step) {
        let mut state = self.state();
        let behind = place(state.log.len() as u64 + 1);
        state.log.push((changes, step(behind)));
        drop(state);
        self.0.grew.notify_waiters();
    }

    /// A transaction is committed.
    pub fn commit(&self, id: &str, changes: Vec<Change>) {
        self.commit_of(id, None, changes);
    }

    /// One that a task of ours wrote.
    pub fn commit_of(&self, id: &str, origin: Option<&str>, changes: Vec<Change>) {
        let (id, origin) = (id.to_owned(), origin.map(str::to_owned));
        let committed = now();
        self.add(changes, |position| {
            let moved = Moved { position, at: Some(committed), bytes: 100 };
            Step::Commit(Commit { id, committed, origin, moved })
        });
    }

    /// A part of a transaction.
    pub fn more(&self, changes: Vec<Change>) {
        self.add(changes, |_| Step::More);
    }

    /// The next call of the source fails.
    pub fn fail(&self, fault: ChangeError) {
        self.state().faults.push_back(fault);
        self.0.grew.notify_waiters();
    }

    pub fn panic(&self) {
        self.state().panics = true;
        self.0.grew.notify_waiters();
    }

    pub fn followed(&self) -> Vec<Seen> {
        self.state().followed.clone()
    }

    pub fn streams(&self) -> usize {
        self.state().streams
    }

    /// How many faults have yet to be met.
    pub fn faults(&self) -> usize {
        self.state().faults.len()
    }

    pub fn passwords(&self) -> Vec<String> {
        self.state().opened.clone()
    }

    /// What is in place at the source.
    pub fn installed(&self) -> Vec<String> {
        self.state().installed.clone()
    }

    /// What somebody else has put in place or removed.
    pub fn set_installed(&self, installed: Vec<String>) {
        self.state().installed = installed;
    }

    /// Whether what is in place can be removed.
    pub fn set_unreachable(&self, is: bool) {
        self.state().unreachable = is;
    }

    pub fn kept(&self) -> Vec<Position> {
        self.state().kept.clone()
    }

    pub fn beats(&self) -> usize {
        self.state().beats
    }

    /// What heartbeats are refused with.
    pub fn refuse_beats(&self, with: Option<&'static str>) {
        self.state().no_beat = with;
    }

    fn met(&self) -> Result<(), ChangeError> {
        self.state().faults.pop_front().map_or(Ok(()), Err)
    }

    fn end_of_log(&self) -> Position {
        place(self.state().log.len() as u64)
    }
}

fn now() -> i64 {
    chrono::Utc::now().timestamp_micros()
}

impl Sources for Script {
    fn offers(&self, method: CaptureMethod) -> bool {
        method != CaptureMethod::LogicalDecoding
    }

    fn open(&self, spec: &StoreSpec) -> Result<Arc<dyn ChangeReader>, NotOffered> {
        if !self.offers(spec.method) {
            return Err(NotOffered { kind: spec.source.kind, method: spec.method });
        }
        self.state().opened.push(spec.source.password.expose().to_owned());
        Ok(Arc::new(self.clone()))
    }
}

#[async_trait]
impl ChangeReader for Script {
    async fn end(&self) -> Result<Position, ChangeError> {
        self.met()?;
        Ok(self.end_of_log())
    }

    async fn at(&self, _: SystemTime, _: &Headway) -> Result<Position, ChangeError> {
        self.met()?;
        Ok(place(0))
    }

    async fn install(&self, capture: &Capture) -> Result<Position, ChangeError> {
        self.met()?;
        self.state().installed.push(capture.name.clone());
        Ok(self.end_of_log())
    }

    async fn remove(&self, name: &str) -> Result<(), ChangeError> {
        let mut state = self.state();
        if state.unreachable {
            return Err(DataError::Broken { reason: "cut".into() }.into());
        }
        state.installed.retain(|known| known != name);
        Ok(())
    }

    async fn beat(&self, heartbeat: &Heartbeat) -> Result<(), ChangeError> {
        let mut state = self.state();
        if let Some(message) = state.no_beat {
            return Err(DataError::Forbidden { message: message.into() }.into());
        }
        state.beats += 1;
        let table = format!("{}.{}", heartbeat.database, heartbeat.name);
        if !state.installed.contains(&table) {
            state.installed.push(table);
        }
        Ok(())
    }

    async fn stop_beating(&self, heartbeat: &Heartbeat) -> Result<(), ChangeError> {
        self.remove(&format!("{}.{}", heartbeat.database, heartbeat.name)).await
    }

    async fn horizon(&self, _: &Position) -> Result<Horizon, ChangeError> {
        let reaches = !self.state().installed.is_empty();
        Ok(Horizon { reaches, oldest: None, left: Some(Duration::from_secs(7_200)) })
    }

    fn includes(&self, place: &Position, other: &Position) -> Result<bool, ChangeError> {
        Ok(number(other) <= number(place))
    }

    fn covers(&self, place: &Position, transaction: &str) -> Result<bool, ChangeError> {
        Ok(transaction.parse::<u64>().is_ok_and(|number| number <= self::number(place)))
    }

    async fn follow(&self, follow: Follow) -> Result<Box<dyn ChangeStream>, ChangeError> {
        self.met()?;
        let wants = ["d.t", "d.u", "e.t"].into_iter().filter(|name| {
            let (database, table) = name.split_once('.').unwrap();
            follow.selection.wants(database, table)
        });
        let named = |it: &oms_model::Table| (it.name.clone(), it.columns.len());
        let seen = Seen {
            from: follow.from.clone(),
            reader: follow.reader,
            wants: wants.collect(),
            tables: follow.tables.iter().map(named).collect(),
        };
        let mut state = self.state();
        state.followed.push(seen);
        state.streams += 1;
        let at = usize::try_from(number(&follow.from)).unwrap();
        let heartbeat = follow.heartbeat;
        Ok(Box::new(Stream { script: self.clone(), at, within: false, heartbeat }))
    }
}

/// The number of a place.
fn number(place: &Position) -> u64 {
    place.to_string().rsplit_once('/').unwrap().1.parse().unwrap()
}

struct Stream {
    script: Script,
    at: usize,
    /// A transaction is open.
    within: bool,
    heartbeat: Duration,
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.script.state().streams -= 1;
    }
}

#[async_trait]
impl ChangeStream for Stream {
    fn kept(&mut self, place: &Position) {
        self.script.state().kept.push(place.clone());
    }

    async fn next(
        &mut self,
        into: &mut Entries,
        definitions: &mut Definitions,
        _: usize,
    ) -> Result<Step, ChangeError> {
        let inner = Arc::clone(&self.script.0);
        loop {
            let grew = inner.grew.notified();
            tokio::pin!(grew);
            grew.as_mut().enable();
            self.script.met()?;
            assert!(!self.script.state().panics, "as it was told");
            let next = self.script.state().log.get(self.at).cloned();
            if let Some((changes, step)) = next {
                changes.iter().for_each(|change| put(change, into, definitions));
                self.at += 1;
                self.within = step == Step::More;
                return Ok(step);
            }
            let waited = timeout(self.heartbeat, grew).await;
            if waited.is_err() && !self.within {
                let position = place(self.at as u64);
                return Ok(Step::Moved(Moved { position, at: Some(now()), bytes: 0 }));
            }
        }
    }
}
