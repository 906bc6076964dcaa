//! Clauses for the target, and steps made of them.

use super::task::Task;
use super::translator::written;
use crate::evolve::{Repeat, Sign, Step};
use crate::product::Product;
use oms_model::ObjectName;
use oms_model::change::Action;
use std::collections::BTreeMap;

/// A clause of `ALTER TABLE`.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    pub action: Action,
    pub text: String,
    pub signs: Vec<Sign>,
    pub repeat: Repeat,
    pub settings: BTreeMap<String, String>,
    /// Other tables that it changes.
    pub others: Vec<ObjectName>,
    pub bond: Bond,
}

/// Which clauses a clause has to be in one statement with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bond {
    /// Any, or none.
    Free,
    /// Others on the primary key.
    Primary,
    /// Others on names of columns.
    Names,
    /// None.
    Alone,
}

impl Piece {
    pub fn new(action: Action, text: String, signs: Vec<Sign>) -> Self {
        Self {
            action,
            text,
            signs,
            repeat: Repeat::Unsigned,
            settings: BTreeMap::new(),
            others: vec![],
            bond: Bond::Free,
        }
    }

    pub fn bound(self, bond: Bond) -> Self {
        Self { bond, ..self }
    }

    pub fn repeating(self, repeat: Repeat) -> Self {
        Self { repeat, ..self }
    }
}

/// Makes steps of clauses: as few as the target takes.
pub(super) fn assemble(task: &mut Task<'_>, table: &ObjectName, pieces: Vec<Piece>) {
    // OceanBase takes few kinds of clauses together.
    let apart = task.translator.target.server.product == Product::OceanBase;
    let mut groups: Vec<Vec<Piece>> = Vec::new();
    let mut open = false;
    for piece in pieces {
        if piece.bond == Bond::Alone {
            groups.push(vec![piece]);
            open = false;
            continue;
        }
        let mates = match (apart, piece.bond) {
            (true, Bond::Free | Bond::Alone) => None,
            (true, bond) => groups.iter_mut().find(|group| group[0].bond == bond),
            (false, _) => groups.last_mut().filter(|_| open),
        };
        match mates {
            Some(group) => group.push(piece),
            None => groups.push(vec![piece]),
        }
        open = true;
    }
    for group in groups {
        task.step(step(table, group));
    }
}

fn step(table: &ObjectName, pieces: Vec<Piece>) -> Step {
    let texts: Vec<&str> = pieces.iter().map(|piece| piece.text.as_str()).collect();
    let sql = format!("ALTER TABLE {} {}", written(table), texts.join(", "));
    let mut step = Step {
        actions: vec![],
        database: table.database.clone(),
        sql,
        settings: BTreeMap::new(),
        tables: vec![table.clone()],
        signs: vec![],
        repeat: Repeat::Unsigned,
    };
    for piece in pieces {
        if !step.actions.contains(&piece.action) {
            step.actions.push(piece.action);
        }
        for sign in piece.signs {
            // What one clause takes away and another one brings is there in the end.
            let is_known = step.signs.iter().any(|known| same_thing(known, &sign));
            if !(is_known && is_gone(&sign)) {
                step.signs.retain(|known| !same_thing(known, &sign));
                step.signs.push(sign);
            }
        }
        step.settings.extend(piece.settings);
        step.tables.extend(piece.others);
        step.repeat = match (step.repeat, piece.repeat) {
            (Repeat::Never, _) | (_, Repeat::Never) => Repeat::Never,
            (_, Repeat::Freely) => Repeat::Freely,
            (kept, Repeat::Unsigned) => kept,
        };
    }
    step
}

/// Whether something is not there any more.
fn is_gone(sign: &Sign) -> bool {
    match sign {
        Sign::Column { there, .. }
        | Sign::ForeignKey { there, .. }
        | Sign::Check { there, .. }
        | Sign::Partition { there, .. } => !there,
        Sign::Key { columns, .. } | Sign::Primary { columns } => columns.is_empty(),
        _ => false,
    }
}

/// Whether two signs are about the same thing.
fn same_thing(a: &Sign, b: &Sign) -> bool {
    match (a, b) {
        (Sign::Column { name: a, .. }, Sign::Column { name: b, .. })
        | (Sign::Key { name: a, .. }, Sign::Key { name: b, .. })
        | (Sign::ForeignKey { name: a, .. }, Sign::ForeignKey { name: b, .. })
        | (Sign::Check { name: a, .. }, Sign::Check { name: b, .. })
        | (Sign::Partition { name: a, .. }, Sign::Partition { name: b, .. }) => {
            a.eq_ignore_ascii_case(b)
        }
        (Sign::Primary { .. }, Sign::Primary { .. })
        | (Sign::Partitions { .. }, Sign::Partitions { .. })
        | (Sign::Partitioned { .. }, Sign::Partitioned { .. }) => true,
        _ => false,
    }
}
