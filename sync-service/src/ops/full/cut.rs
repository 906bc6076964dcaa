//! How a table is cut before any of its rows is read: into its partitions, or not at all. Ranges of
//! keys come later, where readers have nothing to do.
//!
//! To walk a partitioned table in the order of its key, the source looks into every partition for
//! each statement: MySQL merges the indexes of all of them, OceanBase sorts whatever is left of the
//! table. Reading 500,000 rows of 1,000 partitions in the order of the key takes MySQL two to four
//! times as long as reading one partition after the other, and for OceanBase the cost of each
//! statement grows with the table. A table without a key gains as much: its partitions are read side
//! by side. Against that stands one statement for each partition, of some milliseconds, so that
//! small partitions are read together. A range by the leading column of the key does not help: it
//! leaves all partitions above its beginning.
//!
//! What is read of a partition holds only while partitions stay as they are. Their layout is noted
//! when the table is begun, compared when it is opened again, and once more before its last range
//! counts as read: where it differs, the table fails, and begins anew the next time.

use super::fate::Failure;
use super::job::Job;
use super::ledger::{StoredRange, StoredTable};
use super::patience::Patience;
use super::shared::{Shared, Side};
use oms_connector::{DataError, Partitions, ReadSession, Sketch};
use oms_model::{Chunk, UniqueKey};

/// How many rows partitions have on average at least, so that each is read alone.
const WORTH_ALONE: u64 = 1_000;

/// The pieces of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cut {
    /// What is read one by one; nothing where the table is read as a whole.
    pub partitions: Vec<String>,
    /// The layout of the partitions, where what is read holds only while it stays: they are read one
    /// by one, or by numbers that each of them counts for itself.
    pub layout: Option<String>,
}

impl Cut {
    /// The ranges to begin with.
    pub fn ranges(&self) -> Vec<StoredRange> {
        if self.partitions.is_empty() {
            return vec![StoredRange::default()];
        }
        let range = |(number, name): (u32, &String)| StoredRange {
            number,
            chunk: Chunk::of(Some(name)),
            done: None,
        };
        (0..).zip(&self.partitions).map(range).collect()
    }
}

/// Decides how a table is cut, and finds the key that puts its rows in order. `key` is its own, where
/// it has one.
pub async fn cut(
    session: &mut dyn ReadSession,
    sketch: &mut Sketch,
    stored: &StoredTable,
    key: Option<UniqueKey>,
) -> Result<(Cut, Option<UniqueKey>), DataError> {
    let whole = sketch.partitions.names.is_empty();
    let goes_on = stored.begun && key.is_some();
    let alone = match &stored.layout {
        _ if whole => false,
        // What was begun goes on as it was.
        None if goes_on => false,
        Some(layout) if goes_on && *layout == sketch.partitions.layout => true,
        _ => is_worth_it(session, sketch).await?,
    };
    let Partitions { names, layout } = sketch.partitions.clone();
    let hidden = match key {
        // A hidden key tells rows of one partition apart, and no others.
        None if whole || alone => session.hidden_key(&mut sketch.table).await?,
        _ => None,
    };
    let cut = Cut {
        partitions: if alone { names } else { Vec::new() },
        layout: (alone || hidden.is_some()).then_some(layout),
    };
    Ok((cut, key.or(hidden)))
}

async fn is_worth_it(session: &mut dyn ReadSession, sketch: &Sketch) -> Result<bool, DataError> {
    let needed = sketch.partitions.names.len() as u64 * WORTH_ALONE;
    match sketch.estimate.rows {
        // Not analysed yet.
        0 => session.is_larger(&sketch.table, needed).await,
        rows => Ok(rows >= needed),
    }
}

/// Fails where partitions were changed since a table was begun: rows may have gone from one that was
/// not read yet into one that was. Asked before the last range counts as read.
pub async fn is_as_it_was(
    shared: &Shared,
    kept: &mut Option<Box<dyn ReadSession>>,
    job: &Job,
) -> Result<(), Failure> {
    let Some(layout) = &job.layout else { return Ok(()) };
    let mut patience = Patience::new(shared.patience);
    loop {
        let error = match layout_now(shared, kept, job).await {
            Ok(now) if now == *layout => return Ok(()),
            Ok(_) => DataError::Changed { message: "its partitions were changed".into() },
            Err(error) => error,
        };
        let failure = || Failure::of_data(Side::Source.name(), &error);
        match error.is_passing() {
            true => patience.pause(&job.stop, failure).await?,
            false => return Err(failure()),
        }
    }
}

/// A session that failed is not kept.
async fn layout_now(
    shared: &Shared,
    kept: &mut Option<Box<dyn ReadSession>>,
    job: &Job,
) -> Result<String, DataError> {
    let mut session = match kept.take() {
        Some(session) => session,
        None => shared.reading(Side::Source).await?,
    };
    let table = &job.scan.table;
    let now = session.partitions(&table.database, &table.name).await?;
    *kept = Some(session);
    Ok(now.layout)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_partition_is_a_range_and_a_whole_table_is_one() {
        assert_eq!(Cut::default().ranges(), [StoredRange::default()]);
        let names = ["p1", "p0"].map(str::to_owned).to_vec();
        let cut = Cut { partitions: names, layout: Some("l".into()) };
        let ranges = cut.ranges();
        let seen: Vec<_> =
            ranges.iter().map(|r| (r.number, r.chunk.partition.as_deref())).collect();
        assert_eq!(seen, [(0, Some("p1")), (1, Some("p0"))]);
    }
}
