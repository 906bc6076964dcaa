//! Running stores: taking them up, capturing, staying up to date with what is asked, ending.
//!
//! A store that is RUNNING is run by its home, the instance on whose disk its log is. Whatever ends the
//! instance, the store stays RUNNING and goes on when it is back, behind its last durable transaction.
//!
//! | file | what it is |
//! |---|---|
//! | `source` | where changes come from |
//! | `capture` | from a source into a log, again and again while it may pass |
//! | `beside` | what goes on beside it: how long the source keeps its log, the heartbeat |
//! | `fate` | what an error means |
//! | `run` | one run of a store: the capture, and beside it somebody who watches |
//! | `meter` | how fast it goes |
//! | `pool` | the stores that run here |
//! | `sweep` | stores that should run and do not; retention |
//! | `logs` | the logs that are open here |

mod beside;
mod capture;
mod fate;
mod logs;
mod meter;
mod pool;
mod run;
mod source;
mod sweep;

pub use logs::Logs;
pub use pool::{Leaving, Parts, Runner};
pub use source::{Databases, NotOffered, Sources};
