//! Rows of `projects`, and what they mean.

use super::projects;
use crate::{
    domain::{
        owned::{Ownership, folded},
        project::{End, Ends, Outline, Project, Steps, Times},
    },
    repo::Error,
};
use diesel::prelude::*;
use oms_model::{Owner, ProjectId};
use serde::{Serialize, de::DeserializeOwned};
use std::{fmt::Display, str::FromStr};

type OutlineColumns = (
    projects::id,
    projects::name,
    projects::kind,
    projects::state,
    projects::importance,
    (projects::owner_user, projects::owner_account, projects::owner_department),
    (projects::source_id, projects::source_kind, projects::sink_id, projects::sink_kind),
    (
        projects::enable_struct,
        projects::enable_full,
        projects::enable_full_verify,
        projects::enable_incr,
        projects::enable_incr_verify,
        projects::enable_reverse_incr,
    ),
    (projects::created_at, projects::modified_at, projects::started_at, projects::finished_at),
    projects::revision,
);

/// The narrow columns, in the order of [`OutlineRow`].
pub(super) const OUTLINE: OutlineColumns = (
    projects::id,
    projects::name,
    projects::kind,
    projects::state,
    projects::importance,
    (projects::owner_user, projects::owner_account, projects::owner_department),
    (projects::source_id, projects::source_kind, projects::sink_id, projects::sink_kind),
    (
        projects::enable_struct,
        projects::enable_full,
        projects::enable_full_verify,
        projects::enable_incr,
        projects::enable_incr_verify,
        projects::enable_reverse_incr,
    ),
    (projects::created_at, projects::modified_at, projects::started_at, projects::finished_at),
    projects::revision,
);

#[derive(Queryable)]
pub(super) struct OutlineRow {
    id: String,
    name: String,
    kind: String,
    state: String,
    importance: String,
    owner: (String, String, String),
    ends: (String, String, String, String),
    steps: (bool, bool, bool, bool, bool, bool),
    times: (i64, i64, Option<i64>, Option<i64>),
    revision: i64,
}

impl OutlineRow {
    pub(super) fn outline(self) -> Result<Outline, Error> {
        let (user, account, department) = self.owner;
        let (source, source_kind, sink, sink_kind) = self.ends;
        let (schema, full, full_verify, incr, incr_verify, reverse_incr) = self.steps;
        let (created, modified, started, finished) = self.times;
        let row = Reader { id: &self.id };
        let status: oms_contracts::project::project::ProjectStatus =
            row.parse("state", &self.state)?;
        Ok(Outline {
            kind: row.parse("kind", &self.kind)?,
            state: status.try_into().map_err(|error| row.corrupt("state", error))?,
            importance: row.parse("importance", &self.importance)?,
            owned: Ownership {
                owner: Owner {
                    user: row.parse("owner_user", &user)?,
                    department: row.parse("owner_department", &department)?,
                },
                account,
            },
            ends: Ends {
                source: End {
                    id: row.parse("source_id", &source)?,
                    kind: row.parse("source_kind", &source_kind)?,
                },
                sink: End {
                    id: row.parse("sink_id", &sink)?,
                    kind: row.parse("sink_kind", &sink_kind)?,
                },
            },
            steps: Steps { schema, full, full_verify, incr, incr_verify, reverse_incr },
            times: Times { created, modified, started, finished },
            revision: self.revision,
            id: id(&self.id)?,
            name: self.name,
        })
    }
}

struct Reader<'a> {
    id: &'a str,
}

impl Reader<'_> {
    fn parse<T: FromStr<Err: Display>>(&self, column: &str, text: &str) -> Result<T, Error> {
        text.parse().map_err(|error| self.corrupt(column, error))
    }

    fn corrupt(&self, column: &str, error: impl Display) -> Error {
        Error::corrupt("projects", self.id, format!("{column}: {error}"))
    }
}

pub(super) fn id(text: &str) -> Result<ProjectId, Error> {
    text.parse().map_err(|error| Error::corrupt("projects", text, error))
}

pub(super) fn json<T: DeserializeOwned>(
    id: &ProjectId,
    column: &str,
    text: &str,
) -> Result<T, Error> {
    let corrupt = |error| Error::corrupt("projects", id.as_str(), format!("{column}: {error}"));
    serde_json::from_str(text).map_err(corrupt)
}

fn as_json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("texts, numbers and lists of them are JSON")
}

/// What an edit replaces.
#[derive(AsChangeset, Insertable)]
#[diesel(table_name = projects, treat_none_as_null = true)]
pub(super) struct Decided<'a> {
    name: &'a str,
    live_name: Option<&'a str>,
    name_folded: String,
    kind: &'a str,
    source_id: &'a str,
    sink_id: &'a str,
    source_kind: &'a str,
    sink_kind: &'a str,
    enable_struct: bool,
    enable_full: bool,
    enable_full_verify: bool,
    enable_incr: bool,
    enable_incr_verify: bool,
    enable_reverse_incr: bool,
    modified_at: i64,
    revision: i64,
    transfer_mapping: String,
    settings: String,
}

impl<'a> Decided<'a> {
    pub(super) fn of(project: &'a Project) -> Self {
        let outline = &project.outline;
        let (source, sink) = (&outline.ends.source, &outline.ends.sink);
        Self {
            name: &outline.name,
            live_name: Some(&outline.name),
            name_folded: folded(&outline.name),
            kind: outline.kind.as_ref(),
            source_id: source.id.as_str(),
            sink_id: sink.id.as_str(),
            source_kind: source.kind.as_ref(),
            sink_kind: sink.kind.as_ref(),
            enable_struct: outline.steps.schema,
            enable_full: outline.steps.full,
            enable_full_verify: outline.steps.full_verify,
            enable_incr: outline.steps.incr,
            enable_incr_verify: outline.steps.incr_verify,
            enable_reverse_incr: outline.steps.reverse_incr,
            modified_at: outline.times.modified,
            revision: outline.revision,
            transfer_mapping: as_json(&project.mapping),
            settings: as_json(&project.settings),
        }
    }
}

/// A project that comes to be.
#[derive(Insertable)]
#[diesel(table_name = projects)]
pub(super) struct NewRow<'a> {
    id: &'a str,
    state: &'a str,
    importance: &'a str,
    owner_user: &'a str,
    owner_account: &'a str,
    owner_department: &'a str,
    created_at: i64,
    started_at: Option<i64>,
    finished_at: Option<i64>,
    #[diesel(embed)]
    decided: Decided<'a>,
}

impl<'a> NewRow<'a> {
    pub(super) fn of(project: &'a Project) -> Self {
        let outline = &project.outline;
        Self {
            id: outline.id.as_str(),
            state: outline.state.as_str(),
            importance: outline.importance.as_ref(),
            owner_user: outline.owned.owner.user.as_str(),
            owner_account: &outline.owned.account,
            owner_department: outline.owned.owner.department.as_str(),
            created_at: outline.times.created,
            started_at: outline.times.started,
            finished_at: outline.times.finished,
            decided: Decided::of(project),
        }
    }
}
