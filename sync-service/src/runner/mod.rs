//! Running tasks: who drives them, taking them up, staying their owner, ending them.
//!
//! A task that is RUNNING is run by exactly one instance, its owner, which says so every now and then.
//! Whatever ends an instance, the task stays RUNNING: the same instance when it is back, or another
//! one once the owner was silent for too long, goes on with it under the next epoch.

mod driver;
mod pool;
mod run;
mod sweep;

pub use driver::{Drivers, Failure, Outcome, TaskContext, TaskDriver};
pub use pool::{Parts, Runner};
