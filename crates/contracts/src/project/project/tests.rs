//! The bodies of projects against the published shape.

use super::*;
use serde_json::{Value, json};

/// Every field there is, with values that are not the defaults.
fn whole() -> Value {
    json!({
        "name": "orders",
        "type": "MIGRATION",
        "sourceEndpointId": "e_00000000000000aa",
        "sinkEndpointId": "e_00000000000000bb",
        "labelIds": ["l_00000000000000cc"],
        "workerGradeId": "g_i4wa7",
        "transferMapping": {
            "mode": "SPECIFIC",
            "databases": [{ "name": "shop", "tables": [{ "name": "orders" }] }]
        },
        "commonTransferConfig": {
            "tableCategory": "WITHUNIQUEROWID",
            "activeActive": true,
            "sourceStoreFormat": "ROW",
            "sinkStoreFormat": "COLUMN",
            "mqSerializerType": "CANAL",
            "mqPartitionMode": "HASH",
            "mqPartition": 3,
            "datahubTopicType": "BLOB",
            "rocketMqProducerGroup": "OMS",
            "rocketMqMsgTags": "t",
            "rocketMqEnableMsgTrace": true,
            "rocketMqSendMsgTimeout": 1000,
            "dataWorksBusinessName": "b",
            "syncSchema": true,
            "syncSchemaColumnName": "s",
            "customColumns": [{ "columnName": "c", "expression": "1" }]
        },
        "enableStructTransfer": true,
        "enableFullTransfer": true,
        "enableFullVerify": true,
        "enableIncrTransfer": true,
        "enableIncrVerify": true,
        "enableReverseIncrTransfer": true,
        "structTransferConfig": {
            "byteCharConvertStrategy": "FORCE_CHAR_IF_BYTE_USED",
            "deferIndexCreation": true,
            "autoProcessedToNextStep": false,
            "triggerMigrationType": "WITH_STRUCT_TRANSFER"
        },
        "fullTransferConfig": {
            "nonePkUkTruncateDstTable": true,
            "allowDestTableNotEmpty": true,
            "fullTransferSpeedMode": "CUSTOM",
            "fullVerifySpeedMode": "FAST",
            "fullTransferSpeedConfig": {
                "readWorkerNum": 8, "writeWorkerNum": 16, "memory": 4096
            },
            "throttleRps": 1000,
            "throttleIOPS": 1000000,
            "readWorkerNum": 8,
            "writeWorkerNum": 16,
            "indexDDLConcurrencyLimit": 4,
            "maxConcurrentIndexDDLs": 2,
            "hbaseObjMigMode": "m",
            "hbaseObjCheckMode": "c"
        },
        "incrTransferConfig": {
            "startTimestamp": 1689201369,
            "recordTypeWhiteList": ["INSERT", "UPDATE", "DELETE", "DDL"],
            "supportDDLTypes": ["ALTER_TABLE"],
            "storeLogKeptHour": 24,
            "enableSequencingWithinTxn": true,
            "incrSyncConcurrency": 32,
            "incrSyncThreadCount": 32,
            "enableIncrSyncStatistics": true,
            "throttleRps": 5,
            "throttleIOPS": 6
        },
        "reverseIncrTransferConfig": { "incrSyncConcurrency": 2 }
    })
}

#[test]
fn a_body_with_every_published_field_survives_reading_and_writing() {
    let spec: ProjectSpec = serde_json::from_value(whole()).expect("the published shape");
    assert_eq!(serde_json::to_value(&spec).expect("serialises"), whole());
}

#[test]
fn what_is_left_out_stays_out_except_the_switches() {
    let least = json!({
        "name": "orders",
        "type": "SYNC",
        "sourceEndpointId": "e_00000000000000aa",
        "sinkEndpointId": "e_00000000000000bb",
        "labelIds": null,
        "transferMapping": { "mode": "WILDCARD" },
        "incrTransferConfig": { "recordTypeWhiteList": null, "supportDDLTypes": [] },
    });
    let spec: ProjectSpec = serde_json::from_value(least).expect("enough");
    let written = serde_json::to_value(&spec).expect("serialises");
    assert_eq!(written["incrTransferConfig"], json!({}));
    assert_eq!(written["enableFullTransfer"], json!(false));
    assert_eq!(written.get("labelIds"), None);
    assert_eq!(written.get("commonTransferConfig"), None);
}

