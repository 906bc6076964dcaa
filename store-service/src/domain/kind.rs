//! What this version can capture.

use oms_contracts::{service::Capability, store::CaptureMethod};
use strum::IntoEnumIterator;

/// All methods, for the instance's description of itself, each with whether any database offers it.
pub fn capabilities(is_offered: impl Fn(CaptureMethod) -> bool) -> Vec<Capability> {
    CaptureMethod::iter()
        .map(|method| Capability { name: method.to_string(), available: is_offered(method) })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_is_available_if_it_is_offered() {
        let told: Vec<(String, bool)> = capabilities(|method| method == CaptureMethod::Trigger)
            .into_iter()
            .map(|capability| (capability.name, capability.available))
            .collect();
        let wanted = [("BINLOG", false), ("LOGICAL_DECODING", false), ("TRIGGER", true)];
        assert_eq!(told, wanted.map(|(name, available)| (name.to_owned(), available)));
    }
}
