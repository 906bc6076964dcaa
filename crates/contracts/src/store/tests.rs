//! The words on the wire.

use super::*;
use oms_model::{Position, PositionKind};
use serde_json::json;

fn body() -> serde_json::Value {
    json!({
        "source": { "kind": "MYSQL", "host": "h", "port": 3306, "user": "u", "password": "hunter2" },
        "method": "BINLOG",
        "objects": { "mode": "WILDCARD", "tableAndViewWhiteList": ["shop.*"] },
        "start": { "from": "POSITION", "at": "binlog-file:binlog.000042/4711" },
        "retention": { "seconds": 86400, "bytes": 1073741824 },
        "leaveOutOwn": true,
    })
}

#[test]
fn a_store_is_said_and_read_back() {
    let spec: StoreSpec = serde_json::from_value(body()).expect("is read");
    let place = Position::new(PositionKind::BinlogFile, "binlog.000042/4711");
    assert_eq!(spec.start, Start::Position { at: place });
    let mut written = serde_json::to_value(&spec).expect("is written");
    assert!(written["source"].as_object_mut().expect("an end").remove("tls").is_some());
    assert_eq!(written, body());
    assert!(!format!("{spec:?}").contains("hunter"));
}

#[test]
fn what_is_left_out_has_its_defaults() {
    let mut short = body();
    for key in ["start", "retention", "leaveOutOwn"] {
        short.as_object_mut().expect("a body").remove(key);
    }
    let spec: StoreSpec = serde_json::from_value(short).expect("is read");
    assert_eq!((spec.start, spec.leave_out_own), (Start::Now, false));
    assert_eq!(spec.retention, StoreRetention::default());
}

#[test]
fn unknown_words_are_refused_at_every_depth() {
    for path in ["", "/source", "/objects", "/start", "/retention"] {
        let mut body = body();
        body.pointer_mut(path).expect("a place")["colour"] = json!("red");
        assert!(serde_json::from_value::<StoreSpec>(body).is_err(), "{path}");
    }
}
