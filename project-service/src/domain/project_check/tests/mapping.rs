//! Objects and rules, and what becomes one on the way.

use super::*;

fn specific(databases: Value) -> Value {
    json!({ "transferMapping": { "mode": "SPECIFIC", "databases": databases } })
}

fn rules(white: Value) -> Value {
    json!({ "transferMapping": { "mode": "WILDCARD", "tableAndViewWhiteList": white } })
}

#[test]
fn the_path_of_a_fault_leads_into_the_mapping() {
    for (table, field, says) in [
        (json!({ "name": "a$$b" }), "name", "$$"),
        (json!({ "name": "a.b" }), "name", "character 2 is ."),
        (json!({ "name": "ünïcode" }), "name", "not ASCII"),
        (json!({ "name": "a", "mappedName": "b c" }), "mappedName", "blank"),
        (json!({ "name": "a", "whereClause": "id >" }), "whereClause", "id >"),
        (json!({ "name": "a", "whereClause": "1=1; drop table t" }), "whereClause", "second"),
        (json!({ "name": "a", "filterColumns": ["x", "x"] }), "filterColumns", "twice"),
    ] {
        let body = specific(json!([{ "name": "shop", "tables": [{ "name": "ok" }, table] }]));
        let field = format!("transferMapping.databases[0].tables[1].{field}");
        only(body, &field, says);
    }
}

#[test]
fn nothing_selected_is_a_fault() {
    only(specific(json!([])), "transferMapping", "selects nothing");
    only(rules(json!([])), "transferMapping", "selects nothing");
}

#[test]
fn rules_belong_to_their_modes() {
    nothing_wrong(rules(json!(["shop.*", "shop.old=shop.new"])));
    let complex = json!({ "transferMapping": {
        "mode": "COMPLEX",
        "databases": [{ "name": "shop", "tables": [{ "name": "orders" }] }],
        "tableAndViewWhiteList": ["other.*"], "tableAndViewBlackList": ["other.tmp*"]
    } });
    nothing_wrong(complex);
    let mixed = json!({ "transferMapping": {
        "mode": "SPECIFIC",
        "databases": [{ "name": "shop", "tables": [{ "name": "orders" }] }],
        "tableAndViewWhiteList": ["other.*"]
    } });
    only(mixed, "transferMapping.tableAndViewWhiteList", "rules say nothing");
}

#[test]
fn the_list_of_named_objects_has_a_limit() {
    let tables = |count: usize| -> Value {
        let tables: Vec<Value> =
            (0..count).map(|i| json!({ "name": format!("t_{i:05}") })).collect();
        specific(json!([{ "name": "shop", "tables": tables }]))
    };
    // 12 bytes and a bar each.
    nothing_wrong(tables(65_536 / 13));
    only(tables(65_536 / 13 + 2), "transferMapping", "may take 65536");
}

const REVERSE: &str = "enableReverseIncrTransfer";

#[test]
fn what_is_merged_cannot_be_carried_back() {
    let merged = specific(json!([{ "name": "shop", "tables": [
        { "name": "orders_1", "mappedName": "orders" },
        { "name": "orders_2", "mappedName": "orders" }
    ] }]));
    only(merged.clone(), REVERSE, "shop.orders_1, shop.orders_2 become shop.orders");
    let mut forward = merged;
    forward[REVERSE] = json!(false);
    nothing_wrong(forward);
    let schemas = specific(json!([
        { "name": "a", "mappedName": "c", "tables": [{ "name": "x" }] },
        { "name": "b", "mappedName": "c", "tables": [{ "name": "y" }] }
    ]));
    only(schemas, REVERSE, "the schemas a, b become c");
}

#[test]
fn rules_that_merge_by_themselves_are_found_without_the_source() {
    for (white, says) in [
        (json!(["shop.order*=dst.orders"]), "shop.order* become dst.orders"),
        (json!(["shop.a=dst.x", "shop.b=dst.x"]), "shop.a, shop.b become dst.x"),
        (json!(["shop.a", "shop.b=shop.a"]), "shop.a, shop.b become shop.a"),
        (json!(["a.*=c.*", "b.*=c.*"]), "the schemas a, b become c"),
        (json!(["a.*=b.*", "b.*"]), "the schemas a, b become b"),
    ] {
        only(rules(white), REVERSE, says);
    }
    for apart in [
        json!(["a.*=x.*", "b.*=y.*"]),
        json!(["shop.a=dst.x", "shop.b=dst.y"]),
        json!(["shop_?.order*"]),
        json!(["a.*=b.*", "b.*=a.*"]),
    ] {
        nothing_wrong(rules(apart));
    }
}

#[test]
fn the_ddl_of_one_table_must_not_change_what_others_share() {
    let mut body = rules(json!(["shop.order*=dst.orders"]));
    body[REVERSE] = json!(false);
    nothing_wrong(body.clone());
    body["incrTransferConfig"] =
        json!({ "recordTypeWhiteList": ["INSERT", "UPDATE", "DELETE", "DDL"] });
    only(body, "incrTransferConfig.recordTypeWhiteList", "DDL of one table");
}

#[test]
fn topics_may_be_shared_by_tables() {
    let around = Surroundings { sink: Some(DatabaseKind::Kafka), ..around() };
    let mut body = specific(json!([{ "name": "shop", "tables": [
        { "name": "orders_1", "mappedName": "topic.orders-1" },
        { "name": "orders_2", "mappedName": "topic.orders-1" }
    ] }]));
    body["type"] = json!("SYNC");
    body["enableFullVerify"] = json!(false);
    body[REVERSE] = json!(false);
    assert_eq!(faults_among(body, &around), []);
}
