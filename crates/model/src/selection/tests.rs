//! Selections evaluated against a source.

use super::*;
use crate::{complaint::Complaint, object::ObjectKind, transfer::TransferMode};
use proptest::{prelude::*, sample::select};
use serde_json::json;
use std::collections::BTreeSet;

fn mapping(body: serde_json::Value) -> TransferMapping {
    serde_json::from_value(body).unwrap()
}

fn compile(body: serde_json::Value) -> Result<Selection, Complaints> {
    Selection::compile(&mapping(body), TargetNaming::Objects)
}

fn rules(white: &[&str], black: &[&str]) -> Selection {
    compile(json!({
        "mode": "WILDCARD", "tableAndViewWhiteList": white, "tableAndViewBlackList": black
    }))
    .unwrap()
}

/// Objects written `db.name`, views with a `~` in front.
fn source(names: &[&str]) -> Vec<SourceObject> {
    let object = |text: &&str| {
        let (kind, full) = match text.strip_prefix('~') {
            Some(full) => (ObjectKind::View, full),
            None => (ObjectKind::Table, *text),
        };
        let (database, name) = full.split_once('.').unwrap();
        SourceObject { database: database.to_owned(), name: name.to_owned(), kind }
    };
    names.iter().map(object).collect()
}

/// `source` of what keeps its name, `source>target` of the rest.
fn chosen(resolution: &Resolution) -> Vec<String> {
    let line = |object: &SelectedObject| match object.source == object.target {
        true => object.source.to_string(),
        false => format!("{}>{}", object.source, object.target),
    };
    resolution.objects.iter().map(line).collect()
}

fn places(complaints: &[Complaint]) -> Vec<&str> {
    complaints.iter().map(|complaint| complaint.place.as_str()).collect()
}

#[test]
fn the_exclusion_set_is_taken_from_the_migration_set() {
    let resolution = rules(&["shop.*"], &["shop.*_ghc", "*.tmp?"]).evaluate(&source(&[
        "shop.orders",
        "shop.orders_ghc",
        "shop.tmp1",
        "~shop.totals",
        "stock.items",
    ]));
    assert_eq!(chosen(&resolution), ["shop.orders", "shop.totals"]);
    assert_eq!((resolution.tables, resolution.views, resolution.excluded), (1, 1, 2));
    assert_eq!(resolution.obstacles(), []);
}

#[test]
fn a_schema_is_renamed_and_tables_are_merged() {
    let resolution = rules(&["a.*=b.*", "a.order*=b.orders", "a.x=c.y"], &[])
        .evaluate(&source(&["a.order1", "a.order2", "a.users", "a.x"]));
    assert_eq!(
        chosen(&resolution),
        ["a.order1>b.orders", "a.order2>b.orders", "a.users>b.users", "a.x>c.y"]
    );
    assert_eq!(resolution.merges.len(), 1);
    assert_eq!(resolution.merges[0].target.to_string(), "b.orders");
    let reverse = resolution.reverse_obstacles();
    assert_eq!(places(&reverse), ["b.orders"]);
    assert!(reverse[0].reason.contains("2 tables become one"));
}

#[test]
fn schemas_that_become_one_forbid_the_way_back() {
    let resolution = rules(&["a.*=all.*", "b.*=all.*"], &[]).evaluate(&source(&["a.t1", "b.t2"]));
    assert_eq!(resolution.merges, []);
    assert_eq!(resolution.schema_merges[0].sources, ["a", "b"]);
    assert_eq!(places(&resolution.reverse_obstacles()), ["all"]);
    let alone = rules(&["a.*=all.*"], &[]).evaluate(&source(&["a.t1", "b.t2"]));
    assert_eq!(alone.reverse_obstacles(), []);
}

