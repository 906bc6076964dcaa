//! A task with everything that is shown of it.

use crate::{
    Error,
    app::AppState,
    domain::{
        Live, Task,
        lifecycle::is_active,
        live::remaining_seconds,
        object::{has_failed, is_done},
    },
    repo::{
        self,
        full::{LoadTable, Sums},
        incr::Begun,
    },
    runner::Runner,
};
use oms_chassis::Conn;
use oms_contracts::sync::{
    IncrProgress, ObjectState, ProgressView, SchemaProgress, StatementState, TableFailure,
    TableState, TableView, TaskId, TaskKind,
};
use std::collections::BTreeMap;

/// How many tables are shown with their task.
const SHOWN: i64 = 100;

/// A task and how far it is.
#[derive(Debug)]
pub struct Shown {
    pub task: Task,
    pub progress: ProgressView,
}

pub async fn find(state: &AppState, id: TaskId) -> Result<Shown, Error> {
    let runner = state.runner.clone();
    state
        .db
        .run(move |conn| {
            let task = super::require(conn, &id)?;
            shown(conn, &runner, task)
        })
        .await
}

pub(super) fn shown(conn: &mut Conn, runner: &Runner, task: Task) -> Result<Shown, Error> {
    let id = &task.outline.id;
    let live = live_of(runner, &task);
    let progress = match task.outline.kind {
        TaskKind::Full => {
            let sums = repo::full::sums(conn, id)?;
            let tables = repo::full::shown_tables(conn, id, SHOWN)?;
            full(sums, tables, &live)
        }
        TaskKind::Schema => {
            let objects = repo::schema::states(conn, id)?;
            let deferred = repo::schema::deferred_sums(conn, id)?;
            schema(objects, &deferred, &live)
        }
        TaskKind::Incr => incr(repo::incr::find(conn, id)?, &task, &live),
    };
    Ok(Shown { task, progress })
}

/// How it goes: as the run here says, or as it was last told. What is not at work stands.
pub(super) fn live_of(runner: &Runner, task: &Task) -> Live {
    if !is_active(task.outline.state) {
        return Live::default();
    }
    let here = runner.live(&task.outline.id);
    here.or_else(|| task.live.clone()).unwrap_or_default()
}

fn full(sums: Sums, tables: Vec<LoadTable>, live: &Live) -> ProgressView {
    ProgressView {
        total: sums.total,
        done: sums.done,
        failed: sums.failed,
        rows: sums.rows,
        bytes: sums.bytes,
        estimated_rows: sums.estimate,
        remaining_seconds: remaining_seconds(sums.rows, sums.estimate, live.rows_per_second),
        conflicts: sums.conflicts,
        live: live.view(),
        tables: tables.into_iter().map(|table| table_view(table, live)).collect(),
        schema: None,
        incr: None,
    }
}

/// What was last told of a task that rests stands, but nothing of it moves.
fn incr(begun: Option<Begun>, task: &Task, live: &Live) -> ProgressView {
    let is_at_work = is_active(task.outline.state);
    let told = live.incr.clone().or_else(|| task.live.as_ref()?.incr.clone());
    let progress = told.map(|told| match is_at_work {
        true => told,
        false => IncrProgress {
            seq: told.seq,
            stored: told.stored,
            checkpoint: told.checkpoint,
            tables: told.tables,
            ..IncrProgress::default()
        },
    });
    let drifted = begun.map_or(0, |begun| begun.drifted);
    ProgressView {
        total: task.outline.objects,
        conflicts: drifted,
        live: live.view(),
        incr: progress.map(|progress| IncrProgress { drifted, ..progress }),
        ..ProgressView::default()
    }
}

/// A table and how fast it goes.
pub(super) fn table_view(table: LoadTable, live: &Live) -> TableView {
    let moves = table.state == TableState::Running;
    let rate = if moves { live.rate_of(table.number) } else { 0.0 };
    let error = table.error;
    TableView {
        number: table.number,
        source: table.source,
        target: table.target,
        state: table.state,
        rows: table.rows,
        bytes: table.bytes,
        estimated_rows: table.estimate.max(table.rows),
        rows_per_second: rate,
        remaining_seconds: remaining_seconds(table.rows, table.estimate, rate),
        conflicts: table.conflicts,
        attempts: table.attempts,
        failure: error.map(|error| TableFailure {
            code: error.code.as_str().to_owned(),
            message: error.message,
            advice: error.advice,
        }),
    }
}

fn schema(
    objects: BTreeMap<ObjectState, u64>,
    deferred: &[(StatementState, u64)],
    live: &Live,
) -> ProgressView {
    let sum = |of: fn(ObjectState) -> bool| {
        objects.iter().filter(|(state, _)| of(**state)).map(|(_, count)| count).sum()
    };
    let statements = |of: fn(StatementState) -> bool| {
        deferred.iter().filter(|(state, _)| of(*state)).map(|(_, count)| count).sum()
    };
    ProgressView {
        total: sum(|_| true),
        done: sum(is_done),
        failed: sum(|state| has_failed(state) || state == ObjectState::NotSupported),
        live: live.view(),
        schema: Some(SchemaProgress {
            deferred: statements(|_| true),
            deferred_done: statements(|state| state == StatementState::Done),
            deferred_failed: statements(|state| state == StatementState::Failed),
            objects,
        }),
        ..Default::default()
    }
}
