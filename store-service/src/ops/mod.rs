//! The use cases of store-service, one a file.

mod enrol;

pub use enrol::enrol;
