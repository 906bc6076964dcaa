//! The life of an object of a schema task, and what a user can do in each of its states. Pure.

use oms_contracts::sync::{ObjectOperation, ObjectState, TaskState};
use strum::{Display, EnumIter, IntoEnumIterator};

/// What happens to an object.
///
/// ```text
///                Obtained              Converted         Begun
///  INITIALIZING ─────────▶ DDL_OBTAINED ───────▶ READY ────────▶ CREATING
///    ▲ ▲   │                 │      │            ▲ ▲ │ Refused      │ │
///    │ │   │Unobtainable     │      │Unsupported │ │ ├──────────┐   │ │ Created,
///    │ │   ▼                 │      ▼            │ │ │          ▼   │ │ CreatedConverted
///    │ │ DDL_FAILED ──┐      │ NOT_SUPPORTED ────┘ │ │       FAILED◀┘ ▼
///    │ │   │ │        │      │      │    Edit      │ │        │ │ │ COMPLETED,
///    │ └───┘ │        └──────┼──────┼──────────────┘ └────────┼─┼─┼▶ COMPLETED_WITH_CONVERSION
///    │ Retry └───── Skip ────┼──────┴──────▶ SKIPPED ◀────────┘ │ │
///    └─────── Interrupted ───┘                  READY ◀── Edit ─┘ └─ Retry ─▶ INITIALIZING
/// ```
///
/// Every state is durable. Retry, Skip and Edit are the user's, all others the driver's. A restart
/// is `Interrupted`: what was being created is ready again, and whether the target has it already is
/// found out by looking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Display, EnumIter)]
pub enum ObjectEvent {
    /// The source told the definition.
    Obtained,
    /// The source did not tell it.
    Unobtainable,
    /// There is a statement for the target.
    Converted,
    /// The target has nothing like it.
    Unsupported,
    /// The statement is sent.
    Begun,
    /// It is there, as the source has it; also when it was there before.
    Created,
    /// It is there, with something changed.
    CreatedConverted,
    /// The target refused it, or has something else under that name.
    Refused,
    /// The run ended before the object was through.
    Interrupted,
    Retry,
    Skip,
    /// The user gave another statement.
    Edit,
}

/// An event that a state does not take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an object in {from} cannot take {event}")]
pub struct IllegalTransition {
    pub from: ObjectState,
    pub event: ObjectEvent,
}

/// Something asked of an object that its state does not allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an object in {state} does not allow {operation}")]
pub struct NotAllowed {
    pub state: ObjectState,
    pub operation: ObjectOperation,
}

/// The state that follows.
pub fn next(state: ObjectState, event: ObjectEvent) -> Result<ObjectState, IllegalTransition> {
    use {ObjectEvent as E, ObjectState as S};
    match (state, event) {
        (S::Initializing, E::Obtained) => Ok(S::DdlObtained),
        (S::Initializing, E::Unobtainable) => Ok(S::DdlFailed),
        (S::DdlObtained, E::Converted)
        | (S::Creating, E::Interrupted)
        | (S::Failed | S::DdlFailed | S::NotSupported, E::Edit) => Ok(S::Ready),
        (S::DdlObtained, E::Unsupported) => Ok(S::NotSupported),
        (S::DdlObtained, E::Interrupted) | (S::Failed | S::DdlFailed, E::Retry) => {
            Ok(S::Initializing)
        }
        (S::Ready, E::Begun) => Ok(S::Creating),
        (S::Ready | S::Creating, E::Created) => Ok(S::Completed),
        (S::Ready | S::Creating, E::CreatedConverted) => Ok(S::CompletedWithConversion),
        (S::Ready | S::Creating, E::Refused) => Ok(S::Failed),
        (S::Failed | S::DdlFailed | S::NotSupported, E::Skip) => Ok(S::Skipped),
        (from, event) => Err(IllegalTransition { from, event }),
    }
}

/// What a user can do about an object in this state, as `object.table` documents it.
pub fn allows(state: ObjectState, operation: ObjectOperation) -> bool {
    use {ObjectOperation as O, ObjectState as S};
    match operation {
        O::View => state != S::Initializing,
        O::Retry => matches!(state, S::Failed | S::DdlFailed),
        O::Skip | O::Edit => matches!(state, S::Failed | S::DdlFailed | S::NotSupported),
        O::Remove => matches!(
            state,
            S::Completed | S::CompletedWithConversion | S::Skipped | S::Failed | S::NotSupported
        ),
    }
}

/// Whether objects can be changed while their task is in this state.
pub fn is_open(task: TaskState) -> bool {
    matches!(task, TaskState::Running | TaskState::Failed)
}

/// Everything a user can do.
pub fn operations(state: ObjectState, task: TaskState) -> Vec<ObjectOperation> {
    let now = |operation: &ObjectOperation| *operation == ObjectOperation::View || is_open(task);
    ObjectOperation::iter().filter(|o| allows(state, *o)).filter(now).collect()
}

/// Whether the object failed, in whichever way a retry may mend.
pub fn has_failed(state: ObjectState) -> bool {
    allows(state, ObjectOperation::Retry)
}

/// Whether nothing is left to be done about the object.
pub fn is_done(state: ObjectState) -> bool {
    use ObjectState as S;
    matches!(state, S::Completed | S::CompletedWithConversion | S::Skipped)
}

#[cfg(test)]
mod tests;
