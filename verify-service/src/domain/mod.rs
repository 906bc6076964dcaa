//! What verify-service knows without asking anybody.

mod kind;

pub use kind::{TaskKind, capabilities};
