//! The use cases of sync-service: one folder a resource, one use case a file.

mod connect;
mod enrol;
pub mod full;
pub mod incr;
pub mod names;
pub mod object;
pub mod schema;
mod seating;
pub mod task;

pub use enrol::enrol;

/// Unix milliseconds, as the metadata keeps time.
pub fn now() -> i64 {
    chrono::Utc::now().timestamp_millis()
}
