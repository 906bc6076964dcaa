//! Compiling a selection: every fault in one go.

use super::*;
use serde_json::json;

fn complaints(body: serde_json::Value) -> Vec<Complaint> {
    let mapping: TransferMapping = serde_json::from_value(body).unwrap();
    match compile(&mapping, TargetNaming::Objects) {
        Ok(_) => Vec::new(),
        Err(Complaints(complaints)) => complaints,
    }
}

/// The path and the reason of each complaint.
fn said(body: serde_json::Value) -> Vec<(String, String)> {
    complaints(body).into_iter().map(|c| (c.place, c.reason)).collect()
}

#[allow(clippy::needless_pass_by_value, reason = "written with json! at each call")]
fn table(table: serde_json::Value) -> serde_json::Value {
    json!({ "mode": "SPECIFIC", "databases": [{ "name": "db", "tables": [table] }] })
}

fn one(body: serde_json::Value) -> (String, String) {
    let mut all = said(body);
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

#[test]
fn everything_wrong_is_reported_at_once_with_its_path() {
    let all = said(json!({ "mode": "SPECIFIC", "tableAndViewWhiteList": ["a.b"], "databases": [
        { "name": "my db", "tables": [{ "name": "a$$b" }, { "name": "ok", "whereClause": "id LIKE 1" }] },
        { "name": "empty" }
    ]}));
    let paths: Vec<&str> = all.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "tableAndViewWhiteList",
            "databases[0].name",
            "databases[0].tables[0].name",
            "databases[0].tables[1].whereClause",
            "databases[1]",
        ]
    );
}

#[test]
fn a_selection_of_nothing_is_refused() {
    for mode in ["SPECIFIC", "WILDCARD", "COMPLEX"] {
        let (path, reason) = one(json!({ "mode": mode }));
        assert_eq!((path.as_str(), reason.as_str()), ("transferMapping", "it selects nothing"));
    }
    let (_, reason) = one(json!({ "mode": "WILDCARD", "tableAndViewBlackList": ["a.*"] }));
    assert_eq!(reason, "it selects nothing");
}

#[test]
fn a_database_among_named_objects_names_some() {
    let (path, reason) = one(json!({ "mode": "SPECIFIC", "databases": [{ "name": "db" }] }));
    assert_eq!((path.as_str(), reason.as_str()), ("databases[0]", "it names no table and no view"));
}

#[test]
fn an_object_is_named_once() {
    let twice = json!({ "mode": "SPECIFIC", "databases": [
        { "name": "db", "tables": [{ "name": "t" }] },
        { "name": "db", "tables": [{ "name": "u" }], "views": [{ "name": "t" }] }
    ]});
    assert_eq!(one(twice), ("databases[1].views[0]".into(), "the object is named twice".into()));
    let settings_twice = json!({ "mode": "COMPLEX", "databases": [{ "name": "db",
        "tables": [{ "name": "t", "whereClause": "a = 1" }],
        "specificTables": [{ "name": "t", "whereClause": "a = 2" }]
    }]});
    assert_eq!(one(settings_twice).0, "databases[0].specificTables[0]");
    let settings_once = json!({ "mode": "COMPLEX", "databases": [{ "name": "db",
        "tables": [{ "name": "t" }], "specificTables": [{ "name": "t", "whereClause": "a = 2" }]
    }]});
    assert_eq!(said(settings_once), []);
}

#[test]
fn names_at_the_target_are_checked_and_blank_ones_mean_none() {
    let (path, reason) = one(table(json!({ "name": "t", "mappedName": "a b" })));
    assert_eq!(path, "databases[0].tables[0].mappedName");
    assert_eq!(reason, "character 2 is a blank");
    assert_eq!(said(table(json!({ "name": "t", "mappedName": "" }))), []);
    let (path, _) = one(json!({ "mode": "SPECIFIC", "databases": [
        { "name": "db", "mappedName": "a.b", "tables": [{ "name": "t" }] }
    ]}));
    assert_eq!(path, "databases[0].mappedName");
}

#[test]
fn topics_may_have_dots_and_dashes_tables_may_not() {
    let mapping: TransferMapping =
        serde_json::from_value(table(json!({ "name": "t", "mappedName": "Topic-1.db" }))).unwrap();
    assert!(compile(&mapping, TargetNaming::Topics).is_ok());
    assert!(compile(&mapping, TargetNaming::Objects).is_err());
    let mapping: TransferMapping =
        serde_json::from_value(table(json!({ "name": "t", "mappedName": "a b" }))).unwrap();
    assert!(compile(&mapping, TargetNaming::Topics).is_err());
}

#[test]
fn columns_are_distinct_and_renamed_ones_are_kept() {
    let (path, reason) = one(table(json!({ "name": "t", "filterColumns": ["a", "b", "a"] })));
    assert_eq!(path, "databases[0].tables[0].filterColumns");
    assert_eq!(reason, "it is named twice");
    let (_, reason) = one(table(json!({ "name": "t", "filterColumns": ["a"],
        "columns": [{ "columnName": "b", "mappedName": "c" }] })));
    assert_eq!(reason, "the column is renamed but not kept");
    let (path, _) = one(table(json!({ "name": "t", "columns": [
        { "columnName": "a", "mappedName": "x" }, { "columnName": "b", "mappedName": "x" }] })));
    assert_eq!(path, "databases[0].tables[0].columns");
    let (path, _) = one(table(json!({ "name": "t", "columns": [
        { "columnName": "a", "mappedName": "x y" }] })));
    assert_eq!(path, "databases[0].tables[0].columns[0].mappedName");
    let (_, reason) = one(table(json!({ "name": "t", "shardColumns": [""] })));
    assert_eq!(reason, "it is empty");
}

