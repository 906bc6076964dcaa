//! What is refused, and that all of it is said at once.

use super::*;
use oms_contracts::sync::FullSettings;
use serde_json::json;

/// A task that is in order.
pub(crate) fn full() -> TaskSpec {
    let end = json!({ "kind": "MYSQL", "host": "h", "port": 3306, "user": "u" });
    let name = json!({ "database": "d", "name": "t" });
    serde_json::from_value(json!({
        "kind": "FULL", "source": end, "target": end,
        "objects": [{ "kind": "TABLE", "source": name, "target": name }],
    }))
    .expect("a specification")
}

fn fields(faults: &[Detail]) -> Vec<&str> {
    faults.iter().map(|fault| fault.field.as_str()).collect()
}

fn blamed(change: impl FnOnce(&mut TaskSpec)) -> Vec<String> {
    let mut given = full();
    change(&mut given);
    fields(&spec(&given)).into_iter().map(ToOwned::to_owned).collect()
}

#[test]
fn a_task_in_order_is_taken() {
    assert_eq!(spec(&full()), []);
    assert_eq!(limits(&Limits::default()), []);
}

#[test]
fn everything_wrong_is_said_at_once() {
    let found = blamed(|spec| {
        spec.source.host = " ".into();
        spec.source.port = 0;
        spec.target.user = "\0".into();
        spec.target.database = Some(String::new());
        spec.target.tls.client_certificate_pem = Some("cert".into());
        spec.schema = Some(SchemaSettings::default());
        spec.limits.throttle_rps = Some(0);
        spec.objects.clear();
    });
    let wanted = [
        "limits.throttleRps",
        "source.host",
        "source.port",
        "target.user",
        "target.database",
        "target.tls.clientKeyPem",
        "schema",
        "objects",
    ];
    assert_eq!(found, wanted);
}

#[test]
fn limits_have_limits() {
    let odd = Limits {
        read_worker_num: Some(0),
        write_worker_num: Some(257),
        memory: Some(15),
        throttle_iops: Some(0),
        index_ddl_concurrency_limit: Some(0),
        max_concurrent_index_ddls: Some(1_000),
        ..Default::default()
    };
    assert_eq!(limits(&odd).len(), 6);
    let custom = Limits { full_transfer_speed_mode: SpeedMode::Custom, ..Default::default() };
    assert_eq!(fields(&limits(&custom)), ["readWorkerNum", "writeWorkerNum"]);
    let given = Limits { read_worker_num: Some(1), write_worker_num: Some(256), ..custom };
    assert_eq!(limits(&given), []);
}

#[test]
fn objects_must_be_possible() {
    let object = |change: fn(&mut ObjectSpec)| {
        let found = blamed(|spec| change(&mut spec.objects[0]));
        assert_eq!(found.len(), 1, "{found:?}");
        found.into_iter().next().unwrap_or_default()
    };
    assert_eq!(object(|o| o.source.name.clear()), "objects[0].source.name");
    assert_eq!(object(|o| o.target.database = "x".repeat(513)), "objects[0].target.database");
    assert_eq!(object(|o| o.target.name = "a\0".into()), "objects[0].target.name");
    assert_eq!(object(|o| o.kind = SyncObjectKind::View), "objects[0].kind");
    assert_eq!(object(|o| o.where_clause = Some(" ".into())), "objects[0].whereClause");
    assert_eq!(object(|o| o.columns = Some(Vec::new())), "objects[0].columns");
    let twice = vec!["a".to_owned(), "a".to_owned()];
    assert_eq!(blamed(|spec| spec.objects[0].columns = Some(twice)), ["objects[0].columns"]);
    assert_eq!(blamed(|spec| spec.objects.push(spec.objects[0].clone())), ["objects[1]"]);
}

#[test]
fn many_sources_may_go_into_one_target() {
    let found = blamed(|spec| {
        let mut other = spec.objects[0].clone();
        other.source.database = "e".into();
        spec.objects.push(other);
    });
    assert_eq!(found, [""; 0]);
}

#[test]
fn a_schema_task_has_its_own_settings() {
    let mut given = TaskSpec { kind: TaskKind::Schema, ..full() };
    given.objects[0].kind = SyncObjectKind::Sequence;
    let map = [("*", "utf8mb4"), ("latin1", "utf 8"), ("", "x")];
    let charset_map = map.map(|(from, to)| (from.to_owned(), to.to_owned())).into();
    given.schema = Some(SchemaSettings { charset_map, ..Default::default() });
    assert_eq!(fields(&spec(&given)), ["schema.charsetMap[]", "schema.charsetMap[latin1]"]);
    given.schema = None;
    given.full = Some(FullSettings::default());
    assert_eq!(fields(&spec(&given)), ["full"]);
    given.full = None;
    given.objects[0].where_clause = Some("a = 1".into());
    assert_eq!(fields(&spec(&given)), ["objects[0].whereClause"]);
}

#[test]
fn a_hundred_faults_are_enough() {
    let found = blamed(|spec| {
        let odd = ObjectSpec::table("", "");
        spec.objects = vec![odd; 5_000];
    });
    assert!(found.len() <= DETAILS_MAX + 1, "{}", found.len());
}
