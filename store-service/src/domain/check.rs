//! Whether a store can be meant as it is said. What only the database knows is not asked here.

use oms_contracts::{
    Detail,
    store::{StoreRetention, StoreSpec},
};
use oms_model::selection::{Selection, TargetNaming};

const DETAILS_MAX: usize = 100;
const YEAR: u64 = 365 * 86_400;

/// All that is wrong with a store, or the first hundred of it.
pub fn spec(spec: &StoreSpec) -> Vec<Detail> {
    let mut faults = spec.source.faults("source");
    let StoreRetention { seconds, bytes } = spec.retention;
    if !(60..=YEAR).contains(&seconds) {
        faults.push(Detail::new("retention.seconds", "it must be 60 to 31536000"));
    }
    if !(1 << 20..=1 << 60).contains(&bytes) {
        faults.push(Detail::new("retention.bytes", "it must be at least 1048576"));
    }
    if let Err(complaints) = Selection::compile(&spec.objects, TargetNaming::Objects) {
        let told = complaints.0.into_iter();
        faults.extend(told.map(|one| Detail::new(format!("objects.{}", one.place), one.reason)));
    }
    faults.truncate(DETAILS_MAX);
    faults
}

/// The parts of a store that stay as they were once it began, and that differ. The log cannot go on with
/// others.
pub fn fixed(known: &StoreSpec, sent: &StoreSpec) -> Vec<Detail> {
    let parts = [
        ("source.kind", known.source.kind == sent.source.kind),
        ("method", known.method == sent.method),
        ("start", known.start == sent.start),
    ];
    let differing = parts.into_iter().filter(|(_, same)| !same);
    differing.map(|(field, _)| Detail::new(field, "it is not what the store began with")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use oms_contracts::store::{CaptureMethod, Start};
    use serde_json::json;

    fn store() -> StoreSpec {
        serde_json::from_value(json!({
            "source": { "kind": "MYSQL", "host": "h", "port": 3306, "user": "u" },
            "method": "BINLOG",
            "objects": { "mode": "WILDCARD", "tableAndViewWhiteList": ["shop.*"] },
        }))
        .expect("a specification")
    }

    fn blamed(change: impl FnOnce(&mut StoreSpec)) -> Vec<String> {
        let mut given = store();
        change(&mut given);
        spec(&given).into_iter().map(|fault| fault.field).collect()
    }

    #[test]
    fn everything_wrong_is_said_at_once() {
        assert_eq!(blamed(|_| {}), Vec::<String>::new());
        let found = blamed(|spec| {
            spec.source.port = 0;
            spec.retention = StoreRetention { seconds: 1, bytes: 1 };
            spec.objects.table_and_view_white_list = vec!["shop".into()];
        });
        assert_eq!(found[..3], ["source.port", "retention.seconds", "retention.bytes"]);
        assert!(found[3].starts_with("objects."), "{found:?}");
    }

    #[test]
    fn what_a_log_began_with_stays() {
        let mut other = store();
        other.source.host = "another".into();
        other.retention.seconds += 1;
        assert_eq!(fixed(&store(), &other), []);
        other.method = CaptureMethod::Trigger;
        other.start = Start::Time { at: chrono::DateTime::UNIX_EPOCH };
        assert_eq!(fixed(&store(), &other).len(), 2);
    }
}
