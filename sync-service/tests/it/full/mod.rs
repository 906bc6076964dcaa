//! The full load between real servers: everything arrives once, whatever happens on the way.

mod failing;
mod fenced;
mod loading;
mod many;
mod partitions;
mod place;
mod resuming;
mod retrying;
mod silent;
mod task;
mod tuning;
