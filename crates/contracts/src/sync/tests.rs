//! The words on the wire.

use super::*;
use oms_model::{ObjectName, transfer::SpeedMode};
use serde_json::json;

fn body() -> serde_json::Value {
    let end = |password: &str| json!({ "kind": "MYSQL", "host": "h", "port": 3306, "user": "u", "password": password });
    json!({
        "kind": "FULL", "source": end("hunter2"), "target": end("hunter3"),
        "objects": [{
            "kind": "TABLE",
            "source": { "database": "a", "name": "t" },
            "target": { "database": "b", "name": "u" },
            "whereClause": "id > 7",
            "columns": ["id"],
        }],
        "full": { "allowDestTableNotEmpty": true },
        "limits": { "fullTransferSpeedMode": "FAST", "throttleIOPS": 9, "throttleRps": 8,
                    "readWorkerNum": 7, "writeWorkerNum": 6, "memory": 64,
                    "indexDDLConcurrencyLimit": 5, "maxConcurrentIndexDDLs": 4 },
    })
}

#[test]
fn a_task_is_said_in_the_published_words() {
    let spec: TaskSpec = serde_json::from_value(body()).expect("is read");
    assert_eq!(spec.limits.full_transfer_speed_mode, SpeedMode::Fast);
    assert_eq!((spec.limits.throttle_iops, spec.limits.memory), (Some(9), Some(64)));
    assert_eq!(spec.objects[0].target, ObjectName::new("b", "u"));
    let mut written = serde_json::to_value(&spec).expect("is written");
    for end in ["source", "target"] {
        assert!(written[end].as_object_mut().expect("an end").remove("tls").is_some());
    }
    let mut wanted = body();
    wanted["full"]["nonePkUkTruncateDstTable"] = json!(false);
    assert_eq!(written, wanted);
}

#[test]
fn a_task_is_not_printed_with_its_secrets_and_its_view_has_none() {
    let spec: TaskSpec = serde_json::from_value(body()).expect("is read");
    let view = serde_json::to_string(&EndpointView::from(&spec.source)).expect("is written");
    let printed = format!("{spec:?} {view}");
    assert!(!printed.contains("hunter"), "{printed}");
}

#[test]
fn unknown_words_are_refused_at_every_depth() {
    for path in
        ["", "/source", "/source/tls", "/objects/0", "/objects/0/source", "/full", "/limits"]
    {
        let mut body = body();
        body["source"]["tls"] = json!({});
        let place = body.pointer_mut(path).expect("a place");
        place["colour"] = json!("red");
        assert!(serde_json::from_value::<TaskSpec>(body).is_err(), "{path}");
    }
}

#[test]
fn what_is_left_out_has_its_defaults() {
    let mut body = body();
    for key in ["full", "limits"] {
        body.as_object_mut().expect("a body").remove(key);
    }
    let spec: TaskSpec = serde_json::from_value(body).expect("is read");
    assert_eq!((spec.full, spec.schema, spec.limits), (None, None, Limits::default()));
    let schema: SchemaSettings = serde_json::from_str("{}").expect("is read");
    assert_eq!(schema, SchemaSettings::default());
    assert!(schema.hidden_key);
}

#[test]
fn task_ids_are_harmless_wherever_they_stand() {
    for fine in ["np_4w3r1ig7a0k2.full", "a", "A-b_c.9", &"x".repeat(96)] {
        assert_eq!(TaskId::parse(fine).map(|id| id.to_string()).as_deref(), Ok(fine));
    }
    let long = "x".repeat(97);
    for odd in ["", ".", "..", ".a", "-a", "_a", "a/b", "a b", "a'", "ä", "a\n", "a%", &long] {
        assert_eq!(TaskId::parse(odd), Err(InvalidTaskId), "{odd:?}");
        assert!(serde_json::from_value::<TaskId>(json!(odd)).is_err());
    }
}

#[test]
fn operations_are_words_of_a_path() {
    let id = TaskId::parse("p.schema").expect("an id");
    let path = paths::act_on_object(&id, 3, ObjectOperation::Retry);
    assert_eq!(path, "/internal/v1/tasks/p.schema/objects/3/retry");
}
