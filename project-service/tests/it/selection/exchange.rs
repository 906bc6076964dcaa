//! Objects as texts and tables: in, out, and the same again.

use super::Shop;
use crate::{
    app::{TestApp, fields, user},
    projects::{self, Stage},
};
use oms_contracts::{
    ErrorCode,
    project::{
        project::{ProjectView, paths as project_paths},
        selection::{ImportedSelection, OMITTED_HEADER, paths},
    },
};
use oms_testkit::servers::mysql;
use reqwest::{StatusCode, header::CONTENT_TYPE};
use serde_json::{Value, json};

const HEAD: &str = "sourceDatabase,sourceTable,targetDatabase,targetTable,columnMapping,rowFilter";

fn text(content: &str) -> Value {
    json!({ "format": "TEXT", "content": content })
}

fn csv(rows: &str) -> Value {
    json!({ "format": "CSV", "content": format!("{HEAD}\n{rows}") })
}

impl Shop {
    /// The same request, to be held against the source.
    fn here(&self, mut body: Value) -> Value {
        body["sourceEndpointId"] = json!(self.endpoint);
        body["content"] = json!(self.real(body["content"].as_str().expect("a text")));
        body
    }
}

#[tokio::test]
async fn objects_that_exist_become_a_selection_on_every_server() {
    for shop in Shop::everywhere().await {
        let body = shop.here(text("shop.items | shop.orders_1 |\narchive.logs|shop.v_orders"));
        let found: ImportedSelection =
            shop.app.by(user()).post(paths::IMPORT, &body).await.ok(StatusCode::OK);
        assert_eq!(
            (found.tables, found.views, found.checked),
            (3, 1, true),
            "{}",
            shop.server.kind
        );
        let mapping = serde_json::to_value(&found.transfer_mapping).expect("serialises");
        let looked = shop.preview(&mapping, json!({})).await;
        assert_eq!((looked.counts.all, looked.counts.views, looked.counts.unmatched), (4, 1, 0));
    }
}

#[tokio::test]
async fn every_missing_object_is_told_with_its_line_and_nothing_is_imported() {
    for shop in Shop::everywhere().await {
        let body =
            shop.here(text("shop.items | shop.nothing\nshop.Orders_1\narchive.* | archive.logs"));
        let problem = shop.app.by(user()).post(paths::IMPORT, &body).await;
        let problem = problem.refused(ErrorCode::ImportInvalid);
        let column = shop.real("shop.items | ").len() + 1;
        let first = format!("line 1, column {column}");
        assert_eq!(fields(&problem), [first.as_str(), "line 2, column 1", "line 3, column 1"]);
        assert!(problem.details[1].message.contains("case matters"), "{problem:?}");
        let table = "shop,items,,,,\nshop,nothing,,,,\nshop,orders_1,,,,id > 1\nnowhere,x,,,,\n";
        let table = table.replace("shop,", &format!("{},", shop.shop));
        let problem = shop.app.by(user()).post(paths::IMPORT, &shop.here(csv(&table))).await;
        let problem = problem.refused(ErrorCode::ImportInvalid);
        let lines: Vec<bool> = ["line 3", "line 5"]
            .iter()
            .zip(fields(&problem))
            .map(|(line, field)| field.starts_with(line))
            .collect();
        assert_eq!((lines, problem.details.len()), (vec![true, true], 2), "{problem:?}");
    }
}

#[tokio::test]
async fn filters_and_columns_of_a_table_are_checked_at_the_source() {
    let shop = Shop::on(mysql()).await;
    let rows = format!(
        "{0},items,new,things,id;state=status,id > 1\n{0},orders_1,,,*;gone=x,\n{0},orders_2,,,,amount > 1 AND nope = 2\n",
        shop.shop
    );
    let problem = shop.app.by(user()).post(paths::IMPORT, &shop.here(csv(&rows))).await;
    let problem = problem.refused(ErrorCode::ImportInvalid);
    assert_eq!(problem.details.len(), 2, "{problem:?}");
    assert!(
        problem.details[0].field.starts_with("line 3")
            && problem.details[0].message.contains("gone")
    );
    assert!(
        problem.details[1].field.starts_with("line 4")
            && problem.details[1].message.contains("nope")
    );
    let rows = rows.lines().next().expect("a line").to_owned();
    let found: ImportedSelection =
        shop.app.by(user()).post(paths::IMPORT, &shop.here(csv(&rows))).await.ok(StatusCode::OK);
    let entry = &found.transfer_mapping.databases[0];
    assert_eq!(entry.mapped_name.as_deref(), Some("new"));
    let table = &entry.tables[0];
    assert_eq!(table.mapped_name.as_deref(), Some("things"));
    assert_eq!(
        (&table.filter_columns, table.where_clause.as_deref()),
        (&vec!["id".to_owned(), "state".to_owned()], Some("id > 1"))
    );
}

