//! Tasks: `/internal/v1/tasks`.

mod input;
mod restart;
mod run;
mod secrecy;
mod store;
mod watch;
