//! Makes cases at a source, lets them change while they are followed, and compares both sides.

use super::{
    case::{Case, Fate, all},
    follower::Follower,
    stage::{Stage, migrate, named},
};
use crate::harness::{Ended, run};
use chrono::Utc;
use oms_testkit::{servers::ServerKind, workload::Workload};
use std::{path::Path, process::Command, time::Duration};
use tempfile::TempDir;

/// How a case is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// The rows are loaded; the changes come while they are followed.
    Changes,
    /// The rows come as well while they are followed, and transactions stay whole.
    Rows,
    /// The rows are loaded; the changes come while nobody follows.
    Lag,
    /// The changes come while rows are loaded, and while followers are killed.
    Kills,
}

impl How {
    fn mode(self) -> &'static str {
        match self {
            Self::Changes | Self::Lag => "eventual",
            Self::Rows | Self::Kills => "transactional",
        }
    }
}

/// How many followers are killed.
const KILLS: usize = 3;

/// Statements of a case, by its place among the stages.
type Step = (usize, String);

/// Follows all cases that can go together, and names each that is not the same at both sides.
#[expect(clippy::print_stdout, reason = "what is left out is told")]
pub async fn together(source: ServerKind, target: ServerKind, how: How) {
    let (mut stages, mut changes, mut faults) = (Vec::new(), Vec::new(), Vec::new());
    for case in all().into_iter().filter(|case| case.holds(source, target)) {
        match case.fate(source, target) {
            Fate::Follows if how == How::Kills && case.is_after_begin() => continue,
            Fate::Follows => {}
            Fate::Stops(_) => continue,
            Fate::LeftOut(why) => {
                println!("{} from {source} to {target} is left out: {why}", case.name);
                continue;
            }
        }
        match set(case, (source, target), how).await {
            Ok((stage, later)) => {
                stages.push(stage);
                changes.push(later);
            }
            Err(fault) => faults.push(fault),
        }
    }
    match change(&stages, &in_turns(&changes), how).await {
        Err(fault) => faults.push(named(&stages, &fault)),
        Ok(()) => {
            for stage in &stages {
                faults.extend(stage.fault_at_source().await);
                faults.extend(stage.fault_at_target().await);
                faults.extend(stage.difference().await);
            }
        }
    }
    assert!(faults.is_empty(), "{how:?}: {}", faults.join("\n\n"));
}

/// Makes the case as it is when somebody begins to follow; what is left to be done.
async fn set(
    case: Case,
    (source, target): (ServerKind, ServerKind),
    how: How,
) -> Result<(Stage, Vec<String>), String> {
    let stage = Stage::open(case, source, target).await;
    let (before, rows) = match how {
        How::Rows => stage.setup_in_two(),
        How::Changes | How::Lag | How::Kills => (stage.setup(), Vec::new()),
    };
    stage.run(&before).await?;
    let later = [rows, stage.changes()].concat();
    Ok((stage, later))
}

/// One statement of each, then the next of each: transactions of all are open at once.
fn in_turns(changes: &[Vec<String>]) -> Vec<Step> {
    let most = changes.iter().map(Vec::len).max().unwrap_or_default();
    let turn = |turn: usize| {
        let statement =
            move |(stage, all): (usize, &Vec<String>)| Some((stage, all.get(turn)?.clone()));
        changes.iter().enumerate().filter_map(statement).collect::<Vec<_>>()
    };
    (0..most).flat_map(turn).collect()
}

async fn take(stages: &[Stage], steps: &[Step]) -> Result<(), String> {
    for (stage, statement) in steps {
        stages[*stage].run_one(statement).await?;
    }
    Ok(())
}

/// Follows until both sides must be the same.
async fn change(stages: &[Stage], steps: &[Step], how: How) -> Result<(), String> {
    let home = TempDir::new().expect("a temp dir");
    match how {
        How::Changes | How::Rows => {
            let mut follower = Follower::start(&mut following(stages, home.path(), how));
            follower.reaches(Utc::now())?;
            take(stages, steps).await?;
            follower.reaches(Utc::now())?;
            let ended = follower.interrupt();
            (ended.code == Some(130)).then_some(()).ok_or_else(|| said(&ended))
        }
        How::Lag => {
            caught_up(stages, home.path(), how)?;
            take(stages, steps).await?;
            caught_up(stages, home.path(), how)
        }
        How::Kills => {
            let mut seed = Workload::new(steps.len() as u64);
            let part = steps.len().div_ceil(KILLS).max(1);
            for steps in steps.chunks(part) {
                let follower = Follower::start(&mut following(stages, home.path(), how));
                tokio::time::sleep(Duration::from_millis(seed.below(1_500))).await;
                take(stages, steps).await?;
                tokio::time::sleep(Duration::from_millis(seed.below(1_500))).await;
                if let Some(ended) = follower.kill() {
                    return Err(said(&ended));
                }
            }
            caught_up(stages, home.path(), how)
        }
    }
}

fn following(stages: &[Stage], home: &Path, how: How) -> Command {
    let mut command = live(stages, home, how);
    command.arg("--follow");
    command
}

fn live(stages: &[Stage], home: &Path, how: How) -> Command {
    let mut command = migrate(stages, home);
    command.args(["--json", "--types", "schema,full,incr", "--on-drift", "stop"]);
    command.args(["--mode", how.mode(), "--data-dir"]).arg(home.join("data"));
    command
}

fn catching_up(stages: &[Stage], home: &Path, how: How) -> Ended {
    run(live(stages, home, how).args(["--until", "caught-up"]), None)
}

fn caught_up(stages: &[Stage], home: &Path, how: How) -> Result<(), String> {
    let ended = catching_up(stages, home, how);
    (ended.code == Some(0)).then_some(()).ok_or_else(|| said(&ended))
}

fn said(ended: &Ended) -> String {
    format!("exit code {:?}: {}", ended.code, ended.stderr)
}

/// Follows each case that must not be followed, and hears why.
pub async fn stopped(source: ServerKind, target: ServerKind) {
    let mut faults = Vec::new();
    for case in all().into_iter().filter(|case| case.holds(source, target)) {
        if let Fate::Stops(words) = case.fate(source, target) {
            let words = words.to_owned();
            faults.extend(stop(case, (source, target), &words).await.err());
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

/// What must be said may be said before anything is moved, or at the first of the changes.
async fn stop(case: Case, pair: (ServerKind, ServerKind), words: &str) -> Result<(), String> {
    let (stage, changes) = set(case, pair, How::Lag).await?;
    let (stage, home) = ([stage], TempDir::new().expect("a temp dir"));
    let mut ended = catching_up(&stage, home.path(), How::Lag);
    if ended.code == Some(0) {
        stage[0].run(&changes).await?;
        ended = catching_up(&stage, home.path(), How::Lag);
    }
    match ended.code {
        Some(code) if code != 0 && ended.stderr.contains(words) => Ok(()),
        Some(0) => {
            let difference = stage[0].difference().await;
            Err(stage[0].told(&format!("followed without {words:?}: {difference:?}")))
        }
        code => Err(stage[0].told(&format!("{code:?} without {words:?}: {}", ended.stderr))),
    }
}
