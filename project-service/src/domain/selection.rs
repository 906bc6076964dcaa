//! Selections before the source is asked: which databases it must be asked about, which objects are
//! named, and which columns. And how complaints about them read as faults of a request.

use oms_model::{
    Complaint, ObjectName, SourceObject,
    selection::{DatabaseEntry, ObjectEntry, Pattern, Rule, TransferMapping},
    transfer::TransferMode,
};
use std::collections::BTreeSet;

/// The objects that a mapping names, taken on trust.
pub fn named(mapping: &TransferMapping) -> Vec<SourceObject> {
    let of = |entry: &DatabaseEntry| {
        let tables = entry.tables.iter().map(|t| SourceObject::table(&entry.name, &t.name));
        let views = entry.views.iter().map(|v| SourceObject::view(&entry.name, &v.name));
        tables.chain(views).collect::<Vec<_>>()
    };
    mapping.databases.iter().flat_map(of).collect()
}

/// The databases that a mapping can be about, or `None` when wildcards leave that open. Asking a
/// source about these alone spares it the rest.
pub fn databases(mapping: &TransferMapping) -> Option<BTreeSet<String>> {
    let exact = |pattern: &Pattern| pattern.as_exact().map(str::to_owned);
    let of_rule = |text: &String| exact(&Rule::parse(text).ok()?.database);
    let of_entry = |entry: &DatabaseEntry| match mapping.mode {
        TransferMode::Specific => Some(entry.name.clone()),
        TransferMode::Wildcard | TransferMode::Complex => exact(&Pattern::parse(&entry.name).ok()?),
    };
    let rules = mapping.table_and_view_white_list.iter().map(of_rule);
    rules.chain(mapping.databases.iter().map(of_entry)).collect()
}

/// What a mapping says of the columns of one table or view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnUse {
    /// Where it is said.
    pub place: String,
    pub table: ObjectName,
    pub filter: Option<String>,
    /// Columns by name: to keep, to rename, to divide messages by.
    pub columns: Vec<String>,
}

/// Everything a mapping says of columns, table by table.
pub fn column_uses(mapping: &TransferMapping) -> Vec<ColumnUse> {
    let mut uses = Vec::new();
    for (i, entry) in mapping.databases.iter().enumerate() {
        for (list, objects) in [
            ("tables", &entry.tables),
            ("views", &entry.views),
            ("specificTables", &entry.specific_tables),
            ("specificViews", &entry.specific_views),
        ] {
            for (j, object) in objects.iter().enumerate() {
                let place = format!("databases[{i}].{list}[{j}]");
                uses.extend(column_use(place, &entry.name, object));
            }
        }
    }
    uses
}

fn column_use(place: String, database: &str, object: &ObjectEntry) -> Option<ColumnUse> {
    let filter = object.where_clause.clone().filter(|clause| !clause.trim().is_empty());
    let renamed = object.columns.iter().filter(|column| column.mapped_name.is_some());
    let renamed = renamed.map(|column| &column.column_name);
    let listed = object.filter_columns.iter().chain(&object.shard_columns).chain(renamed);
    let columns: BTreeSet<&String> = listed.collect();
    let table = ObjectName::new(database, &object.name);
    let columns: Vec<String> = columns.into_iter().cloned().collect();
    let says = filter.is_some() || !columns.is_empty();
    says.then_some(ColumnUse { place, table, filter, columns })
}

/// The path of a complaint about a mapping, seen from the body that holds it.
pub fn path(complaint: &Complaint) -> String {
    match complaint.place.as_str() {
        // Complaints about the whole of it say so themselves.
        "transferMapping" => complaint.place.clone(),
        place => format!("transferMapping.{place}"),
    }
}

/// A complaint in one line.
pub fn said(complaint: &Complaint) -> String {
    match complaint.text.as_str() {
        "" => format!("{}: {}", complaint.reason, complaint.advice),
        text => format!("{text:?}: {}: {}", complaint.reason, complaint.advice),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn mapping(body: serde_json::Value) -> TransferMapping {
        serde_json::from_value(body).expect("the shape of a mapping")
    }

    #[test]
    fn a_source_is_asked_about_the_databases_in_question() {
        let asked = |body| databases(&mapping(body)).map(|all| Vec::from_iter(all).join(" "));
        let named = json!({ "mode": "SPECIFIC", "databases": [{ "name": "a*" }, { "name": "b" }] });
        assert_eq!(asked(named).as_deref(), Some("a* b"), "a named object may hold a wildcard");
        let rules = json!({ "mode": "WILDCARD", "tableAndViewWhiteList": ["a.*", "b.t=c.t"] });
        assert_eq!(asked(rules).as_deref(), Some("a b"));
        let broad = json!({ "mode": "WILDCARD", "tableAndViewWhiteList": ["a.*", "b?.t"] });
        assert_eq!(asked(broad), None);
        let mixed = json!({
            "mode": "COMPLEX", "databases": [{ "name": "a*" }], "tableAndViewWhiteList": ["b.*"]
        });
        assert_eq!(asked(mixed), None);
    }

    #[test]
    fn what_is_said_of_columns_is_collected_with_its_place() {
        let body = json!({ "mode": "SPECIFIC", "databases": [{ "name": "d",
            "tables": [
                { "name": "plain" },
                { "name": "t", "whereClause": "id > 1", "filterColumns": ["b", "a"],
                  "shardColumns": ["a"], "columns": [
                    { "columnName": "c", "mappedName": "x" }, { "columnName": "seen" }
                  ] }
            ],
            "views": [{ "name": "v", "whereClause": "  " }]
        }] });
        let uses = column_uses(&mapping(body));
        assert_eq!(uses.len(), 1);
        assert_eq!(uses[0].place, "databases[0].tables[1]");
        assert_eq!(uses[0].columns, ["a", "b", "c"]);
        assert_eq!(uses[0].filter.as_deref(), Some("id > 1"));
    }
}
