//! How many rows both sides have.

use super::side::Side;
use crate::fault::Fault;
use oms_connector::{Connector, DataError, Scan};
use oms_contracts::sync::{ObjectSpec, SyncObjectKind};
use oms_model::{ObjectName, Table};
use serde::Serialize;
use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::task::JoinSet;

/// Connections a side is counted with.
const LANES: usize = 4;
/// How often one count is tried while its database cannot answer, with this between.
const TRIES: u32 = 6;
const PAUSE: Duration = Duration::from_secs(1);

/// A target table whose rows are not as many as those of its sources.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Difference {
    pub sources: Vec<ObjectName>,
    pub target: ObjectName,
    /// Those that meet the conditions; absent where a table is not there.
    pub source_rows: Option<u64>,
    pub target_rows: Option<u64>,
}

/// What was counted.
#[derive(Debug, Clone, Default)]
pub struct Counted {
    /// Target tables.
    pub tables: u64,
    /// Rows at the source.
    pub rows: u64,
    pub differences: Vec<Difference>,
}

/// Rows that were kept at the target, by table; where there may be some, the target may have more
/// rows than were loaded.
pub type Kept = Option<HashMap<ObjectName, u64>>;

/// Counts all tables at both sides, the sources of one target together.
pub async fn compare(
    (source, target): (&Side, &Side),
    objects: &[ObjectSpec],
    kept: &Kept,
) -> Result<Counted, Fault> {
    let mut groups: BTreeMap<&ObjectName, Vec<&ObjectSpec>> = BTreeMap::new();
    for object in objects.iter().filter(|object| object.kind == SyncObjectKind::Table) {
        groups.entry(&object.target).or_default().push(object);
    }
    let from: Vec<Scan> = groups
        .values()
        .flatten()
        .map(|object| scan(&object.source, object.where_clause.clone()))
        .collect();
    let to: Vec<Scan> = groups.keys().map(|target| scan(target, None)).collect();
    let (found, there) = tokio::join!(counts(source, from), counts(target, to));
    let (mut found, there) = (found?.into_iter(), there?);
    let mut counted = Counted::default();
    for ((name, objects), target_rows) in groups.into_iter().zip(there) {
        let rows: Option<u64> = found.by_ref().take(objects.len()).sum();
        counted.tables += 1;
        counted.rows += rows.unwrap_or_default();
        if !agree(rows, target_rows, kept.as_ref().map(|kept| kept.get(name).copied())) {
            let sources = objects.iter().map(|object| object.source.clone()).collect();
            let target = name.clone();
            counted.differences.push(Difference {
                sources,
                target,
                source_rows: rows,
                target_rows,
            });
        }
    }
    Ok(counted)
}

/// Whether counts fit together. Each row that was not written for one that stood in its way is
/// missing at most once.
fn agree(source: Option<u64>, target: Option<u64>, kept: Option<Option<u64>>) -> bool {
    match (source, target, kept) {
        (Some(source), Some(target), None) => source == target,
        (Some(source), Some(target), Some(kept)) => target + kept.unwrap_or_default() >= source,
        _ => false,
    }
}

fn scan(name: &ObjectName, filter: Option<String>) -> Scan {
    let (database, name) = (name.database.clone(), name.name.clone());
    let table = Table { database, name, columns: Vec::new(), keys: Vec::new() };
    Scan { table, fields: Vec::new(), key: None, filter }
}

/// The counts in the order of the scans; `None` where a table is not there.
async fn counts(side: &Side, scans: Vec<Scan>) -> Result<Vec<Option<u64>>, Fault> {
    let connector = side.open()?;
    let lanes = LANES.min(scans.len());
    let (scans, next) = (Arc::new(scans), Arc::new(AtomicUsize::new(0)));
    let mut working = JoinSet::new();
    for _ in 0..lanes {
        let lane = lane(Arc::clone(&connector), Arc::clone(&scans), Arc::clone(&next));
        working.spawn(lane);
    }
    let mut counted = vec![None; scans.len()];
    while let Some(lane) = working.join_next().await {
        let lane = lane.expect("counting does not panic");
        for (at, rows) in lane.map_err(|error| side.broken(error))? {
            counted[at] = rows;
        }
    }
    Ok(counted)
}

type Found = Vec<(usize, Option<u64>)>;

async fn lane(
    connector: Arc<dyn Connector>,
    scans: Arc<Vec<Scan>>,
    next: Arc<AtomicUsize>,
) -> Result<Found, DataError> {
    let nobody = || DataError::Unsupported("nothing reads rows there".into());
    let reader = connector.snapshot().ok_or_else(nobody)?;
    let (mut found, mut session) = (Vec::new(), None);
    loop {
        let at = next.fetch_add(1, Ordering::Relaxed);
        let Some(scan) = scans.get(at) else { return Ok(found) };
        let mut tries = 1;
        let rows = loop {
            let counted = match session.take() {
                Some(open) => Ok(open),
                None => reader.reading().await,
            };
            let counted = match counted {
                Ok(open) => session.insert(open).count(scan).await,
                Err(error) => Err(error),
            };
            match counted {
                Ok(rows) => break Some(rows),
                Err(
                    DataError::NoSuchTable { .. }
                    | DataError::NoSuchDatabase(_)
                    | DataError::Changed { .. },
                ) => break None,
                Err(error) if error.is_passing() && tries < TRIES => {
                    tries += 1;
                    session = None;
                    tokio::time::sleep(PAUSE).await;
                }
                Err(error) => return Err(error),
            }
        };
        found.push((at, rows));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_equal_unless_the_target_had_rows() {
        assert!(agree(Some(3), Some(3), None));
        assert!(!agree(Some(3), Some(4), None));
        assert!(!agree(Some(3), None, None));
        assert!(!agree(None, Some(0), Some(None)));
        assert!(agree(Some(3), Some(9), Some(None)));
        assert!(agree(Some(3), Some(2), Some(Some(1))));
        assert!(!agree(Some(3), Some(2), Some(None)));
    }
}
