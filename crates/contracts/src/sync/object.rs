//! The objects of a schema task: what each became, and what can be done about it.

use super::{SyncObjectKind, TaskError};
use crate::{ErrorCode, PageQuery};
use oms_model::ObjectName;
use serde::{Deserialize, Serialize};
use strum::{AsRefStr, Display, EnumIter, EnumString, IntoStaticStr};
use utoipa::{IntoParams, ToSchema};

macro_rules! words {
    ($($(#[$meta:meta])* pub enum $name:ident { $($(#[$vmeta:meta])* $variant:ident,)+ })+) => {$(
        $(#[$meta])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
            ToSchema, AsRefStr, Display, EnumIter, EnumString, IntoStaticStr,
        )]
        #[serde(rename_all = "SCREAMING_SNAKE_CASE")]
        #[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
        pub enum $name { $($(#[$vmeta])* $variant,)+ }
    )+};
}

words! {
    /// Where an object is on its way to the target.
    pub enum ObjectState {
        /// Its definition has not been read.
        Initializing,
        /// Its definition was read and is to be converted.
        DdlObtained,
        /// Its statement is ready and waits for its turn.
        Ready,
        /// Its statement is being run.
        Creating,
        /// It is at the target as the source has it.
        Completed,
        /// It is at the target, with something changed; the notes say what.
        CompletedWithConversion,
        /// The user takes care of it.
        Skipped,
        /// The target refused its statement, or what it has already does not fit.
        Failed,
        /// The source would not tell its definition.
        DdlFailed,
        /// The target has nothing like it.
        NotSupported,
    }

    /// What a statement that is kept for later makes.
    pub enum StatementKind {
        Index,
        ForeignKey,
        Check,
        Trigger,
    }

    /// Whether a kept statement was run.
    pub enum StatementState {
        /// Nobody has asked for it yet.
        Pending,
        /// It is to be run now.
        Due,
        Running,
        Done,
        Failed,
    }
}

/// What can be done about an object. In paths in lower case.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema, Display, EnumIter,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum ObjectOperation {
    /// See its statements.
    View,
    /// Begin anew with it.
    Retry,
    /// Leave it to the user, who creates it before rows are loaded.
    Skip,
    /// Take it and its indexes out of the task.
    Remove,
    /// Give it another statement and run that.
    Edit,
}

/// Something that was changed or left out on the way to the target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NoteView {
    /// A stable word for what happened, such as `CLAUSE_DROPPED`.
    pub code: String,
    /// For people.
    pub message: String,
}

/// An object in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ObjectView {
    /// Its place in the task, from 0.
    pub number: u32,
    pub kind: SyncObjectKind,
    pub source: ObjectName,
    pub target: ObjectName,
    pub state: ObjectState,
    /// What its state and the task's allow.
    pub operations: Vec<ObjectOperation>,
    /// How many notes there are.
    pub note_count: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<TaskError>,
}

/// Everything about an object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ObjectDetailView {
    #[serde(flatten)]
    pub object: ObjectView,
    /// As the source says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_ddl: Option<String>,
    /// As the target is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub converted_ddl: Option<String>,
    /// Whether a user wrote the converted statement.
    pub edited: bool,
    pub notes: Vec<NoteView>,
    /// What the database answered, as it says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub database_code: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub database_message: Option<String>,
    /// The statements that are kept for later.
    pub deferred: Vec<DeferredView>,
    /// What was added for tables without a key, to be dropped in the end.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hidden_columns: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hidden_indexes: Vec<String>,
}

/// A statement that is kept for later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeferredView {
    pub kind: StatementKind,
    pub name: String,
    pub sql: String,
    pub state: StatementState,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// Which objects to list.
#[derive(Debug, Clone, Default, Serialize, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ObjectQuery {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    pub state: Option<ObjectState>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    pub kind: Option<SyncObjectKind>,
    /// Part of the database's or object's name at the source or target, in any case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    /// Only those that something is noted of, or only the others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub noted: Option<bool>,
    /// From 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_number: Option<u32>,
    /// 1 to 150, by default 10.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_size: Option<u32>,
}

impl ObjectQuery {
    pub fn page(&self) -> PageQuery {
        PageQuery { page_number: self.page_number, page_size: self.page_size }
    }
}

/// Something to be done about several objects: those named, or all that failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ActOnObjects {
    /// `retry`, `skip` or `remove`.
    pub operation: ObjectOperation,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub numbers: Vec<u32>,
    #[serde(default)]
    pub all_failed: bool,
}

/// What became of each.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ObjectResults {
    pub done: Vec<u32>,
    pub refused: Vec<RefusedObject>,
}

/// An object that the operation does not fit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RefusedObject {
    pub number: u32,
    pub code: ErrorCode,
    pub message: String,
}

/// Another statement for an object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EditDdl {
    #[schema(min_length = 1)]
    pub ddl: String,
}
