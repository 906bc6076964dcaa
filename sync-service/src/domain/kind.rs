//! What this version can run.

use oms_contracts::{service::Capability, sync::TaskKind};
use strum::IntoEnumIterator;

/// All kinds, for the instance's description of itself, each with whether somebody drives it.
pub fn capabilities(is_driven: impl Fn(TaskKind) -> bool) -> Vec<Capability> {
    TaskKind::iter()
        .map(|kind| Capability { name: kind.to_string(), available: is_driven(kind) })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_available_if_somebody_drives_it() {
        let told: Vec<(String, bool)> = capabilities(|kind| kind == TaskKind::Full)
            .into_iter()
            .map(|capability| (capability.name, capability.available))
            .collect();
        let wanted = [("SCHEMA", false), ("FULL", true), ("INCR", false)];
        assert_eq!(told, wanted.map(|(name, available)| (name.to_owned(), available)));
    }
}
