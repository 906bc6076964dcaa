//! Choosing what to migrate: by name, by rules with wildcards, less what is excluded, and under
//! which names it arrives.
//!
//! ```text
//! TransferMapping ──compile──▶ Selection ──evaluate(objects of the source)──▶ Resolution
//!   as clients send it           lines                        objects, and all that needs attention
//! ```

mod compile;
mod evaluate;
pub mod mapping;
mod named;
pub mod pattern;
mod preview;
mod resolution;
pub mod rule;
mod selector;
mod survey;

pub use compile::TargetNaming;
pub use mapping::{ColumnEntry, DatabaseEntry, ObjectEntry, TransferMapping};
pub use pattern::{Pattern, PatternFault};
pub use preview::Preview;
pub use resolution::{
    Ambiguous, Collision, Merge, Resolution, SchemaMerge, SelectedObject, Unmatched, Unsupported,
};
pub use rule::{Renaming, Rule, RuleFault, parse_exclusions, parse_rules};
pub use selector::{ColumnRenaming, Settings};

use crate::{complaint::Complaints, object::SourceObject};
use selector::Selector;

/// A mapping that was understood, ready to be held against the objects of a source.
#[derive(Debug, Clone)]
pub struct Selection {
    includes: Vec<Selector>,
    excludes: Vec<Selector>,
}

impl Selection {
    /// Understands a mapping, or reports all that is wrong with it.
    pub fn compile(mapping: &TransferMapping, naming: TargetNaming) -> Result<Self, Complaints> {
        let (includes, excludes) = compile::compile(mapping, naming)?;
        Ok(Self { includes, excludes })
    }

    /// Decides for each object of a source: the migration set less the exclusion set.
    pub fn evaluate(&self, source: &[SourceObject]) -> Resolution {
        evaluate::evaluate(&self.includes, &self.excludes, source)
    }

    /// Whether an object would be in the migration set, whatever else there is: also one that is only
    /// made later.
    pub fn takes(&self, object: &SourceObject) -> bool {
        let about =
            |line: &Selector| line.database.matches(&object.database) && line.takes_name(object);
        self.includes.iter().any(|line| line.selects && about(line))
            && !self.excludes.iter().any(about)
    }
}

#[cfg(test)]
mod tests;
