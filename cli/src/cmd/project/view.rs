//! How a project looks.

use crate::{
    cmd::label,
    out::{card::Card, table::Table, time::Zone},
};
use oms_contracts::project::project::{ConnectView, ProjectSpec, ProjectView};
use oms_model::selection::{DatabaseEntry, ObjectEntry, TransferMapping};

/// A project with all its fields.
pub fn card_of(project: &ProjectView, zone: Zone) -> Card {
    let spec = &project.spec;
    let side = |connect: &Option<ConnectView>, id: &oms_model::EndpointId| match connect {
        Some(connect) => format!("{} ({})", connect.endpoint_name, connect.db_engine),
        None => format!("{id} (deleted)"),
    };
    let allowed: Vec<String> = project.allowed_operations.iter().map(ToString::to_string).collect();
    let mut card = Card::new()
        .field("name", &spec.name)
        .field("id", &project.id)
        .field("kind", spec.kind)
        .field("status", project.status)
        .field("source", side(&project.source_connect_info, &spec.source_endpoint_id))
        .field("target", side(&project.sink_connect_info, &spec.sink_endpoint_id))
        .field("steps", steps(spec))
        .field("mode", spec.transfer_mapping.mode)
        .maybe("labels", Some(label::names(&project.labels)))
        .field("importance", project.importance)
        .field("owner", &project.owner.account)
        .field("created", zone.show(project.gmt_create))
        .field("modified", zone.show(project.gmt_modified))
        .maybe("started", project.gmt_start.map(|time| zone.show(time)))
        .maybe("finished", project.gmt_finish.map(|time| zone.show(time)))
        .field("revision", project.revision)
        .maybe("allowed", Some(allowed.join(", ")));
    for (heading, table) in selection(&spec.transfer_mapping) {
        if !table.is_empty() {
            card = card.part(heading, table);
        }
    }
    let settings = settings(spec);
    if settings.is_empty() { card } else { card.part("settings", settings) }
}

/// The steps of a project in their order, in the words of `--types`.
fn steps(spec: &ProjectSpec) -> String {
    let steps = [
        ("schema", spec.enable_struct_transfer),
        ("full", spec.enable_full_transfer),
        ("incr", spec.enable_incr_transfer),
        ("verify", spec.enable_full_verify),
        ("incr-verify", spec.enable_incr_verify),
        ("reverse", spec.enable_reverse_incr_transfer),
    ];
    let names: Vec<&str> =
        steps.into_iter().filter(|(_, enabled)| *enabled).map(|(name, _)| name).collect();
    if names.is_empty() { "none".into() } else { names.join(", ") }
}

fn selection(mapping: &TransferMapping) -> [(&'static str, Table); 3] {
    let mut rules = Table::new(&["rule"]);
    for rule in &mapping.table_and_view_white_list {
        rules.push(vec![rule.clone()]);
    }
    let mut exclusions = Table::new(&["rule"]);
    for rule in &mapping.table_and_view_black_list {
        exclusions.push(vec![rule.clone()]);
    }
    for database in &mapping.databases_black {
        exclusions.push(vec![format!("{}.*", database.name)]);
    }
    let mut objects = Table::new(&["source", "target", "kind", "filter"]);
    for database in &mapping.databases {
        let parts = [
            (&database.tables, "TABLE"),
            (&database.views, "VIEW"),
            (&database.specific_tables, "TABLE"),
            (&database.specific_views, "VIEW"),
        ];
        for (entries, kind) in parts {
            for entry in entries {
                objects.push(row_of(database, entry, kind));
            }
        }
    }
    [("objects", objects), ("matching rules", rules), ("left out", exclusions)]
}

fn row_of(database: &DatabaseEntry, entry: &ObjectEntry, kind: &str) -> Vec<String> {
    let schema = database.mapped_name.as_ref().unwrap_or(&database.name);
    let name = entry.mapped_name.as_ref().unwrap_or(&entry.name);
    vec![
        format!("{}.{}", database.name, entry.name),
        format!("{schema}.{name}"),
        kind.to_owned(),
        entry.where_clause.clone().unwrap_or_default(),
    ]
}

/// Everything the blocks of settings say, one value a line.
fn settings(spec: &ProjectSpec) -> Table {
    let mut table = Table::new(&["setting", "value"]);
    let blocks = [
        ("commonTransferConfig", serde_json::to_value(&spec.common_transfer_config)),
        ("structTransferConfig", serde_json::to_value(&spec.struct_transfer_config)),
        ("fullTransferConfig", serde_json::to_value(&spec.full_transfer_config)),
        ("incrTransferConfig", serde_json::to_value(&spec.incr_transfer_config)),
        ("reverseIncrTransferConfig", serde_json::to_value(&spec.reverse_incr_transfer_config)),
    ];
    for (block, value) in blocks {
        for (key, value) in value.ok().as_ref().and_then(|v| v.as_object()).into_iter().flatten() {
            let value = value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
            table.push(vec![format!("{block}.{key}"), value]);
        }
    }
    table
}

#[cfg(test)]
pub mod tests;
