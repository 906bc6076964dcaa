//! From steps to transactions: random ones against a model, and those that a process has to outlive.

use crate::said::{Change, Heard, Said, place, put, row};
use oms_connector::changes::{Commit, Moved, Step};
use oms_model::change::{Entries, Seq};
use proptest::prelude::*;
use std::{collections::BTreeMap, path::Path, time::Duration};
use store_service::{
    gather::{GatherError, GatherSettings, Gatherer, Tally},
    log::{ChangeLog, SegmentLog, SegmentSettings},
};
use tokio::{runtime::Runtime, time::timeout};

const PATIENCE: Duration = Duration::from_secs(30);

fn settings(folder: &Path) -> GatherSettings {
    // Next to nothing fits into memory.
    let (memory, beat) = (200, Duration::from_secs(3_600));
    GatherSettings { folder: folder.to_owned(), memory, beat, leave_out_own: true }
}

/// A gatherer on a log.
struct Bench {
    log: SegmentLog,
    gatherer: Gatherer,
    dir: tempfile::TempDir,
    /// How many steps were taken that end something.
    steps: u64,
}

impl Bench {
    async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let settings_of_log = SegmentSettings { block: 512, ..SegmentSettings::default() };
        let log = SegmentLog::open(dir.path().join("log"), settings_of_log).await.unwrap();
        let gatherer = Self::begin(&log, dir.path()).await;
        Self { log, gatherer, dir, steps: 0 }
    }

    async fn begin(log: &SegmentLog, dir: &Path) -> Gatherer {
        Gatherer::new(log.append().await.unwrap(), settings(dir)).unwrap()
    }

    /// As after a restart.
    async fn restart(&mut self) {
        self.gatherer.flush().await.unwrap();
        self.gatherer = Self::begin(&self.log, self.dir.path()).await;
    }

    fn put(&mut self, changes: &[Change]) {
        let (entries, definitions) = self.gatherer.room();
        changes.iter().for_each(|change| put(change, entries, definitions));
    }

    async fn take(&mut self, step: Step) {
        self.gatherer.take(step).await.unwrap();
    }

    fn moved(&mut self) -> Moved {
        self.steps += 1;
        Moved { position: place(self.steps), at: None, bytes: 10 }
    }

    fn commit(&mut self, id: &str) -> Commit {
        let moved = self.moved();
        Commit { id: id.into(), committed: 1_000, origin: None, moved }
    }

    /// All that is in the log.
    async fn heard(&mut self) -> Vec<Said> {
        self.gatherer.flush().await.unwrap();
        let end = self.log.extent().borrow().end;
        let (mut reader, mut heard) = (self.log.read(Seq::START).await.unwrap(), Heard::default());
        while heard.last() < end {
            heard.frames(&timeout(PATIENCE, reader.next()).await.unwrap().unwrap());
        }
        heard.all.into_iter().map(|(_, said)| said).collect()
    }
}

fn said(id: &str, changes: &[Change]) -> Said {
    let (id, origin, changes) = (id.to_owned(), String::new(), changes.to_vec());
    Said { id, committed: 1_000, origin, changes }
}

/// What happens, to one transaction at a time.
#[derive(Debug, Clone)]
enum Act {
    Rows(Vec<Vec<u8>>),
    More,
    Savepoint(u8),
    RollbackTo(u8),
    Commit,
    Rollback,
    Prepare(u8),
    CommitPrepared(u8),
    RollbackPrepared(u8),
    Moved,
    Restart,
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let texts = prop::collection::vec(prop::collection::vec(any::<u8>(), 0..120), 1..5);
    let act = prop_oneof![
        8 => texts.prop_map(Act::Rows),
        4 => Just(Act::More),
        3 => (0..3_u8).prop_map(Act::Savepoint),
        3 => (0..3_u8).prop_map(Act::RollbackTo),
        3 => Just(Act::Commit),
        1 => Just(Act::Rollback),
        1 => (0..2_u8).prop_map(Act::Prepare),
        1 => (0..2_u8).prop_map(Act::CommitPrepared),
        1 => (0..2_u8).prop_map(Act::RollbackPrepared),
        1 => Just(Act::Moved),
        1 => Just(Act::Restart),
    ];
    prop::collection::vec(act, 1..60)
}

/// The same without files.
#[derive(Debug, Default)]
struct Model {
    open: Vec<Change>,
    savepoints: Vec<(u8, usize)>,
    prepared: BTreeMap<u8, Vec<Change>>,
    committed: Vec<Said>,
}

impl Model {
    fn end(&mut self) -> Vec<Change> {
        self.savepoints.clear();
        std::mem::take(&mut self.open)
    }

    fn commit(&mut self, id: &str, changes: &[Change]) {
        if !changes.is_empty() {
            self.committed.push(said(id, changes));
        }
    }
}

