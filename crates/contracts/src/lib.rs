//! What the services say to each other and to their clients: paths, bodies, error codes.
//!
//! Servers and clients use the same path functions and bodies, so they cannot drift apart.
//! How a message travels is `oms-clients`' and `oms-chassis`' business.

pub mod code;
pub mod gateway;
pub mod page;
pub mod problem;
pub mod project;
pub mod secret;
pub mod service;
pub mod store;
pub mod sync;

pub use code::{ErrorCode, Retry};
pub use page::{Page, PageQuery};
pub use problem::{Detail, Problem};
pub use secret::Secret;
pub use service::ServiceName;
