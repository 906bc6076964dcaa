//! Whole tables.

use super::column::bare;
use super::partition::partitioning_text;
use super::{check_text, column_text, foreign_key_text, key_text, name_text};
use crate::mysql::ddl::ast::{OptionValue, Period, Table, TableOption};
use crate::mysql::ddl::quote::{Quoting, literal, quoted};

/// `CREATE TABLE`, as the table says.
pub fn render_table(table: &Table, quoting: Quoting) -> String {
    let mut out = head(table);
    if let Some(like) = &table.like {
        out.push_str(&format!(" LIKE {}", name_text(like)));
        return out;
    }
    let elements = elements(table, quoting);
    if !elements.is_empty() {
        out.push_str(&format!(" (\n  {}\n)", elements.join(",\n  ")));
    }
    for option in &table.options {
        out.push(' ');
        out.push_str(&option_text(option, quoting));
    }
    if table.versioned {
        out.push_str(" WITH SYSTEM VERSIONING");
    }
    if let Some(partitioning) = &table.partitioning {
        out.push('\n');
        out.push_str(&partitioning_text(partitioning, quoting));
    }
    if let Some(rest) = &table.rest {
        out.push(' ');
        out.push_str(&rest.render(quoting));
    }
    out
}

fn head(table: &Table) -> String {
    let mut out = "CREATE ".to_owned();
    for (is, words) in [(table.or_replace, "OR REPLACE "), (table.temporary, "TEMPORARY ")] {
        out.push_str(if is { words } else { "" });
    }
    out.push_str("TABLE ");
    out.push_str(if table.if_not_exists { "IF NOT EXISTS " } else { "" });
    out.push_str(&name_text(&table.name));
    out
}

fn elements(table: &Table, quoting: Quoting) -> Vec<String> {
    let columns = table.columns.iter().map(|column| column_text(column, quoting));
    let keys = table.keys.iter().map(|key| key_text(key, quoting));
    let periods = table.periods.iter().map(period_text);
    let foreign_keys = table.foreign_keys.iter().map(foreign_key_text);
    let checks = table.checks.iter().map(|check| check_text(check, quoting));
    columns.chain(keys).chain(periods).chain(foreign_keys).chain(checks).collect()
}

fn period_text(period: &Period) -> String {
    let name = match period.name.eq_ignore_ascii_case("SYSTEM_TIME") {
        true => "SYSTEM_TIME".to_owned(),
        false => quoted(&period.name),
    };
    format!("PERIOD FOR {name} ({}, {})", quoted(&period.from), quoted(&period.to))
}

pub(crate) fn option_text(option: &TableOption, quoting: Quoting) -> String {
    let word = |name: &str| match name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
        true => name.to_owned(),
        false => quoted(name),
    };
    let names: Vec<String> = option.name.split(' ').map(word).collect();
    let name = match (option.quoted, option.name.as_str()) {
        (true, name) => quoted(name),
        (false, "CHARSET" | "COLLATE") => format!("DEFAULT {}", option.name),
        (false, "COLUMN GROUP") => "WITH COLUMN GROUP".to_owned(),
        (false, _) => names.join(" "),
    };
    // Words that no server takes an equals sign after.
    let sign = if matches!(option.name.as_str(), "ORGANIZATION" | "BLOCK_SIZE" | "AUTO_ID_CACHE") {
        " "
    } else {
        "="
    };
    match &option.value {
        None => name,
        Some(OptionValue::Word(value)) => {
            let number = value.strip_prefix('-').unwrap_or(value);
            let numeric = number.bytes().all(|b| b.is_ascii_digit() || b == b'.');
            format!("{name}{sign}{}", if numeric { value.clone() } else { bare(value) })
        }
        Some(OptionValue::Text(value)) => format!("{name}{sign}{}", literal(value, quoting)),
        Some(OptionValue::Group(value)) => format!("{name}=({})", value.render(quoting)),
        Some(OptionValue::List(value)) => format!("{name}({})", value.render(quoting)),
    }
}
