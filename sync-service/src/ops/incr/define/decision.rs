//! What people decide about statements, and what they are told.

use async_trait::async_trait;
use oms_connector::evolve::Remark;
use oms_model::change::Seq;

/// What somebody decided about a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// The target stays as it is, or was changed by hand.
    Skip,
    /// These are run at the target instead.
    Run(Vec<String>),
}

/// Knows what was decided, and keeps it at least until everything up to there is applied.
#[async_trait]
pub trait Decisions: Send + Sync {
    async fn decided(&self, seq: Seq) -> Result<Option<Decision>, Undecided>;
}

/// The decisions cannot be looked up, or a notice cannot be kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Undecided(pub String);

/// What became of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Replicated,
    /// There was nothing to do at the target; the remarks say why.
    Passed,
    /// It waits for the table of a tool to take the place of another one.
    Held,
    Skipped,
    /// What somebody wrote was run instead.
    Edited,
}

/// A statement of the source, and what was done about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub seq: Seq,
    pub database: Option<String>,
    pub statement: String,
    pub fate: Fate,
    /// At the target.
    pub ran: Vec<String>,
    /// What is not as at the source, and why.
    pub remarks: Vec<Remark>,
}

/// Keeps notices, for whoever asks later.
#[async_trait]
pub trait Notices: Send + Sync {
    /// Keeps a notice before the statement counts as done: one may be kept twice, and none is missed.
    async fn tell(&self, notice: Notice) -> Result<(), Undecided>;
}
