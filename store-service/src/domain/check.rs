//! Whether a store can be meant as it is said. What only the database knows is not asked here.

use oms_contracts::{
    Detail,
    store::{CaptureMethod, Start, StoreHeartbeat, StoreRetention, StoreSpec},
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
    if spec.method == CaptureMethod::Trigger && spec.start != Start::Now {
        faults.push(Detail::new("start", "triggers see only what happens once they are in place"));
    }
    faults.extend(heartbeat(spec));
    faults.truncate(DETAILS_MAX);
    faults
}

fn heartbeat(spec: &StoreSpec) -> Vec<Detail> {
    let Some(heartbeat) = &spec.heartbeat else { return Vec::new() };
    let mut faults = Vec::new();
    let mut fault = |field, reason| faults.push(Detail::new(field, reason));
    if spec.method == CaptureMethod::Trigger {
        fault("heartbeat", "triggers need none: they are asked, and hear no log");
    }
    if heartbeat.database.is_empty() || heartbeat.database.chars().count() > 64 {
        fault("heartbeat.database", "it must be the name of a database");
    }
    if !(1..=3_600).contains(&heartbeat.every_seconds) {
        fault("heartbeat.everySeconds", "it must be 1 to 3600");
    }
    faults
}

/// The parts of a store that stay as they were once it began, and that differ. The log cannot go on with
/// others.
pub fn fixed(known: &StoreSpec, sent: &StoreSpec) -> Vec<Detail> {
    let parts = [
        ("source.kind", known.source.kind == sent.source.kind),
        ("method", known.method == sent.method),
        ("start", known.start == sent.start),
        // Nobody would remove the table there was.
        ("heartbeat.database", is_kept(known.heartbeat.as_ref(), sent.heartbeat.as_ref())),
    ];
    let differing = parts.into_iter().filter(|(_, same)| !same);
    differing.map(|(field, _)| Detail::new(field, "it is not what the store began with")).collect()
}

/// Whether the table of a heartbeat stays where it is, if there is one.
fn is_kept(known: Option<&StoreHeartbeat>, sent: Option<&StoreHeartbeat>) -> bool {
    known.is_none_or(|known| sent.is_some_and(|sent| sent.database == known.database))
}

#[cfg(test)]
mod tests {
    use super::*;
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

    fn beating(database: &str, every_seconds: u32) -> Option<StoreHeartbeat> {
        Some(StoreHeartbeat { database: database.into(), every_seconds })
    }

    #[test]
    fn triggers_begin_now_and_need_no_heartbeat() {
        let found = blamed(|spec| {
            spec.method = CaptureMethod::Trigger;
            spec.start = Start::Time { at: chrono::DateTime::UNIX_EPOCH };
            spec.heartbeat = beating("", 0);
        });
        let wanted = ["start", "heartbeat", "heartbeat.database", "heartbeat.everySeconds"];
        assert_eq!(found, wanted);
        assert_eq!(blamed(|spec| spec.heartbeat = beating("ops", 1)), Vec::<String>::new());
    }

    #[test]
    fn a_heartbeat_may_come_and_change_its_pace_but_not_move() {
        let with = |heartbeat| StoreSpec { heartbeat, ..store() };
        assert_eq!(fixed(&store(), &with(beating("ops", 9))), []);
        assert_eq!(fixed(&with(beating("ops", 1)), &with(beating("ops", 9))), []);
        for other in [None, beating("other", 1)] {
            let faults = fixed(&with(beating("ops", 1)), &with(other));
            assert_eq!(faults[0].field, "heartbeat.database");
        }
    }
}
