//! The columns and keys of a table.

use crate::for_every_kind;
use crate::host::{Host, MARIADB, MYSQL};
use oms_connector::CatalogError;
use oms_connector::catalog::{Column, ColumnDefault, Key, KeyKind, TableShape};
use oms_model::ObjectKind;
use oms_testkit::servers::ServerKind;

for_every_kind!(
    columns_come_in_order_with_what_an_insert_needs_to_know,
    types_and_comments_are_the_servers_text,
    what_only_one_family_has_is_shown,
    keys_come_with_their_parts_and_the_primary_key_first,
    references_name_both_sides,
    a_view_has_columns_and_no_keys,
    a_table_that_is_not_there_is_named,
);

async fn shape_of_sorts(host: &Host) -> TableShape {
    let place = host.furnished().await;
    place.connector().catalog().table(&place.schema, "sorts").await.unwrap()
}

fn column<'a>(shape: &'a TableShape, name: &str) -> &'a Column {
    shape.columns.iter().find(|column| column.name == name).unwrap()
}

fn key<'a>(shape: &'a TableShape, name: &str) -> &'a Key {
    shape.keys.iter().find(|key| key.name == name).unwrap()
}

fn columns(key: &Key) -> Vec<Option<&str>> {
    key.parts.iter().map(|part| part.column.as_deref()).collect()
}

async fn columns_come_in_order_with_what_an_insert_needs_to_know(host: &Host) {
    let shape = shape_of_sorts(host).await;
    assert!(shape.columns.is_sorted_by_key(|column| column.ordinal));
    let value = |text: &str| Some(ColumnDefault::Value(text.to_owned()));

    let id = column(&shape, "id");
    assert_eq!(id.ordinal, 1);
    assert!(id.auto_increment && !id.nullable);
    let name = column(&shape, "name");
    assert_eq!((name.default.clone(), name.nullable), (value("it's"), false));
    let nothing = column(&shape, "nothing");
    assert_eq!((nothing.default.clone(), nothing.nullable), (None, true));
    assert_eq!(column(&shape, "num").default, value("1.50"));
    let ts = column(&shape, "ts");
    let Some(ColumnDefault::Expression(now)) = &ts.default else { panic!("{ts:?}") };
    let kept = column(&shape, "kept");
    let computed = kept.generated.as_ref().unwrap();
    assert!(computed.stored && computed.expression.contains("num"), "{kept:?}");
    assert_eq!(kept.default, None);
    assert!(name.generated.is_none() && !name.auto_increment && !name.invisible);

    match host.is_postgres() {
        true => assert_eq!(now, "now()"),
        false => assert_eq!(now.to_uppercase(), "CURRENT_TIMESTAMP(3)"),
    }
}

async fn types_and_comments_are_the_servers_text(host: &Host) {
    let shape = shape_of_sorts(host).await;
    let (id, name) = (column(&shape, "id"), column(&shape, "name"));
    let expected = match host.server_kind {
        ServerKind::Postgres => ["bigint", "character varying(40)", "timestamp(3) with time zone"],
        ServerKind::MySql => ["bigint unsigned", "varchar(40)", "timestamp(3)"],
        _ => ["bigint(20) unsigned", "varchar(40)", "timestamp(3)"],
    };
    let types = [id, name, column(&shape, "ts")].map(|column| column.type_text.as_str());
    assert_eq!(types, expected);
    assert_eq!(id.comment, "the key");
    let (charset, collation) = (name.charset.as_deref(), name.collation.as_deref());
    match host.is_postgres() {
        true => assert_eq!((charset, collation), (None, Some("C"))),
        false => assert_eq!((charset, collation), (Some("utf8mb4"), Some("utf8mb4_bin"))),
    }
}

