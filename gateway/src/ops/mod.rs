//! The use cases of gateway, one a file.

mod enrol;

pub use enrol::enrol;
