//! Runs that die at any moment, and others that go on: nothing is missing, nothing is there twice.

use super::stage::{Doomed, Event, PATIENCE, Stage};
use oms_model::Value;
use oms_model::change::Seq;
use oms_testkit::eventually;
use oms_testkit::servers::ServerKind::{self, MariaDb, MySql, OceanBase};
use std::collections::BTreeMap;
use sync_service::ops::incr::Mode::{self, Eventual, Transactional};

/// The same seed makes the same choices.
pub struct Dice(u64);

impl Dice {
    pub fn of(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub fn throw(&mut self, sides: u64) -> i64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        i64::try_from((self.0 >> 16) % sides).unwrap()
    }
}

/// What a source would hold: a table with a key and a unique value, and one without any key.
#[derive(Default)]
struct Source {
    keyed: BTreeMap<i64, (i64, i64)>,
    loose: Vec<(i64, i64)>,
}

impl Source {
    fn row(id: i64, (unique, value): (i64, i64)) -> Vec<Value<'static>> {
        vec![Value::Int(id), Value::Int(unique), Value::Int(value)]
    }

    fn is_taken(&self, unique: i64, but: Option<i64>) -> bool {
        self.keyed.iter().any(|(id, (known, _))| Some(*id) != but && *known == unique)
    }

    /// Something that the source lets happen.
    fn change(&mut self, (keyed, loose): (u32, u32), dice: &mut Dice) -> Option<Event> {
        if dice.throw(3) == 0 {
            return Some(self.change_loose(loose, dice));
        }
        let (id, unique, value) = (dice.throw(40), dice.throw(60), dice.throw(1_000));
        let Some(known) = self.keyed.get(&id).copied() else {
            if self.is_taken(unique, None) {
                return None;
            }
            self.keyed.insert(id, (unique, value));
            return Some(Event::Insert(keyed, Self::row(id, (unique, value))));
        };
        match dice.throw(4) {
            0 => {
                self.keyed.remove(&id);
                Some(Event::Delete(keyed, Self::row(id, known)))
            }
            1 if !self.is_taken(unique, Some(id)) => {
                self.keyed.insert(id, (unique, value));
                Some(Event::Update(keyed, Self::row(id, known), Self::row(id, (unique, value))))
            }
            2 => {
                let other = dice.throw(40);
                if self.keyed.contains_key(&other) {
                    return None;
                }
                self.keyed.remove(&id);
                self.keyed.insert(other, known);
                Some(Event::Update(keyed, Self::row(id, known), Self::row(other, known)))
            }
            _ => {
                let new = (known.0, value);
                self.keyed.insert(id, new);
                Some(Event::Update(keyed, Self::row(id, known), Self::row(id, new)))
            }
        }
    }

    fn change_loose(&mut self, table: u32, dice: &mut Dice) -> Event {
        let row = |(a, b): (i64, i64)| vec![Value::Int(a), Value::Int(b)];
        let new = (dice.throw(4), dice.throw(3));
        if self.loose.is_empty() || dice.throw(2) == 0 {
            self.loose.push(new);
            return Event::Insert(table, row(new));
        }
        let at = usize::try_from(dice.throw(self.loose.len() as u64)).unwrap();
        if dice.throw(2) == 0 {
            let known = self.loose.swap_remove(at);
            return Event::Delete(table, row(known));
        }
        let known = std::mem::replace(&mut self.loose[at], new);
        Event::Update(table, row(known), row(new))
    }

    fn shown(&self) -> (Vec<String>, Vec<String>) {
        let keyed = self.keyed.iter().map(|(id, (u, v))| format!("{id} {u} {v}")).collect();
        let mut loose = self.loose.clone();
        loose.sort_unstable();
        (keyed, loose.iter().map(|(a, b)| format!("{a} {b}")).collect())
    }
}

