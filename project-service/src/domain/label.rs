//! Labels: names that projects carry.

use crate::domain::owned::Ownership;
use oms_model::LabelId;

/// A label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    pub id: LabelId,
    pub name: String,
    pub owned: Ownership,
    /// How many projects carry it.
    pub used_by: u64,
    pub created_at: i64,
    pub modified_at: i64,
}
