//! Makes cases at a source, moves them as they are, and asks both sides.

use super::{
    case::{Case, all},
    stage::{Stage, migrate, named},
};
use crate::harness::{Ended, run};
use oms_testkit::servers::ServerKind::{self, MariaDb, MySql, OceanBase};
use tempfile::TempDir;

/// Moves all cases that can go together, and names each whose answer is wrong.
pub async fn together(source: ServerKind, target: ServerKind) {
    let (mut stages, mut faults) = (Vec::new(), Vec::new());
    for case in all() {
        if case.holds(source, target) && case.is_sociable(target) {
            match set(case, source, target).await {
                Ok(stage) => stages.push(stage),
                Err(fault) => faults.push(fault),
            }
        }
    }
    let ended = load(&stages);
    if ended.code == Some(0) {
        for stage in &stages {
            faults.extend(stage.fault_at_target().await);
        }
    } else {
        let said = format!("exit code {:?}: {}", ended.code, ended.stderr);
        faults.push(named(&stages, &said));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

/// Moves each case that goes alone, between each two servers.
pub async fn alone() {
    let kinds = [MySql, MariaDb, OceanBase];
    let mut faults = Vec::new();
    for (source, target) in kinds.iter().flat_map(|from| kinds.map(|to| (*from, to))) {
        for case in all() {
            if case.holds(source, target) && !case.is_sociable(target) {
                match set(case, source, target).await {
                    Ok(stage) => faults.extend(fault_alone(&stage).await),
                    Err(fault) => faults.push(fault),
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

/// Makes the case, and asks its source first.
async fn set(case: Case, source: ServerKind, target: ServerKind) -> Result<Stage, String> {
    let stage = Stage::open(case, source, target).await;
    stage.run(&stage.setup()).await?;
    stage.run(&stage.changes()).await?;
    match stage.fault_at_source().await {
        Some(fault) => Err(fault),
        None => Ok(stage),
    }
}

async fn fault_alone(stage: &Stage) -> Option<String> {
    let ended = load(std::slice::from_ref(stage));
    match stage.case.refusal(stage.target.server().kind) {
        None if ended.code == Some(0) => stage.fault_at_target().await,
        None => Some(stage.told(&format!("exit code {:?}: {}", ended.code, ended.stderr))),
        Some(words) if ended.code != Some(0) && ended.stderr.contains(words) => None,
        Some(words) => {
            let said = format!("{:?} without {words:?}: {}", ended.code, ended.stderr);
            Some(stage.told(&said))
        }
    }
}

fn load(stages: &[Stage]) -> Ended {
    let home = TempDir::new().expect("a temp dir");
    run(&mut migrate(stages, home.path()), None)
}
