//! The use cases of alert-service, one a file.

mod enrol;

pub use enrol::enrol;
