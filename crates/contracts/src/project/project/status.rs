//! The life of a project in the published words: its statuses, and what can be asked of it.
//! Which status follows which, and what is allowed in each, project-service decides.

use serde::{Deserialize, Serialize};
use strum::{AsRefStr, Display, EnumIter, EnumString, IntoStaticStr};
use utoipa::ToSchema;

/// Where a project is in its life.
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
pub enum ProjectStatus {
    /// Bought but not set up, in a cloud. Accepted where lists are filtered, never answered: here
    /// a project is set up when it comes to be.
    Unconfigured,
    /// Saved, never started.
    Init,
    /// A step is at work, or the link of changes is alive.
    Running,
    /// Objects are being added or removed while it runs.
    RunningModifying,
    /// What was added is being joined to the rest.
    RunningMerging,
    /// Paused by somebody.
    Suspend,
    /// A step failed.
    Failed,
    /// Every step is done, and none is left alive.
    Finished,
    /// What it left behind is being removed.
    Releasing,
    /// Over. Its record stays, and can be cloned.
    Released,
    /// Its record is kept for the audit and shown to nobody.
    Deleted,
}

/// What can be asked of a project.
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
pub enum ProjectOperation {
    Start,
    Pause,
    Resume,
    Release,
    Delete,
    /// Replace everything that was said when it was created.
    Edit,
    Rename,
    Clone,
    SetLabels,
    ViewParameters,
    ModifyParameters,
    ModifyAlert,
    /// Let the incremental step read from another time.
    ResetIncrStart,
    AddObjects,
    RemoveObjects,
    /// Take the list of objects home; only of projects that name them.
    DownloadObjects,
    SkipVerification,
    EnterSwitchover,
}
