//! How long a change takes from its commit at one server until it can be seen at another. Both ends
//! are watched by one process, so one clock is enough.

use anyhow::{Context as _, bail, ensure};
use oms_testkit::{SqlError, TestDb, run_sql, servers::Server};
use serde_json::json;
use std::{
    io::{self, Write as _},
    sync::{Arc, OnceLock},
    time::{Duration, Instant},
};
use tokio::{task::JoinSet, time::sleep};

const TABLE: &str = "CREATE TABLE latency (id BIGINT PRIMARY KEY, at BIGINT NOT NULL)";
/// Sessions that write. One alone may not commit as often as is wanted.
const WRITERS: u64 = 8;
/// Between two looks at the target: what was seen is at most so much older than it seems.
const LOOK: Duration = Duration::from_millis(2);
/// Without a row that is new at the target, nothing moves it there.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Probe {
    pub source: Server,
    pub target: Server,
    pub database: String,
    /// The database at the target.
    pub arrives: String,
    /// Transactions a second.
    pub rate: u32,
    /// How long it writes, after as much as a quarter of it that does not count.
    pub seconds: u32,
}

/// When the transactions of a probe were committed, by their numbers.
type Commits = Arc<Vec<OnceLock<Instant>>>;

impl Probe {
    /// Makes the table at the source.
    pub async fn prepare(&self) -> anyhow::Result<()> {
        let name = &self.database;
        run_sql(&self.source, &format!("CREATE DATABASE IF NOT EXISTS {name}")).await?;
        TestDb::open(&self.source, name).await?.exec(TABLE).await?;
        Ok(())
    }

    /// Writes at the source, watches the target, and prints the percentiles as a line of JSON.
    pub async fn measure(&self) -> anyhow::Result<()> {
        ensure!(self.rate > 0 && self.seconds > 0, "there is nothing to measure");
        let target = TestDb::open(&self.target, &self.arrives).await?;
        let source = TestDb::open(&self.source, &self.database).await?;
        let last = source.value("SELECT COALESCE(MAX(id), 0) FROM latency").await?;
        let last: u64 = last.context("a number")?.parse().context("a number")?;
        let warm = u64::from(self.rate) * u64::from(self.seconds.div_ceil(4));
        let count = warm + u64::from(self.rate) * u64::from(self.seconds);
        let commits: Commits = Arc::new((0..count).map(|_| OnceLock::new()).collect());
        let began = Instant::now();
        let mut writers = JoinSet::new();
        for writer in 0..WRITERS {
            let db = TestDb::open(&self.source, &self.database).await?;
            writers.spawn(write(db, Arc::clone(&commits), (writer, last), self.rate));
        }
        let seen = watch(&target, last, count).await;
        while let Some(ended) = writers.join_next().await {
            ended.context("a writer")??;
        }
        let (first, end) = (&commits[index(warm)], commits.iter().filter_map(OnceLock::get).max());
        let (first, end) = (first.get().context("a commit")?, end.context("a commit")?);
        let mut took = Vec::new();
        for (commit, seen) in commits.iter().zip(seen?).skip(index(warm)) {
            took.push(seen.saturating_duration_since(*commit.get().context("a commit")?));
        }
        took.sort_unstable();
        let at = |share: f64| took[(took.len() as f64 * share) as usize].as_secs_f64() * 1e3;
        let said = json!({
            "transactions": took.len(),
            "rate": took.len() as f64 / end.duration_since(*first).as_secs_f64(),
            "p50Ms": at(0.5), "p90Ms": at(0.9), "p99Ms": at(0.99), "p999Ms": at(0.999),
            "maxMs": took[took.len() - 1].as_secs_f64() * 1e3,
            "lookMs": LOOK.as_secs_f64() * 1e3,
            "seconds": began.elapsed().as_secs_f64(),
        });
        writeln!(io::stdout(), "{said}")?;
        Ok(())
    }
}

fn index(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// Commits every eighth transaction, each at its moment: whoever is late does not wait.
async fn write(
    db: TestDb,
    commits: Commits,
    (writer, last): (u64, u64),
    rate: u32,
) -> Result<(), SqlError> {
    let began = Instant::now();
    for number in (writer..commits.len() as u64).step_by(index(WRITERS)) {
        let due = Duration::from_secs_f64(number as f64 / f64::from(rate));
        sleep(due.saturating_sub(began.elapsed())).await;
        let (id, at) = (last + 1 + number, began.elapsed().as_micros());
        db.exec(&format!("INSERT INTO latency VALUES ({id}, {at})")).await?;
        // Nobody else sets it.
        let _ = commits[index(number)].set(Instant::now());
    }
    Ok(())
}

/// When each transaction was seen. They may come in any order.
async fn watch(target: &TestDb, last: u64, count: u64) -> anyhow::Result<Vec<Instant>> {
    let mut seen: Vec<Option<Instant>> = vec![None; index(count)];
    // All up to this one were seen.
    let (mut low, mut progress) = (last, Instant::now());
    while low < last + count {
        let sql = format!("SELECT id FROM latency WHERE id > {low}");
        let rows = target.rows(&sql).await?;
        let now = Instant::now();
        for id in rows.iter().filter_map(|row| row.first()?.as_deref()?.parse::<u64>().ok()) {
            if let Some(seen) = seen.get_mut(index(id - last - 1))
                && seen.is_none()
            {
                (*seen, progress) = (Some(now), now);
            }
        }
        while seen.get(index(low - last)).is_some_and(Option::is_some) {
            low += 1;
        }
        if progress.elapsed() > PATIENCE {
            bail!("nothing new came to the target in {PATIENCE:?}; does anything move it?");
        }
        sleep(LOOK).await;
    }
    Ok(seen.into_iter().flatten().collect())
}
