//! Names chosen to break statements.

use crate::for_every_kind;
use crate::host::{Host, Place, names_of};
use oms_connector::{DatabaseQuery, DatabaseScope, ObjectQuery, Page};
use oms_testkit::servers::ServerKind;

for_every_kind!(hostile_names_are_listed_and_looked_into, a_hostile_search_finds_only_what_has_it);

fn names(host: &Host) -> Vec<String> {
    let mut names: Vec<String> = [
        "tick`s",
        "quote's",
        "double\"s",
        "back\\slash",
        "dot.ted",
        "per%cent",
        "under_score",
        "semi; DROP TABLE x; --",
        "/* comment",
        "null",
        "select",
        "日本語",
        "žluťoučký",
        "new\nline",
        "tab\there",
        "(par)ens",
        "$1",
        "?",
        " leading",
        "Ünï-Cødé",
    ]
    .map(str::to_owned)
    .to_vec();
    let longest = if host.is_postgres() { 63 } else { 64 };
    names.push("x".repeat(longest));
    if host.is_postgres() {
        names.push("trailing ".to_owned());
    }
    if host.is_postgres() || host.server_kind == ServerKind::OceanBase {
        names.push("emoji 🦀".to_owned());
    }
    if host.server_kind == ServerKind::OceanBase {
        // It keeps names in lower case.
        names.retain(|name| *name == name.to_lowercase());
    }
    names
}

/// Creates a table by each name, which the kind's own quoting has to carry through.
async fn fill(place: &Place<'_>, names: &[String]) {
    let connector = place.connector();
    for name in names {
        let quoted = connector.dialect().quote(name);
        place.db.exec(&format!("CREATE TABLE {quoted} (id INT PRIMARY KEY)")).await.unwrap();
    }
}

async fn hostile_names_are_listed_and_looked_into(host: &Host) {
    let place = host.place().await;
    let mut names = names(host);
    fill(&place, &names).await;
    let connector = place.connector();
    names.sort();
    assert_eq!(names_of(connector.catalog(), &place.schema).await, names);
    for name in &names {
        let shape = connector.catalog().table(&place.schema, name).await.unwrap();
        assert_eq!(shape.columns.len(), 1, "{name:?}");
        assert_eq!(shape.keys.len(), 1, "{name:?}");
    }
    // A database by such a name, and what is in it.
    let hostile = match host.server_kind {
        // The kernel creates a database with quotes in its name and cannot drop it again.
        ServerKind::OceanBase => format!("{} %.;", place.db.name()),
        _ => format!("{}`\".'\\%", place.db.name()),
    };
    let hostile = place.beside(&hostile).await;
    let quoted = connector.dialect().qualified(&hostile, "in`side");
    place.db.exec(&format!("CREATE TABLE {quoted} (id INT PRIMARY KEY)")).await.unwrap();
    let all = DatabaseQuery { search: Some(hostile.clone()), with_system: false, page: Page::ALL };
    let found = connector.catalog().databases(&all).await.unwrap();
    let scope = DatabaseScope::Only(vec![hostile.clone()]);
    let inside = connector.catalog().names(&scope).await.unwrap();
    let shape = connector.catalog().table(&hostile, "in`side").await;
    if !host.is_postgres() {
        place
            .db
            .exec(&format!("DROP DATABASE {}", connector.dialect().quote(&hostile)))
            .await
            .unwrap();
    }
    assert_eq!(found.items.iter().map(|d| d.name.clone()).collect::<Vec<_>>(), [hostile]);
    assert_eq!(inside.len(), 1);
    assert!(shape.unwrap().keys.len() == 1);
}

async fn a_hostile_search_finds_only_what_has_it(host: &Host) {
    let place = host.place().await;
    let names = names(host);
    fill(&place, &names).await;
    let connector = place.connector();
    for part in ["`", "'", "\"", "\\", ".", "%", "_", ";", "?", "$1", "\n", "' OR 1=1 --"] {
        let query = ObjectQuery { search: Some(part.to_owned()), kind: None, page: Page::ALL };
        let found = connector.catalog().objects(&place.schema, &query).await.unwrap();
        let expected = names.iter().filter(|name| name.contains(part)).count();
        assert_eq!(found.total, expected, "{part:?}");
    }
}
