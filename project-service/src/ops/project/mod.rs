//! Projects: drafts and what may be done with them. The steps themselves are not run yet.

mod act;
mod admit;
mod copy;
mod create;
mod delete;
mod edit;
mod error;
mod find;
mod label;
mod list;
mod rename;
mod totals;

pub use act::act;
pub use copy::copy;
pub use create::create;
pub use delete::delete;
pub use edit::edit;
pub use error::Error;
use find::shown;
pub(crate) use find::visible;
pub use find::{Shown, find};
pub use label::set_labels;
pub use list::{Listed, list};
pub use rename::rename;
pub use totals::Totals;
