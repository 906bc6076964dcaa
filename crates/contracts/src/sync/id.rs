//! The id of a task. The caller chooses it, so that asking twice makes one task.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use utoipa::openapi::{
    RefOr,
    schema::{ObjectBuilder, Schema, Type},
};

const LONGEST: usize = 96;

/// A text that is no id of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a task id: it is 1 to {LONGEST} letters, digits, dots, underscores and hyphens, and \
     begins with a letter or digit"
)]
pub struct InvalidTaskId;

/// A task, named by who wants it done: `{project}.{step}`. Harmless in a path, a log line or a
/// query.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct TaskId(String);

impl TaskId {
    pub fn parse(text: &str) -> Result<Self, InvalidTaskId> {
        let plain = |b: u8| b.is_ascii_alphanumeric();
        let fine = text.len() <= LONGEST
            && text.bytes().next().is_some_and(plain)
            && text.bytes().all(|b| plain(b) || matches!(b, b'.' | b'_' | b'-'));
        if fine { Ok(Self(text.to_owned())) } else { Err(InvalidTaskId) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for TaskId {
    type Err = InvalidTaskId;
    fn from_str(text: &str) -> Result<Self, InvalidTaskId> {
        Self::parse(text)
    }
}

impl TryFrom<String> for TaskId {
    type Error = InvalidTaskId;
    fn try_from(text: String) -> Result<Self, InvalidTaskId> {
        Self::parse(&text)
    }
}

impl utoipa::PartialSchema for TaskId {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .max_length(Some(LONGEST))
            .pattern(Some("^[0-9A-Za-z][0-9A-Za-z._-]*$"))
            .examples(["np_4w3r1ig7a0k2.full"])
            .into()
    }
}

impl utoipa::ToSchema for TaskId {}
