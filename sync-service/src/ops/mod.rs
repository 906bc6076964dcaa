//! The use cases of sync-service, one a file.

mod enrol;

pub use enrol::enrol;
