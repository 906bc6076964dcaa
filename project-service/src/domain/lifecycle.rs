//! The life cycle of a project: one function decides which state follows which, one table says
//! what is allowed in each. Pure: who asks, and when, is the caller's business.

mod operation;

pub use operation::allows;

use oms_contracts::project::project::{ProjectOperation, ProjectStatus};
use strum::{Display, EnumIter};

/// Where a project is in its life.
///
/// ```text
///                                      ChangeObjects                 MergeObjects
///         Start               RUNNING ───────────────▶ RUNNING_ ────────────────▶ RUNNING_
///  INIT ─────────────────────▶ ▲ │ │ ◀─────────────── MODIFYING ◀─ ─ ─ ─ ─ ─ ─ ─ MERGING
///   │                   Resume │ │ │   ObjectsChanged     │      (never back)        │
///   │                          │ │ │ ◀────────────────────┼───────── ObjectsChanged ─┤
///   │     Pause ┌──────────────┼─┘ │ Completed            │ StepFailed               │ StepFailed
///   │           ▼              │   ▼                      ▼                          ▼
///   │        SUSPEND ──────────┤ FINISHED              FAILED ◀──── StepFailed, also from RUNNING
///   │           │              └──────┼───────────────────┤
///   │           │ Release             │ Release           │ Release
///   │           └──────────────▶ RELEASING ◀──────────────┘
///   │                                 │ TornDown
///   │ Delete                 Delete   ▼
///   └──────────▶ DELETED ◀─────── RELEASED
/// ```
///
/// Every state is durable and survives a restart. INIT is set by creating, RUNNING by people,
/// SUSPEND by people, all others but DELETED by the orchestrator as it observes the steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EnumIter)]
pub enum ProjectState {
    Init,
    Running,
    RunningModifying,
    RunningMerging,
    Suspend,
    Failed,
    Finished,
    Releasing,
    Released,
    Deleted,
}

/// What happens to a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Display, EnumIter)]
pub enum ProjectEvent {
    Start,
    Pause,
    Resume,
    /// A step failed, of the project itself and not of a change to its objects.
    StepFailed,
    /// Every step is done, and none is left alive.
    Completed,
    /// Somebody adds or removes objects.
    ChangeObjects,
    /// What was added has caught up and is being joined to the rest.
    MergeObjects,
    /// The change of objects is over: done, or aborted.
    ObjectsChanged,
    Release,
    /// Nothing of what the project made is left.
    TornDown,
    Delete,
}

/// An event that a state does not take. Users and races cause it, so it is a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a project in {from} cannot take {event}")]
pub struct IllegalTransition {
    pub from: ProjectState,
    pub event: ProjectEvent,
}

/// Something asked of a project that its state does not allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a project in {state} does not allow {operation}")]
pub struct NotAllowed {
    pub state: ProjectState,
    pub operation: ProjectOperation,
}

impl ProjectState {
    /// The state that follows.
    pub fn on(self, event: ProjectEvent) -> Result<Self, IllegalTransition> {
        use {ProjectEvent as E, ProjectState as S};
        match (self, event) {
            (S::Init, E::Start) | (S::Suspend | S::Failed, E::Resume) => Ok(S::Running),
            (S::Running, E::Pause) => Ok(S::Suspend),
            (S::Running | S::RunningModifying | S::RunningMerging, E::StepFailed) => Ok(S::Failed),
            (S::Running, E::Completed) => Ok(S::Finished),
            (S::Running, E::ChangeObjects) => Ok(S::RunningModifying),
            (S::RunningModifying, E::MergeObjects) => Ok(S::RunningMerging),
            (S::RunningModifying | S::RunningMerging, E::ObjectsChanged) => Ok(S::Running),
            (S::Suspend | S::Failed | S::Finished, E::Release) => Ok(S::Releasing),
            (S::Releasing, E::TornDown) => Ok(S::Released),
            (S::Init | S::Released, E::Delete) => Ok(S::Deleted),
            (from, event) => Err(IllegalTransition { from, event }),
        }
    }

    /// Whether the project is being modified, which the published body has a field for.
    pub fn is_modifying(self) -> bool {
        self == Self::RunningModifying
    }

    /// Whether added objects are being joined to the rest; also published.
    pub fn is_merging(self) -> bool {
        self == Self::RunningMerging
    }

    /// Whether the project still needs its data sources: it runs, or may run again.
    pub fn is_live(self) -> bool {
        !matches!(self, Self::Released | Self::Deleted)
    }

    /// The published word, which is also what is stored.
    pub fn as_str(self) -> &'static str {
        ProjectStatus::from(self).into()
    }
}

impl From<ProjectState> for ProjectStatus {
    fn from(state: ProjectState) -> Self {
        match state {
            ProjectState::Init => Self::Init,
            ProjectState::Running => Self::Running,
            ProjectState::RunningModifying => Self::RunningModifying,
            ProjectState::RunningMerging => Self::RunningMerging,
            ProjectState::Suspend => Self::Suspend,
            ProjectState::Failed => Self::Failed,
            ProjectState::Finished => Self::Finished,
            ProjectState::Releasing => Self::Releasing,
            ProjectState::Released => Self::Released,
            ProjectState::Deleted => Self::Deleted,
        }
    }
}

/// No project is ever UNCONFIGURED: filtering for it finds none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no project is ever UNCONFIGURED")]
pub struct NeverReached;

impl TryFrom<ProjectStatus> for ProjectState {
    type Error = NeverReached;

    fn try_from(status: ProjectStatus) -> Result<Self, NeverReached> {
        match status {
            ProjectStatus::Unconfigured => Err(NeverReached),
            ProjectStatus::Init => Ok(Self::Init),
            ProjectStatus::Running => Ok(Self::Running),
            ProjectStatus::RunningModifying => Ok(Self::RunningModifying),
            ProjectStatus::RunningMerging => Ok(Self::RunningMerging),
            ProjectStatus::Suspend => Ok(Self::Suspend),
            ProjectStatus::Failed => Ok(Self::Failed),
            ProjectStatus::Finished => Ok(Self::Finished),
            ProjectStatus::Releasing => Ok(Self::Releasing),
            ProjectStatus::Released => Ok(Self::Released),
            ProjectStatus::Deleted => Ok(Self::Deleted),
        }
    }
}

impl std::fmt::Display for ProjectState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests;
