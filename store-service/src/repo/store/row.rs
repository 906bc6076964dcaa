//! Rows of `stores`, and what they mean.

use super::stores;
use crate::{
    domain::{Outline, Store},
    repo::{Error, as_json, corrupt},
};
use diesel::prelude::*;
use oms_contracts::{ErrorCode, sync::TaskError};

type OutlineColumns = (
    (stores::id, stores::state),
    (stores::since, stores::created_at, stores::started_at),
    (stores::home, stores::epoch, stores::revision, stores::reader, stores::capture),
    (stores::error_code, stores::error_message),
);

/// The narrow columns, in the order of [`OutlineRow`].
pub(super) const OUTLINE: OutlineColumns = (
    (stores::id, stores::state),
    (stores::since, stores::created_at, stores::started_at),
    (stores::home, stores::epoch, stores::revision, stores::reader, stores::capture),
    (stores::error_code, stores::error_message),
);

#[derive(Queryable)]
pub(super) struct OutlineRow {
    words: (String, String),
    times: (i64, i64, Option<i64>),
    run: (Option<String>, i64, i64, i64, String),
    error: (Option<String>, Option<String>),
}

impl OutlineRow {
    pub(super) fn outline(self) -> Result<Outline, Error> {
        let (id, state) = self.words;
        let (since, created_at, started_at) = self.times;
        let (home, epoch, revision, reader, capture) = self.run;
        Ok(Outline {
            state: state.parse().map_err(corrupt("stores", &id, "state"))?,
            reader: u32::try_from(reader).map_err(corrupt("stores", &id, "reader"))?,
            error: error(&id, self.error)?,
            id: id.parse().map_err(corrupt("stores", &id, "id"))?,
            since,
            created_at,
            started_at,
            home,
            epoch,
            revision,
            capture,
        })
    }
}

/// An error is stored as its code and its message.
fn error(
    id: &str,
    (code, message): (Option<String>, Option<String>),
) -> Result<Option<TaskError>, Error> {
    let Some(code) = code else { return Ok(None) };
    let known = ErrorCode::ALL.iter().find(|known| known.as_str() == code);
    let unknown = || corrupt("stores", id, "error_code")("it is not of the catalogue");
    Ok(Some(TaskError::new(*known.ok_or_else(unknown)?, message.unwrap_or_default())))
}

/// A store that comes to be.
#[derive(Insertable)]
#[diesel(table_name = stores)]
pub(super) struct NewRow<'a> {
    id: &'a str,
    state: &'a str,
    since: i64,
    created_at: i64,
    epoch: i64,
    revision: i64,
    reader: i64,
    capture: &'a str,
    spec: String,
    secrets: &'a str,
}

impl<'a> NewRow<'a> {
    pub(super) fn of(store: &'a Store) -> Self {
        let outline = &store.outline;
        Self {
            id: outline.id.as_str(),
            state: outline.state.as_ref(),
            since: outline.since,
            created_at: outline.created_at,
            epoch: outline.epoch,
            revision: outline.revision,
            reader: outline.reader.into(),
            capture: &outline.capture,
            spec: as_json(&store.spec),
            secrets: &store.sealed.0,
        }
    }
}
