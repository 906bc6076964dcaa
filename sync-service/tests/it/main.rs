//! Sync-service on real databases. One binary, since linking is what costs.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails, in its helpers as well")]

mod full;
