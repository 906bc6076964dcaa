//! Lists: of tasks, of the tables of a load, of the rows that were in its way or not as expected.

use super::{
    find::{live_of, table_view},
    require, require_kind,
};
use crate::{
    Error,
    app::AppState,
    domain::Outline,
    repo::{self, full, incr, task},
};
use oms_contracts::{
    Page,
    sync::{
        ConflictQuery, ConflictView, DriftQuery, TableQuery, TableView, TaskId, TaskKind, TaskQuery,
    },
};

/// A page of tasks by id.
pub async fn list(state: &AppState, query: TaskQuery) -> Result<Page<Outline>, Error> {
    let slice = query.page().checked()?;
    let filter = task::Filter { state: query.state, kind: query.kind, prefix: query.prefix };
    let work = move |conn: &mut _| task::list(conn, &filter, slice);
    let (items, total) = state.db.run(work).await?;
    Ok(slice.page(items, total))
}

/// A page of the tables of a full load.
pub async fn tables(
    state: &AppState,
    id: TaskId,
    query: TableQuery,
) -> Result<Page<TableView>, Error> {
    let slice = query.page().checked()?;
    let filter = full::Filter { state: query.state, search: query.search };
    let runner = state.runner.clone();
    state
        .db
        .run(move |conn| {
            let task = require(conn, &id)?;
            require_kind(task.outline.kind, TaskKind::Full)?;
            let live = live_of(&runner, &task);
            let (tables, total) = full::list_tables(conn, &id, &filter, slice)?;
            let views = tables.into_iter().map(|table| table_view(table, &live)).collect();
            Ok(slice.page(views, total))
        })
        .await
}

/// A page of the rows that a full load kept at the target.
pub async fn conflicts(
    state: &AppState,
    id: TaskId,
    query: ConflictQuery,
) -> Result<Page<ConflictView>, Error> {
    let slice = query.page().checked()?;
    state
        .db
        .run(move |conn| {
            let task = require(conn, &id)?;
            require_kind(task.outline.kind, TaskKind::Full)?;
            let (rows, total) = full::conflicts(conn, &id, query.number, slice)?;
            let objects = &task.spec.objects;
            let view = |row: full::Recorded| {
                let object = objects.get(row.table as usize).ok_or_else(|| {
                    let what = format!("there is no table {}", row.table);
                    repo::Error::corrupt("full_conflicts", id.as_str(), what)
                })?;
                let target = object.target.clone();
                Ok(ConflictView { number: row.table, target, key: row.key, count: row.met })
            };
            let views: Result<Vec<_>, Error> = rows.into_iter().map(view).collect();
            Ok(slice.page(views?, total))
        })
        .await
}

/// A page of the rows that an incremental task did not find as expected.
pub async fn drift(
    state: &AppState,
    id: TaskId,
    query: DriftQuery,
) -> Result<Page<incr::Drift>, Error> {
    let slice = query.page().checked()?;
    let filter = incr::Filter { database: query.database, table: query.table };
    state
        .db
        .run(move |conn| {
            let task = super::require_outline(conn, &id)?;
            require_kind(task.kind, TaskKind::Incr)?;
            let (rows, total) = incr::list_drift(conn, &id, &filter, slice)?;
            Ok(slice.page(rows, total))
        })
        .await
}
