//! A task as it is seen.

use super::{
    EndpointView, FullSettings, IncrSettings, Limits, ProgressView, SchemaSettings, TaskId,
    TaskKind,
};
use crate::{ErrorCode, PageQuery};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use strum::{AsRefStr, Display, EnumIter, EnumString, IntoStaticStr};
use utoipa::{IntoParams, ToSchema};

/// Where a task is in its life. The words are the published ones of steps; `STOPPING` is ours.
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
pub enum TaskState {
    /// Stored and never started.
    Init,
    /// Wanted to run. Somebody runs it, or will soon: a restart does not change this.
    Running,
    /// Asked to stop; something of it may still be at work.
    Stopping,
    /// Stopped: nothing of it is at work.
    Suspend,
    /// Ended with an error. Can be started again.
    Failed,
    /// Done.
    Finished,
}

/// Why a task failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TaskError {
    pub code: ErrorCode,
    pub message: String,
    pub advice: String,
}

impl TaskError {
    /// With the advice of the catalogue.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), advice: code.advice().to_owned() }
    }
}

/// A task.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TaskView {
    #[serde(flatten)]
    pub summary: TaskSummary,
    pub source: EndpointView,
    pub target: EndpointView,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<SchemaSettings>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub full: Option<FullSettings>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incr: Option<IncrSettings>,
    /// As they are now.
    pub limits: Limits,
    pub progress: ProgressView,
}

/// A task in a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TaskSummary {
    pub id: TaskId,
    pub kind: TaskKind,
    pub state: TaskState,
    /// When it came into that state.
    pub since: DateTime<Utc>,
    pub created_at: DateTime<Utc>,
    /// When it was started last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<DateTime<Utc>>,
    /// How many objects it names.
    pub objects: u64,
    /// How often it was taken up: by a start, and by every instance that went on with it.
    pub epoch: u64,
    /// Of a FAILED task.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<TaskError>,
}

/// Which tasks to list.
#[derive(Debug, Clone, Default, Serialize, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TaskQuery {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    pub state: Option<TaskState>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    pub kind: Option<TaskKind>,
    /// What ids begin with, such as a project's id and a dot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
    /// From 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_number: Option<u32>,
    /// 1 to 150, by default 10.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_size: Option<u32>,
}

impl TaskQuery {
    pub fn page(&self) -> PageQuery {
        PageQuery { page_number: self.page_number, page_size: self.page_size }
    }
}
