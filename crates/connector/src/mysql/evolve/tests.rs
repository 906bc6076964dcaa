//! What statements become.

mod ghosts;
mod kinds;
mod signs;
mod stage;
