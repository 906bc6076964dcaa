//! Rows of `schema_objects`, and what they mean.

use super::{SchemaObject, schema_objects as o};
use crate::repo::{Error, Reader};
use diesel::prelude::*;
use oms_contracts::sync::TaskId;
use oms_model::ObjectName;

pub(super) fn reader(task: &TaskId) -> Reader<'_> {
    Reader { table: "schema_objects", id: task.as_str() }
}

type Columns = (
    o::ordinal,
    o::kind,
    (o::source_database, o::source_name, o::target_database, o::target_name),
    o::state,
    o::edited,
    o::note_count,
    (o::error_code, o::error_message),
);

/// The narrow columns, in the order of [`Row`].
pub(super) const COLUMNS: Columns = (
    o::ordinal,
    o::kind,
    (o::source_database, o::source_name, o::target_database, o::target_name),
    o::state,
    o::edited,
    o::note_count,
    (o::error_code, o::error_message),
);

#[derive(Queryable)]
pub(super) struct Row {
    number: i32,
    kind: String,
    names: (String, String, String, String),
    state: String,
    edited: bool,
    notes: i32,
    error: (Option<String>, Option<String>),
}

impl Row {
    pub(super) fn object(self, task: &TaskId) -> Result<SchemaObject, Error> {
        let row = reader(task);
        let (source_database, source_name, target_database, target_name) = self.names;
        Ok(SchemaObject {
            number: row.number("ordinal", self.number)?,
            kind: row.parse("kind", &self.kind)?,
            source: ObjectName::new(source_database, source_name),
            target: ObjectName::new(target_database, target_name),
            state: row.parse("state", &self.state)?,
            edited: self.edited,
            notes: row.number("note_count", self.notes)?,
            error: row.error(self.error.0, self.error.1)?,
        })
    }
}
