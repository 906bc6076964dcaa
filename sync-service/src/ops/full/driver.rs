//! Runs a FULL task: from its specification to connectors, and from its limits to a load that follows
//! them while they change.

use super::book::Book;
use super::conductor::Conductor;
use super::retry::Retries;
use super::run::{Load, Outcome as Ran, TablePlan};
use crate::ops::{connect, names::keep_apart, seating::seating};
use crate::runner::{Failure, Outcome, TaskContext, TaskDriver};
use async_trait::async_trait;
use oms_contracts::{
    ErrorCode,
    sync::{SyncObjectKind, TaskSpec},
};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

/// Drives full loads.
#[derive(Debug, Default)]
pub struct FullDriver;

/// How long a database may be away before its tables fail.
const PATIENCE: Duration = Duration::from_secs(120);
/// How often a table is taken up that fails by what may pass.
const RETRIES: Retries = Retries { attempts: 5, pause: Duration::from_secs(5) };
/// How often is shown how it goes.
const EVERY: Duration = Duration::from_secs(1);

#[async_trait]
impl TaskDriver for FullDriver {
    async fn run(&self, mut task: TaskContext) -> Outcome {
        match run(&mut task).await {
            Ok(Ran::Stopped) => Outcome::Stopped,
            Ok(Ran::Ended { failed: 0 }) => Outcome::Finished,
            Ok(Ran::Ended { failed }) => {
                let tables = tables(&task.spec).len();
                Outcome::Failed(Failure {
                    code: ErrorCode::TablesFailed,
                    message: format!("{failed} of {tables} tables could not be loaded"),
                })
            }
            Ok(Ran::Broken(error)) => {
                Outcome::Failed(Failure { code: error.code, message: error.message })
            }
            Err(failure) => Outcome::Failed(failure),
        }
    }
}

async fn run(task: &mut TaskContext) -> Result<Ran, Failure> {
    let connector = |end| {
        connect::connector(end).map_err(|error| Failure {
            code: ErrorCode::KindNotSupported,
            message: error.to_string(),
        })
    };
    let target = connector(&task.spec.target)?;
    keep_apart(target.as_ref(), &task.spec.objects).await?;
    let mut conductor = Conductor::new(&task.limits.borrow_and_update());
    let load = Load {
        source: connector(&task.spec.source)?,
        target,
        ledger: Arc::new(Book { db: task.db.clone(), fence: task.fence.clone() }),
        flow: conductor.flow(),
        crew: conductor.crew(),
        tables: tables(&task.spec),
        seating: seating(&task.spec, task.fence.task.as_str()),
        keeps: task.spec.full.as_ref().is_some_and(|full| full.allow_dest_table_not_empty),
        followed: task.spec.full.as_ref().is_some_and(|full| full.changes_follow),
        patience: PATIENCE,
        retries: RETRIES,
        stop: task.stop.clone(),
    };
    let running = load.run();
    tokio::pin!(running);
    let mut tick = tokio::time::interval(EVERY);
    loop {
        tokio::select! {
            ran = &mut running => return Ok(ran),
            _ = tick.tick() => { task.live.send_replace(conductor.beat()); }
            // Without anybody left to change them the limits stay.
            Ok(()) = task.limits.changed() => {
                conductor.limit(&task.limits.borrow_and_update());
            }
        }
    }
}

/// The tables of a task, each with whether it has its target for itself.
fn tables(spec: &TaskSpec) -> Vec<TablePlan> {
    let mut sources: HashMap<_, usize> = HashMap::new();
    let objects = || {
        let all = (0..).zip(&spec.objects);
        all.filter(|(_, object)| object.kind == SyncObjectKind::Table)
    };
    for (_, object) in objects() {
        *sources.entry(&object.target).or_default() += 1;
    }
    objects()
        .map(|(number, object)| TablePlan {
            number,
            source_database: object.source.database.clone(),
            source_table: object.source.name.clone(),
            target_database: object.target.database.clone(),
            target_table: object.target.name.clone(),
            filter: object.where_clause.clone(),
            columns: object.columns.clone(),
            sole: sources[&object.target] == 1,
        })
        .collect()
}