#[tokio::test]
async fn without_a_source_everything_is_taken_for_a_table() {
    let app = TestApp::start().await;
    let found: ImportedSelection =
        app.by(user()).post(paths::IMPORT, &text("a.b | a.c |")).await.ok(StatusCode::OK);
    assert_eq!((found.tables, found.views, found.checked), (2, 0, false));
}

#[tokio::test]
async fn what_cannot_be_read_is_told_with_its_place() {
    let app = TestApp::start().await;
    let many: String = (0..10_001).map(|i| format!("a.t{i} | ")).collect();
    for (body, places) in [
        (text(""), &["the whole"][..]),
        (
            text("nodot | a.b.c | a.b | a.b"),
            &["line 1, column 1", "line 1, column 9", "line 1, column 23"],
        ),
        (text("a.x$$y"), &["line 1, column 1"]),
        (text(&many), &["the whole"]),
        (json!({ "format": "CSV", "content": "a,b\n" }), &["line 1"]),
        (csv("a,b,c\n"), &["line 2, column 1"]),
        (csv("a,b,,,,id LIKE 'x'\n"), &["line 2, column 8"]),
        (csv("a,b,,,\"unclosed,\n"), &["line 2, column 7", "line 2, column 1"]),
    ] {
        let problem = app.by(user()).post(paths::IMPORT, &body).await;
        let problem = problem.refused(ErrorCode::ImportInvalid);
        let begin =
            fields(&problem).iter().zip(places).all(|(field, place)| field.starts_with(place));
        assert!(begin && problem.details.len() == places.len(), "{places:?}: {problem:?}");
    }
}

#[tokio::test]
async fn the_template_can_be_imported() {
    let app = TestApp::start().await;
    let answer = app.by(user()).get(paths::TEMPLATE).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.headers[CONTENT_TYPE], "text/csv; charset=utf-8");
    assert_eq!(answer.headers["content-disposition"], "attachment; filename=\"oms-objects.csv\"");
    let body = json!({ "format": "CSV", "content": answer.body });
    let found: ImportedSelection =
        app.by(user()).post(paths::IMPORT, &body).await.ok(StatusCode::OK);
    assert_eq!(found.tables, 1);
}

#[tokio::test]
async fn what_is_exported_can_be_imported_again() {
    let stage = Stage::of(&user()).await;
    let mut body = stage.body("named");
    body["transferMapping"] = json!({ "mode": "SPECIFIC", "databases": [
        { "name": "shop", "mappedName": "new_shop", "tables": [
            { "name": "items" },
            { "name": "orders", "mappedName": "orders_new", "whereClause": "name = '=cmd' AND id > 1",
              "filterColumns": ["id", "name"],
              "columns": [{ "columnName": "name", "mappedName": "title" }] }
        ] }
    ] });
    let made: ProjectView =
        stage.app.by(user()).post(project_paths::ALL, &body).await.ok(StatusCode::CREATED);
    let path = project_paths::objects(&made.id);
    let answer = stage.app.by(user()).get(&path).await;
    assert_eq!(answer.headers[CONTENT_TYPE], "text/csv; charset=utf-8");
    assert_eq!(answer.headers[OMITTED_HEADER], "0");
    let file = format!("attachment; filename=\"{}-objects.csv\"", made.id);
    assert_eq!(answer.headers["content-disposition"], file.as_str());
    let again = json!({ "format": "CSV", "content": answer.body });
    let found: ImportedSelection =
        stage.app.by(user()).post(paths::IMPORT, &again).await.ok(StatusCode::OK);
    assert_eq!(found.transfer_mapping, made.spec.transfer_mapping);
    let answer = stage.app.by(user()).get(&format!("{path}?format=text")).await;
    assert_eq!(answer.headers[CONTENT_TYPE], "text/plain; charset=utf-8");
    assert_eq!(answer.headers[OMITTED_HEADER], "2", "names and filters have no room in a text");
    assert_eq!(answer.body, "shop.items | shop.orders |");
}

#[tokio::test]
async fn a_project_that_chooses_by_rules_has_no_list_to_export() {
    let stage = Stage::of(&user()).await;
    let mut body = stage.body("rules");
    body["transferMapping"] = json!({ "mode": "WILDCARD", "tableAndViewWhiteList": ["shop.*"] });
    let made: ProjectView =
        stage.app.by(user()).post(project_paths::ALL, &body).await.ok(StatusCode::CREATED);
    let path = project_paths::objects(&made.id);
    stage.app.by(user()).get(&path).await.refused(ErrorCode::ObjectsNotNamed);
    let odd = format!("{path}?format=xml");
    stage.app.by(user()).get(&odd).await.refused(ErrorCode::InvalidParameter);
    let draft = projects::body("named", &stage.source, &stage.sink);
    let named: ProjectView =
        stage.app.by(user()).post(project_paths::ALL, &draft).await.ok(StatusCode::CREATED);
    let path = project_paths::objects(&named.id);
    assert_eq!(stage.app.by(user()).get(&path).await.status, StatusCode::OK);
}
