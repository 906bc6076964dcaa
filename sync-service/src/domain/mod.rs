//! What sync-service knows without asking anybody.

pub mod check;
pub mod difference;
pub mod full;
pub mod incr;
mod kind;
pub mod lifecycle;
pub mod live;
pub mod object;
pub mod secrets;
pub mod task;

pub use kind::capabilities;
pub use live::{Live, LiveTable};
pub use task::{Fence, Outline, Sealed, Task};
