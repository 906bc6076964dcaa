//! Writing definitions. Every clause is spelled in the one way that all members of the family that
//! know it accept; which of them a server gets is decided before.

mod column;
mod key;
mod partition;
mod table;

use super::ast::Name;
use super::quote::quoted;

pub(crate) use column::{column_text, default_text};
pub(crate) use key::{check_text, foreign_key_text, key_text, parts_text};
pub(crate) use partition::{partitioning_text, partitions_text};
pub(crate) use table::option_text;
pub use table::render_table;

/// A name with its database, between marks.
pub(crate) fn name_text(name: &Name) -> String {
    match &name.database {
        Some(database) => format!("{}.{}", quoted(database), quoted(&name.name)),
        None => quoted(&name.name),
    }
}

fn name_list(names: &[String]) -> String {
    names.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(",")
}
