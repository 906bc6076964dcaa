//! Object selections: what one comes to at its source, what is wrong with one, and carrying one
//! from project to project. Nothing here is stored.

mod column;
mod error;
mod export;
mod import;
mod preview;
mod source;
mod validate;

pub use error::Error;
pub use export::{Export, export};
pub use import::import;
pub use preview::preview;
pub use validate::validate;
