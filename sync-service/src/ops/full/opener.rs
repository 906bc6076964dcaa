//! Looks at both sides of each table before any of its rows is read: do they fit together, is the
//! target empty, by which key is it read, where does it end.

use super::fate::{Failure, FailureKind};
use super::job::{Job, RangeJob};
use super::ledger::{Ended, Opened, StoredRange, StoredTable};
use super::run::{TablePlan, WRITERS};
use super::shared::{self, Shared};
use super::writer::Patience;
use oms_connector::{
    DataError, Destination, Estimate, Field, Key, ReadSession, Scan, TargetColumn, WriteSession,
};
use oms_model::{Charset, LogicalType, Table, UniqueKey};
use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU32, AtomicU64},
};

/// Opens tables, one after the other.
pub struct Opener {
    shared: Arc<Shared>,
    reading: Option<Box<dyn ReadSession>>,
    writing: Option<Box<dyn WriteSession>>,
}

/// Tables with fewer rows and bytes than this are read by one statement.
const SMALL_ROWS: u64 = 20_000;
const SMALL_BYTES: u64 = 8 << 20;

impl Opener {
    pub fn new(shared: Arc<Shared>) -> Self {
        Self { shared, reading: None, writing: None }
    }

    /// Opens a table, again and again while a database is away.
    pub async fn open_patiently(
        &mut self,
        plan: &TablePlan,
        stored: &StoredTable,
    ) -> Result<Arc<Job>, Failure> {
        let mut patience = Patience::new(self.shared.patience);
        loop {
            match self.open(plan, stored).await {
                Err(failure) if failure.kind == FailureKind::Unreachable => {
                    (self.reading, self.writing) = (None, None);
                    patience.pause(&self.shared.stop, || failure.clone()).await?;
                }
                outcome => return outcome,
            }
        }
    }

    /// Opens a table and puts its ranges into the queue.
    async fn open(&mut self, plan: &TablePlan, stored: &StoredTable) -> Result<Arc<Job>, Failure> {
        let (scan, into) = fit_both(&self.shared, plan).await?;
        let anew = stored.begun && (scan.key.is_none() || into.key.is_empty());
        let owned = match stored.begun {
            true => stored.owned,
            false => self.is_owned(plan, &into).await?,
        };
        if anew {
            self.empty(plan, &into, owned).await?;
        }
        let estimate = self.estimate(&scan.table).await?;
        let (ranges, next_range) = match stored.begun && !anew {
            true => (stored.open_ranges.clone(), stored.next_range),
            false => self.ranges(&scan, estimate).await?,
        };
        let opened = Opened {
            number: plan.number,
            owned,
            anew,
            estimate: estimate.rows,
            ranges: if stored.begun && !anew { vec![] } else { ranges.clone() },
        };
        let job = Arc::new(Job {
            number: plan.number,
            owned,
            sole: plan.sole,
            keeps: self.shared.keeps,
            estimate: estimate.rows,
            row_bytes: estimate.bytes / estimate.rows.max(1),
            open_ranges: AtomicU32::new(u32::try_from(ranges.len()).unwrap_or(u32::MAX)),
            next_range: AtomicU32::new(next_range),
            rows_read: AtomicU64::new(0),
            stop: self.shared.stop.child_token(),
            failure: Mutex::default(),
            scan,
            into,
        });
        if let Err(error) = self.shared.ledger.open(vec![opened]).await {
            self.shared.break_down(error);
            return Ok(job);
        }
        if ranges.is_empty() {
            // Everything was written before, and only that it was done was not recorded.
            self.shared.tracker.ended(Ended { table: plan.number, failure: None });
        }
        for range in ranges {
            let after = range.done.or(range.after);
            let mut next = RangeJob::new(Arc::clone(&job), range.number, after, range.upto);
            next.partition = range.partition;
            self.shared.queue.push(Arc::new(next));
        }
        Ok(job)
    }

    async fn is_owned(&mut self, plan: &TablePlan, into: &Destination) -> Result<bool, Failure> {
        if let Some(owned) = self.shared.decided(plan) {
            return Ok(owned);
        }
        let of_target = |error: DataError| Failure::of_data("target", &error);
        let session = self.writing().await.map_err(of_target)?;
        let occupied = session.has_rows(into).await.map_err(of_target)?;
        if occupied && !self.shared.keeps {
            let message = format!(
                "the target table {}.{} holds rows already",
                plan.target_database, plan.target_table
            );
            return Err(Failure::new(FailureKind::NotEmpty, message));
        }
        self.shared.decide(plan, !occupied);
        Ok(!occupied)
    }

    /// Removes what an earlier run wrote of a table whose rows nothing tells apart.
    async fn empty(
        &mut self,
        plan: &TablePlan,
        into: &Destination,
        owned: bool,
    ) -> Result<(), Failure> {
        if !(owned && plan.sole) {
            let message = format!(
                "an earlier run wrote rows into {}.{}, which have no key and are not alone there: \
                 they cannot be told from those still to be written",
                plan.target_database, plan.target_table
            );
            return Err(Failure::new(FailureKind::NotEmpty, message));
        }
        self.shared.is_alone()?;
        let of_target = |error: DataError| Failure::of_data("target", &error);
        let session = self.writing().await.map_err(of_target)?;
        shared::findable(session.as_ref()).map_err(of_target)?;
        session.empty(into).await.map_err(of_target)
    }

