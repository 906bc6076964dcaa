//! Listing databases and what is in them.

use crate::for_every_kind;
use crate::host::Host;
use oms_connector::catalog::Form;
use oms_connector::{CatalogError, DatabaseQuery, DatabaseScope, ObjectQuery, Page};
use oms_model::{ObjectKind, SourceObject};
use oms_testkit::servers::ServerKind;

for_every_kind!(
    databases_are_listed_without_the_products_own_unless_asked_for,
    databases_are_searched_and_paged,
    objects_are_listed_in_order_with_their_details,
    objects_are_searched_filtered_and_paged,
    names_come_alone_and_only_of_what_can_be_migrated,
    estimates_follow_the_statistics,
    a_database_that_is_not_there_is_named,
    names_that_no_object_can_have_are_not_there,
);

fn all(search: Option<&str>) -> DatabaseQuery {
    DatabaseQuery { search: search.map(str::to_owned), with_system: false, page: Page::ALL }
}

fn every_object() -> ObjectQuery {
    ObjectQuery { search: None, kind: None, page: Page::ALL }
}

async fn databases_are_listed_without_the_products_own_unless_asked_for(host: &Host) {
    let place = host.place().await;
    let connector = place.connector();
    let found = connector.catalog().databases(&all(None)).await.unwrap();
    assert_eq!(found.total, found.items.len());
    let ours = found.items.iter().find(|database| database.name == place.schema).unwrap();
    assert!(["utf8mb4", "UTF8"].contains(&ours.charset.as_deref().unwrap()));
    assert!(ours.collation.is_some());
    assert!(found.items.iter().all(|database| !database.is_system));
    assert!(found.items.iter().all(|database| !connector.dialect().is_system(&database.name)));

    let query = DatabaseQuery { with_system: true, ..all(None) };
    let more = connector.catalog().databases(&query).await.unwrap();
    let system: Vec<_> = more.items.iter().filter(|database| database.is_system).collect();
    assert!(system.iter().any(|database| database.name == "information_schema"), "{system:?}");
}

async fn databases_are_searched_and_paged(host: &Host) {
    let place = host.place().await;
    let stem = format!("{}_page", place.db.name());
    let mut beside = Vec::new();
    for letter in ["b", "a", "c"] {
        beside.push(place.beside(&format!("{stem}{letter}")).await);
    }
    let connector = place.connector();
    let query =
        DatabaseQuery { page: Page { offset: 1, limit: 1 }, ..all(Some(&stem.to_uppercase())) };
    let found = connector.catalog().databases(&query).await.unwrap();
    let names: Vec<&str> = found.items.iter().map(|database| database.name.as_str()).collect();
    assert_eq!((names, found.total), (vec![beside[0].as_str()], 3));
    if !host.is_postgres() {
        for name in beside {
            place.db.exec(&format!("DROP DATABASE {name}")).await.unwrap();
        }
    }
}

async fn objects_are_listed_in_order_with_their_details(host: &Host) {
    let place = host.furnished().await;
    let connector = place.connector();
    let found = connector.catalog().objects(&place.schema, &every_object()).await.unwrap();
    let names: Vec<&str> = found.items.iter().map(|object| object.name.as_str()).collect();
    let expected: &[&str] = match host.server_kind {
        ServerKind::MySql => &["a_view", "keyless", "parent", "sorts", "spatial_one"],
        ServerKind::MariaDb => {
            &["a_view", "counter", "keyless", "parent", "sorts", "spatial_one", "versioned"]
        }
        ServerKind::OceanBase => &["a_view", "keyless", "parent", "sorts"],
        ServerKind::Postgres => &[
            "a_view",
            "counter",
            "divided",
            "divided_1",
            "keyless",
            "parent",
            "sorts",
            "sorts_counted_seq",
            "sorts_id_seq",
            "stored_view",
            "unlogged",
        ],
    };
    assert_eq!((names.as_slice(), found.total), (expected, expected.len()));

    let one = |name: &str| found.items.iter().find(|object| object.name == name).unwrap();
    let (parent, sorts, keyless, view) =
        (one("parent"), one("sorts"), one("keyless"), one("a_view"));
    assert_eq!((parent.has_primary_key, parent.has_unique_not_null), (true, true));
    // Its unique key has a part that may be NULL.
    assert_eq!((sorts.has_primary_key, sorts.has_unique_not_null), (true, false));
    assert_eq!((keyless.has_primary_key, keyless.has_unique_not_null), (false, false));
    assert_eq!(sorts.comment, "all sorts");
    assert!(sorts.engine.is_some());
    assert_eq!((view.kind, view.form), (ObjectKind::View, Form::Ordinary));
    assert_eq!((view.estimated_rows, view.data_bytes, view.engine.clone()), (None, None, None));
    let form = |name| one(name).form;
    match host.server_kind {
        ServerKind::MariaDb => {
            assert_eq!(form("versioned"), Form::SystemVersioned);
            assert_eq!(form("counter"), Form::Sequence);
        }
        ServerKind::Postgres => {
            assert_eq!(form("divided"), Form::Partitioned);
            assert!(one("divided").has_primary_key);
            assert_eq!(form("divided_1"), Form::Partition);
            assert_eq!(form("stored_view"), Form::Materialized);
            assert_eq!(form("sorts_id_seq"), Form::Sequence);
        }
        ServerKind::MySql | ServerKind::OceanBase => {}
    }
}

