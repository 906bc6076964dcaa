//! Starting, stopping and refusing to start.

mod refuse;
mod start;
mod stop;
