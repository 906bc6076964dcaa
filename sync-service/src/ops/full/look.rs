//! Looks at both sides of tables, many at a time.

use super::cut::{Cut, cut};
use super::fate::{Failure, FailureKind};
use super::fit::fit;
use super::ledger::StoredTable;
use super::run::TablePlan;
use super::shared::{Shared, Side};
use crate::domain::incr::Route;
use oms_connector::{DataError, Destination, Estimate, ReadSession, Scan, Sketch};
use oms_model::Table;
use std::collections::HashMap;

/// A table to be opened, and what was recorded of it.
#[derive(Debug, Clone)]
pub struct Wanted {
    pub plan: TablePlan,
    pub stored: StoredTable,
}

/// A table whose sides fit together.
pub struct Fitted {
    pub wanted: Wanted,
    pub scan: Scan,
    pub into: Destination,
    pub estimate: Estimate,
    pub cut: Cut,
    /// It is read in one piece, at one place of the source's log.
    pub still: bool,
}

/// Connections that look, kept for the next time.
#[derive(Debug, Default)]
pub struct Sessions {
    source: Option<Box<dyn ReadSession>>,
    target: Option<Box<dyn ReadSession>>,
}

type Sketches = HashMap<String, Result<Sketch, DataError>>;

/// Holds both sides of each table against each other.
pub async fn look(
    shared: &Shared,
    sessions: &mut Sessions,
    piece: &[Wanted],
) -> Result<Vec<Result<Fitted, (u32, Failure)>>, Failure> {
    let side = |side: Side| {
        let names = piece.iter().map(move |wanted| side.of(&wanted.plan));
        names.fold(HashMap::<_, Vec<_>>::new(), |mut by_database, (database, table)| {
            by_database.entry(database).or_default().push(table);
            by_database
        })
    };
    let (at_source, at_target) = (side(Side::Source), side(Side::Target));
    let (mut sources, mut targets) = tokio::try_join!(
        sketches(shared, Side::Source, &mut sessions.source, &at_source),
        sketches(shared, Side::Target, &mut sessions.target, &at_target),
    )?;
    let mut outcomes = Vec::with_capacity(piece.len());
    for wanted in piece {
        let both = take(&mut sources, Side::Source, &wanted.plan).and_then(|source| {
            take(&mut targets, Side::Target, &wanted.plan).map(|target| (source, target))
        });
        let fitted = match both {
            Ok((source, target)) => {
                fitted(shared, &mut sessions.source, wanted, source, &target).await
            }
            Err(failure) => Err(failure),
        };
        match fitted {
            Err(failure) if failure.kind == FailureKind::Unreachable => return Err(failure),
            fitted => outcomes.push(fitted.map_err(|failure| (wanted.plan.number, failure))),
        }
    }
    Ok(outcomes)
}

/// One table, cut and fitted into its target.
async fn fitted(
    shared: &Shared,
    kept: &mut Option<Box<dyn ReadSession>>,
    wanted: &Wanted,
    mut source: Sketch,
    target: &Sketch,
) -> Result<Fitted, Failure> {
    let failed = |error: DataError| Failure::of_data(Side::Source.name(), &error);
    let mut session = match kept.take() {
        Some(session) => session,
        None => shared.reading(Side::Source).await.map_err(failed)?,
    };
    let still = shared.followed && is_loose(&wanted.plan, &source.table, &target.table);
    let (cut, key) = match still {
        true => (Cut::default(), None),
        false => {
            let key = shared.order_key(&source.table);
            cut(session.as_mut(), &mut source, &wanted.stored, key).await.map_err(failed)?
        }
    };
    *kept = Some(session);
    let (scan, into) = fit(&wanted.plan, source.table, &target.table, key)?;
    Ok(Fitted { wanted: wanted.clone(), scan, into, estimate: source.estimate, cut, still })
}

/// Whether nothing tells rows of the target apart for those who apply changes.
fn is_loose(plan: &TablePlan, source: &Table, target: &Table) -> bool {
    Route::new(source, target, plan.columns.as_deref()).is_ok_and(|route| route.is_loose())
}

/// Looks at tables of one side, by database.
async fn sketches<'a>(
    shared: &Shared,
    side: Side,
    kept: &mut Option<Box<dyn ReadSession>>,
    wanted: &HashMap<&'a str, Vec<&'a str>>,
) -> Result<HashMap<&'a str, Sketches>, Failure> {
    let failed = |error: DataError| Failure::of_data(side.name(), &error);
    let mut session = match kept.take() {
        Some(session) => session,
        None => shared.reading(side).await.map_err(failed)?,
    };
    let mut found = HashMap::with_capacity(wanted.len());
    for (database, tables) in wanted {
        found.insert(*database, session.sketches(database, tables).await.map_err(failed)?);
    }
    *kept = Some(session);
    Ok(found)
}

/// What was found of a plan's table. Several plans may share one.
fn take(
    found: &mut HashMap<&str, Sketches>,
    side: Side,
    plan: &TablePlan,
) -> Result<Sketch, Failure> {
    let (database, table) = side.of(plan);
    let missing = || DataError::NoSuchTable { database: database.into(), table: table.into() };
    let sketch = found.get_mut(database).and_then(|tables| tables.get(table));
    match sketch {
        Some(Ok(sketch)) => Ok(sketch.clone()),
        Some(Err(error)) => Err(Failure::of_data(side.name(), error)),
        None => Err(Failure::of_data(side.name(), &missing())),
    }
}
