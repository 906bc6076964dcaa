//! What a selection comes to.

use super::{Shop, names};
use crate::{app::user, projects};
use oms_contracts::project::{
    data_source::{DataSourceSettings, paths as sources},
    project::{ProjectView, paths as project_paths},
    selection::{PreviewTab, SelectionPreview},
};
use oms_model::ObjectKind;
use oms_testkit::servers::mysql;
use reqwest::StatusCode;
use serde_json::{Value, json};

#[tokio::test]
async fn rules_less_exclusions_are_what_takes_part_on_every_server() {
    for shop in Shop::everywhere().await {
        let kind = shop.server.kind;
        let mapping = shop.rules(&["shop.*"], &["shop.tmp_*"]);
        let found = shop.preview(&mapping, json!({ "pageSize": 100 })).await;
        assert_eq!(names(&found), ["items", "orders_1", "orders_2", "v_orders"], "{kind}");
        let counts = found.counts;
        assert_eq!((counts.source, counts.all, counts.excluded), (7, 4, 1), "{kind}");
        assert_eq!((counts.tables, counts.views), (3, 1), "{kind}");
        assert_eq!((counts.new, counts.removed), (4, 0), "everything is new at first");
        let unsupported: Vec<_> = found
            .unsupported
            .iter()
            .map(|object| (object.source.name.as_str(), object.forbids_creation))
            .collect();
        assert_eq!(unsupported, [("a$$b", true), ("has blank", false)], "{kind}");
        assert_eq!(found.obstacles.len(), 1, "{kind}");
        assert!(found.obstacles[0].text.ends_with("a$$b"), "{:?}", found.obstacles);
        let view = &found.objects.items[3];
        assert_eq!((view.kind, &view.target), (ObjectKind::View, &view.source));
        assert_eq!((&found.unmatched, &found.merges), (&vec![], &vec![]));
    }
}

#[tokio::test]
async fn lines_about_nothing_are_told_with_what_comes_close() {
    for shop in Shop::everywhere().await {
        let white = ["shop.nothing*", "shop.Items", "nowhere_at_all.*", "shop.items"];
        let mapping = shop.rules(&white, &["shop.gone"]);
        let found = shop.preview(&mapping, json!({})).await;
        assert_eq!(names(&found), ["items"]);
        let told: Vec<_> =
            found.unmatched.iter().map(|line| (line.place.as_str(), line.excludes)).collect();
        let expected = [
            ("tableAndViewWhiteList[0]", false),
            ("tableAndViewWhiteList[1]", false),
            ("tableAndViewWhiteList[2]", false),
            ("tableAndViewBlackList[0]", true),
        ];
        assert_eq!(told, expected, "{}", shop.server.kind);
        let reasons: Vec<&str> = found.unmatched.iter().map(|line| line.reason.as_str()).collect();
        assert!(reasons[1].contains("case matters"), "{reasons:?}");
        assert!(reasons[2].contains("no schema nowhere_at_all"), "{reasons:?}");
    }
}

#[tokio::test]
async fn what_is_merged_is_shown_with_what_it_forbids() {
    for shop in Shop::everywhere().await {
        let mapping = shop.rules(&["shop.orders_*=target.orders", "archive.*=target.*"], &[]);
        let found = shop.preview(&mapping, json!({})).await;
        assert_eq!(found.counts.merges, 1, "{}", shop.server.kind);
        assert_eq!(found.merges[0].target.to_string(), "target.orders");
        let sources: Vec<&str> = found.merges[0].sources.iter().map(|s| s.name.as_str()).collect();
        assert_eq!(sources, ["orders_1", "orders_2"]);
        assert_eq!(found.schema_merges[0].target, "target");
        assert_eq!(found.reverse_obstacles.len(), 2);
        assert_eq!(found.obstacles, [], "forward it can be done");
    }
}

#[tokio::test]
async fn named_objects_are_looked_up_under_their_exact_names() {
    for shop in Shop::everywhere().await {
        let mapping = json!({ "mode": "SPECIFIC", "databases": [{
            "name": shop.shop, "mappedName": "target",
            "tables": [
                { "name": "orders_1", "mappedName": "orders", "whereClause": "id > 1" },
                { "name": "missing" }
            ],
            "views": [{ "name": "v_orders" }]
        }] });
        let found = shop.preview(&mapping, json!({})).await;
        assert_eq!(names(&found), ["orders_1", "v_orders"], "{}", shop.server.kind);
        let orders = &found.objects.items[0];
        assert_eq!(orders.target.to_string(), "target.orders");
        assert_eq!(orders.settings.filter.as_deref(), Some("id > 1"));
        assert_eq!(found.unmatched[0].place, "databases[0].tables[1]");
        assert_eq!(found.counts.source, 7, "only the database in question was asked about");
    }
}

#[tokio::test]
async fn wildcards_over_schemas_look_at_all_of_them() {
    let shop = Shop::on(mysql()).await;
    let both = format!("[{}{}]", &shop.shop[..1], &shop.archive[..1]);
    let rule = format!("{both}{}.orders_?", &shop.shop[1..]);
    let mapping = json!({ "mode": "WILDCARD", "tableAndViewWhiteList": [rule] });
    let found = shop.preview(&mapping, json!({})).await;
    assert_eq!(names(&found), ["orders_1", "orders_2"]);
    assert!(found.counts.source >= 9, "every schema was looked at");
}

