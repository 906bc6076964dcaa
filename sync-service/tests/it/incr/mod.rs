//! The incremental sync into real servers: each change arrives once, whatever happens on the way.

mod bending;
mod collations;
mod crashing;
mod defining;
mod fenced;
mod filtering;
mod followers;
mod keys;
mod leaving;
mod policies;
mod resuming;
mod speed;
mod stage;
mod statements;
mod trouble;
mod values;