#[test]
fn equally_narrow_rules_that_disagree_leave_the_object_out_and_are_named() {
    let resolution = rules(&["a.order*=b.orders", "a.*s=b.plurals"], &[])
        .evaluate(&source(&["a.orders", "a.users", "a.order1"]));
    assert_eq!(chosen(&resolution), ["a.order1>b.orders", "a.users>b.plurals"]);
    assert_eq!(
        resolution.ambiguous[0].lines,
        [
            "tableAndViewWhiteList[0] (a.order*=b.orders)",
            "tableAndViewWhiteList[1] (a.*s=b.plurals)"
        ]
    );
    assert_eq!(places(&resolution.obstacles()), ["a.orders"]);
    let agreeing = rules(&["a.order*=b.x", "a.*s=b.x"], &[]).evaluate(&source(&["a.orders"]));
    assert_eq!(agreeing.ambiguous, []);
}

#[test]
fn a_view_cannot_become_one_with_anything() {
    let resolution = rules(&["a.*=b.one"], &[]).evaluate(&source(&["a.t", "~a.v"]));
    assert_eq!(resolution.merges, []);
    assert_eq!(resolution.collisions[0].sources, source(&["a.t", "~a.v"]));
    assert_eq!(places(&resolution.obstacles()), ["b.one"]);
    let views = rules(&["a.*=b.one"], &[]).evaluate(&source(&["~a.u", "~a.v"]));
    assert_eq!(views.collisions.len(), 1);
}

#[test]
fn every_line_that_matches_nothing_is_reported_with_what_comes_close() {
    let resolution = rules(
        &["shop.order*", "shop.Users", "shop.nothing", "absent.*", "absent.t", "*.zzz"],
        &["shop.*_ghc"],
    )
    .evaluate(&source(&["shop.orders", "shop.users"]));
    let said: Vec<(&str, &str)> =
        resolution.unmatched.iter().map(|u| (u.text.as_str(), u.reason.as_str())).collect();
    assert_eq!(
        said,
        [
            ("shop.Users", "the source calls it shop.users: case matters"),
            ("shop.nothing", "shop has no such object"),
            ("absent.*", "the source has no schema absent"),
            ("absent.t", "the source has no schema absent"),
            ("*.zzz", "nothing at the source matches"),
            ("shop.*_ghc", "nothing at the source matches"),
        ]
    );
    assert!(resolution.unmatched[5].excludes && !resolution.unmatched[0].excludes);
    assert_eq!(resolution.unmatched[0].place, "tableAndViewWhiteList[1]");
}

#[test]
fn names_that_cannot_be_migrated_are_reported_and_dollars_forbid_the_project() {
    let all = source(&["db.ok", "db.a b", "db.订单", "db.a*b", "db.a$$b"]);
    let resolution = rules(&["db.*"], &[]).evaluate(&all);
    assert_eq!(chosen(&resolution), ["db.ok"]);
    let said: Vec<(&str, bool)> = resolution
        .unsupported
        .iter()
        .map(|u| (u.source.name.as_str(), u.forbids_creation))
        .collect();
    assert_eq!(said, [("a b", false), ("a$$b", true), ("a*b", false), ("订单", false)]);
    assert_eq!(places(&resolution.obstacles()), ["db.a$$b"]);
    let excluded = rules(&["db.*"], &["db.a$$b", "db.a?b", "db.??"]).evaluate(&all);
    assert_eq!(excluded.unsupported, []);
    assert_eq!(chosen(&excluded), Vec::<String>::new(), "db.ok has two characters, too");
}

#[test]
fn named_objects_are_taken_exactly_as_named() {
    let selection = compile(json!({ "mode": "SPCEIFIC", "databases": [{
        "name": "db", "mappedName": "dst",
        "tables": [
            { "name": "a*b" },
            { "name": "t", "mappedName": "u", "whereClause": " id < 5 ", "filterColumns": ["id", "n"],
              "shardColumns": ["id"],
              "columns": [{ "columnName": "n", "mappedName": "name" }, { "columnName": "id" }] }
        ],
        "views": [{ "name": "v", "mappedName": "" }]
    }]}))
    .unwrap();
    let resolution = selection.evaluate(&source(&["db.a*b", "db.axb", "db.t", "~db.v", "x.t"]));
    assert_eq!(chosen(&resolution), ["db.a*b>dst.a*b", "db.t>dst.u", "db.v>dst.v"]);
    let settings = &resolution.objects[1].settings;
    assert_eq!(settings.filter.as_deref(), Some(" id < 5 "));
    assert_eq!(settings.columns, ["id", "n"]);
    assert_eq!(settings.shard_columns, ["id"]);
    assert_eq!(settings.renamed_columns.len(), 1);
    assert_eq!(resolution.unmatched, []);
}