/// The objects of a tab, and what comes back to be compared with.
async fn tab(shop: &Shop, mapping: &Value, tab: PreviewTab, with: Value) -> SelectionPreview {
    let mut more = with;
    more["tab"] = serde_json::to_value(tab).expect("serialises");
    shop.preview(mapping, more).await
}

#[tokio::test]
async fn tabs_compare_with_a_list_that_was_shown_before() {
    let shop = Shop::on(mysql()).await;
    let first = shop.preview(&shop.rules(&["shop.orders_*"], &[]), json!({})).await;
    let previous = json!({ "previous": first.objects.items });
    let now = shop.rules(&["shop.items", "shop.orders_1", "shop.orders_2=shop.renamed"], &[]);
    let all = tab(&shop, &now, PreviewTab::Final, previous.clone()).await;
    assert_eq!(names(&all), ["items", "orders_1", "orders_2"]);
    assert_eq!((all.counts.all, all.counts.new, all.counts.removed), (3, 2, 1));
    let new = tab(&shop, &now, PreviewTab::New, previous.clone()).await;
    assert_eq!((names(&new), new.objects.total_count), (vec!["items", "orders_2"], 2));
    let removed = tab(&shop, &now, PreviewTab::Removed, previous.clone()).await;
    assert_eq!(names(&removed), ["orders_2"]);
    assert_eq!(removed.objects.items[0].target, removed.objects.items[0].source);
    shop.exec(&format!("DROP TABLE {}", shop.quoted(&shop.shop, "orders_1"))).await;
    let removed = tab(&shop, &now, PreviewTab::Removed, previous).await;
    assert_eq!(names(&removed), ["orders_1", "orders_2"], "what is gone from the source, too");
}

#[tokio::test]
async fn tabs_compare_with_the_saved_selection_of_a_project() {
    let shop = Shop::on(mysql()).await;
    let (_, sink) = projects::ends(&shop.app, &user());
    let mut body = projects::body("saved", &shop.endpoint, &sink);
    body["transferMapping"] = shop.rules(&["shop.orders_*"], &[]);
    let saved: ProjectView =
        shop.app.by(user()).post(project_paths::ALL, &body).await.ok(StatusCode::CREATED);
    let now = shop.rules(&["shop.orders_1", "archive.*"], &[]);
    let with = json!({ "projectId": saved.id });
    let new = tab(&shop, &now, PreviewTab::New, with.clone()).await;
    assert_eq!(names(&new), ["logs", "orders_1"]);
    let removed = tab(&shop, &now, PreviewTab::Removed, with).await;
    assert_eq!(names(&removed), ["orders_2"]);
}

#[tokio::test]
async fn a_tab_has_pages_and_can_be_searched() {
    let shop = Shop::on(mysql()).await;
    let mapping = shop.rules(&["shop.*", "archive.*=target.*"], &[]);
    let first = shop.preview(&mapping, json!({ "pageSize": 4 })).await;
    let second = shop.preview(&mapping, json!({ "pageSize": 4, "pageNumber": 2 })).await;
    assert_eq!((first.objects.items.len(), first.objects.total_count), (4, 7));
    assert_eq!((second.objects.items.len(), second.objects.page_number), (3, 2));
    let beyond = shop.preview(&mapping, json!({ "pageNumber": 4294967295_u32 })).await;
    assert_eq!((beyond.objects.items.len(), beyond.objects.total_count), (0, 7));
    let found = shop.preview(&mapping, json!({ "search": "ORDERS" })).await;
    assert_eq!((found.objects.total_count, found.counts.all), (4, 7));
    let by_target = shop.preview(&mapping, json!({ "search": "target." })).await;
    assert_eq!(by_target.objects.total_count, 2);
}

#[tokio::test]
async fn a_data_source_limited_to_one_database_shows_no_other() {
    let shop = Shop::on(mysql()).await;
    let limited = DataSourceSettings {
        database: Some(shop.archive.clone()),
        ..crate::app::settings_of("limited", mysql())
    };
    let path = sources::one(&shop.endpoint);
    let edited = shop.app.by(user()).put(&path, 1, &limited).await;
    assert_eq!(edited.status, StatusCode::OK);
    let named = shop.preview(&shop.rules(&["shop.*", "archive.*"], &[]), json!({})).await;
    assert_eq!((names(&named), named.counts.source), (vec!["logs", "orders_1"], 2));
    let broad = json!({ "mode": "WILDCARD", "tableAndViewWhiteList": ["*.*"] });
    assert_eq!(shop.preview(&broad, json!({})).await.counts.source, 2);
}

#[tokio::test]
async fn topics_may_have_names_that_tables_may_not() {
    let shop = Shop::on(mysql()).await;
    let mapping = json!({ "mode": "SPECIFIC", "databases": [{
        "name": shop.shop, "tables": [{ "name": "orders_1", "mappedName": "shop.orders-1" }]
    }] });
    let found = shop.preview(&mapping, json!({ "type": "SYNC" })).await;
    assert_eq!(found.objects.items[0].target.name, "shop.orders-1");
    let refused = shop.ask(&mapping, json!({ "type": "MIGRATION" })).await;
    refused.refused(oms_contracts::ErrorCode::SelectionInvalid);
}
