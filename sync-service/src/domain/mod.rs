//! What sync-service knows without asking anybody.

pub mod full;
mod kind;

pub use kind::{TaskKind, capabilities};
