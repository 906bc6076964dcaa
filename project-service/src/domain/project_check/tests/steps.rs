//! What is to be done, and what of it goes together.

use super::*;

#[test]
fn something_must_be_done() {
    let nothing = json!({
        "enableStructTransfer": false, "enableFullTransfer": false, "enableFullVerify": false,
        "enableIncrTransfer": false, "enableReverseIncrTransfer": false
    });
    only(nothing, "enableStructTransfer", "nothing is to be done");
    for one in ["enableStructTransfer", "enableFullTransfer", "enableIncrTransfer"] {
        let mut body = json!({
            "enableStructTransfer": false, "enableFullTransfer": false, "enableFullVerify": false,
            "enableIncrTransfer": false, "enableReverseIncrTransfer": false
        });
        body[one] = json!(true);
        nothing_wrong(body);
    }
}

#[test]
fn comparing_needs_rows_and_carrying_back_needs_the_link() {
    let schema = json!({
        "enableFullTransfer": false, "enableIncrTransfer": false, "enableFullVerify": true,
        "enableIncrVerify": true, "enableReverseIncrTransfer": true
    });
    let found = faults_of(schema);
    assert_eq!(
        fields(&found),
        ["enableFullVerify", "enableIncrVerify", "enableReverseIncrTransfer"]
    );
    nothing_wrong(json!({ "enableFullTransfer": false }));
    nothing_wrong(json!({ "enableIncrTransfer": false, "enableReverseIncrTransfer": false }));
}

#[test]
fn a_synchronisation_neither_compares_nor_carries_back() {
    let around = Surroundings { sink: Some(DatabaseKind::Kafka), ..around() };
    let body = json!({ "type": "SYNC", "enableIncrVerify": true });
    assert_eq!(
        fields(&faults_among(body, &around)),
        ["enableFullVerify", "enableIncrVerify", "enableReverseIncrTransfer"]
    );
}

#[test]
fn rows_are_compared_only_where_all_changes_of_them_are_followed() {
    let following =
        |kinds: Value| json!({ "incrTransferConfig": { "recordTypeWhiteList": kinds } });
    for all in [
        json!(["INSERT", "UPDATE", "DELETE"]),
        json!(["DELETE", "DDL", "INSERT", "UPDATE"]),
        json!(["ROW"]),
        json!([]),
    ] {
        nothing_wrong(following(all));
    }
    for some in [json!(["INSERT", "UPDATE"]), json!(["INSERT", "DDL"])] {
        only(following(some), "enableFullVerify", "INSERT, UPDATE and DELETE");
    }
    let mut without = following(json!(["INSERT"]));
    without["enableFullVerify"] = json!(false);
    nothing_wrong(without);
    let mut nothing = following(json!(["HEARTBEAT", "BEGIN", "COMMIT"]));
    nothing["enableFullVerify"] = json!(false);
    only(nothing, "incrTransferConfig.recordTypeWhiteList", "nothing would be written");
}

/// A draft of which both sides may be written to.
fn active() -> Value {
    json!({
        "commonTransferConfig": { "activeActive": true, "tableCategory": "WITHUNIQUEROWID" },
        "enableReverseIncrTransfer": false
    })
}

#[test]
fn active_active_takes_known_pairs_and_tables_with_keys() {
    nothing_wrong(active());
    let around = Surroundings { source: Some(DatabaseKind::Postgresql), ..around() };
    let found = faults_among(active(), &around);
    assert_eq!(fields(&found), ["commonTransferConfig.activeActive"]);
    let mut all = active();
    all["commonTransferConfig"]["tableCategory"] = json!("ALL");
    only(all, "commonTransferConfig.tableCategory", "WITHUNIQUEROWID");
}

#[test]
fn active_active_has_a_link_of_its_own_and_no_triggers() {
    let mut body = active();
    body["enableReverseIncrTransfer"] = json!(true);
    only(body, "enableReverseIncrTransfer", "active-active");
    let mut body = active();
    body["enableIncrTransfer"] = json!(false);
    only(body, "commonTransferConfig.activeActive", "enableIncrTransfer");
    for (when, fine) in [("NOT_MIGRATION", true), ("WITH_STRUCT_TRANSFER", false)] {
        let mut body = active();
        body["structTransferConfig"] = json!({ "triggerMigrationType": when });
        match fine {
            true => nothing_wrong(body),
            false => only(body, "structTransferConfig.triggerMigrationType", "fire again"),
        }
    }
}
