//! project-service from the outside: the real service on a free port over its own metadata, asked
//! over HTTP with signed calls, with real database servers behind it.
//!
//! Modules mirror the URLs; `service` is what belongs to no single one.

mod app;
mod data_sources;
mod labels;
mod projects;
mod selection;
mod service;
