//! The test kit held against real servers, real processes and real sockets.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod command;
mod databases;
mod death;
mod peers;
mod started;