    async fn estimate(&mut self, table: &Table) -> Result<Estimate, Failure> {
        let of_source = |error: DataError| Failure::of_data("source", &error);
        let session = self.reading().await.map_err(of_source)?;
        session.estimate(table).await.map_err(of_source)
    }

    /// A small table is one range without bounds: the statement that reads it has an end of its own.
    async fn ranges(
        &mut self,
        scan: &Scan,
        estimate: Estimate,
    ) -> Result<(Vec<StoredRange>, u32), Failure> {
        let small = estimate.rows < SMALL_ROWS && estimate.bytes < SMALL_BYTES;
        let all = StoredRange::default();
        if scan.key.is_none() || small {
            return Ok((vec![all], 1));
        }
        let of_source = |error: DataError| Failure::of_data("source", &error);
        let session = self.reading().await.map_err(of_source)?;
        let ends = session.ends(scan).await.map_err(of_source)?;
        let upto: Option<Key> = ends.map(|(_, highest)| highest);
        Ok((vec![StoredRange { upto, ..all }], 1))
    }

    async fn reading(&mut self) -> Result<&mut Box<dyn ReadSession>, DataError> {
        let session = match self.reading.take() {
            Some(session) => session,
            None => self.shared.reading().await?,
        };
        Ok(self.reading.insert(session))
    }

    async fn writing(&mut self) -> Result<&mut Box<dyn WriteSession>, DataError> {
        let session = match self.writing.take() {
            Some(session) => session,
            None => self.shared.writing(WRITERS).await?,
        };
        Ok(self.writing.insert(session))
    }
}

/// Puts both layouts together.
async fn fit_both(shared: &Shared, plan: &TablePlan) -> Result<(Scan, Destination), Failure> {
    let source = shared.source_layout(&plan.source_database, &plan.source_table).await;
    let source = source.map_err(|error| Failure::of_data("source", &error))?;
    let target = shared.target_layout(&plan.target_database, &plan.target_table).await;
    let target = target.map_err(|error| Failure::of_data("target", &error))?;
    let key = shared.order_key(&source);
    fit(plan, source, &target, key)
}

/// Which columns go where, and which key tells rows apart on the way.
fn fit(
    plan: &TablePlan,
    source: Table,
    target: &Table,
    order: Option<UniqueKey>,
) -> Result<(Scan, Destination), Failure> {
    let wanted = wanted(plan, &source)?;
    let (mut fields, mut columns) = (Vec::new(), Vec::new());
    for place in wanted {
        let column = &source.columns[place];
        let there = find(target, &column.name).ok_or_else(|| {
            let message = format!("the target table {target} has no column {:?}", column.name);
            Failure::new(FailureKind::Table, message)
        })?;
        let there = &target.columns[there];
        if there.generated {
            let message = format!("the target computes the column {:?} of {target}", there.name);
            return Err(Failure::new(FailureKind::Table, message));
        }
        let charset = conversion(&column.logical, &there.logical);
        fields.push(Field { column: place, charset });
        columns.push(TargetColumn::from(there));
    }
    let written = fields.len();
    // The order needs its key's columns, also those that are not written.
    let parts = order.iter().flat_map(|key| &key.parts);
    for place in parts.filter_map(|part| part.column) {
        if !fields.iter().any(|field| field.column == place) {
            fields.push(Field { column: place, charset: None });
        }
    }
    let key = identity(&source, order.as_ref(), &fields[..written]);
    let into = Destination {
        database: plan.target_database.clone(),
        table: plan.target_table.clone(),
        columns,
        key,
    };
    Ok((Scan { table: source, fields, key: order, filter: plan.filter.clone() }, into))
}

fn wanted(plan: &TablePlan, source: &Table) -> Result<Vec<usize>, Failure> {
    let Some(names) = &plan.columns else {
        return Ok(source.stored().map(|(place, _)| place).collect());
    };
    let place = |name: &String| match source.place(name) {
        Some(place) if source.columns[place].generated => Err(Failure::new(
            FailureKind::Table,
            format!("the source computes the column {name:?}: it is not copied"),
        )),
        Some(place) => Ok(place),
        None => Err(Failure::new(
            FailureKind::Table,
            format!("the source table {source} has no column {name:?}"),
        )),
    };
    names.iter().map(place).collect()
}

/// Names of columns are the same in any case of letters.
fn find(table: &Table, column: &str) -> Option<usize> {
    let alike = |known: &oms_model::Column| known.name.to_lowercase() == column.to_lowercase();
    table.place(column).or_else(|| table.columns.iter().position(alike))
}

/// The places in a written row of the values that tell rows apart; none where nothing does.
fn identity(source: &Table, order: Option<&UniqueKey>, written: &[Field]) -> Vec<usize> {
    let places = |key: &UniqueKey| -> Option<Vec<usize>> {
        let place = |column| written.iter().position(|field| field.column == column);
        key.parts.iter().map(|part| part.column.and_then(place)).collect()
    };
    let keys = order.into_iter().chain(source.identifying());
    keys.filter_map(places).next().unwrap_or_default()
}

/// The charset in which text has to be read, where the target has another one.
fn conversion(source: &LogicalType, target: &LogicalType) -> Option<Charset> {
    let from = source.charset()?;
    let to = match target {
        LogicalType::Json => &Charset::Utf8,
        other => other.charset()?,
    };
    let same = from == to || (from.is_utf8() && to.is_utf8());
    (!same).then(|| to.clone())
}
