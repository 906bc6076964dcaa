//! sync-service from the outside: the real service on a free port over its own metadata, asked over
//! HTTP with signed calls, its tasks run by a script; and the load itself between real servers.
//!
//! Modules mirror the URLs; `service` is what belongs to no single one, `full` is the load, `schema`
//! the migration of definitions.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails, in its helpers as well")]

mod app;
mod endpoint;
mod full;
mod incr;
mod objects;
mod schema;
mod script;
mod service;
mod tasks;
