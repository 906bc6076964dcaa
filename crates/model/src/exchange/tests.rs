//! Text and CSV: round trips, and everything wrong at once.

use super::*;
use crate::{
    complaint::{Complaint, Complaints},
    object::{ObjectKind, ObjectName, SourceObject},
    selection::{ColumnRenaming, SelectedObject, Selection, Settings, TargetNaming},
};
use proptest::{prelude::*, sample::select};
use std::collections::BTreeMap;

const HEAD_LINE: &str =
    "sourceDatabase,sourceTable,targetDatabase,targetTable,columnMapping,rowFilter\n";

fn table(lines: &str) -> Result<Import, Complaints> {
    parse_csv(format!("{HEAD_LINE}{lines}").as_bytes())
}

/// Place and reason of each complaint.
fn said<T>(result: Result<T, Complaints>) -> Vec<(String, String)> {
    let Err(Complaints(complaints)) = result else { return Vec::new() };
    complaints.into_iter().map(|c: Complaint| (c.place, c.reason)).collect()
}

fn names(import: &Import) -> Vec<String> {
    import.objects.iter().map(|object| object.source.to_string()).collect()
}

#[test]
fn the_published_short_form_is_read() {
    let import = parse_text("SCHEMA.TB1 | SCHEMA.TB2 |").unwrap();
    assert_eq!(names(&import), ["SCHEMA.TB1", "SCHEMA.TB2"]);
    let lines = parse_text("\u{feff}a.b|c.d\r\n\r\n  e.f |\n").unwrap();
    assert_eq!(names(&lines), ["a.b", "c.d", "e.f"]);
}

#[test]
fn all_slips_of_the_short_form_are_placed() {
    let all = said(parse_text("a.b | c | d.e.f |\n  a.b | x.y z | .q | u.v$$"));
    let places: Vec<&str> = all.iter().map(|(place, _)| place.as_str()).collect();
    assert_eq!(
        places,
        [
            "line 1, column 7",
            "line 1, column 11",
            "line 2, column 3",
            "line 2, column 9",
            "line 2, column 17",
            "line 2, column 22"
        ]
    );
    assert_eq!(all[2].1, "the object is named twice");
    assert_eq!(all[5].1, "characters 2 and the next are $$, which names may not hold");
    assert_eq!(said(parse_text(" | \n")), [("the whole".into(), "no object is named".into())]);
}

#[test]
fn ten_thousand_objects_are_read_and_one_more_is_not() {
    let text = |n: usize| (0..n).map(|i| format!("db.t{i} |")).collect::<String>();
    assert_eq!(parse_text(&text(10_000)).unwrap().objects.len(), 10_000);
    let (_, reason) = said(parse_text(&text(10_001))).remove(0);
    assert_eq!(reason, "10001 objects are named and may be 10000");
}

#[test]
fn a_table_carries_targets_columns_and_filters() {
    let import = table("db,t,dst,u,\"id;n=name\",\"id > 1 AND\n n <> 'a,b'\"\ndb,v,,,,\n").unwrap();
    let [first, second] = &import.objects[..] else { panic!("{import:?}") };
    assert_eq!(first.target_database.as_deref(), Some("dst"));
    assert_eq!(first.target_name.as_deref(), Some("u"));
    assert_eq!(first.columns, ["id", "n"]);
    assert_eq!(first.filter.as_deref(), Some("id > 1 AND\n n <> 'a,b'"));
    assert_eq!((second.target_name.as_deref(), second.filter.as_deref()), (None, None));
    assert_eq!(second.place, "line 4, column 1");
}

#[test]
fn all_slips_of_a_table_are_placed() {
    let all = said(table(
        "db,t,x y,,a;;b,id LIKE 1\ndb,t,,,,\ndb,u\n,w,,,,\ndb,\"z\"z,,,,\ndb,v,,,,\"open\n",
    ));
    let places: Vec<&str> = all.iter().map(|(place, _)| place.as_str()).collect();
    assert_eq!(
        places,
        [
            "line 6, column 4",  // "z"z
            "line 7, column 9",  // never closed
            "line 2, column 6",  // target with a blank
            "line 2, column 11", // column mapping
            "line 2, column 16", // filter
            "line 3, column 1",  // twice
            "line 4, column 1",  // two columns
            "line 5, column 1",  // no schema
        ],
        "{all:?}"
    );
}

