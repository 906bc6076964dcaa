//! Indexes that were left for after the load. Those of one table are built one after the other: a
//! server would let them wait for each other.

use super::{
    fault::{Halt, Refused},
    line::{End, Line, ask},
    shared::Shared,
};
use crate::repo::schema::{Deferred, SchemaObject};
use futures::future::try_join_all;
use oms_connector::schema::{DefinitionKind, Refusal, SchemaError};
use oms_contracts::sync::{Limits, ObjectState, StatementState, SyncObjectKind};
use oms_model::ObjectName;
use std::{
    collections::{BTreeMap, VecDeque},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

/// How many indexes are built at once unless the task says otherwise.
const WIDTH: u32 = 4;
/// How long one index may take.
const LIMIT: Duration = Duration::from_secs(48 * 3_600);

/// How the building went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Built {
    pub total: usize,
    pub failed: usize,
}

/// Whether it was asked for and is not there yet, or not known to be.
fn is_open(state: StatementState) -> bool {
    match state {
        StatementState::Due | StatementState::Running | StatementState::Failed => true,
        StatementState::Pending | StatementState::Done => false,
    }
}

/// Builds the indexes that are due, of objects that are there.
pub async fn build(
    shared: &Shared,
    objects: &[SchemaObject],
    limits: &Limits,
) -> Result<Built, Halt> {
    let mut tables: BTreeMap<u32, (ObjectName, Vec<Deferred>)> = BTreeMap::new();
    let there = |object: &&SchemaObject| {
        let state = object.state;
        object.kind == SyncObjectKind::Table
            && matches!(state, ObjectState::Completed | ObjectState::CompletedWithConversion)
    };
    for object in objects.iter().filter(there) {
        tables.insert(object.number, (shared.converter.name(&object.target), vec![]));
    }
    let mut total = 0;
    for index in shared.book.indexes().await? {
        if let Some((_, indexes)) = tables.get_mut(&index.object) {
            total += 1;
            if is_open(index.state) {
                indexes.push(index);
            }
        }
    }
    let work: VecDeque<_> = tables.into_values().filter(|(_, open)| !open.is_empty()).collect();
    let width = limits.max_concurrent_index_ddls.unwrap_or(WIDTH).max(1) as usize;
    let width = width.min(work.len());
    let (queue, failed) = (Mutex::new(work), AtomicUsize::new(0));
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
    let worker = async || {
        let mut target = shared.line(End::Target);
        while let Some((table, indexes)) = next() {
            for index in indexes {
                shared.check_stop()?;
                if !one(shared, &mut target, (&table, &index), limits).await? {
                    failed.fetch_add(1, Ordering::Relaxed);
                }
            }
        }
        Ok(())
    };
    try_join_all((0..width).map(|_| worker())).await?;
    Ok(Built { total, failed: failed.into_inner() })
}

/// Builds one index, and says whether it is there.
async fn one(
    shared: &Shared,
    target: &mut Line,
    (table, index): (&ObjectName, &Deferred),
    limits: &Limits,
) -> Result<bool, Halt> {
    let place = (index.object, index.number);
    // An earlier run may have sent it.
    let mut doubtful = index.state == StatementState::Running;
    shared.book.set_statement(place, StatementState::Running, None).await?;
    let built = loop {
        let ran = attempt(shared, target, (table, index), limits).await?;
        doubtful |= matches!(ran, Err(SchemaError::Data(_)));
        if let Some(built) = target.judge(ran).await? {
            break built;
        }
    };
    let error = match built {
        Ok(()) => None,
        Err(refused) if refused.why == Refusal::Exists => {
            is_other(shared, target, (table, index), doubtful, refused).await?
        }
        Err(refused) => Some(refused.message),
    };
    let state = if error.is_none() { StatementState::Done } else { StatementState::Failed };
    let is_there = error.is_none();
    shared.book.set_statement(place, state, error).await?;
    Ok(is_there)
}

/// Sends the statement.
async fn attempt(
    shared: &Shared,
    target: &mut Line,
    (table, index): (&ObjectName, &Deferred),
    limits: &Limits,
) -> Result<Result<(), SchemaError>, Halt> {
    if let Some(threads) = limits.index_ddl_concurrency_limit {
        let set = match target.session().await {
            Ok(session) => session.set_index_threads(threads).await,
            Err(error) => return Ok(Err(error)),
        };
        if let Err(error) = set {
            tracing::warn!(%error, "the server chooses its threads by itself");
        }
    }
    let ran = target.run(&table.database, &index.sql, LIMIT).await;
    if matches!(ran, Err(Halt::Stopped)) {
        let place = (index.object, index.number);
        shared.book.set_statement(place, StatementState::Due, None).await?;
    }
    ran
}

/// An index of that name is there. Why it is not ours, if it is not.
async fn is_other(
    shared: &Shared,
    target: &mut Line,
    (table, index): (&ObjectName, &Deferred),
    doubtful: bool,
    refused: Refused,
) -> Result<Option<String>, Halt> {
    let definition = ask!(target, session => session.definition(DefinitionKind::Table, table));
    let Ok(definition) = definition else { return Ok(Some(refused.message)) };
    let same = shared.converter.has_index(table, &index.sql, &definition);
    if same {
        tracing::info!(%table, index = index.name, doubtful, "the index was there");
        return Ok(None);
    }
    Ok(Some(format!("{}; the index that is there is another one", refused.message)))
}
