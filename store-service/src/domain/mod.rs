//! What store-service knows without asking anybody.

pub mod check;
mod kind;
pub mod lifecycle;
pub mod store;

pub use kind::capabilities;
pub use store::{Fence, Outline, Sealed, Store};