#[test]
fn a_table_without_its_head_or_in_another_encoding_is_refused() {
    let (place, reason) = said(parse_csv(b"db,t,,,,\n")).remove(0);
    assert_eq!(place, "line 1");
    assert!(reason.starts_with("the first line is not sourceDatabase,"));
    assert_eq!(said(parse_csv(b"")).len(), 1);
    assert_eq!(said(parse_csv(HEAD_LINE.replace(',', ";").as_bytes())).len(), 1);
    let gbk = [HEAD_LINE.as_bytes(), b"db,t,,,,name = '\xb6\xa9'\n"].concat();
    let (place, reason) = said(parse_csv(&gbk)).remove(0);
    assert_eq!((place.as_str(), reason.as_str()), ("byte 95", "the file is not UTF-8"));
    let marked = format!("\u{feff}{HEAD_LINE}db,t,,,,\r\n");
    assert_eq!(names(&parse_csv(marked.as_bytes()).unwrap()), ["db.t"]);
}

#[test]
fn the_template_can_be_read() {
    let import = parse_csv(csv_template().as_bytes()).unwrap();
    assert_eq!(names(&import), ["shop.orders"]);
}

#[test]
fn the_source_says_which_are_tables_and_which_are_missing() {
    let source = [
        SourceObject::table("db", "t"),
        SourceObject::view("db", "v"),
        SourceObject::table("db", "Orders"),
    ];
    let imported = parse_text("db.t | db.v").unwrap().resolve(&source).unwrap();
    assert_eq!((imported.tables, imported.views), (1, 1));
    let missing = parse_text("db.t | db.orders | db.* | x.y").unwrap().resolve(&source);
    assert_eq!(
        said(missing),
        [
            ("line 1, column 8".into(), "the source calls it db.Orders: case matters".into()),
            (
                "line 1, column 20".to_owned(),
                "the source has no object of that very name".to_owned()
            ),
            ("line 1, column 27".into(), "the source has no such table or view".into()),
        ]
    );
}

#[test]
fn one_schema_may_go_to_several() {
    let source = [SourceObject::table("db", "a"), SourceObject::table("db", "b")];
    let import = table("db,a,x,,,\ndb,b,y,,,\n").unwrap();
    let mapping = import.resolve(&source).unwrap().mapping;
    let selection = Selection::compile(&mapping, TargetNaming::Objects).unwrap();
    let targets: Vec<String> =
        selection.evaluate(&source).objects.iter().map(|o| o.target.to_string()).collect();
    assert_eq!(targets, ["x.a", "y.b"]);
}

#[test]
fn no_cell_that_is_written_is_a_formula() {
    for (cell, written) in [
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("+1", "'+1"),
        ("-a > 1", "'-a > 1"),
        ("@x", "'@x"),
        ("\t=1", "'\t=1"),
        ("＝1", "'＝1"),
        ("'=' = a", "''=' = a"),
        ("id > 1", "id > 1"),
        ("'a' = b", "'a' = b"),
        ("'' <> b", "'' <> b"),
        ("", ""),
    ] {
        assert_eq!(shield(cell), written);
        assert_eq!(unshield(written), cell);
    }
}

#[test]
fn what_a_form_cannot_carry_is_named() {
    let name = ObjectName::new("db", "t");
    let plain = SelectedObject {
        source: name.clone(),
        target: name,
        kind: ObjectKind::Table,
        settings: Settings::default(),
    };
    let sharded = SelectedObject {
        settings: Settings { shard_columns: vec!["id".into()], ..Settings::default() },
        ..plain.clone()
    };
    let short = export_text(&[plain.clone(), sharded.clone()]);
    assert_eq!(short.text, "db.t | db.t |");
    assert_eq!(short.omitted.len(), 1);
    assert_eq!(export_csv(&[plain]).omitted, []);
    assert_eq!(
        export_csv(&[sharded]).omitted[0].reason,
        "the form does not carry sharding columns"
    );
}

