//! The use cases of sync-service, one a file.

mod enrol;
pub mod full;

pub use enrol::enrol;