async fn act(bench: &mut Bench, model: &mut Model, act: Act, at: usize) {
    let (id, name) = (format!("t{at}"), |it: u8| vec![it; 3]);
    match act {
        Act::Rows(texts) => {
            let changes: Vec<Change> = texts.into_iter().map(|text| row("t", text)).collect();
            bench.put(&changes);
            model.open.extend(changes);
        }
        Act::More => bench.take(Step::More).await,
        Act::Savepoint(it) => {
            bench.take(Step::Savepoint(name(it))).await;
            model.savepoints.retain(|(known, _)| *known != it);
            model.savepoints.push((it, model.open.len()));
        }
        Act::RollbackTo(it) => {
            let Some(known) = model.savepoints.iter().position(|(name, _)| *name == it) else {
                return;
            };
            bench.take(Step::RollbackTo(name(it))).await;
            model.savepoints.truncate(known + 1);
            model.open.truncate(model.savepoints[known].1);
        }
        Act::Commit => {
            let commit = bench.commit(&id);
            bench.take(Step::Commit(commit)).await;
            let changes = model.end();
            model.commit(&id, &changes);
        }
        Act::Rollback => {
            let moved = bench.moved();
            bench.take(Step::Rollback(moved)).await;
            model.end();
        }
        Act::Prepare(it) => {
            let moved = bench.moved();
            bench.take(Step::Prepared { name: name(it), moved }).await;
            let changes = model.end();
            model.prepared.insert(it, changes);
        }
        // Between transactions alone, as a log has them.
        _ if !model.open.is_empty() => {}
        Act::CommitPrepared(it) => {
            let Some(changes) = model.prepared.remove(&it) else { return };
            let commit = bench.commit(&id);
            bench.take(Step::CommitPrepared { name: name(it), commit }).await;
            model.savepoints.clear();
            model.commit(&id, &changes);
        }
        Act::RollbackPrepared(it) => {
            let moved = bench.moved();
            bench.take(Step::RollbackPrepared { name: name(it), moved }).await;
            model.prepared.remove(&it);
        }
        Act::Moved => {
            let moved = bench.moved();
            bench.take(Step::Moved(moved)).await;
        }
        Act::Restart => {
            bench.restart().await;
            model.savepoints.clear();
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn what_is_committed_is_kept_and_nothing_else_is(all in acts()) {
        Runtime::new().unwrap().block_on(async {
            let (mut bench, mut model) = (Bench::new().await, Model::default());
            for (at, one) in all.into_iter().enumerate() {
                act(&mut bench, &mut model, one, at).await;
            }
            let moved = bench.moved();
            bench.take(Step::Rollback(moved)).await;
            assert_eq!(bench.heard().await, model.committed);
            let extent = bench.log.extent().borrow().clone();
            assert_eq!(extent.position, Some(place(bench.steps)), "the position is that of the last step");
        });
    }
}

#[tokio::test]
async fn a_transaction_of_our_own_is_left_out_if_that_was_said() {
    let mut bench = Bench::new().await;
    for (id, origin) in [("a", None), ("b", Some("p.incr")), ("c", None)] {
        bench.put(&[row("t", id)]);
        let commit = Commit { origin: origin.map(str::to_owned), ..bench.commit(id) };
        bench.take(Step::Commit(commit)).await;
    }
    let wanted = ["a", "c"].map(|id| said(id, &[row("t", id)]));
    assert_eq!(bench.heard().await, wanted);
    let tally = Tally { transactions: 2, changes: 2, bytes: 30, left_out: 1 };
    assert_eq!(bench.gatherer.tally(), tally);
}

#[tokio::test]
async fn a_prepared_transaction_outlives_a_restart_and_its_file_goes_with_the_verdict() {
    let mut bench = Bench::new().await;
    let large: Vec<Change> = (0..300).map(|at| row("t", format!("{at}"))).collect();
    for part in large.chunks(100) {
        bench.put(part);
        bench.take(Step::More).await;
    }
    let moved = bench.moved();
    bench.take(Step::Prepared { name: b"x\0\xFF".to_vec(), moved }).await;
    bench.put(&[row("t", "between")]);
    let commit = bench.commit("between");
    bench.take(Step::Commit(commit)).await;
    bench.restart().await;
    let prepared = bench.dir.path().join("prepared");
    let files = || std::fs::read_dir(&prepared).unwrap().count();
    assert_eq!(files(), 1);
    let commit = bench.commit("prepared");
    bench.take(Step::CommitPrepared { name: b"x\0\xFF".to_vec(), commit }).await;
    assert_eq!(files(), 0);
    let wanted = [said("between", &[row("t", "between")]), said("prepared", &large)];
    assert_eq!(bench.heard().await, wanted);
}

#[tokio::test]
async fn a_transaction_that_was_prepared_too_early_is_no_empty_one() {
    let mut bench = Bench::new().await;
    let commit = bench.commit("x");
    let step = Step::CommitPrepared { name: b"early".to_vec(), commit };
    let error = bench.gatherer.take(step).await.unwrap_err();
    assert!(matches!(error, GatherError::Unprepared(_)), "{error:?}");
    // One in which nothing was wanted is none of those.
    let mut bench = Bench::new().await;
    let moved = bench.moved();
    bench.take(Step::Prepared { name: b"empty".to_vec(), moved }).await;
    bench.restart().await;
    let commit = bench.commit("x");
    bench.take(Step::CommitPrepared { name: b"empty".to_vec(), commit }).await;
    assert_eq!(bench.heard().await, []);
}

#[tokio::test]
async fn memory_holds_no_more_than_was_said() {
    let mut bench = Bench::new().await;
    for at in 0..200_u32 {
        let text = vec![b'x'; 100];
        bench.put(&[row("t", [&at.to_le_bytes()[..], &text].concat())]);
        bench.take(Step::More).await;
        let (entries, _): (&mut Entries, _) = bench.gatherer.room();
        assert!(entries.size() <= 400, "{}", entries.size());
    }
    let commit = bench.commit("large");
    bench.take(Step::Commit(commit)).await;
    assert_eq!(bench.heard().await[0].changes.len(), 200);
}
