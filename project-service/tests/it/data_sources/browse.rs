//! Looking into databases.

use super::servers;
use crate::app::{TestApp, colleague, settings_of, user, viewer};
use oms_contracts::{
    ErrorCode, Page,
    project::data_source::{
        DataSourceSettings, DataSourceView, DatabaseView, KeyKind, ObjectView, TableView, paths,
    },
};
use oms_model::{EndpointId, ObjectKind};
use oms_testkit::{
    TestDb,
    peer::CutProxy,
    servers::{Server, mariadb, mysql, oceanbase, postgres},
};
use reqwest::StatusCode;
use std::time::{Duration, Instant};

/// A database and where it is seen: PostgreSQL is entered, and its schemas are what holds tables.
async fn registered(app: &TestApp, server: &Server) -> (TestDb, DataSourceView, String) {
    let db = TestDb::create(server).await.expect("a database");
    let (entered, place) = match server.kind.speaks_mysql() {
        true => (None, db.name().to_owned()),
        false => (Some(db.name().to_owned()), "public".to_owned()),
    };
    let body = DataSourceSettings { database: entered, ..settings_of(db.name(), server) };
    let made = app.by(user()).post(paths::ALL, &body).await.ok(StatusCode::CREATED);
    (db, made, place)
}

async fn objects(app: &TestApp, id: &EndpointId, database: &str, query: &str) -> Page<ObjectView> {
    let path = format!("{}?{query}", paths::objects(id, database));
    app.by(user()).get(&path).await.ok(StatusCode::OK)
}

#[tokio::test]
async fn tables_views_columns_and_keys_are_shown() {
    let app = TestApp::start().await;
    for server in servers() {
        let (db, made, place) = registered(&app, server).await;
        db.exec(
            "CREATE TABLE orders (id INT NOT NULL, no VARCHAR(20) NOT NULL, note TEXT, \
             PRIMARY KEY (id), CONSTRAINT orders_no UNIQUE (no))",
        )
        .await
        .expect("a table");
        db.exec("CREATE VIEW open_orders AS SELECT id FROM orders").await.expect("a view");
        let listed = objects(&app, &made.id, &place, "").await;
        let found: Vec<(&str, ObjectKind)> =
            listed.items.iter().map(|object| (object.name.as_str(), object.kind)).collect();
        assert_eq!(found, [("open_orders", ObjectKind::View), ("orders", ObjectKind::Table)]);
        assert!(listed.items[1].has_primary_key && listed.items[1].has_unique_not_null);
        assert!(listed.items.iter().all(|object| object.migratable));
        let views = objects(&app, &made.id, &place, "kind=VIEW&search=OPEN").await;
        assert_eq!(views.total_count, 1);
        let path = paths::table(&made.id, &place, "orders");
        let table: TableView = app.by(user()).get(&path).await.ok(StatusCode::OK);
        let columns: Vec<(&str, bool)> =
            table.columns.iter().map(|column| (column.name.as_str(), column.nullable)).collect();
        assert_eq!(columns, [("id", false), ("no", false), ("note", true)]);
        assert!(table.columns[1].type_text.contains("20"), "{:?}", table.columns[1]);
        let keys: Vec<KeyKind> = table.keys.iter().map(|key| key.kind).collect();
        assert_eq!(keys, [KeyKind::Primary, KeyKind::Unique]);
        assert_eq!(table.keys[1].parts[0].column.as_deref(), Some("no"));
    }
}

#[tokio::test]
async fn databases_are_listed_without_those_of_the_product() {
    let app = TestApp::start().await;
    for server in servers() {
        let (_db, made, place) = registered(&app, server).await;
        let path = paths::databases(&made.id);
        let found: Page<DatabaseView> =
            app.by(user()).get(&format!("{path}?search={place}")).await.ok(StatusCode::OK);
        assert!(found.items.iter().any(|database| database.name == place), "{found:?}");
        let page = |query: &str| format!("{path}?pageSize=150&{query}");
        let own: Page<DatabaseView> = app.by(user()).get(&page("")).await.ok(StatusCode::OK);
        assert!(own.items.iter().all(|database| !database.is_system), "{own:?}");
        let all: Page<DatabaseView> =
            app.by(user()).get(&page("withSystem=true")).await.ok(StatusCode::OK);
        assert!(all.items.iter().any(|database| database.name == "information_schema"));
    }
}

#[tokio::test]
async fn a_data_source_limited_to_a_database_shows_no_other() {
    let app = TestApp::start().await;
    for server in [mysql(), mariadb(), oceanbase()] {
        let (own, other) = (
            TestDb::create(server).await.expect("a database"),
            TestDb::create(server).await.expect("a database"),
        );
        for db in [&own, &other] {
            db.exec("CREATE TABLE t (id INT PRIMARY KEY)").await.expect("a table");
        }
        let body = DataSourceSettings {
            database: Some(own.name().to_owned()),
            ..settings_of(own.name(), server)
        };
        let made: DataSourceView =
            app.by(user()).post(paths::ALL, &body).await.ok(StatusCode::CREATED);
        let list = |query: &str| format!("{}?{query}", paths::databases(&made.id));
        let found: Page<DatabaseView> = app.by(user()).get(&list("")).await.ok(StatusCode::OK);
        assert_eq!((found.items[0].name.as_str(), found.total_count), (own.name(), 1));
        for nothing in ["search=no-such", "pageNumber=2"] {
            let found: Page<DatabaseView> =
                app.by(user()).get(&list(nothing)).await.ok(StatusCode::OK);
            assert_eq!(found.items, []);
        }
        assert_eq!(objects(&app, &made.id, own.name(), "").await.total_count, 1);
        for path in
            [paths::objects(&made.id, other.name()), paths::table(&made.id, other.name(), "t")]
        {
            app.by(user()).get(&path).await.refused(ErrorCode::NoSuchDatabase);
        }
    }
}