#[test]
fn an_unknown_field_is_refused_at_every_depth() {
    for path in [
        "",
        "/transferMapping",
        "/commonTransferConfig",
        "/commonTransferConfig/customColumns/0",
        "/structTransferConfig",
        "/fullTransferConfig",
        "/fullTransferConfig/fullTransferSpeedConfig",
        "/incrTransferConfig",
        "/reverseIncrTransferConfig",
    ] {
        let mut body = whole();
        let place = body.pointer_mut(path).expect("it is there");
        place.as_object_mut().expect("an object").insert("naem".into(), json!(1));
        let refusal = serde_json::from_value::<ProjectSpec>(body).expect_err(path).to_string();
        assert!(refusal.contains("unknown field `naem`"), "{path}: {refusal}");
    }
}

#[test]
fn a_view_is_flat_and_what_it_shows_can_be_sent_back() {
    let spec: ProjectSpec = serde_json::from_value(whole()).expect("the published shape");
    let mut shown = whole();
    let more = json!({
        "id": "np_00000000000000dd",
        "labels": [{ "id": "l_00000000000000cc", "name": "prod" }],
        "owner": {
            "userId": "u_0000000000000000", "account": "ann", "departmentId": "d_0000000000000000"
        },
        "importance": "MEDIUM",
        "status": "RUNNING_MODIFYING",
        "revision": 3,
        "gmtCreate": "2026-11-20T10:00:00Z",
        "gmtModified": "2026-11-20T10:00:00Z",
        "isModifying": true,
        "isMerging": false,
        "isSubProject": false,
        "sourceEndpointType": "MYSQL",
        "sinkEndpointType": "OB_MYSQL",
        "allowedOperations": ["MODIFY_ALERT", "CLONE"]
    });
    let object = shown.as_object_mut().expect("an object");
    object.extend(more.as_object().expect("an object").clone());
    let view: ProjectView = serde_json::from_value(shown.clone()).expect("the shape of a view");
    assert_eq!(view.spec, spec);
    assert_eq!(serde_json::to_value(&view).expect("serialises"), shown);
}

#[test]
fn lists_in_queries_are_values_with_commas() {
    let read = |text: &str| serde_json::from_value::<Commas<ProjectStatus>>(json!(text));
    let two = Commas(vec![ProjectStatus::Init, ProjectStatus::RunningMerging]);
    assert_eq!(read("INIT, RUNNING_MERGING").expect("both are known"), two);
    assert_eq!(serde_json::to_value(&two).expect("serialises"), json!("INIT,RUNNING_MERGING"));
    assert!(read("").expect("none").is_empty());
    let refusal = read("INIT,init").expect_err("case matters").to_string();
    assert!(refusal.starts_with("\"init\": "), "{refusal}");
    let ids = serde_json::from_value::<Commas<LabelId>>(json!("l_1'; drop table labels"));
    assert!(ids.is_err());
}

#[test]
fn the_description_of_a_view_lets_what_was_decided_stand_among_the_rest() {
    use utoipa::PartialSchema;
    let described = |schema| serde_json::to_value(schema).expect("serialises");
    let sent = described(ProjectSpec::schema());
    let shown = described(view::ProjectDecisions::schema());
    assert_eq!(sent["additionalProperties"], json!(false));
    assert_eq!(shown.get("additionalProperties"), None);
    assert_eq!(sent["properties"], shown["properties"]);
    let view = described(ProjectView::schema());
    assert_eq!(view["allOf"][0]["$ref"], json!("#/components/schemas/ProjectDecisions"));
}
