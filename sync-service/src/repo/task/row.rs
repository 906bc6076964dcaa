//! Rows of `tasks`, and what they mean.

use super::tasks;
use crate::{
    domain::{Outline, Task},
    repo::{Error, Reader, as_json, count},
};
use diesel::prelude::*;

pub(super) fn reader(id: &str) -> Reader<'_> {
    Reader { table: "tasks", id }
}

type OutlineColumns = (
    (tasks::id, tasks::kind, tasks::state),
    (tasks::since, tasks::created_at, tasks::started_at),
    (tasks::owner, tasks::lease_until, tasks::epoch, tasks::revision),
    tasks::objects,
    (tasks::error_code, tasks::error_message),
);

/// The narrow columns, in the order of [`OutlineRow`].
pub(super) const OUTLINE: OutlineColumns = (
    (tasks::id, tasks::kind, tasks::state),
    (tasks::since, tasks::created_at, tasks::started_at),
    (tasks::owner, tasks::lease_until, tasks::epoch, tasks::revision),
    tasks::objects,
    (tasks::error_code, tasks::error_message),
);

#[derive(Queryable)]
pub(super) struct OutlineRow {
    words: (String, String, String),
    times: (i64, i64, Option<i64>),
    ownership: (Option<String>, i64, i64, i64),
    objects: i64,
    error: (Option<String>, Option<String>),
}

impl OutlineRow {
    pub(super) fn outline(self) -> Result<Outline, Error> {
        let (id, kind, state) = self.words;
        let (since, created_at, started_at) = self.times;
        let (owner, lease_until, epoch, revision) = self.ownership;
        let row = reader(&id);
        Ok(Outline {
            kind: row.parse("kind", &kind)?,
            state: row.parse("state", &state)?,
            error: row.error(self.error.0, self.error.1)?,
            id: row.parse("id", &id)?,
            objects: self.objects.unsigned_abs(),
            since,
            created_at,
            started_at,
            owner,
            lease_until,
            epoch,
            revision,
        })
    }
}

/// A task that comes to be.
#[derive(Insertable)]
#[diesel(table_name = tasks)]
pub(super) struct NewRow<'a> {
    id: &'a str,
    kind: &'a str,
    state: &'a str,
    since: i64,
    created_at: i64,
    objects: i64,
    spec: String,
    secrets: &'a str,
    limits: String,
    lease_until: i64,
    epoch: i64,
    revision: i64,
}

impl<'a> NewRow<'a> {
    pub(super) fn of(task: &'a Task) -> Self {
        let outline = &task.outline;
        Self {
            id: outline.id.as_str(),
            kind: outline.kind.as_ref(),
            state: outline.state.as_ref(),
            since: outline.since,
            created_at: outline.created_at,
            objects: count(outline.objects),
            spec: as_json(&task.spec),
            secrets: &task.sealed.0,
            limits: as_json(&task.limits),
            lease_until: outline.lease_until,
            epoch: outline.epoch,
            revision: outline.revision,
        }
    }
}
