//! What tests need around the code they test: real servers, databases of their own on them, peers
//! that misbehave on request, and waiting for a condition instead of sleeping.
//!
//! For development only: no service depends on it outside its tests.

mod db;
pub mod peer;
pub mod servers;
mod sql;
mod wait;
pub mod workload;

pub use db::{TestDb, TestUser};
pub use sql::{Row, SqlError, run_sql};
pub use wait::{Look, eventually};
