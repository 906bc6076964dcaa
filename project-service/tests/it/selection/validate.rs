//! Checking the parts of a selection.

use super::Shop;
use crate::app::{TestApp, fields, user};
use oms_contracts::{
    ErrorCode,
    project::selection::{SelectionProblems, paths},
};
use reqwest::StatusCode;
use serde_json::{Value, json};

async fn validate(app: &TestApp, body: Value) -> SelectionProblems {
    app.by(user()).post(paths::VALIDATE, &body).await.ok(StatusCode::OK)
}

fn places(found: &SelectionProblems) -> Vec<&str> {
    found.problems.iter().map(|problem| problem.place.as_str()).collect()
}

#[tokio::test]
async fn nothing_given_is_nothing_wrong() {
    let app = TestApp::start().await;
    let found = validate(&app, json!({})).await;
    assert_eq!((found.valid, found.problems.len(), found.unchecked_tables), (true, 0, 0));
}

#[tokio::test]
async fn rules_filters_and_mappings_are_checked_without_any_database() {
    let app = TestApp::start().await;
    let fine = validate(
        &app,
        json!({
            "rules": "shop.*\nshop.old=shop.new\r\n\n",
            "exclusions": "shop.*_ghc",
            "filters": [{ "database": "d", "table": "t", "whereClause": "a > 1 AND b IS NULL" }],
            "transferMapping": { "mode": "WILDCARD", "tableAndViewWhiteList": ["a.*"] }
        }),
    )
    .await;
    assert!(fine.valid, "{:?}", fine.problems);
    let wrong = validate(
        &app,
        json!({
            "rules": "shop.*\n shop.x\nshop.a=b",
            "exclusions": "shop.a=b.c",
            "filters": [
                { "database": "d", "table": "t", "whereClause": "a > 1" },
                { "database": "d", "table": "t", "whereClause": "a LIKE 'x%'" },
                { "database": "d", "table": "t", "whereClause": "" }
            ],
            "transferMapping": { "mode": "SPECIFIC", "databases": [{
                "name": "d", "tables": [{ "name": "t", "whereClause": "now() > a" }]
            }] }
        }),
    )
    .await;
    assert!(!wrong.valid);
    assert_eq!(
        places(&wrong),
        [
            "transferMapping.databases[0].tables[0].whereClause",
            "rules: line 2",
            "rules: line 3",
            "exclusions: line 1",
            "filters[1]",
            "filters[2]",
        ]
    );
    assert!(wrong.problems.iter().all(|p| !p.reason.is_empty() && !p.advice.is_empty()));
}

#[tokio::test]
async fn columns_are_looked_up_at_the_source_on_every_server() {
    for shop in Shop::everywhere().await {
        let filter = |table: &str, clause: &str| json!({ "database": shop.shop, "table": table, "whereClause": clause });
        let found = validate(
            &shop.app,
            json!({
                "sourceEndpointId": shop.endpoint,
                "filters": [
                    filter("orders_1", "id > 1 AND state = 'paid' AND amount < 10.5"),
                    filter("orders_1", "ID > 1"),
                    filter("orders_1", "missing = 1"),
                    filter("no_such_table", "id = 1"),
                    { "database": "no_such_schema", "table": "t", "whereClause": "id = 1" }
                ],
                "transferMapping": { "mode": "SPECIFIC", "databases": [{
                    "name": shop.shop,
                    "tables": [
                        { "name": "items", "filterColumns": ["id", "gone"], "whereClause": "id < 9" },
                        { "name": "orders_2", "columns": [
                            { "columnName": "State", "mappedName": "status" }
                        ] }
                    ],
                    "views": [{ "name": "v_orders", "whereClause": "state = 'x'" }]
                }] }
            }),
        )
        .await;
        let mut told = places(&found);
        told.sort_unstable();
        let expected = [
            "filters[2]",
            "filters[3]",
            "filters[4]",
            "transferMapping.databases[0].tables[0]",
            "transferMapping.databases[0].tables[1]",
            "transferMapping.databases[0].views[0]",
        ];
        assert_eq!(told, expected, "{}: {:?}", shop.server.kind, found.problems);
        assert_eq!(found.unchecked_tables, 0);
    }
}

#[tokio::test]
async fn tables_beyond_the_limit_are_counted_instead_of_asked_for() {
    let shop = Shop::on(oms_testkit::servers::mariadb()).await;
    let filters: Vec<Value> = (0..60)
        .map(
            |i| json!({ "database": shop.shop, "table": format!("t{i}"), "whereClause": "id = 1" }),
        )
        .collect();
    let found =
        validate(&shop.app, json!({ "sourceEndpointId": shop.endpoint, "filters": filters })).await;
    assert_eq!(found.problems.len() as u64 + found.unchecked_tables, 60);
    assert!(found.unchecked_tables >= 10);
    let many = vec![json!({ "database": "d", "table": "t", "whereClause": "id = 1" }); 10_001];
    let answer = shop.app.by(user()).post(paths::VALIDATE, &json!({ "filters": many })).await;
    assert_eq!(fields(&answer.refused(ErrorCode::Invalid)), ["filters"]);
}
