//! What can be said of a selection as a whole, once each object is decided: what meets at one
//! target, which lines were about nothing, and what is better known before the start.

use crate::{
    complaint::Complaint,
    names::is_ghost_table,
    object::{ObjectKind, ObjectName, SourceObject},
    selection::{
        resolution::{Collision, Merge, Resolution, SchemaMerge, SelectedObject, Unmatched},
        selector::Selector,
    },
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Lines that were about nothing there is, and what comes close to what they name.
pub(super) fn unmatched(
    idle: &[&Selector],
    excludes: bool,
    source: &[SourceObject],
) -> Vec<Unmatched> {
    if idle.is_empty() {
        return Vec::new();
    }
    let folded = |database: &str, name: &str| (database.to_lowercase(), name.to_lowercase());
    let near: HashMap<(String, String), &SourceObject> =
        source.iter().map(|object| (folded(&object.database, &object.name), object)).collect();
    let databases: BTreeSet<&str> = source.iter().map(|object| object.database.as_str()).collect();
    let reason = |line: &Selector| match (line.database.as_exact(), line.name.as_exact()) {
        (Some(database), Some(name)) => match near.get(&folded(database, name)) {
            Some(other) if other.database == database && other.name == name => {
                format!("{}.{} is a {}", other.database, other.name, said(other.kind))
            }
            Some(other) => {
                format!("the source calls it {}.{}: case matters", other.database, other.name)
            }
            None if databases.contains(database) => format!("{database} has no such object"),
            None => format!("the source has no schema {database}"),
        },
        (Some(database), None) if !databases.contains(database) => {
            format!("the source has no schema {database}")
        }
        _ => "nothing at the source matches".to_owned(),
    };
    let report = |line: &&Selector| Unmatched {
        place: line.place.clone(),
        text: line.text.clone(),
        excludes,
        reason: reason(line),
    };
    idle.iter().map(report).collect()
}

/// Finds what meets at one target, and what to warn of.
pub(super) fn look_over(resolution: &mut Resolution) {
    let mut by_target: BTreeMap<&ObjectName, Vec<&SelectedObject>> = BTreeMap::new();
    let mut by_schema: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for object in &resolution.objects {
        by_target.entry(&object.target).or_default().push(object);
        let sources = by_schema.entry(&object.target.database).or_default();
        sources.insert(&object.source.database);
    }
    let (mut merges, mut collisions) = (Vec::new(), Vec::new());
    for (target, objects) in by_target.iter().filter(|(_, objects)| objects.len() > 1) {
        let target = (*target).clone();
        if objects.iter().all(|object| object.kind == ObjectKind::Table) {
            let sources = objects.iter().map(|object| object.source.clone()).collect();
            merges.push(Merge { target, sources });
        } else {
            let sources = objects.iter().map(|object| as_source(object)).collect();
            collisions.push(Collision { target, sources });
        }
    }
    let schema_merges = by_schema.iter().filter(|(_, sources)| sources.len() > 1);
    let schema_merges = schema_merges.map(|(target, sources)| SchemaMerge {
        target: (*target).to_owned(),
        sources: sources.iter().map(|source| (*source).to_owned()).collect(),
    });
    let schema_merges: Vec<SchemaMerge> = schema_merges.collect();
    let mut warnings = targets_apart_by_case(by_target.keys().copied());
    warnings.extend(ghost_tables(&resolution.objects));
    warnings.extend(views_with_filters(&resolution.objects));
    resolution.merges = merges;
    resolution.collisions = collisions;
    resolution.schema_merges = schema_merges;
    resolution.warnings = warnings;
}

/// Servers that fold names would take such targets for one.
fn targets_apart_by_case<'a>(targets: impl Iterator<Item = &'a ObjectName>) -> Vec<Complaint> {
    let mut folded: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for target in targets {
        let key = (target.database.to_lowercase(), target.name.to_lowercase());
        folded.entry(key).or_default().push(target.to_string());
    }
    let alike = folded.values().filter(|targets| targets.len() > 1);
    let warn = |targets: &Vec<String>| {
        let reason = format!("{} differ in case alone", targets.join(", "));
        let advice = "rename one, unless the target tells upper from lower case in names";
        Complaint::new(&targets[0], &targets[0], reason, advice)
    };
    alike.map(warn).collect()
}

fn ghost_tables(objects: &[SelectedObject]) -> Vec<Complaint> {
    let mut schemas: BTreeMap<&str, usize> = BTreeMap::new();
    for object in objects.iter().filter(|object| is_ghost_table(&object.source.name)) {
        *schemas.entry(&object.source.database).or_default() += 1;
    }
    let warn = |(schema, count): (&str, usize)| {
        let reason = format!("{count} of its tables look like working copies of gh-ost");
        Complaint::new(schema, schema, reason, format!("exclude {schema}.*_ghc"))
    };
    schemas.into_iter().map(warn).collect()
}

fn views_with_filters(objects: &[SelectedObject]) -> Vec<Complaint> {
    let filtered = objects.iter().filter(|object| object.kind == ObjectKind::View);
    let filtered = filtered.filter(|object| object.settings.filter.is_some());
    let warn = |object: &SelectedObject| {
        let source = object.source.to_string();
        let reason = "a view is moved by its definition, so the filter has no effect";
        Complaint::new(&source, &source, reason, "filter the tables that the view reads")
    };
    filtered.map(warn).collect()
}

fn as_source(object: &SelectedObject) -> SourceObject {
    let ObjectName { database, name } = object.source.clone();
    SourceObject { database, name, kind: object.kind }
}

fn said(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::Table => "table",
        ObjectKind::View => "view",
    }
}
