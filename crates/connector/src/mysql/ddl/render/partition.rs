//! Partitions.

use super::table::option_text;
use crate::mysql::ddl::ast::{Method, MethodKind, Partition, Partitioning, Values};
use crate::mysql::ddl::quote::{Quoting, quoted};

pub(crate) fn partitioning_text(partitioning: &Partitioning, quoting: Quoting) -> String {
    let mut out = format!("PARTITION BY {}", method_text(&partitioning.by, quoting));
    if let Some(count) = partitioning.count {
        out.push_str(&format!("\nPARTITIONS {count}"));
    }
    if let Some(sub) = &partitioning.sub {
        out.push_str(&format!("\nSUBPARTITION BY {}", method_text(&sub.by, quoting)));
        if let Some(count) = sub.count {
            out.push_str(&format!("\nSUBPARTITIONS {count}"));
        }
        if !sub.template.is_empty() {
            let list = list_text(&sub.template, "SUBPARTITION", quoting);
            out.push_str(&format!("\nSUBPARTITION TEMPLATE {list}"));
        }
    }
    if !partitioning.partitions.is_empty() {
        out.push('\n');
        out.push_str(&list_text(&partitioning.partitions, "PARTITION", quoting));
    }
    out
}

fn method_text(method: &Method, quoting: Quoting) -> String {
    let mut out = if method.linear { "LINEAR ".to_owned() } else { String::new() };
    out.push_str(match method.kind {
        MethodKind::Range => "RANGE",
        MethodKind::RangeColumns => "RANGE COLUMNS",
        MethodKind::List => "LIST",
        MethodKind::ListColumns => "LIST COLUMNS",
        MethodKind::Hash => "HASH",
        MethodKind::Key => "KEY",
        MethodKind::SystemTime => "SYSTEM_TIME",
    });
    if let Some(algorithm) = method.algorithm {
        out.push_str(&format!(" ALGORITHM={algorithm}"));
    }
    if method.kind != MethodKind::SystemTime {
        out.push_str(&format!(" ({})", method.of.render(quoting)));
    }
    if let Some(more) = &method.more {
        out.push_str(&format!(" {}", more.render(quoting)));
    }
    out
}

/// Partitions between brackets.
pub(crate) fn partitions_text(partitions: &[Partition], quoting: Quoting) -> String {
    list_text(partitions, "PARTITION", quoting)
}

fn list_text(partitions: &[Partition], word: &str, quoting: Quoting) -> String {
    let texts: Vec<String> = partitions.iter().map(|p| text(p, word, quoting)).collect();
    format!("({})", texts.join(",\n "))
}

fn text(partition: &Partition, word: &str, quoting: Quoting) -> String {
    let mut out = format!("{word} {}", quoted(&partition.name));
    match &partition.values {
        None => {}
        Some(Values::LessThan(of)) => {
            out.push_str(&format!(" VALUES LESS THAN ({})", of.render(quoting)));
        }
        Some(Values::LessThanMax) => out.push_str(" VALUES LESS THAN MAXVALUE"),
        Some(Values::In(of)) => out.push_str(&format!(" VALUES IN ({})", of.render(quoting))),
        Some(Values::Special(special)) => out.push_str(&format!(" {special}")),
    }
    for option in &partition.options {
        out.push(' ');
        out.push_str(&option_text(option, quoting));
    }
    if !partition.subs.is_empty() {
        out.push('\n');
        out.push_str(&list_text(&partition.subs, "SUBPARTITION", quoting));
    }
    out
}
