//! The gateway from the outside: the real service on a free port over its own metadata, asked
//! over HTTP. What it relays to is a scripted peer in this process, which checks the internal
//! token as a service does.
//!
//! Modules mirror the URLs; `service` is what belongs to no single one.

mod api_keys;
mod app;
mod audit;
mod auth;
mod departments;
mod docs;
mod peer;
mod relay;
mod service;
mod system;
mod users;