#[test]
fn a_table_named_where_the_source_has_a_view_is_not_taken_for_it() {
    let selection = compile(
        json!({ "mode": "SPECIFIC", "databases": [{ "name": "db", "tables": [{ "name": "v" }] }]}),
    )
    .unwrap();
    let resolution = selection.evaluate(&source(&["~db.v"]));
    assert_eq!(resolution.objects, []);
    assert_eq!(resolution.unmatched[0].reason, "db.v is a view");
    assert_eq!(places(&resolution.obstacles()), ["transferMapping"]);
}

#[test]
fn single_objects_among_rules_have_settings_of_their_own() {
    let selection = compile(json!({
        "mode": "COMPLEX",
        "tableAndViewWhiteList": ["db.*=dst.*"],
        "databases": [
            { "name": "db", "specificTables": [
                { "name": "t", "mappedName": "u", "whereClause": "id > 1" }, { "name": "absent" }
            ]},
            { "name": "other", "mappedName": "o", "tables": [{ "name": "x[12]" }, { "name": "y" }] }
        ],
        "databasesBlack": [{ "name": "sys*" }, { "name": "db", "tables": [{ "name": "tmp*" }] }]
    }))
    .unwrap();
    let all = source(&["db.t", "db.s", "db.tmp1", "~db.tmpv", "other.x1", "other.x3", "other.y"]);
    let resolution = selection.evaluate(&all);
    assert_eq!(
        chosen(&resolution),
        ["db.s>dst.s", "db.t>dst.u", "db.tmpv>dst.tmpv", "other.x1>o.x1", "other.y>o.y"]
    );
    assert_eq!(resolution.objects[1].settings.filter.as_deref(), Some("id > 1"));
    assert_eq!(resolution.excluded, 1);
    let idle: Vec<&str> = resolution.unmatched.iter().map(|u| u.place.as_str()).collect();
    assert_eq!(idle, ["databases[0].specificTables[1]", "databasesBlack[0]"]);
}

#[test]
fn a_database_entry_alone_renames_but_selects_nothing() {
    let with_rule = json!({
        "mode": "WILDCARD", "tableAndViewWhiteList": ["db.t*", "*.u"],
        "databases": [{ "name": "db", "mappedName": "dst" }]
    });
    let resolution =
        compile(with_rule).unwrap().evaluate(&source(&["db.t", "db.u", "db.w", "x.u"]));
    assert_eq!(chosen(&resolution), ["db.t>dst.t", "db.u>dst.u", "x.u"]);
    let alone = json!({ "mode": "WILDCARD", "databases": [{ "name": "db", "mappedName": "dst" }]});
    let Complaints(complaints) = compile(alone).unwrap_err();
    assert_eq!(complaints[0].reason, "it selects nothing");
}

#[test]
fn what_is_better_known_before_the_start_is_warned_of() {
    let selection = compile(json!({
        "mode": "COMPLEX", "tableAndViewWhiteList": ["a.*", "b.*=a.*"],
        "databases": [{ "name": "a", "views": [{ "name": "v", "whereClause": "id > 1" }] }]
    }))
    .unwrap();
    let resolution =
        selection.evaluate(&source(&["a.orders", "b.Orders", "a.x_ghc", "a.y_ghc", "~a.v"]));
    assert_eq!(places(&resolution.warnings), ["a.Orders", "a", "a.v"]);
    assert_eq!(resolution.warnings[1].advice, "exclude a.*_ghc");
    assert_eq!(resolution.obstacles(), []);
}

#[test]
fn an_object_listed_twice_by_the_source_is_one_object() {
    let resolution = rules(&["*.*"], &[]).evaluate(&source(&["a.t", "a.t"]));
    assert_eq!(chosen(&resolution), ["a.t"]);
    assert_eq!(resolution.merges, []);
}

