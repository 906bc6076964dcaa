//! store-service from the outside: its log on a disk that is cut, full, damaged or killed; what gathers
//! for it; and the real service on a free port over its own metadata, capturing from a script.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails, in its helpers as well")]

mod app;
mod gather;
mod log;
mod said;
mod script;
mod service;
mod stores;
