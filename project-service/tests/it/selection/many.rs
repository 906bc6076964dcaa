//! Ten thousand objects, which is as many as anybody should name.

use super::names;
use crate::app::{TestApp, settings_of, user};
use oms_contracts::project::{
    data_source::{DataSourceSettings, DataSourceView, paths as sources},
    selection::{ImportedSelection, SelectionPreview, paths},
};
use oms_model::EndpointId;
use oms_testkit::{TestDb, servers::postgres};
use reqwest::StatusCode;
use serde_json::json;
use std::time::{Duration, Instant};

const BEARABLE: Duration = Duration::from_secs(2);

/// PostgreSQL makes ten thousand tables in one statement; what is done with their names is the same
/// for all.
async fn ten_thousand(app: &TestApp) -> (TestDb, EndpointId) {
    let db = TestDb::create(postgres()).await.expect("a database");
    db.exec(
        "CREATE SCHEMA shop; DO $$ BEGIN FOR n IN 1..10000 LOOP \
         EXECUTE format('CREATE VIEW shop.t%s AS SELECT 1 AS id', lpad(n::text, 5, '0')); \
         END LOOP; END $$",
    )
    .await
    .expect("views");
    let settings = DataSourceSettings {
        database: Some(db.name().to_owned()),
        ..settings_of("many", postgres())
    };
    let made = app.by(user()).post(sources::ALL, &settings).await;
    (db, made.ok::<DataSourceView>(StatusCode::CREATED).id)
}

#[tokio::test]
async fn ten_thousand_objects_are_previewed_and_imported_in_a_moment() {
    let app = TestApp::start().await;
    let (_db, endpoint) = ten_thousand(&app).await;
    let body = json!({
        "sourceEndpointId": endpoint, "pageNumber": 67, "pageSize": 150,
        "transferMapping": {
            "mode": "WILDCARD", "tableAndViewWhiteList": ["shop.*"],
            "tableAndViewBlackList": ["shop.*[02468]_ghc", "shop.x*"]
        }
    });
    let started = Instant::now();
    let found: SelectionPreview =
        app.by(user()).post(paths::PREVIEW, &body).await.ok(StatusCode::OK);
    assert!(started.elapsed() < BEARABLE, "{:?}", started.elapsed());
    assert_eq!((found.counts.all, found.objects.items.len()), (10_000, 100));
    assert_eq!(names(&found).last(), Some(&"t10000"));

    let content: String = (1..=10_000).map(|n| format!("shop.t{n:05} | ")).collect();
    let body = json!({ "sourceEndpointId": endpoint, "format": "TEXT", "content": content });
    let started = Instant::now();
    let imported: ImportedSelection =
        app.by(user()).post(paths::IMPORT, &body).await.ok(StatusCode::OK);
    assert!(started.elapsed() < BEARABLE, "{:?}", started.elapsed());
    assert_eq!(imported.views, 10_000);

    let body = json!({
        "sourceEndpointId": endpoint, "transferMapping": imported.transfer_mapping, "tab": "NEW"
    });
    let started = Instant::now();
    let found: SelectionPreview =
        app.by(user()).post(paths::PREVIEW, &body).await.ok(StatusCode::OK);
    assert!(started.elapsed() < BEARABLE, "{:?}", started.elapsed());
    assert_eq!((found.counts.new, found.counts.views), (10_000, 10_000));
}
