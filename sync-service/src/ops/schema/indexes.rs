//! Indexes that were left for after the load. Those of one table are built one after the other: a
//! server would let them wait for each other.

use super::{
    fault::Halt,
    line::{BUSY, End, Line, ask},
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
    time::{Duration, Instant},
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
        target.leave().await;
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
    shared.book.set_statement(place, StatementState::Running, None).await?;
    let (mut waiting, mut another) = (None, false);
    let error = loop {
        let ran = attempt(shared, target, (table, index), limits).await?;
        match target.judge(ran).await? {
            None => {}
            Some(Ok(())) => break None,
            Some(Err(refused)) if refused.why == Refusal::Exists => {
                let since = *waiting.get_or_insert_with(Instant::now);
                match there(shared, target, (table, index)).await? {
                    There::Ours => break None,
                    There::Unusable if since.elapsed() < BUSY => target.wait().await?,
                    There::Unusable => break Some(format!("{}; {STUCK}", refused.message)),
                    // The one in the way may have gone between two looks.
                    There::Another if !another => another = true,
                    There::Another => break Some(format!("{}; {ANOTHER}", refused.message)),
                    There::Unknown => break Some(refused.message),
                }
            }
            Some(Err(refused)) => break Some(refused.message),
        }
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
        let set = match target.session().await? {
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

/// What a server has under the name of an index.
enum There {
    Ours,
    Another,
    /// It is being built, or what was left of its building is being cleared away. It gets usable, or
    /// is gone then.
    Unusable,
    /// The server does not tell.
    Unknown,
}

const ANOTHER: &str = "the index that is there is another one";
const STUCK: &str = "the index that is there cannot be used yet: somebody builds it, or a build \
                     that was given up is being cleared away";

/// An index of that name is there.
async fn there(
    shared: &Shared,
    target: &mut Line,
    (table, index): (&ObjectName, &Deferred),
) -> Result<There, Halt> {
    let unusable = ask!(target, session => session.unusable_indexes(table));
    let Ok(unusable) = unusable else { return Ok(There::Unknown) };
    if unusable.iter().any(|name| name.eq_ignore_ascii_case(&index.name)) {
        return Ok(There::Unusable);
    }
    let definition = ask!(target, session => session.definition(DefinitionKind::Table, table));
    let Ok(definition) = definition else { return Ok(There::Unknown) };
    match shared.converter.has_index(table, &index.sql, &definition) {
        true => {
            tracing::info!(%table, index = index.name, "the index was there");
            Ok(There::Ours)
        }
        false => Ok(There::Another),
    }
}
