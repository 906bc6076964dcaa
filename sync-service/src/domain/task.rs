//! A task as it is kept.

use crate::domain::Live;
use oms_contracts::sync::{Limits, TaskError, TaskId, TaskKind, TaskSpec, TaskState};

/// What is short about a task. Times are unix milliseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    pub id: TaskId,
    pub kind: TaskKind,
    pub state: TaskState,
    pub since: i64,
    pub created_at: i64,
    pub started_at: Option<i64>,
    pub objects: u64,
    /// Who runs it, or did last.
    pub owner: Option<String>,
    pub lease_until: i64,
    pub epoch: i64,
    /// Grows with every change its owner has to look at.
    pub revision: i64,
    pub error: Option<TaskError>,
}

/// All of it.
#[derive(Debug, Clone)]
pub struct Task {
    pub outline: Outline,
    /// Without its secrets.
    pub spec: TaskSpec,
    /// Those, sealed.
    pub sealed: Sealed,
    /// As they are now.
    pub limits: Limits,
    /// What its last owner said last.
    pub live: Option<Live>,
}

/// Secrets as the vault gave them back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed(pub String);

/// The proof of being the one who runs a task. What the bearer of an older one writes is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fence {
    pub task: TaskId,
    pub epoch: i64,
}

impl Outline {
    /// The proof of whoever has taken the task up last.
    pub fn fence(&self) -> Fence {
        Fence { task: self.id.clone(), epoch: self.epoch }
    }
}
