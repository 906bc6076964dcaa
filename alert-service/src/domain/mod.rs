//! What alert-service knows without asking anybody.

mod kind;

pub use kind::{ChannelKind, capabilities};
