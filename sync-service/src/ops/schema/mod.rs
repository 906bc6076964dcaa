//! Schema migration: from what the source defines to the same at the target, object by object.
//!
//! ```text
//!  databases ─▶ sequences ─▶ tables ─▶ views          indexes
//!  (missing)    read ─▶ draft ─▶ noted ─▶ create      (once they are asked
//!               convert  look at the target, keys      for, after the load)
//! ```
//!
//! - `plan` says what is to be done about which object;
//! - `read` gets definitions and converts them, and looks at keys whose values might collide;
//! - `draft` decides what becomes of an object, given what the target has;
//! - `create` runs statements, and looks when it cannot know whether one was run;
//! - `stage` works on many objects in parallel, `views` on those that need each other;
//! - `line` is a connection that comes back, and `seats` let later runs find those of this one;
//! - `book` notes everything before it is done and after.
//!
//! A statement is noted before it is sent, and only for an object that the target did not have. So
//! an object that a run was creating when it ended, and that is there, is ours.

mod book;
mod create;
mod databases;
mod draft;
mod driver;
mod fault;
mod indexes;
mod line;
mod plan;
mod read;
mod seats;
mod shared;
mod stage;
mod views;

pub use driver::SchemaDriver;
pub use plan::choices;
