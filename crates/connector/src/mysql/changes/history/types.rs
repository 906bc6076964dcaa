//! Columns as statements write them, in the terms that a server's catalog would use.

use super::super::texts::Texts;
use super::Circumstances;
use crate::mysql::ddl::ast::{self, DataType};
use crate::mysql::logical::{MemberStyle, logical};
use oms_model::{Charset, Column, LogicalType};

/// What a table says for columns that do not.
#[derive(Debug, Clone, Copy)]
pub(super) struct Defaults<'a> {
    pub collation: Option<&'a str>,
    pub with: &'a Circumstances<'a>,
}

/// A column; `None` if it cannot be told what the server makes of it.
pub(super) fn column_of(column: &ast::Column, defaults: Defaults<'_>) -> Option<Column> {
    let texts = defaults.with.texts;
    let mut ty = column.ty.clone();
    if texts.is_mariadb() && ty.name == "json" {
        ty.name = "longtext".into();
        ty.charset = Some("utf8mb4".into());
        ty.collation = ty.collation.or_else(|| Some("utf8mb4_bin".into()));
    }
    let collation = text_collation(&mut ty, defaults)?;
    let charset = collation.as_deref().and_then(|name| texts.charset_of(name));
    let native = native(&ty, texts)?;
    let logical = match (ty.name.as_str(), charset) {
        ("enum" | "set", charset) => list(&ty, charset?)?,
        _ => logical(&native, charset, MemberStyle::Escaped).ok()?,
    };
    let is_stamp = matches!(logical, LogicalType::Instant { .. });
    let nullable = column.nullable.unwrap_or(!is_stamp || defaults.with.explicit_timestamps);
    let is_key = column.key == Some(ast::ColumnKey::Primary);
    Some(Column {
        name: column.name.clone(),
        logical,
        native,
        nullable: nullable && !is_key && column.row_bound.is_none(),
        collation,
        generated: column.generated.is_some() || column.row_bound.is_some(),
    })
}

/// The collation of a column with text. What is text by its words and bytes by its charset becomes
/// what the server makes of it.
fn text_collation(ty: &mut DataType, defaults: Defaults<'_>) -> Option<Option<String>> {
    let is_text = matches!(ty.name.as_str(), "char" | "varchar" | "enum" | "set")
        || ty.name.ends_with("text");
    if !is_text {
        return Some(None);
    }
    let texts = defaults.with.texts;
    let own = match (&ty.collation, &ty.charset) {
        (Some(collation), _) => Some(collation.clone()),
        (None, Some(charset)) => texts.default_of(charset).map(str::to_owned),
        (None, None) => defaults.collation.map(str::to_owned),
    };
    let own = own?;
    if own == "binary" && !matches!(ty.name.as_str(), "enum" | "set") {
        ty.name = match ty.name.as_str() {
            "char" => "binary".into(),
            "varchar" => "varbinary".into(),
            text => text.replace("text", "blob"),
        };
        return Some(None);
    }
    Some(Some(own))
}

fn list(ty: &DataType, charset: &str) -> Option<LogicalType> {
    let text = |member: &Vec<u8>| String::from_utf8(member.clone()).ok();
    // The server keeps no spaces at the ends of members.
    let members =
        ty.members.iter().map(|member| text(member).map(|it| it.trim_end_matches(' ').to_owned()));
    let members = members.collect::<Option<Vec<_>>>()?;
    let charset = Charset::of_mysql(charset);
    Some(match ty.name.as_str() {
        "enum" => LogicalType::Enum { charset, members },
        _ => LogicalType::Set { charset, members },
    })
}

/// The type as the catalog writes it.
fn native(ty: &DataType, texts: &Texts) -> Option<String> {
    let arguments = |list: &[u32]| {
        let list: Vec<String> = list.iter().map(u32::to_string).collect();
        if list.is_empty() { String::new() } else { format!("({})", list.join(",")) }
    };
    let first = ty.args.first().copied();
    let inside = match ty.name.as_str() {
        "tinyint" | "smallint" | "mediumint" | "int" | "bigint" => {
            let shown = first == Some(1) && ty.name == "tinyint" && !ty.unsigned || ty.zerofill;
            let width = first.or_else(|| usual_width(ty)).filter(|_| shown || texts.shows_widths());
            arguments(width.as_slice())
        }
        "year" if texts.shows_widths() => "(4)".into(),
        "year" => String::new(),
        "decimal" => arguments(&[first.unwrap_or(10), ty.args.get(1).copied().unwrap_or(0)]),
        "bit" | "char" | "binary" => arguments(&[first.unwrap_or(1)]),
        "time" | "datetime" | "timestamp" => {
            arguments(first.filter(|digits| *digits > 0).as_slice())
        }
        "vector" => arguments(&[first.unwrap_or(2048)]),
        "enum" | "set" => {
            let quoted = |member: &Vec<u8>| {
                let text = String::from_utf8_lossy(member);
                format!(
                    "'{}'",
                    text.trim_end_matches(' ').replace('\\', "\\\\").replace('\'', "''")
                )
            };
            let members: Vec<String> = ty.members.iter().map(quoted).collect();
            format!("({})", members.join(","))
        }
        _ => arguments(&ty.args),
    };
    let name = match ty.name.as_str() {
        "geometrycollection" if !texts.is_mariadb() => "geomcollection",
        name => name,
    };
    let mut out = format!("{name}{inside}");
    if ty.unsigned {
        out.push_str(" unsigned");
    }
    if ty.zerofill {
        out.push_str(" zerofill");
    }
    if ty.compressed.is_some() && texts.is_mariadb() {
        out.push_str(" /*M!100301 COMPRESSED*/");
    }
    Some(out)
}

fn usual_width(ty: &DataType) -> Option<u32> {
    let (signed, unsigned) = match ty.name.as_str() {
        "tinyint" => (4, 3),
        "smallint" => (6, 5),
        "mediumint" => (9, 8),
        "int" => (11, 10),
        "bigint" => (20, 20),
        _ => return None,
    };
    Some(if ty.unsigned { unsigned } else { signed })
}

/// The column with its text in another charset; `None` if that cannot be told.
pub(super) fn recharset(column: &Column, collation: &str, texts: &Texts) -> Option<Column> {
    let charset = Charset::of_mysql(texts.charset_of(collation)?);
    let mut column = column.clone();
    match &mut column.logical {
        LogicalType::Text { charset: old, .. }
        | LogicalType::Enum { charset: old, .. }
        | LogicalType::Set { charset: old, .. }
            if column.collation.is_some() =>
        {
            // A wider charset may make the server take a larger kind of text.
            let grows =
                column.native.ends_with("text") && texts.width_of(old) < texts.width_of(&charset);
            if grows {
                column.native = match column.native.as_str() {
                    "tinytext" => "text",
                    "text" => "mediumtext",
                    "mediumtext" => "longtext",
                    other => other,
                }
                .to_owned();
            }
            *old = charset;
            column.collation = Some(collation.to_owned());
        }
        _ => {}
    }
    Some(column)
}