/// Commits random transactions to the log of a stage.
fn commit(stage: &Stage, tables: (u32, u32), seed: u64, transactions: usize) -> (Source, Seq) {
    let (mut source, mut dice) = (Source::default(), Dice::of(seed));
    let mut last = Seq::START;
    for _ in 0..transactions {
        let size = 1 + dice.throw(6);
        let events: Vec<Event> =
            (0..size).filter_map(|_| source.change(tables, &mut dice)).collect();
        if !events.is_empty() {
            last = stage.log.commit(&events);
        }
    }
    (source, last)
}

async fn runs_die(target: ServerKind, mode: Mode, seed: u64) {
    let mut stage = Stage::on(target, mode).await;
    // Small windows, so that there are many moments to die at.
    (stage.memory, stage.sessions) = (24 << 10, 3);
    let keyed = stage.table("k", "id INT PRIMARY KEY, u INT UNIQUE, v INT").await;
    let loose = stage.table("n", "a INT, b INT").await;
    let (source, last) = commit(&stage, (keyed, loose), seed, 900);
    let mut dice = Dice::of(seed + 1);
    for _ in 0..4 {
        let doomed = Doomed::start(&stage);
        let (some, meter) = (dice.throw(25) as u64, doomed.meter.clone());
        // It dies some batches after it has begun, wherever it is then.
        eventually(PATIENCE, || async {
            let status = meter.status();
            status.batches > some || status.seq >= last
        })
        .await;
        doomed.die();
        stage.token += 1;
    }
    stage.apply(last).await;
    let (k, n) = source.shown();
    assert_eq!(
        stage.shows("SELECT id, u, v FROM k ORDER BY id").await,
        k,
        "{target} {mode:?} {seed}"
    );
    assert_eq!(
        stage.shows("SELECT a, b FROM n ORDER BY a, b").await,
        n,
        "{target} {mode:?} {seed}"
    );
    assert!(stage.book.0.lock().unwrap().is_empty(), "{:?}", stage.book);
}

#[tokio::test]
async fn runs_that_die_leave_mysql_as_the_source_was() {
    for seed in 0..3 {
        runs_die(MySql, Eventual, seed).await;
        runs_die(MySql, Transactional, seed).await;
    }
}

#[tokio::test]
async fn runs_that_die_leave_mariadb_as_the_source_was() {
    for seed in 10..13 {
        runs_die(MariaDb, Eventual, seed).await;
        runs_die(MariaDb, Transactional, seed).await;
    }
}

#[tokio::test]
async fn runs_that_die_leave_oceanbase_as_the_source_was() {
    for seed in 20..22 {
        runs_die(OceanBase, Eventual, seed).await;
        runs_die(OceanBase, Transactional, seed).await;
    }
}

/// A transaction that is larger than any window is one at the target, too.
#[tokio::test]
async fn a_large_transaction_stays_whole() {
    for target in [MySql, MariaDb, OceanBase] {
        let mut stage = Stage::on(target, Transactional).await;
        stage.memory = 24 << 10;
        let a = stage.table("a", "id INT PRIMARY KEY, v INT").await;
        let row = |id: i64, v: i64| vec![Value::Int(id), Value::Int(v)];
        let events: Vec<Event> = (0..3_000).map(|id| Event::Insert(a, row(id, 0))).collect();
        let first = stage.log.commit(&events);
        let running = stage.start();
        let other = oms_testkit::TestDb::create(stage.db.server()).await.unwrap();
        let count = format!("SELECT COUNT(*), COALESCE(SUM(v), 0) FROM {}.a", stage.db.name());
        let look = || async {
            let is_done = running.meter.status().seq >= first;
            let shown = other.rows(&count).await.unwrap();
            let rows = shown[0][0].clone().unwrap();
            assert!(rows == "0" || rows == "3000", "{target}: {rows}");
            is_done
        };
        eventually(PATIENCE, look).await;
        let updates: Vec<Event> =
            (0..3_000).map(|id| Event::Update(a, row(id, 0), row(id, 1))).collect();
        let last = stage.log.commit(&updates);
        running.reaches(last).await;
        assert!(running.meter.status().windows > 4, "{:?}", running.meter.status());
        running.stop().await;
        let shown = stage.shows("SELECT COUNT(*), SUM(v) FROM a").await;
        assert_eq!(shown, ["3000 3000"], "{target}");
    }
}
