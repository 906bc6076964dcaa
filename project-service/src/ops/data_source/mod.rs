//! Data sources: databases that users registered, and looking into them.
//!
//! What talks to a database does so outside of any metadata transaction: a slow database must not
//! hold the metadata's lock.

mod admit;
mod browse;
mod copy;
mod create;
mod delete;
mod edit;
mod error;
mod find;
mod gate;
mod probe;
mod reach;
mod read;
mod reseal;

pub use browse::{databases, objects, table};
pub use copy::copy;
pub use create::create;
pub use delete::delete;
pub use edit::edit;
pub use error::Error;
pub use find::{find, list};
pub use gate::{Admission, Gates};
pub use probe::{test_saved, test_unsaved};
pub use reach::{Opened, open};
pub use reseal::reseal;
