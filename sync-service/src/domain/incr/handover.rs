//! What a full load has read of the changes that follow it.

use oms_model::{ObjectName, change::Seq};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Where changes begin for tables that were loaded.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
pub struct Handover {
    /// Rows may hold changes up to here, and none behind it.
    pub end: Seq,
    /// Tables that were read at one place, by their names at the source: they have all changes up to
    /// that one and none behind it.
    pub since: BTreeMap<ObjectName, Seq>,
}

/// JSON has texts as keys alone.
#[derive(Serialize, Deserialize)]
struct Written {
    end: Seq,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    since: Vec<(ObjectName, Seq)>,
}

impl From<Written> for Handover {
    fn from(written: Written) -> Self {
        Self { end: written.end, since: written.since.into_iter().collect() }
    }
}

impl From<Handover> for Written {
    fn from(handover: Handover) -> Self {
        Self { end: handover.end, since: handover.since.into_iter().collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_kept_as_json() {
        let since = [(ObjectName::new("d", "t.\"ü"), Seq(7))].into();
        let handover = Handover { end: Seq(9), since };
        let json = serde_json::to_string(&handover).unwrap();
        assert_eq!(serde_json::from_str::<Handover>(&json).unwrap(), handover);
    }
}
