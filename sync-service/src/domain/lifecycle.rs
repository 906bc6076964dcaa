//! The life of a task: one function decides which state follows which. Pure: who asks, and when, is
//! the caller's business.

use oms_contracts::sync::TaskState;
use strum::{Display, EnumIter};

/// What happens to a task.
///
/// ```text
///            Start              Finish
///   INIT ───────────▶ RUNNING ◀────────▶ FINISHED
///                     ▲ │ │ ▲   Reopen      ▲
///               Start │ │ │ │ Start         │ Finish
///   SUSPEND ──────────┘ │ │ └────── FAILED  │
///      ▲                │ │  Fail   ▲ ▲     │
///      │                │ └─────────┘ │     │
///      │ Halt           │ Stop   Fail │     │
///      └─────────── STOPPING ─────────┘─────┘
/// ```
///
/// Every state is durable and survives a restart. INIT is set by storing the task, RUNNING and
/// STOPPING by people, all others by whoever runs the task, once nothing of it is at work any more:
/// a task that ends while it is asked to stop says how it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Display, EnumIter)]
pub enum TaskEvent {
    /// It is to run, or to go on.
    Start,
    /// It is to stop.
    Stop,
    /// It has stopped.
    Halt,
    Fail,
    Finish,
    /// What it left for later is to be done now.
    Reopen,
}

/// An event that a state does not take. Users and races cause it, so it is a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a task in {from} cannot take {event}")]
pub struct IllegalTransition {
    pub from: TaskState,
    pub event: TaskEvent,
}

/// The state that follows.
pub fn next(state: TaskState, event: TaskEvent) -> Result<TaskState, IllegalTransition> {
    use {TaskEvent as E, TaskState as S};
    match (state, event) {
        (S::Init | S::Suspend | S::Failed, E::Start) | (S::Finished, E::Reopen) => Ok(S::Running),
        (S::Running, E::Stop) => Ok(S::Stopping),
        (S::Stopping, E::Halt) => Ok(S::Suspend),
        (S::Running | S::Stopping, E::Fail) => Ok(S::Failed),
        (S::Running | S::Stopping, E::Finish) => Ok(S::Finished),
        (from, event) => Err(IllegalTransition { from, event }),
    }
}

/// Whether something of the task is, or may be, at work.
pub fn is_active(state: TaskState) -> bool {
    matches!(state, TaskState::Running | TaskState::Stopping)
}

#[cfg(test)]
mod tests;
