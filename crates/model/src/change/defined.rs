//! Which definitions a log knows from a place on: what stands in it between blocks.

use super::definition::Definition;
use serde::{Deserialize, Serialize};

/// Definitions that are used behind a place, and which of all of them tables have there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Defined {
    /// It stands at the beginning of a part of the log: nothing before it has to be known.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub opens: bool,
    /// The highest number that was given so far.
    pub highest: u32,
    /// What is used from here on and was not said in this part of the log.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub definitions: Vec<Definition>,
    /// The numbers of those that their tables have from here on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub current: Vec<u32>,
    /// Tables that are no more, by database and name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gone: Vec<(String, String)>,
}
