//! A business at work, for demonstrations: what it does is in [`oms_testkit::workload`].

#![allow(clippy::print_stdout, reason = "people read it")]

use crate::signals::Signals;
use anyhow::Context as _;
use oms_testkit::{
    TestDb, run_sql,
    servers::Server,
    workload::{SUMS, TABLES, Workload},
};
use std::time::{Duration, Instant};

pub struct Business {
    pub server: Server,
    pub database: String,
    pub seed: u64,
    /// Transactions a second, at most.
    pub rate: Option<u32>,
}

impl Business {
    /// Makes its database.
    pub async fn prepare(&self) -> anyhow::Result<()> {
        let (server, name) = (&self.server, &self.database);
        run_sql(server, &format!("CREATE DATABASE {name} CHARACTER SET utf8mb4")).await?;
        let db = TestDb::open(server, name).await?;
        db.exec(TABLES).await?;
        db.exec(&Workload::new(self.seed).first_rows()).await?;
        Ok(())
    }

    /// Works until it is told to stop, and says what it did.
    pub async fn work(&self, mut signals: Signals) -> anyhow::Result<()> {
        let db = TestDb::open(&self.server, &self.database).await?;
        let mut workload = Workload::new(self.seed.wrapping_add(1));
        let (began, mut pace) = (Instant::now(), self.rate.map(pace));
        loop {
            tokio::select! {
                biased;
                _ = signals.next() => break,
                done = workload.step(&db) => done?,
            }
            if let Some(pace) = &mut pace {
                pace.tick().await;
            }
        }
        // What was under way is not to stay open.
        db.reconnect().await?;
        let (made, seconds) = (workload.made, began.elapsed().as_secs_f64());
        println!("The business made {made} transactions in {seconds:.1} s.");
        Ok(())
    }
}

fn pace(rate: u32) -> tokio::time::Interval {
    let mut pace = tokio::time::interval(Duration::from_secs(1) / rate.max(1));
    pace.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    pace
}

/// Compares all values of a business on two servers.
pub async fn compare(one: &Server, two: &Server, database: &str) -> anyhow::Result<bool> {
    let (one, two) = (TestDb::open(one, database).await?, TestDb::open(two, database).await?);
    let mut is_same = true;
    for sum in SUMS {
        let table = sum.rsplit(' ').next().context("a table")?;
        let (here, there) = (one.value(sum).await?, two.value(sum).await?);
        let verdict = if here == there { "equal" } else { "DIFFERENT" };
        let shown = |sum: Option<String>| sum.unwrap_or_else(|| "nothing".into());
        println!(
            "  {table:<10} {:<28} {:<28} {verdict}",
            shown(here.clone()),
            shown(there.clone())
        );
        is_same &= here == there;
    }
    Ok(is_same)
}