async fn objects_are_searched_filtered_and_paged(host: &Host) {
    let place = host.furnished().await;
    let connector = place.connector();
    let names = async |query: ObjectQuery| {
        let found = connector.catalog().objects(&place.schema, &query).await.unwrap();
        let names: Vec<String> = found.items.into_iter().map(|object| object.name).collect();
        (names, found.total)
    };
    let search = |text: &str| Some(text.to_owned());
    let found = names(ObjectQuery { search: search("KEYL"), ..every_object() }).await;
    assert_eq!(found, (vec!["keyless".to_owned()], 1));
    let found = names(ObjectQuery { search: search("%"), ..every_object() }).await;
    assert_eq!(found, (vec![], 0), "a search is not a pattern");
    let views = ObjectQuery { kind: Some(ObjectKind::View), ..every_object() };
    assert!(names(views.clone()).await.0.contains(&"a_view".to_owned()));
    assert!(!names(views).await.0.contains(&"sorts".to_owned()));
    let page = Page { offset: 1, limit: 1 };
    let tables = ObjectQuery { search: search("r"), kind: Some(ObjectKind::Table), page };
    let (second, total) = names(tables.clone()).await;
    let all = names(ObjectQuery { page: Page::ALL, ..tables }).await.0;
    assert_eq!((second, total), (vec![all[1].clone()], all.len()));
    let nothing = ObjectQuery { page: Page { offset: 1_000, limit: 10 }, ..every_object() };
    assert_eq!(names(nothing).await.0, Vec::<String>::new());
}

async fn names_come_alone_and_only_of_what_can_be_migrated(host: &Host) {
    let place = host.furnished().await;
    let connector = place.connector();
    let scope = DatabaseScope::Only(vec![place.schema.clone(), "no_such_database".to_owned()]);
    let names = connector.catalog().names(&scope).await.unwrap();
    let table = |name: &str| SourceObject::table(&place.schema, name);
    assert!(names.contains(&SourceObject::view(&place.schema, "a_view")));
    assert!(names.contains(&table("sorts")));
    for counter in ["counter", "sorts_id_seq", "divided_1"] {
        assert!(!names.contains(&table(counter)), "{counter}");
    }
    assert!(names.is_sorted());

    let everywhere = connector.catalog().names(&DatabaseScope::All).await.unwrap();
    assert!(everywhere.contains(&table("sorts")));
    assert!(everywhere.iter().all(|name| !connector.dialect().is_system(&name.database)));
    let nowhere = DatabaseScope::Only(Vec::new());
    assert_eq!(connector.catalog().names(&nowhere).await.unwrap(), []);
}

async fn estimates_follow_the_statistics(host: &Host) {
    let place = host.place().await;
    let rows: Vec<String> = (0..500).map(|i| format!("({i}, 'some text in row {i}')")).collect();
    place.db.exec("CREATE TABLE filled (id INT PRIMARY KEY, t VARCHAR(100))").await.unwrap();
    place.db.exec(&format!("INSERT INTO filled VALUES {}", rows.join(", "))).await.unwrap();
    let analyse = match host.server_kind {
        ServerKind::Postgres => "ANALYZE filled",
        _ => "ANALYZE TABLE filled",
    };
    place.db.rows(analyse).await.unwrap();
    let connector = place.connector();
    let found = connector.catalog().objects(&place.schema, &every_object()).await.unwrap();
    let estimate = found.items[0].estimated_rows.unwrap();
    assert!((250..=750).contains(&estimate), "{estimate}");
    if host.server_kind != ServerKind::OceanBase {
        assert!(found.items[0].data_bytes.unwrap() >= 8_192);
    }
}

async fn a_database_that_is_not_there_is_named(host: &Host) {
    let place = host.furnished().await;
    let connector = place.connector();
    let catalog = connector.catalog();
    // As a pattern it would match.
    let near = place.schema.replace('s', "_").replace('u', "%");
    for missing in ["no_such_database", near.as_str(), "", "x' OR '1'='1"] {
        let named = |error: CatalogError| match error {
            CatalogError::NoSuchDatabase(name) => name,
            other => panic!("{other:?}"),
        };
        assert_eq!(named(catalog.objects(missing, &every_object()).await.unwrap_err()), missing);
        assert_eq!(named(catalog.table(missing, "sorts").await.unwrap_err()), missing);
    }
}

async fn names_that_no_object_can_have_are_not_there(host: &Host) {
    let place = host.furnished().await;
    let connector = place.connector();
    let catalog = connector.catalog();
    let long = "x".repeat(5_000);
    for missing in ["🦀", "sorts🦀", "\u{10ffff}", "é\u{301}", long.as_str()] {
        let error = catalog.objects(missing, &every_object()).await.unwrap_err();
        assert!(matches!(&error, CatalogError::NoSuchDatabase(name) if name == missing), "{error}");
        let error = catalog.table(missing, "sorts").await.unwrap_err();
        assert!(matches!(&error, CatalogError::NoSuchDatabase(name) if name == missing), "{error}");
        let error = catalog.table(&place.schema, missing).await.unwrap_err();
        assert!(matches!(error, CatalogError::NoSuchTable { table, .. } if table == missing));
        let scope = DatabaseScope::Only(vec![missing.to_owned(), place.schema.clone()]);
        let names = catalog.names(&scope).await.unwrap();
        assert!(names.contains(&SourceObject::table(&place.schema, "sorts")), "{missing:?}");
    }
}
