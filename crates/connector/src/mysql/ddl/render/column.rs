//! Columns.

use super::key::{check_text, reference_text};
use crate::mysql::ddl::ast::{Column, ColumnKey, DataType, Default, RowBound, Srid};
use crate::mysql::ddl::quote::{Quoting, hexadecimal, literal, quoted};

/// A column's definition with its name.
pub(crate) fn column_text(column: &Column, quoting: Quoting) -> String {
    let mut out = format!("{} {}", quoted(&column.name), type_text(&column.ty, quoting));
    if let Some(generated) = &column.generated {
        let kind = if generated.stored { "STORED" } else { "VIRTUAL" };
        let expression = generated.expression.render(quoting);
        out.push_str(&format!(" GENERATED ALWAYS AS ({expression}) {kind}"));
    }
    if let Some(bound) = column.row_bound {
        let word = if bound == RowBound::Start { "START" } else { "END" };
        out.push_str(&format!(" GENERATED ALWAYS AS ROW {word}"));
    }
    match column.nullable {
        Some(true) => out.push_str(" NULL"),
        Some(false) => out.push_str(" NOT NULL"),
        None => {}
    }
    if let Some(default) = &column.default {
        out.push_str(" DEFAULT ");
        out.push_str(&default_text(default, quoting));
    }
    if let Some(digits) = column.on_update {
        out.push_str(" ON UPDATE ");
        out.push_str(&now_text(digits));
    }
    if column.auto_increment {
        out.push_str(" AUTO_INCREMENT");
    }
    match column.versioned {
        Some(true) => out.push_str(" WITH SYSTEM VERSIONING"),
        Some(false) => out.push_str(" WITHOUT SYSTEM VERSIONING"),
        None => {}
    }
    if column.invisible {
        out.push_str(" INVISIBLE");
    }
    for attribute in &column.attributes {
        out.push(' ');
        out.push_str(&attribute.render(quoting));
    }
    match column.key {
        Some(ColumnKey::Primary) => out.push_str(" PRIMARY KEY"),
        Some(ColumnKey::Unique) => out.push_str(" UNIQUE KEY"),
        None => {}
    }
    if let Some(comment) = &column.comment {
        out.push_str(" COMMENT ");
        out.push_str(&literal(comment, quoting));
    }
    if let Some(reference) = &column.references {
        out.push_str(&reference_text(reference));
    }
    for check in &column.checks {
        out.push(' ');
        out.push_str(&check_text(check, quoting));
    }
    out
}

pub(super) fn type_text(ty: &DataType, quoting: Quoting) -> String {
    let known = ty.name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let mut out = if known { ty.name.clone() } else { quoted(&ty.name) };
    let args: Vec<String> = match ty.members.is_empty() {
        true => ty.args.iter().map(u32::to_string).collect(),
        false => ty.members.iter().map(|member| literal(member, quoting)).collect(),
    };
    if !args.is_empty() {
        out.push_str(&format!("({})", args.join(",")));
    }
    if ty.unsigned {
        out.push_str(" unsigned");
    }
    if ty.zerofill {
        out.push_str(" zerofill");
    }
    if let Some(method) = &ty.compressed {
        out.push_str(" COMPRESSED");
        if let Some(method) = method {
            out.push_str(&format!("={}", quoted(method)));
        }
    }
    if let Some(charset) = &ty.charset {
        out.push_str(&format!(" CHARACTER SET {}", bare(charset)));
    }
    if let Some(collation) = &ty.collation {
        out.push_str(&format!(" COLLATE {}", bare(collation)));
    }
    match ty.srid {
        Some(Srid::Mysql(number)) => out.push_str(&format!(" SRID {number}")),
        Some(Srid::Mariadb(number)) => out.push_str(&format!(" REF_SYSTEM_ID={number}")),
        None => {}
    }
    out
}

/// The name of a character set or collation; between marks if it could be anything else.
pub(super) fn bare(name: &str) -> String {
    let plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if plain { name.to_owned() } else { quoted(name) }
}

pub(crate) fn default_text(default: &Default, quoting: Quoting) -> String {
    match default {
        Default::Null => "NULL".to_owned(),
        // A binary value has no other spelling that all servers read back the same.
        Default::Text(value) if std::str::from_utf8(value).is_err() => hexadecimal(value),
        Default::Text(value) => literal(value, quoting),
        Default::Number(number) => number.clone(),
        Default::Hex(digits) if digits.len() % 2 == 0 => format!("x'{digits}'"),
        Default::Hex(digits) => format!("0x{digits}"),
        Default::Bit(digits) => format!("b'{digits}'"),
        Default::Now(digits) => now_text(*digits),
        Default::Expression(tokens) => format!("({})", tokens.render(quoting)),
    }
}

fn now_text(digits: u8) -> String {
    match digits {
        0 => "CURRENT_TIMESTAMP".to_owned(),
        digits => format!("CURRENT_TIMESTAMP({digits})"),
    }
}
