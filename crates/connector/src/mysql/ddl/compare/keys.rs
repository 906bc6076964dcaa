//! Keys of two tables.

use super::Difference;
use crate::mysql::ddl::ast::{Key, KeyKind, KeyPart, PartOf, Table};

pub(super) fn compare(expected: &Table, existing: &Table, found: &mut Vec<Difference>) {
    // MariaDB adds the end of a row's time to the unique keys of a versioned table.
    let ends = |part: &&KeyPart| {
        let column = part.column_name().and_then(|name| existing.column(name));
        column.is_some_and(|column| column.row_bound.is_some())
    };
    let same = |ours: &Key, theirs: &Key| {
        let theirs: Vec<&KeyPart> = theirs.parts.iter().filter(|part| !ends(part)).collect();
        same_parts(&ours.parts.iter().filter(|part| !ends(part)).collect::<Vec<_>>(), &theirs)
    };
    for key in &expected.keys {
        let (object, text) = (object(key), text(key));
        let others: Vec<&Key> = existing.keys.iter().filter(|other| same(key, other)).collect();
        // Each server prints an expression in its own words: the name has to do.
        let computed = key.parts.iter().any(|part| part.column_name().is_none());
        let named = |other: &Key| {
            other.name == key.name && other.kind == key.kind && other.parts.len() == key.parts.len()
        };
        if computed && existing.keys.iter().any(named) {
            continue;
        }
        let stands_in = |other: &&Key| other.is_unique() == key.is_unique();
        if others.iter().any(|other| other.kind == key.kind) || others.iter().any(stands_in) {
            continue;
        }
        // Without the key rows are found by, a repeated write would double them.
        let compatible = key.kind != KeyKind::Primary;
        found.push(Difference::new(&object, &text, "nothing", compatible));
    }
    for key in existing.keys.iter().filter(|key| key.is_unique()) {
        let known = |other: &&Key| other.is_unique() && same(other, key);
        if !expected.keys.iter().any(|other| known(&other)) {
            // Rows that the source allows may be refused.
            found.push(Difference::new(&object(key), "nothing", &text(key), false));
        }
    }
}

fn object(key: &Key) -> String {
    match &key.name {
        _ if key.kind == KeyKind::Primary => "primary key".to_owned(),
        Some(name) => format!("index {name}"),
        None => "index".to_owned(),
    }
}

fn text(key: &Key) -> String {
    let parts = crate::mysql::ddl::render::parts_text(&key.parts, Default::default());
    let kind = match key.kind {
        KeyKind::Primary => "primary key",
        KeyKind::Unique => "unique key",
        KeyKind::Plain => "key",
        KeyKind::Fulltext => "full-text key",
        KeyKind::Spatial => "spatial key",
        KeyKind::Vector => "vector key",
    };
    format!("{kind} ({parts})")
}

fn same_parts(a: &[&KeyPart], b: &[&KeyPart]) -> bool {
    a.len() == b.len()
        && a.iter().zip(b).all(|(a, b)| {
            let same = match (&a.of, &b.of) {
                (PartOf::Column(a), PartOf::Column(b)) => a.eq_ignore_ascii_case(b),
                (PartOf::Expression(a), PartOf::Expression(b)) => a.means(b),
                _ => false,
            };
            same && a.prefix == b.prefix
        })
}
