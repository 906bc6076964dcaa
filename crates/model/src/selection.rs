//! Choosing what to migrate: by name, by rules with wildcards, less what is excluded, and under
//! which names it arrives.

pub mod pattern;
pub mod rule;

pub use pattern::{Pattern, PatternFault};
pub use rule::{Renaming, Rule, RuleFault, parse_exclusions, parse_rules};