#[test]
fn a_resolution_travels_as_json() {
    let resolution = rules(&["a.*=b.one", "c.*"], &[]).evaluate(&source(&["a.t", "~a.v", "a.$$"]));
    let json = serde_json::to_string(&resolution).unwrap();
    assert_eq!(serde_json::from_str::<Resolution>(&json).unwrap(), resolution);
}

/// Generous, for a debug build on a busy machine: with a rule tried on every object by naive
/// matching, or without an index of exact names, it is missed by far.
#[test]
fn a_hundred_thousand_objects_meet_dozens_of_rules_within_seconds() {
    let all: Vec<SourceObject> = (0..100_000)
        .map(|n| SourceObject::table(format!("db{}", n % 20), format!("table_{n}_of_many")))
        .collect();
    let white: Vec<String> = (0..40).map(|n| format!("db*.*{n}_of*")).collect();
    // As many as fit into their limit.
    let black: Vec<String> =
        (0..2_600).map(|n| format!("db{}.table_{n}_of_many", n % 20)).collect();
    let selection = Selection::compile(
        &TransferMapping {
            mode: TransferMode::Wildcard,
            databases: Vec::new(),
            databases_black: Vec::new(),
            table_and_view_white_list: white,
            table_and_view_black_list: black,
        },
        TargetNaming::Objects,
    )
    .unwrap();
    let start = std::time::Instant::now();
    let resolution = selection.evaluate(&all);
    let took = start.elapsed();
    assert_eq!(resolution.objects.len() + resolution.excluded, 100_000);
    assert!(took.as_secs() < 20, "{took:?}");
}

fn some_rules(at_least: usize) -> impl Strategy<Value = Vec<String>> {
    let part = || select(vec!["*", "a", "b", "a*", "?", "[ab]", "[!a]", "*b"]);
    let rule = (part(), part()).prop_map(|(database, name)| format!("{database}.{name}"));
    proptest::collection::vec(rule, at_least..5)
}

fn some_objects() -> impl Strategy<Value = Vec<SourceObject>> {
    let object =
        ("[ab]{1,2}", "[ab]{1,2}", any::<bool>()).prop_map(|(database, name, view)| match view {
            true => SourceObject::view(database, name),
            false => SourceObject::table(database, name),
        });
    proptest::collection::vec(object, 0..20)
}

proptest! {
    #[test]
    fn what_is_selected_is_what_some_rule_takes_and_no_exclusion_does(
        white in some_rules(1), black in some_rules(0), objects in some_objects()
    ) {
        let takes = |rules: &[String], object: &SourceObject| {
            rules.iter().map(|text| Rule::parse(text).unwrap()).any(|rule| {
                rule.database.matches(&object.database) && rule.name.matches(&object.name)
            })
        };
        let expected: BTreeSet<&SourceObject> = objects
            .iter()
            .filter(|object| takes(&white, object) && !takes(&black, object))
            .collect();
        let white: Vec<&str> = white.iter().map(String::as_str).collect();
        let black: Vec<&str> = black.iter().map(String::as_str).collect();
        let selection = rules(&white, &black);
        for object in &objects {
            prop_assert_eq!(selection.takes(object), expected.contains(object), "{:?}", object);
        }
        let resolution = selection.evaluate(&objects);
        let found: Vec<_> =
            resolution.objects.iter().map(|o| (o.source.clone(), o.kind)).collect();
        let expected: Vec<_> = expected.iter().map(|o| (o.full_name(), o.kind)).collect();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn every_object_is_accounted_for_and_no_text_panics(
        names in proptest::collection::vec(("\\PC{1,6}", "\\PC{1,6}"), 0..8),
        rule in "\\PC{0,12}",
    ) {
        let objects: Vec<SourceObject> =
            names.into_iter().map(|(d, n)| SourceObject::table(d, n)).collect();
        let distinct: BTreeSet<&SourceObject> = objects.iter().collect();
        let everything = rules(&["*.*"], &[]).evaluate(&objects);
        prop_assert_eq!(
            everything.objects.len() + everything.unsupported.len(),
            distinct.len()
        );
        if let Ok(selection) = compile(json!({
            "mode": "WILDCARD", "tableAndViewWhiteList": [rule],
        })) {
            selection.evaluate(&objects);
        }
    }
}