#[test]
fn bad_rules_are_reported_with_their_index() {
    let all = complaints(json!({ "mode": "WILDCARD",
        "tableAndViewWhiteList": ["a.*", "b", " c.d"], "tableAndViewBlackList": ["a.b=c.d"] }));
    let paths: Vec<&str> = all.iter().map(|c| c.place.as_str()).collect();
    assert_eq!(
        paths,
        ["tableAndViewWhiteList[1]", "tableAndViewWhiteList[2]", "tableAndViewBlackList[0]"]
    );
}

#[test]
fn wildcards_carry_no_settings_and_a_schema_with_them_has_one_name() {
    let rules =
        |database: serde_json::Value| json!({ "mode": "WILDCARD", "databases": [database] });
    let (path, reason) =
        one(rules(json!({ "name": "db", "tables": [{ "name": "t*", "whereClause": "a = 1" }] })));
    assert_eq!(path, "databases[0].tables[0]");
    assert_eq!(reason, "wildcards cannot carry the settings of single objects");
    let (_, reason) =
        one(rules(json!({ "name": "db*", "mappedName": "x", "tables": [{ "name": "t" }] })));
    assert_eq!(reason, "a schema with wildcards cannot be renamed");
    let merged = json!({ "name": "db", "tables": [{ "name": "t*", "mappedName": "all" }] });
    assert_eq!(said(rules(merged)), []);
    let (path, _) = one(rules(json!({ "name": "db", "tables": [{ "name": "t[" }] })));
    assert_eq!(path, "databases[0].tables[0].name");
    let (path, _) = one(rules(json!({ "name": "a.b", "tables": [{ "name": "t" }] })));
    assert_eq!(path, "databases[0].name");
}

#[test]
fn what_is_excluded_has_no_settings() {
    let (path, _) = one(json!({ "mode": "WILDCARD", "tableAndViewWhiteList": ["a.*"],
        "databasesBlack": [{ "name": "a", "tables": [{ "name": "t", "mappedName": "u" }] }] }));
    assert_eq!(path, "databasesBlack[0].tables[0]");
}

#[test]
fn a_white_list_longer_than_a_log_reader_takes_is_refused() {
    let rules: Vec<String> = (0..6_000).map(|n| format!("db.table_{n}")).collect();
    let (path, reason) = one(json!({ "mode": "WILDCARD", "tableAndViewWhiteList": rules }));
    assert_eq!(path, "tableAndViewWhiteList");
    assert!(reason.ends_with("may take 65536"), "{reason}");
}

/// A selection of everything but `black`, under both names that exclusions have.
fn all_but(black: &[String], objects: &[String]) -> serde_json::Value {
    let tables: Vec<_> = objects.iter().map(|name| json!({ "name": name })).collect();
    let databases =
        if tables.is_empty() { json!([]) } else { json!([{ "name": "db", "tables": tables }]) };
    json!({ "mode": "WILDCARD", "tableAndViewWhiteList": ["db.*"],
        "tableAndViewBlackList": black, "databasesBlack": databases })
}

#[test]
fn exclusions_of_both_sorts_together_may_be_as_long_as_a_white_list() {
    // 16 bytes a line, as a rule and as an object of a database.
    let rules = |count: usize| (0..count).map(|n| format!("db.*_{n:010}")).collect::<Vec<_>>();
    let objects = |count: usize| (0..count).map(|n| format!("*_{n:010}")).collect::<Vec<_>>();
    let most = 65_536 / 16;
    for fits in [all_but(&rules(most), &[]), all_but(&[], &objects(most))] {
        assert_eq!(said(fits), []);
    }
    assert_eq!(said(all_but(&rules(most / 2), &objects(most / 2))), []);
    for (too_long, place) in [
        (all_but(&rules(most + 1), &[]), "tableAndViewBlackList"),
        (all_but(&[], &objects(most + 1)), "databasesBlack"),
        (all_but(&rules(most), &objects(1)), "tableAndViewBlackList"),
        (all_but(&rules(1), &objects(most)), "databasesBlack"),
    ] {
        let (path, reason) = one(too_long);
        assert_eq!(path, place);
        assert!(reason.ends_with("bytes and may take 65536"), "{reason}");
    }
}

#[test]
fn databases_excluded_whole_count_as_their_rules_do() {
    let databases: Vec<_> = (0..8_000).map(|n| json!({ "name": format!("db_{n:05}") })).collect();
    let (path, _) = one(json!({ "mode": "WILDCARD", "tableAndViewWhiteList": ["db.*"],
        "databasesBlack": databases }));
    assert_eq!(path, "databasesBlack");
}