fn name() -> impl Strategy<Value = String> {
    "[-+@*?$a-cA-C_][-a-c0-9!^\\[\\]_]{0,3}"
}

fn settings() -> impl Strategy<Value = Settings> {
    let filters = vec![
        None,
        Some("id > 1"),
        Some("-a < 0"),
        Some("+a = 1"),
        Some("'=' = a"),
        Some("'''' = b AND\r\n c = ',\"'"),
        Some(" name = '迁移' "),
    ];
    let columns = proptest::collection::btree_map(
        "[a-d;=` *]{1,3}",
        proptest::option::of("[e-h-]{1,3}"),
        0..4,
    );
    (select(filters), columns, any::<bool>()).prop_map(|(filter, columns, all)| {
        let mut settings = Settings { filter: filter.map(str::to_owned), ..Settings::default() };
        let mut taken = std::collections::BTreeSet::new();
        for (source, target) in columns {
            if !all {
                settings.columns.push(source.clone());
            }
            if let Some(target) = target.filter(|target| taken.insert(target.clone())) {
                settings.renamed_columns.push(ColumnRenaming { source, target });
            }
        }
        settings
    })
}

prop_compose! {
    fn objects()(
        all in proptest::collection::btree_map(
            (name(), name()), (name(), name(), any::<bool>(), settings()), 1..8
        )
    ) -> Vec<SelectedObject> {
        let object = |((database, name), (to, new_name, view, settings)): (_, (_, _, bool, _))| {
            let kind = if view { ObjectKind::View } else { ObjectKind::Table };
            let (source, target) =
                (ObjectName { database, name }, ObjectName { database: to, name: new_name });
            SelectedObject { source, target, kind, settings }
        };
        let all: BTreeMap<(String, String), (String, String, bool, Settings)> = all;
        all.into_iter().map(object).collect()
    }
}

/// What a selection of exactly the imported objects comes to.
fn again(import: &Import, objects: &[SelectedObject]) -> Vec<SelectedObject> {
    let source: Vec<SourceObject> = objects
        .iter()
        .map(|o| SourceObject {
            database: o.source.database.clone(),
            name: o.source.name.clone(),
            kind: o.kind,
        })
        .collect();
    let mapping = import.resolve(&source).expect("every object is at the source").mapping;
    let selection = Selection::compile(&mapping, TargetNaming::Objects);
    selection.expect("what was exported can be selected").evaluate(&source).objects
}

proptest! {
    #[test]
    fn an_exported_table_imports_as_the_same_selection(objects in objects()) {
        let exported = export_csv(&objects);
        prop_assert_eq!(&exported.omitted, &[]);
        let import = parse_csv(exported.text.as_bytes()).map_err(|e| e.to_string());
        prop_assert_eq!(again(&import.unwrap(), &objects), objects);
    }

    #[test]
    fn exported_names_import_as_the_same_objects(objects in objects()) {
        let import = parse_text(&export_text(&objects).text).map_err(|e| e.to_string()).unwrap();
        let names: Vec<ObjectName> = again(&import, &objects).into_iter().map(|o| o.source).collect();
        let expected: Vec<ObjectName> = objects.into_iter().map(|o| o.source).collect();
        prop_assert_eq!(names, expected);
    }

    #[test]
    fn every_cell_is_shielded_and_comes_back(cell in "['=+@\ta-]{0,5}") {
        let shielded = shield(&cell);
        prop_assert!(!shielded.starts_with(|c| FORMULA_STARTS.contains(c)));
        prop_assert_eq!(unshield(&shielded), cell);
    }

    #[test]
    fn any_input_is_read_or_refused(text in any::<String>(), bytes in any::<Vec<u8>>()) {
        let _ = parse_text(&text);
        let _ = table(&text);
        let _ = parse_csv(&bytes);
    }
}
