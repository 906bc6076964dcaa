//! How data sources, tests of them and tables look.

use crate::out::{
    card::Card,
    table::{Row, Table},
    time::Zone,
};
use oms_contracts::project::data_source::{
    ColumnDefaultView, ColumnView, DataSourceView, KeyPartView, KeyView, MissingPrivilegeView,
    ProbeView, TableView,
};

impl Row for DataSourceView {
    const HEAD: &'static [&'static str] =
        &["name", "kind", "address", "login", "server", "owner", "id"];

    fn cells(&self, _: Zone) -> Vec<String> {
        vec![
            self.name.clone(),
            self.kind.to_string(),
            address(self),
            self.login.clone(),
            self.last_probe.as_ref().map_or_else(|| "-".into(), |probe| probe.server.clone()),
            self.owner.account.clone(),
            self.id.to_string(),
        ]
    }
}

fn address(source: &DataSourceView) -> String {
    let host = match source.host.contains(':') {
        true => format!("[{}]", source.host),
        false => source.host.clone(),
    };
    let database = source.database.as_ref().map_or_else(String::new, |name| format!("/{name}"));
    format!("{host}:{}{database}", source.port)
}

/// A data source with all its fields.
pub fn card_of(source: &DataSourceView, zone: Zone) -> Card {
    let given = |there: bool| if there { "kept, never shown" } else { "none" };
    let mut tls = source.tls.mode.to_string();
    if source.tls.ca_pem.is_some() {
        tls.push_str(", with an authority of its own");
    }
    if source.tls.has_client_key {
        tls.push_str(", with a client certificate");
    }
    let mut card = Card::new()
        .field("name", &source.name)
        .field("id", &source.id)
        .field("kind", source.kind)
        .field("address", address(source))
        .field("login", &source.login)
        .field("password", given(source.has_password))
        .field("TLS", tls)
        .maybe("description", source.description.as_deref())
        .maybe("region", source.region.as_deref())
        .maybe("role", source.role)
        .maybe("partner", source.partner_id.as_ref())
        .maybe("tenant", source.tenant.as_deref())
        .maybe("cluster", source.cluster.as_deref())
        .field("owner", &source.owner.account)
        .field("created", zone.show(source.created_at))
        .field("modified", zone.show(source.modified_at))
        .field("revision", source.revision);
    if let Some(probe) = &source.last_probe {
        card = card
            .field("server", &probe.server)
            .field("charset", format!("{} ({})", probe.charset, probe.collation))
            .field("time zone", &probe.time_zone)
            .field("tested", zone.show(probe.probed_at));
    }
    card
}

/// What a test has told.
pub fn card_of_probe(probe: &ProbeView) -> Card {
    let zone = match probe.utc_offset_seconds {
        Some(seconds) => format!("{} ({})", probe.time_zone, offset(seconds)),
        None => probe.time_zone.clone(),
    };
    let card = Card::new()
        .field("server", &probe.server)
        .field("version", &probe.version)
        .field("charset", format!("{} ({})", probe.charset, probe.collation))
        .field("time zone", zone)
        .maybe("lower_case_table_names", probe.lower_case_table_names)
        .field("round trip", format!("{:.1} ms", probe.round_trip_ms))
        .field("clock", format!("{} ms from ours", probe.clock_skew_ms))
        .field("TLS", probe.tls.as_deref().unwrap_or("none: plain text"))
        .field("takes writes", if probe.read_only { "no" } else { "yes" });
    let card = probe.warnings.iter().fold(card, |card, warning| card.field("warning", warning));
    if probe.missing_privileges.is_empty() {
        return card.field("privileges", "none is missing");
    }
    let mut table = Table::new(&["privilege", "on", "needed for", "statement"]);
    for missing in &probe.missing_privileges {
        table.push(row_of(missing));
    }
    card.part("missing privileges", table)
}

fn row_of(missing: &MissingPrivilegeView) -> Vec<String> {
    let purposes: Vec<String> = missing.needed_for.iter().map(ToString::to_string).collect();
    vec![
        missing.privilege.clone(),
        missing.object.clone(),
        purposes.join(", "),
        missing.grant.clone(),
    ]
}

fn offset(seconds: i32) -> String {
    let (sign, minutes) = (if seconds < 0 { '-' } else { '+' }, seconds.unsigned_abs() / 60);
    format!("UTC{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

/// The columns, keys and references of a table, each as a table with its heading.
pub fn tables_of(table: &TableView) -> Vec<(&'static str, Table)> {
    let mut columns = Table::new(&["#", "column", "type", "null", "default", "extra", "comment"]);
    for column in &table.columns {
        columns.push(row_of_column(column));
    }
    let mut keys = Table::new(&["key", "kind", "columns", "method"]);
    for key in &table.keys {
        keys.push(row_of_key(key));
    }
    let mut references = Table::new(&["foreign key", "columns", "references", "update", "delete"]);
    for key in &table.foreign_keys {
        let (database, name) = (&key.referenced_database, &key.referenced_table);
        references.push(vec![
            key.name.clone(),
            key.columns.join(", "),
            format!("{database}.{name} ({})", key.referenced_columns.join(", ")),
            key.on_update.clone(),
            key.on_delete.clone(),
        ]);
    }
    let mut parts = vec![("columns", columns)];
    if !table.keys.is_empty() {
        parts.push(("keys", keys));
    }
    if !table.foreign_keys.is_empty() {
        parts.push(("foreign keys", references));
    }
    parts
}

fn row_of_column(column: &ColumnView) -> Vec<String> {
    let mut extra = Vec::new();
    if column.auto_increment {
        extra.push("auto increment".to_owned());
    }
    if let Some(generated) = &column.generated {
        let how = if generated.stored { "stored" } else { "virtual" };
        extra.push(format!("{how} as {}", generated.expression));
    }
    if column.invisible {
        extra.push("invisible".into());
    }
    extra.extend(column.collation.clone());
    let default = match &column.default {
        Some(ColumnDefaultView::Value(value)) => format!("'{value}'"),
        Some(ColumnDefaultView::Expression(expression)) => expression.clone(),
        None => "-".into(),
    };
    vec![
        column.ordinal.to_string(),
        column.name.clone(),
        column.type_text.clone(),
        if column.nullable { "yes" } else { "no" }.into(),
        default,
        extra.join(", "),
        column.comment.clone(),
    ]
}

fn row_of_key(key: &KeyView) -> Vec<String> {
    let parts: Vec<String> = key.parts.iter().map(part).collect();
    let mut kind = key.kind.to_string();
    if key.partial {
        kind.push_str(" PARTIAL");
    }
    if key.invisible {
        kind.push_str(" INVISIBLE");
    }
    vec![key.name.clone(), kind, parts.join(", "), key.method.clone()]
}

fn part(part: &KeyPartView) -> String {
    let expression = part.expression.as_ref().map(|text| format!("({text})"));
    let mut text = part.column.clone().or(expression).unwrap_or_default();
    if let Some(prefix) = part.prefix {
        text.push_str(&format!("({prefix})"));
    }
    if part.descending {
        text.push_str(" desc");
    }
    text
}

#[cfg(test)]
mod tests;