async fn what_only_one_family_has_is_shown(host: &Host) {
    let shape = shape_of_sorts(host).await;
    if host.is_postgres() {
        let tags = column(&shape, "tags").default.clone();
        assert_eq!(tags, Some(ColumnDefault::Value("{}".to_owned())));
        assert!(column(&shape, "counted").auto_increment);
        assert!(shape.columns.iter().all(|column| column.name != "dropped"));
        return;
    }
    assert_eq!(column(&shape, "choice").type_text, "enum('a','b')");
    assert!(!column(&shape, "computed").generated.as_ref().unwrap().stored);
    let hides = host.server_kind != ServerKind::OceanBase;
    assert_eq!(column(&shape, "hidden").invisible, hides);
}

async fn keys_come_with_their_parts_and_the_primary_key_first(host: &Host) {
    let shape = shape_of_sorts(host).await;
    let primary = &shape.keys[0];
    assert_eq!(primary.kind, KeyKind::Primary);
    assert_eq!(primary.parts[0].column.as_deref(), Some("id"));
    assert_eq!(key(&shape, "part").kind, KeyKind::Unique);
    let down = key(&shape, "down");
    assert_eq!(down.kind, KeyKind::Index);
    assert_eq!(columns(down), [Some("num"), Some("ts")], "included columns are no part");
    assert_eq!(down.parts[0].descending, host.server_kind != ServerKind::OceanBase);
    if host.server_kind != ServerKind::MariaDb {
        let expr = &key(&shape, "expr").parts[0];
        assert_eq!(expr.column, None);
        assert!(expr.expression.as_ref().unwrap().to_lowercase().contains("lower"), "{expr:?}");
    }
    if host.is_postgres() {
        assert!(key(&shape, "expr").partial);
        assert_eq!(key(&shape, "words").method, "gin");
        return;
    }
    let part = key(&shape, "part");
    assert_eq!(
        (columns(part), part.parts[0].prefix),
        (vec![Some("name"), Some("choice")], Some(10))
    );
    assert!(key(&shape, "unseen").invisible && !part.invisible);
    let words = key(&shape, "words");
    assert_eq!((words.kind, columns(words)), (KeyKind::Fulltext, vec![Some("txt")]));
}

#[tokio::test]
async fn a_spatial_key_has_no_prefix() {
    for host in [MYSQL, MARIADB] {
        let place = host.furnished().await;
        let connector = place.connector();
        let shape = connector.catalog().table(&place.schema, "spatial_one").await.unwrap();
        assert_eq!((shape.keys[0].kind, shape.keys[0].parts[0].prefix), (KeyKind::Spatial, None));
    }
}

async fn references_name_both_sides(host: &Host) {
    let place = host.furnished().await;
    let shape = place.connector().catalog().table(&place.schema, "sorts").await.unwrap();
    let [reference] = shape.foreign_keys.as_slice() else { panic!("{:?}", shape.foreign_keys) };
    assert_eq!(reference.name, "fk");
    assert_eq!(reference.columns, ["parent_id"]);
    assert_eq!(reference.referenced_database, place.schema);
    assert_eq!(reference.referenced_table, "parent");
    assert_eq!(reference.referenced_columns, ["id"]);
    assert_eq!(
        (reference.on_update.as_str(), reference.on_delete.as_str()),
        ("CASCADE", "SET NULL")
    );
}

async fn a_view_has_columns_and_no_keys(host: &Host) {
    let place = host.furnished().await;
    let catalog = place.connector();
    let shape = catalog.catalog().table(&place.schema, "a_view").await.unwrap();
    assert_eq!(shape.kind, ObjectKind::View);
    let names: Vec<&str> = shape.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(names, ["id", "name"]);
    assert_eq!((shape.keys, shape.foreign_keys), (vec![], vec![]));
}

async fn a_table_that_is_not_there_is_named(host: &Host) {
    let place = host.furnished().await;
    let connector = place.connector();
    // Names are compared exactly: neither as patterns nor under a collation, nor cut to length.
    let long = "s".repeat(200);
    for missing in ["no_such_table", "SORTS", "sort_", "sorts ", "", long.as_str()] {
        let error = connector.catalog().table(&place.schema, missing).await.unwrap_err();
        let CatalogError::NoSuchTable { database, table } = error else { panic!("{error:?}") };
        assert_eq!((database.as_str(), table.as_str()), (place.schema.as_str(), missing));
    }
}
