//! `oms` from the outside: the real binary, the real services in it, real databases behind it.
//!
//! `up` is about running OMS, `client` about the commands that talk to it, `migrate` about the one that
//! needs nothing else.

mod cases;
mod client;
mod harness;
mod migrate;
mod up;
