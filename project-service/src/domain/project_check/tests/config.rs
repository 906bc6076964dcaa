//! Ranges, texts, and values that need each other.

use super::*;

#[test]
fn numbers_outside_their_ranges_are_refused_and_the_edges_are_not() {
    for (block, field, least, most) in [
        ("incrTransferConfig", "storeLogKeptHour", 1, 8_760),
        ("incrTransferConfig", "incrSyncConcurrency", 1, 1_024),
        ("incrTransferConfig", "incrSyncThreadCount", 1, 1_024),
        ("incrTransferConfig", "throttleRps", 1, 1_000_000_000_000_i64),
        ("reverseIncrTransferConfig", "storeLogKeptHour", 1, 8_760),
        ("reverseIncrTransferConfig", "throttleIOPS", 1, 1_000_000_000_000),
        ("fullTransferConfig", "readWorkerNum", 1, 512),
        ("fullTransferConfig", "writeWorkerNum", 1, 512),
        ("fullTransferConfig", "throttleRps", 1, 1_000_000_000_000),
        ("fullTransferConfig", "throttleIOPS", 1, 1_000_000_000_000),
        ("fullTransferConfig", "indexDDLConcurrencyLimit", 1, 512),
        ("fullTransferConfig", "maxConcurrentIndexDDLs", 1, 512),
        ("commonTransferConfig", "mqPartition", 0, 1_000_000),
        ("commonTransferConfig", "rocketMqSendMsgTimeout", 1, 3_600_000),
    ] {
        for inside in [least, most] {
            nothing_wrong(json!({ block: { field: inside } }));
        }
        for outside in [least - 1, most + 1, i64::MIN, i64::MAX] {
            let says = format!("must be {least} to {most}");
            only(json!({ block: { field: outside } }), &format!("{block}.{field}"), &says);
        }
    }
}

#[test]
fn a_speed_of_ones_own_is_a_mode_and_its_numbers() {
    let full = |config: Value| json!({ "fullTransferConfig": config });
    nothing_wrong(full(json!({ "fullTransferSpeedMode": "FAST" })));
    nothing_wrong(full(json!({
        "fullTransferSpeedMode": "CUSTOM",
        "fullTransferSpeedConfig": { "readWorkerNum": 4, "writeWorkerNum": 8, "memory": 2048 }
    })));
    nothing_wrong(full(json!({
        "fullVerifySpeedMode": "CUSTOM", "readWorkerNum": 4, "writeWorkerNum": 8
    })));
    let found = faults_of(full(json!({ "fullTransferSpeedMode": "CUSTOM" })));
    assert_eq!(fields(&found), ["fullTransferConfig.fullTransferSpeedMode"; 2]);
    only(
        full(json!({ "fullVerifySpeedMode": "CUSTOM", "readWorkerNum": 4 })),
        "fullTransferConfig.fullVerifySpeedMode",
        "CUSTOM needs writeWorkerNum",
    );
    only(
        full(json!({ "fullTransferSpeedConfig": { "readWorkerNum": 4 } })),
        "fullTransferConfig.fullTransferSpeedConfig",
        "CUSTOM only",
    );
    only(
        full(json!({
            "fullTransferSpeedMode": "CUSTOM", "writeWorkerNum": 1,
            "fullTransferSpeedConfig": { "readWorkerNum": 513 }
        })),
        "fullTransferConfig.fullTransferSpeedConfig.readWorkerNum",
        "it is 513",
    );
}

#[test]
fn the_link_starts_in_the_past_and_only_without_a_copy() {
    let start = |seconds: i64, full: bool| {
        json!({
            "enableFullTransfer": full,
            "incrTransferConfig": { "startTimestamp": seconds }
        })
    };
    const FIELD: &str = "incrTransferConfig.startTimestamp";
    nothing_wrong(start(NOW, false));
    nothing_wrong(start(1, false));
    only(start(NOW + 1, false), FIELD, "in the future");
    only(start(0, false), FIELD, "unix seconds");
    only(start(-1, false), FIELD, "unix seconds");
    only(start(NOW, true), FIELD, "from the start of the copy");
    let back = json!({ "reverseIncrTransferConfig": { "startTimestamp": 1 } });
    only(back, "reverseIncrTransferConfig.startTimestamp", "switchover");
    let mut none = start(NOW, false);
    none["enableIncrTransfer"] = json!(false);
    none["enableFullVerify"] = json!(false);
    none["enableReverseIncrTransfer"] = json!(false);
    only(none, FIELD, "no changes are followed");
}

#[test]
fn two_names_for_one_number_must_agree() {
    let threads = |a: i64, b: i64| json!({ "incrTransferConfig": { "incrSyncConcurrency": a, "incrSyncThreadCount": b } });
    nothing_wrong(threads(8, 8));
    only(threads(8, 9), "incrTransferConfig.incrSyncThreadCount", "which says 8");
}

#[test]
fn indexes_wait_for_rows_only_where_both_are_made() {
    let deferred = json!({ "structTransferConfig": { "deferIndexCreation": true } });
    nothing_wrong(deferred.clone());
    let mut without = deferred;
    without["enableFullTransfer"] = json!(false);
    only(without, "structTransferConfig.deferIndexCreation", "enableFullTransfer");
}

#[test]
fn texts_are_words_and_columns_are_names() {
    let common = |config: Value| json!({ "commonTransferConfig": config });
    nothing_wrong(common(json!({
        "rocketMqProducerGroup": "OMS", "rocketMqMsgTags": "t", "dataWorksBusinessName": "b",
        "syncSchemaColumnName": "schema_name",
        "customColumns": [{ "columnName": "c", "expression": "now()" }]
    })));
    for (config, field) in [
        (json!({ "rocketMqProducerGroup": "a b" }), "rocketMqProducerGroup"),
        (json!({ "rocketMqMsgTags": "t".repeat(129) }), "rocketMqMsgTags"),
        (json!({ "dataWorksBusinessName": "b".repeat(21) }), "dataWorksBusinessName"),
        (json!({ "syncSchemaColumnName": "a`b" }), "syncSchemaColumnName"),
        (
            json!({ "customColumns": [{ "columnName": "a;b", "expression": "1" }] }),
            "customColumns[0].columnName",
        ),
        (
            json!({ "customColumns": [{ "columnName": "a", "expression": " " }] }),
            "customColumns[0].expression",
        ),
        (
            json!({ "customColumns": [
                { "columnName": "a", "expression": "1" }, { "columnName": "A", "expression": "2" }
            ] }),
            "customColumns[1].columnName",
        ),
    ] {
        let found = faults_of(common(config));
        assert_eq!(fields(&found), [format!("commonTransferConfig.{field}")]);
    }
    let ddl = |kind: &str| json!({ "incrTransferConfig": { "supportDDLTypes": [kind] } });
    nothing_wrong(ddl("ALTER_TABLE_ADD_COLUMN"));
    for bad in ["", "drop table", "ALTER-TABLE"] {
        only(ddl(bad), "incrTransferConfig.supportDDLTypes[0]", "no kind of DDL");
    }
}
