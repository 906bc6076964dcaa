//! What store-service knows without asking anybody.

mod kind;

pub use kind::{CaptureMethod, capabilities};