#[tokio::test]
async fn names_of_any_sort_are_looked_up_as_they_are() {
    let app = TestApp::start().await;
    let odd = "a/b?c#d%2Fe'f\"g;--ü🦀";
    for server in [mysql(), mariadb(), postgres()] {
        let (db, made, place) = registered(&app, server).await;
        let quoted = match server.kind.speaks_mysql() {
            true => format!("`{odd}`"),
            false => format!("\"{}\"", odd.replace('"', "\"\"")),
        };
        // MySQL's names end at U+FFFF.
        let (odd, quoted) = match server.kind.speaks_mysql() {
            true => (odd.replace('🦀', "x"), quoted.replace('🦀', "x")),
            false => (odd.to_owned(), quoted),
        };
        db.exec(&format!("CREATE TABLE {quoted} (id INT PRIMARY KEY)")).await.expect("a table");
        let listed = objects(&app, &made.id, &place, "").await;
        assert_eq!(listed.items[0].name, odd);
        let path = paths::table(&made.id, &place, &odd);
        let table: TableView = app.by(user()).get(&path).await.ok(StatusCode::OK);
        assert_eq!((table.name, table.columns.len()), (odd, 1));
    }
}

#[tokio::test]
async fn what_is_not_there_is_named() {
    let app = TestApp::start().await;
    for server in servers() {
        let (_db, made, place) = registered(&app, server).await;
        let evil = "x'; DROP TABLE orders; -- `\"";
        for database in ["no_such", evil] {
            let path = paths::objects(&made.id, database);
            let problem = app.by(user()).get(&path).await.refused(ErrorCode::NoSuchDatabase);
            assert!(problem.message.contains("database"), "{problem:?}");
        }
        for table in ["no_such", evil, "../../etc/passwd"] {
            let path = paths::table(&made.id, &place, table);
            app.by(user()).get(&path).await.refused(ErrorCode::NoSuchTable);
        }
    }
}

#[tokio::test]
async fn who_does_not_see_the_data_source_sees_nothing_in_it() {
    let app = TestApp::start().await;
    let (_db, made, place) = registered(&app, mysql()).await;
    for path in [
        paths::databases(&made.id),
        paths::objects(&made.id, &place),
        paths::table(&made.id, &place, "t"),
    ] {
        app.by(colleague()).get(&path).await.refused(ErrorCode::NoSuchDataSource);
    }
    let path = paths::databases(&made.id);
    let _: Page<DatabaseView> = app.by(viewer()).get(&path).await.ok(StatusCode::OK);
    for query in ["pageSize=0", "pageSize=1000000000", "kind=TABLE", "withSystem=perhaps"] {
        let path = format!("{path}?{query}");
        app.by(user()).get(&path).await.refused(ErrorCode::InvalidParameter);
    }
}

#[tokio::test]
async fn a_database_bears_only_so_many_questions_at_once() {
    let app = TestApp::with(|settings| {
        settings.limits.database_timeout_ms = 1_500;
        settings.limits.connections_per_source = 2;
    })
    .await;
    let proxy = CutProxy::start(format!("{}:{}", mysql().host, mysql().port)).expect("a proxy");
    let made = app.register(user(), "x", &mysql().with_port(proxy.address().port())).await;
    let before = proxy.accepted();
    proxy.freeze();
    let caller = app.by(user());
    let ask = || caller.get("/api/v1/data-sources/kinds");
    let path = paths::databases(&made.id);
    let many = futures::future::join_all((0..6).map(|_| caller.get(&path)));
    let (answers, other) = tokio::join!(many, ask());
    assert_eq!(other.status, StatusCode::OK, "others are served meanwhile");
    let (late, busy): (Vec<_>, Vec<_>) =
        answers.into_iter().partition(|answer| answer.status != StatusCode::SERVICE_UNAVAILABLE);
    assert!(!busy.is_empty());
    for answer in busy {
        answer.refused(ErrorCode::DatabaseBusy);
    }
    for answer in late {
        answer.refused(ErrorCode::ConnectTimedOut);
    }
    proxy.restore();
    assert!(proxy.accepted() > before);
    let _: Page<DatabaseView> = app.by(user()).get(&path).await.ok(StatusCode::OK);
}

#[tokio::test]
async fn ten_thousand_tables_are_browsed_page_by_page() {
    let app = TestApp::start().await;
    // PostgreSQL creates them in one statement; what is browsed is the same in each.
    let (db, made, place) = registered(&app, postgres()).await;
    db.exec(
        "DO $$ BEGIN FOR n IN 1..10000 LOOP \
         EXECUTE format('CREATE TABLE t%s (id INT)', lpad(n::text, 5, '0')); \
         IF n % 2000 = 0 THEN COMMIT; END IF; END LOOP; END $$",
    )
    .await
    .expect("tables");
    let started = Instant::now();
    let last = objects(&app, &made.id, &place, "pageSize=150&pageNumber=67").await;
    assert!(started.elapsed() < Duration::from_secs(3), "{:?}", started.elapsed());
    assert_eq!((last.total_count, last.items.len()), (10_000, 100));
    assert_eq!(last.items[99].name, "t10000");
    let found = objects(&app, &made.id, &place, "search=T0999&pageSize=150").await;
    assert_eq!(found.total_count, 10);
}
