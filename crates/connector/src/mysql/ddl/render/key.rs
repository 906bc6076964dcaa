//! Keys, references, checks.

use super::{name_list, name_text};
use crate::mysql::ddl::ast::{
    Action, Check, ForeignKey, Hidden, Key, KeyKind, KeyPart, PartOf, Reference,
};
use crate::mysql::ddl::quote::{Quoting, literal, quoted};
use crate::mysql::ddl::render::table::option_text;

/// A key, as it stands in `CREATE TABLE` and after `ADD`.
pub(crate) fn key_text(key: &Key, quoting: Quoting) -> String {
    let mut out = String::new();
    if let Some(constraint) = &key.constraint {
        out.push_str(&format!("CONSTRAINT {} ", quoted(constraint)));
    }
    out.push_str(match key.kind {
        KeyKind::Primary => "PRIMARY KEY",
        KeyKind::Unique => "UNIQUE KEY",
        KeyKind::Plain => "KEY",
        KeyKind::Fulltext => "FULLTEXT KEY",
        KeyKind::Spatial => "SPATIAL KEY",
        KeyKind::Vector => "VECTOR KEY",
    });
    if let Some(name) = &key.name {
        out.push_str(&format!(" {}", quoted(name)));
    }
    out.push_str(&format!(" ({})", parts_text(&key.parts, quoting)));
    if let Some(using) = &key.using {
        out.push_str(&format!(" USING {using}"));
    }
    for option in &key.options {
        out.push(' ');
        out.push_str(&option_text(option, quoting));
    }
    if let Some(parser) = &key.parser {
        out.push_str(&format!(" WITH PARSER {}", quoted(parser)));
    }
    if let Some(comment) = &key.comment {
        out.push_str(&format!(" COMMENT {}", literal(comment, quoting)));
    }
    match key.hidden {
        Some(Hidden::Invisible) => out.push_str(" INVISIBLE"),
        Some(Hidden::Ignored) => out.push_str(" IGNORED"),
        None => {}
    }
    out
}

/// The parts of a key, without the brackets around them.
pub(crate) fn parts_text(parts: &[KeyPart], quoting: Quoting) -> String {
    parts.iter().map(|part| part_text(part, quoting)).collect::<Vec<_>>().join(",")
}

fn part_text(part: &KeyPart, quoting: Quoting) -> String {
    let mut out = match &part.of {
        PartOf::Column(name) => quoted(name),
        PartOf::Expression(tokens) => format!("({})", tokens.render(quoting)),
    };
    if let Some(length) = part.prefix {
        out.push_str(&format!("({length})"));
    }
    if part.without_overlaps {
        out.push_str(" WITHOUT OVERLAPS");
    }
    if part.descending {
        out.push_str(" DESC");
    }
    out
}

/// A check with its name, if it has one.
pub(crate) fn check_text(check: &Check, quoting: Quoting) -> String {
    let name = check.name.as_ref();
    let mut out = name.map(|name| format!("CONSTRAINT {} ", quoted(name))).unwrap_or_default();
    out.push_str(&format!("CHECK ({})", check.expression.render(quoting)));
    if !check.enforced {
        out.push_str(" NOT ENFORCED");
    }
    out
}

/// A foreign key with its name, if it has one.
pub(crate) fn foreign_key_text(key: &ForeignKey) -> String {
    let name = key.name.as_ref();
    let mut out = name.map(|name| format!("CONSTRAINT {} ", quoted(name))).unwrap_or_default();
    out.push_str(&format!("FOREIGN KEY ({})", name_list(&key.columns)));
    out.push_str(&reference_text(&key.reference));
    out
}

pub(super) fn reference_text(reference: &Reference) -> String {
    let mut out = format!(" REFERENCES {}", name_text(&reference.table));
    if !reference.columns.is_empty() {
        out.push_str(&format!(" ({})", name_list(&reference.columns)));
    }
    if let Some(matching) = &reference.matching {
        out.push_str(&format!(" MATCH {matching}"));
    }
    for (event, action) in [("DELETE", reference.on_delete), ("UPDATE", reference.on_update)] {
        if let Some(action) = action {
            out.push_str(&format!(" ON {event} {}", action_text(action)));
        }
    }
    out
}

fn action_text(action: Action) -> &'static str {
    match action {
        Action::Restrict => "RESTRICT",
        Action::Cascade => "CASCADE",
        Action::SetNull => "SET NULL",
        Action::Nothing => "NO ACTION",
        Action::SetDefault => "SET DEFAULT",
    }
}
