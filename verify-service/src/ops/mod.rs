//! The use cases of verify-service, one a file.

mod enrol;

pub use enrol::enrol;
