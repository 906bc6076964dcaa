//! What every connector keeps, whatever its database: the same checks for each, against its real
//! server. A check sees the server as a [`Host`](crate::host::Host) and the connector as a
//! `dyn Connector`, and never asks which one it is, unless a product lacks what is checked.
//!
//! - `probe`, `login`, `rights`: what answers, what it refuses and why, which rights are missing;
//! - `browse`, `shape`, `hostile`, `many`, `trips`: what is in it, page by page, under any name, in
//!   time and in few round trips;
//! - `rows::ranges`, `rows::partitions`: each row once, in steps of any size and by keys of any type,
//!   gone on with after any key, cut at any key;
//! - `rows::transfer`: every type at its extremes, between each two members of a family, bit for bit;
//! - `rows::promises`: what sessions promise whatever the server's own settings say, and that both
//!   ways of writing write the same;
//! - `rows::writing`: batches are written whole or not at all, and conflicts are told from faults;
//! - `rows::seats`: a session ends when its seat is taken;
//! - `rows::sketches`: many tables at once look as each does alone.
//!
//! A connector joins by a `Host` in `host.rs`: its kind, the testkit's server of that kind, and
//! `shapes/KIND.sql`, which creates the tables, views and keys that `browse` and `shape` look for.
//! Then its line goes into the macros in `main.rs`: `for_every_kind` asks for probe and catalog,
//! `for_the_family` for rows as well. A capability that it lacks is `None`, and its checks are left
//! out by not naming it there, which shows.
//!
//! What needs a stranger and not a server (ports that lie, hang or never end) is beside this, in
//! `peers`, `cut_off` and `too_much`; so are TLS and definitions (`ddl`).

mod browse;
mod hostile;
mod login;
mod many;
mod probe;
mod rights;
pub mod rows;
pub use rows::Kept;
mod shape;
mod trips;
