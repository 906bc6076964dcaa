//! How the services speak to each other: one typed client a service, one feature each.
//!
//! This crate owns deadlines, the internal token and the headers that carry request id and
//! trace context. It never repeats a call: whoever asked knows whether repeating is safe.

mod error;
pub mod hop;
mod peer;
pub mod token;

#[cfg(feature = "gateway")]
pub mod gateway;
#[cfg(feature = "project")]
mod project;
mod service;
#[cfg(feature = "store")]
pub mod store;
#[cfg(feature = "sync")]
mod sync;

pub use error::ClientError;
pub use peer::{Http, Peer, Relay, Relayed};
#[cfg(feature = "project")]
pub use project::ProjectClient;
pub use service::ServiceClient;
#[cfg(feature = "store")]
pub use store::StoreClient;
#[cfg(feature = "sync")]
pub use sync::SyncClient;
