//! What is accepted, and every fault with its field. A draft that is fine is changed in one place,
//! so that each test says which change made it wrong.

#![expect(clippy::needless_pass_by_value, reason = "each test hands over what it made up")]

mod config;
mod mapping;
mod steps;

use super::*;
use oms_connector::{Role, kinds_for, may_be_active_active};
use oms_model::{EndpointId, ProjectType, transfer::TransferMode};
use serde_json::{Value, json};

const NOW: i64 = 1_800_000_000;

/// A draft with nothing wrong about it, as JSON.
fn fine() -> Value {
    json!({
        "name": "orders",
        "type": "MIGRATION",
        "sourceEndpointId": EndpointId::from_entropy([1; 10]),
        "sinkEndpointId": EndpointId::from_entropy([2; 10]),
        "transferMapping": {
            "mode": "SPECIFIC",
            "databases": [{ "name": "shop", "tables": [{ "name": "orders" }, { "name": "items" }] }]
        },
        "enableStructTransfer": true,
        "enableFullTransfer": true,
        "enableFullVerify": true,
        "enableIncrTransfer": true,
        "enableReverseIncrTransfer": true
    })
}

fn around() -> Surroundings {
    Surroundings {
        source: Some(DatabaseKind::Mysql),
        sink: Some(DatabaseKind::ObMysql),
        labels: [LabelId::from_entropy([3; 10])].into(),
        now: NOW,
        ..Surroundings::default()
    }
}

/// What the connectors really say, so that these tests know no kinds of their own.
fn pairing(spec: &ProjectSpec, around: &Surroundings) -> Pairing {
    let both = around.source.zip(around.sink);
    Pairing {
        sources: kinds_for(Role::Source(spec.kind)),
        sinks: kinds_for(Role::Sink(spec.kind)),
        active_active: both.is_some_and(|(source, sink)| may_be_active_active(source, sink)),
    }
}

/// The fine draft with these fields in place of its own.
fn with(changes: Value) -> ProjectSpec {
    let mut body = fine();
    let object = body.as_object_mut().expect("an object");
    object.extend(changes.as_object().expect("an object").clone());
    serde_json::from_value(body).expect("the shape of a body")
}

/// The fields found wrong, and what is said of them.
fn faults_of(changes: Value) -> Vec<(String, String)> {
    faults_among(changes, &around())
}

fn faults_among(changes: Value, around: &Surroundings) -> Vec<(String, String)> {
    let spec = with(changes);
    let around = Surroundings { pairing: pairing(&spec, around), ..around.clone() };
    let found = faults(&spec, &around);
    found.into_iter().map(|detail| (detail.field, detail.message)).collect()
}

fn fields(found: &[(String, String)]) -> Vec<&str> {
    found.iter().map(|(field, _)| field.as_str()).collect()
}

/// Exactly one fault, in this field, and its message says this.
#[track_caller]
fn only(changes: Value, field: &str, says: &str) {
    let found = faults_of(changes.clone());
    assert_eq!(fields(&found), [field], "{changes} found {found:?}");
    assert!(found[0].1.contains(says), "{:?} does not say {says:?}", found[0].1);
}

#[track_caller]
fn nothing_wrong(changes: Value) {
    assert_eq!(faults_of(changes.clone()), [], "{changes}");
}

#[test]
fn a_sound_draft_has_no_faults() {
    nothing_wrong(json!({}));
    assert_eq!(with(json!({})).transfer_mapping.mode, TransferMode::Specific);
    assert_eq!(with(json!({})).kind, ProjectType::Migration);
}

#[test]
fn names_are_one_word_of_up_to_64_characters_of_any_script() {
    nothing_wrong(json!({ "name": "ü".repeat(64) }));
    nothing_wrong(json!({ "name": "'; drop table projects; --".replace(' ', "_") }));
    nothing_wrong(json!({ "name": "订单🚀" }));
    only(json!({ "name": "x".repeat(65) }), "name", "65 characters and may have 64");
    only(json!({ "name": "" }), "name", "empty");
    only(json!({ "name": "two words" }), "name", "blank");
    only(json!({ "name": "a\u{202e}b" }), "name", "cannot be seen");
}

#[test]
fn everything_wrong_is_told_at_once() {
    let found = faults_of(json!({
        "name": "two words",
        "workerGradeId": "",
        "labelIds": [LabelId::from_entropy([9; 10])],
        "sinkEndpointId": EndpointId::from_entropy([1; 10]),
        "enableStructTransfer": false, "enableFullTransfer": false, "enableIncrTransfer": false,
        "incrTransferConfig": { "storeLogKeptHour": 0, "incrSyncConcurrency": 1025 },
        "transferMapping": { "mode": "WILDCARD", "tableAndViewWhiteList": ["shop", "a.b.c"] }
    }));
    assert_eq!(
        fields(&found),
        [
            "name",
            "workerGradeId",
            "labelIds[0]",
            "sinkEndpointId",
            "enableStructTransfer",
            "enableFullVerify",
            "enableReverseIncrTransfer",
            "incrTransferConfig.storeLogKeptHour",
            "incrTransferConfig.incrSyncConcurrency",
            "transferMapping.tableAndViewWhiteList[0]",
            "transferMapping.tableAndViewWhiteList[1]",
        ]
    );
}

#[test]
fn labels_exist_and_are_at_most_five_different_ones() {
    let label = |n: u8| LabelId::from_entropy([n; 10]);
    nothing_wrong(json!({ "labelIds": [label(3)] }));
    only(json!({ "labelIds": [label(4)] }), "labelIds[0]", "no such label");
    only(json!({ "labelIds": [label(3), label(3)] }), "labelIds[1]", "twice");
    let around = Surroundings { labels: (0..6).map(label).collect(), ..around() };
    let five: Vec<LabelId> = (0..5).map(label).collect();
    let six: Vec<LabelId> = (0..6).map(label).collect();
    assert_eq!(faults_among(json!({ "labelIds": five }), &around), []);
    let found = faults_among(json!({ "labelIds": six }), &around);
    assert_eq!(fields(&found), ["labelIds"]);
}

#[test]
fn both_ends_are_seen_and_of_kinds_the_type_joins() {
    let missing = Surroundings { source: None, sink: None, ..around() };
    let found = faults_among(json!({}), &missing);
    assert_eq!(fields(&found), ["sourceEndpointId", "sinkEndpointId"]);
    assert!(found.iter().all(|(_, message)| message == "there is no such data source"));
    let queue = Surroundings { sink: Some(DatabaseKind::Kafka), ..around() };
    let found = faults_among(json!({}), &queue);
    assert_eq!(fields(&found), ["sinkEndpointId"]);
    assert!(found[0].1.contains("MIGRATION writes to MYSQL, MARIADB"), "{found:?}");
    let sync = json!({
        "type": "SYNC", "enableFullVerify": false, "enableReverseIncrTransfer": false
    });
    assert_eq!(faults_among(sync.clone(), &queue), []);
    let found = faults_of(sync);
    assert_eq!(fields(&found), ["sinkEndpointId"]);
    assert!(found[0].1.contains("KAFKA, ROCKETMQ, DATAHUB, ADB, and this is OB_MYSQL"));
}

#[test]
fn a_project_leads_somewhere_else() {
    let own = json!({ "sinkEndpointId": EndpointId::from_entropy([1; 10]) });
    only(own, "sinkEndpointId", "the same data source");
}
