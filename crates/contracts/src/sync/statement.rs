//! Statements on definitions that an incremental task met.

use crate::PageQuery;
use chrono::{DateTime, Utc};
use oms_model::change::Seq;
use serde::{Deserialize, Serialize};
use strum::{AsRefStr, Display, EnumIter, EnumString, IntoStaticStr};
use utoipa::{IntoParams, ToSchema};

/// What became of a statement.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    ToSchema,
    AsRefStr,
    Display,
    EnumIter,
    EnumString,
    IntoStaticStr,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum StatementFate {
    Replicated,
    /// There was nothing to do at the target; the remarks say why.
    Passed,
    /// It waits for the table of a tool to take the place of another one.
    Held,
    Skipped,
    /// What somebody wrote was run instead.
    Edited,
}

/// What is not as at the source, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RemarkView {
    pub what: String,
    pub why: String,
}

/// A statement of the source, and what was done about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StatementView {
    #[schema(value_type = u64)]
    pub seq: Seq,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub database: Option<String>,
    pub statement: String,
    pub fate: StatementFate,
    /// At the target.
    pub ran: Vec<String>,
    pub remarks: Vec<RemarkView>,
    pub told_at: DateTime<Utc>,
}

/// What is to be done about a statement that the task stops at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "decision", rename_all = "SCREAMING_SNAKE_CASE", deny_unknown_fields)]
pub enum DecideStatement {
    /// The target stays as it is, or was changed by hand. Whoever says so knows that rows behind it may
    /// not fit any more: `confirmed` has to be true.
    Skip { confirmed: bool },
    /// These are run at the target instead.
    Run { statements: Vec<String> },
}

/// Which statements to list.
#[derive(Debug, Clone, Default, Serialize, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct StatementQuery {
    /// From 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_number: Option<u32>,
    /// 1 to 150, by default 10.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_size: Option<u32>,
}

impl StatementQuery {
    pub fn page(&self) -> PageQuery {
        PageQuery { page_number: self.page_number, page_size: self.page_size }
    }
}
