//! The use cases of project-service, one a file.

mod enrol;

pub use enrol::enrol;
