//! The use cases of store-service: one folder a resource, one use case a file.

pub mod connector;
mod enrol;
pub mod store;

pub use enrol::enrol;

/// Unix milliseconds, as the metadata keeps time.
pub fn now() -> i64 {
    chrono::Utc::now().timestamp_millis()
}
