//! What is shown of tasks and their objects.

use crate::{
    domain::{Outline, object::operations},
    ops::{
        object::{Detail, Listed},
        task::Shown,
    },
    repo::{
        incr::{Drift, Told},
        schema::{Deferred, HiddenKind},
    },
};
use chrono::{DateTime, Utc};
use oms_contracts::sync::{
    DeferredView, DriftView, EndpointView, NoteView, ObjectDetailView, ObjectView, StatementView,
    TaskSummary, TaskView,
};

use oms_model::ObjectName;

pub fn task(shown: Shown) -> TaskView {
    let Shown { task, progress } = shown;
    TaskView {
        summary: summary(task.outline),
        source: EndpointView::from(&task.spec.source),
        target: EndpointView::from(&task.spec.target),
        schema: task.spec.schema,
        full: task.spec.full,
        incr: task.spec.incr,
        limits: task.limits,
        progress,
    }
}

pub fn summary(task: Outline) -> TaskSummary {
    TaskSummary {
        id: task.id,
        kind: task.kind,
        state: task.state,
        since: time(task.since),
        created_at: time(task.created_at),
        started_at: task.started_at.map(time),
        objects: task.objects,
        epoch: task.epoch.unsigned_abs(),
        error: task.error,
    }
}

pub fn drift(drift: Drift) -> DriftView {
    DriftView {
        target: ObjectName::new(drift.database, drift.table),
        seq: drift.seq,
        kind: drift.kind,
        key: drift.key,
        before: drift.before,
        after: drift.after,
        repaired: drift.repaired,
        recorded_at: time(drift.recorded_at),
    }
}

pub fn told(told: Told) -> StatementView {
    let Told { seq, database, statement, fate, ran, remarks, told_at } = told;
    StatementView { seq, database, statement, fate, ran, remarks, told_at: time(told_at) }
}

pub fn object(listed: Listed) -> ObjectView {
    let Listed { object, task } = listed;
    ObjectView {
        number: object.number,
        kind: object.kind,
        source: object.source,
        target: object.target,
        operations: operations(object.state, task),
        state: object.state,
        note_count: object.notes,
        error: object.error,
    }
}

pub fn detail(detail: Detail) -> ObjectDetailView {
    let Detail { listed, statements, deferred, hidden } = detail;
    let note =
        |note: crate::repo::schema::Note| NoteView { code: note.code, message: note.message };
    let parts = |kind: HiddenKind| {
        let of_kind = hidden.iter().filter(|part| part.kind == kind);
        of_kind.map(|part| part.name.clone()).collect()
    };
    ObjectDetailView {
        edited: listed.object.edited,
        source_ddl: statements.source_ddl,
        converted_ddl: statements.converted_ddl,
        notes: statements.notes.into_iter().map(note).collect(),
        database_code: statements.database_code,
        database_message: statements.database_message,
        deferred: deferred.into_iter().map(statement).collect(),
        hidden_columns: parts(HiddenKind::Column),
        hidden_indexes: parts(HiddenKind::Index),
        object: object(listed),
    }
}

fn statement(kept: Deferred) -> DeferredView {
    let Deferred { kind, name, sql, state, error, .. } = kept;
    DeferredView { kind, name, sql, state, error }
}

/// A time as the metadata keeps it.
fn time(unix_ms: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(unix_ms).unwrap_or_default()
}
