//! Keys, references and checks in `ALTER TABLE`.

use super::alter::Work;
use super::column::quoting;
use super::piece::{Bond, Piece};
use super::sign::columns_of;
use super::task::is_chosen;
use crate::evolve::{Obstacle, Sign};
use crate::mysql::ddl::ast::{
    Check, Column, ColumnKey, ForeignKey, Key, KeyKind, KeyPart, Table, same_name,
};
use crate::mysql::ddl::clause::Clause;
use crate::mysql::ddl::{Feature, check_text, foreign_key_text, key_text, quoted};
use crate::product::Product;
use oms_model::change::Action;

/// A key that a column's definition makes, as a clause of its own.
pub(super) fn of_column(column: &mut Column) -> Option<Clause> {
    let kind = match column.key.take()? {
        ColumnKey::Primary => KeyKind::Primary,
        ColumnKey::Unique => KeyKind::Unique,
    };
    let key = Key::new(kind, None, vec![KeyPart::column(column.name.clone())]);
    Some(Clause::AddKey { key: Box::new(key), lenient: false })
}

/// Says what a clause wants to be converted, unless it is left out.
pub(super) fn keep(
    work: &mut Work<'_, '_>,
    clause: Clause,
    kept: &mut Vec<Clause>,
) -> Result<(), Obstacle> {
    let is_ahead = work.task.selection.is_lenient();
    match clause {
        Clause::AddKey { mut key, lenient } => {
            let primary = key.kind == KeyKind::Primary;
            let action = if primary { Action::AddPrimaryKey } else { Action::AddIndex };
            let left = key.parts.iter().filter_map(KeyPart::column_name);
            if let Some(column) = left.into_iter().find(|column| !is_chosen(work.place, column)) {
                let why = format!("column {column} is not replicated");
                work.task.remark(format!("{} left out", shown(&key)), why);
                return Ok(());
            }
            if !primary && key.name.is_none() {
                let first = key.parts.first().and_then(KeyPart::column_name);
                key.name = Some(free(&work.keys, first.unwrap_or("functional_index")));
            }
            let there = match &key.name {
                Some(name) => work.keys.iter().any(|known| same_name(known, name)),
                None => work.now.keys.iter().any(|known| known.kind == KeyKind::Primary),
            };
            if there && (lenient || is_ahead) {
                work.task.remark(format!("{} is not added", shown(&key)), "it is there");
            } else if work.task.wants(action, &shown(&key))? {
                work.keys.extend(key.name.clone());
                if let Some(scaffold) = &mut work.scaffold {
                    scaffold.table.keys.push(Key::clone(&key));
                }
                kept.push(Clause::AddKey { key, lenient });
            }
            Ok(())
        }
        Clause::AddForeignKey(key) => keep_reference(work, *key, kept),
        Clause::AddCheck(mut check) => {
            if work.task.wants(Action::AddCheck, "a check")? {
                if check.name.is_none() {
                    let names = work.now.checks.iter().filter_map(|it| it.name.as_deref());
                    let names: Vec<&str> = names.chain(fresh(kept)).collect();
                    check.name = Some(numbered(&format!("{}_chk_", work.target.name), &names));
                }
                if let Some(scaffold) = &mut work.scaffold {
                    scaffold.table.checks.push(check.clone());
                }
                kept.push(Clause::AddCheck(check));
            }
            Ok(())
        }
        other => {
            let action = match &other {
                Clause::DropPrimary => Action::DropPrimaryKey,
                Clause::DropForeignKey { .. } => Action::DropForeignKey,
                Clause::DropCheck { .. } => Action::DropCheck,
                Clause::RenameKey { .. } | Clause::HideKey { .. } => Action::ChangeIndex,
                Clause::EnforceCheck { .. } => Action::AddCheck,
                _ => Action::DropIndex,
            };
            if let Clause::DropKey { name, .. } | Clause::DropConstraint { name, .. } = &other {
                work.keys.retain(|known| !same_name(known, name));
            }
            if work.task.wants(action, "a key or constraint")? {
                kept.push(other);
            }
            Ok(())
        }
    }
}

fn keep_reference(
    work: &mut Work<'_, '_>,
    mut key: ForeignKey,
    kept: &mut Vec<Clause>,
) -> Result<(), Obstacle> {
    let other = work.task.full(&key.reference.table);
    let what = format!("foreign key to {other}");
    if work.task.place(&other).is_none() {
        work.task.remark(format!("{what} left out"), "that table is not replicated");
    } else if let Some(column) = key.columns.iter().find(|c| !is_chosen(work.place, c)) {
        work.task.remark(format!("{what} left out"), format!("column {column} is not replicated"));
    } else if work.task.wants(Action::AddForeignKey, &what)? {
        if key.name.is_none() {
            let names = work.now.foreign_keys.iter().filter_map(|it| it.name.as_deref());
            let names: Vec<&str> = names.chain(fresh(kept)).collect();
            key.name = Some(numbered(&format!("{}_ibfk_", work.target.name), &names));
        }
        if let Some(scaffold) = &mut work.scaffold {
            scaffold.table.foreign_keys.push(key.clone());
        }
        kept.push(Clause::AddForeignKey(Box::new(key)));
    }
    Ok(())
}

/// A clause in the words of the target.
pub(super) fn piece(work: &mut Work<'_, '_>, clause: &Clause, made: &Table, into: &mut Vec<Piece>) {
    match clause {
        Clause::AddKey { key, .. } => into.extend(added(work, key, made)),
        Clause::AddForeignKey(key) => {
            let named = |it: &&ForeignKey| it.name == key.name;
            into.extend(made.foreign_keys.iter().find(named).map(referring));
        }
        Clause::AddCheck(check) => {
            let named = |it: &&Check| it.name == check.name;
            into.extend(made.checks.iter().find(named).map(|check| checking(work, check)));
        }
        Clause::DropPrimary => into.extend(primary_dropped(work)),
        Clause::DropKey { name, .. } => into.extend(dropped(work, name)),
        Clause::DropForeignKey { name } => into.extend(reference_dropped(work, name)),
        Clause::DropCheck { name } => into.extend(check_dropped(work, name)),
        Clause::DropConstraint { name, .. } => {
            let has_key = work.now.keys.iter().any(|key| is(&key.name, name));
            let has_check = check_of(&work.now, name).is_some();
            into.extend(match (has_key, has_check) {
                _ if name.eq_ignore_ascii_case("PRIMARY") => primary_dropped(work),
                (true, _) => dropped(work, name),
                (false, true) => check_dropped(work, name),
                (false, false) => reference_dropped(work, name),
            });
        }
        Clause::RenameKey { from, to } => {
            if work.now.keys.iter().any(|key| is(&key.name, from)) {
                let text = format!("RENAME INDEX {} TO {}", quoted(from), quoted(to));
                let columns = work.now.keys.iter().find(|key| is(&key.name, from)).map(columns_of);
                let columns = columns.unwrap_or_default();
                let signs = vec![
                    Sign::Key { name: from.clone(), columns: vec![] },
                    Sign::Key { name: to.clone(), columns },
                ];
                into.push(Piece::new(Action::ChangeIndex, text, signs));
            } else {
                missing(work, &format!("index {from}"));
            }
        }
        Clause::HideKey { name, hidden } => {
            if !work.task.translator.target.has(Feature::HiddenKeys) {
                work.task.remark(format!("index {name} stays in use"), "the target hides none");
            } else if work.now.keys.iter().any(|key| is(&key.name, name)) {
                let mariadb = work.task.translator.target.server.product == Product::Mariadb;
                let word = match (mariadb, hidden) {
                    (true, true) => "IGNORED",
                    (true, false) => "NOT IGNORED",
                    (false, true) => "INVISIBLE",
                    (false, false) => "VISIBLE",
                };
                let text = format!("ALTER INDEX {} {word}", quoted(name));
                into.push(Piece::new(Action::ChangeIndex, text, vec![]));
            } else {
                missing(work, &format!("index {name}"));
            }
        }
        Clause::EnforceCheck { name, enforced } => {
            let able = work.task.translator.target.has(Feature::UnenforcedChecks);
            if able && check_of(&work.now, name).is_some() {
                let word = if *enforced { "ENFORCED" } else { "NOT ENFORCED" };
                let text = format!("ALTER CHECK {} {word}", quoted(name));
                into.push(Piece::new(Action::AddCheck, text, vec![]));
            } else {
                missing(work, &format!("check {name}"));
            }
        }
        _ => {}
    }
}

/// Constraints that columns brought with them.
pub(super) fn add_rest(
    work: &mut Work<'_, '_>,
    made: &Table,
    kept: &[Clause],
    into: &mut Vec<Piece>,
) {
    let names: Vec<&str> = fresh(kept).collect();
    let told = |name: &Option<String>| name.as_deref().is_some_and(|name| names.contains(&name));
    let mut number = 0;
    for check in made.checks.iter().filter(|check| !told(&check.name)) {
        let mut check = check.clone();
        number += 1;
        let taken = work.now.checks.iter().filter_map(|it| it.name.as_deref()).collect::<Vec<_>>();
        let highest = numbered(&format!("{}_chk_", work.target.name), &taken);
        let own = highest.rsplit_once('_').and_then(|(_, n)| n.parse::<u32>().ok()).unwrap_or(1);
        check.name = Some(format!("{}_chk_{}", work.target.name, own + number - 1));
        into.push(checking(work, &check));
    }
    for key in made.foreign_keys.iter().filter(|key| !told(&key.name)) {
        let mut key = key.clone();
        key.name = None;
        into.push(referring(&key));
    }
}

fn added(work: &Work<'_, '_>, key: &Key, made: &Table) -> Option<Piece> {
    let is_it = |it: &&Key| match key.kind {
        KeyKind::Primary => it.kind == KeyKind::Primary || it.name.as_deref() == Some("UK_PRIMARY"),
        _ => it.name == key.name,
    };
    // It may be that the target cannot have it: that was said.
    let converted = made.keys.iter().find(is_it)?;
    let text = format!("ADD {}", key_text(converted, quoting(work.task)));
    let columns = columns_of(converted);
    Some(match (&converted.name, converted.kind) {
        (_, KeyKind::Primary) => {
            Piece::new(Action::AddPrimaryKey, text, vec![Sign::Primary { columns }])
                .bound(Bond::Primary)
        }
        (name, _) => {
            let name = name.clone().unwrap_or_default();
            Piece::new(Action::AddIndex, text, vec![Sign::Key { name, columns }])
        }
    })
}

fn referring(key: &ForeignKey) -> Piece {
    let signs = key.name.iter().map(|name| Sign::ForeignKey { name: name.clone(), there: true });
    Piece::new(Action::AddForeignKey, format!("ADD {}", foreign_key_text(key)), signs.collect())
}

fn checking(work: &Work<'_, '_>, check: &Check) -> Piece {
    let signs = check.name.iter().map(|name| Sign::Check { name: name.clone(), there: true });
    let text = format!("ADD {}", check_text(check, quoting(work.task)));
    Piece::new(Action::AddCheck, text, signs.collect())
}

fn primary_dropped(work: &mut Work<'_, '_>) -> Option<Piece> {
    if work.now.keys.iter().any(|key| key.kind == KeyKind::Primary) {
        let sign = Sign::Primary { columns: vec![] };
        let text = "DROP PRIMARY KEY".to_owned();
        return Some(Piece::new(Action::DropPrimaryKey, text, vec![sign]).bound(Bond::Primary));
    }
    dropped(work, "UK_PRIMARY")
}

fn dropped(work: &mut Work<'_, '_>, name: &str) -> Option<Piece> {
    if !work.now.keys.iter().any(|key| is(&key.name, name)) {
        missing(work, &format!("index {name}"));
        return None;
    }
    let sign = Sign::Key { name: name.to_owned(), columns: vec![] };
    Some(Piece::new(Action::DropIndex, format!("DROP INDEX {}", quoted(name)), vec![sign]))
}

fn reference_dropped(work: &mut Work<'_, '_>, name: &str) -> Option<Piece> {
    // A name that the source made of its table's is made of the target's there.
    let table = &work.after.name;
    let own = name.strip_prefix(table.as_str()).filter(|rest| rest.starts_with("_ibfk_"));
    let other = own.map(|rest| format!("{}{rest}", work.target.name));
    let mut keys = work.now.foreign_keys.iter().filter_map(|key| key.name.clone());
    let found = keys.find(|known| {
        same_name(known, name) || other.as_ref().is_some_and(|other| same_name(known, other))
    });
    let Some(found) = found else {
        missing(work, &format!("foreign key {name}"));
        return None;
    };
    let text = format!("DROP FOREIGN KEY {}", quoted(&found));
    let sign = Sign::ForeignKey { name: found, there: false };
    Some(Piece::new(Action::DropForeignKey, text, vec![sign]))
}

fn check_dropped(work: &mut Work<'_, '_>, name: &str) -> Option<Piece> {
    let own = name.strip_prefix(work.after.name.as_str()).filter(|it| it.starts_with("_chk_"));
    let other = own.map(|rest| format!("{}{rest}", work.target.name));
    let found = check_of(&work.now, name)
        .or_else(|| other.as_ref().and_then(|other| check_of(&work.now, other)));
    let Some(found) = found else {
        missing(work, &format!("check {name}"));
        return None;
    };
    let mysql = work.task.translator.target.server.product == Product::Mysql;
    let word = if mysql { "CHECK" } else { "CONSTRAINT" };
    let text = format!("DROP {word} {}", quoted(&found));
    let sign = Sign::Check { name: found, there: false };
    Some(Piece::new(Action::DropCheck, text, vec![sign]))
}

fn check_of(table: &Table, name: &str) -> Option<String> {
    let mut names = table.checks.iter().filter_map(|check| check.name.as_deref());
    names.find(|known| same_name(known, name)).map(str::to_owned)
}

fn missing(work: &mut Work<'_, '_>, what: &str) {
    work.task.remark(format!("nothing is done about {what}"), "the target has none of that name");
}

fn is(name: &Option<String>, wanted: &str) -> bool {
    name.as_ref().is_some_and(|name| same_name(name, wanted))
}

fn shown(key: &Key) -> String {
    match &key.name {
        Some(name) if key.kind != KeyKind::Primary => format!("index {name}"),
        _ if key.kind == KeyKind::Primary => "the primary key".to_owned(),
        _ => format!("an index on {}", columns_of(key).join(", ")),
    }
}

/// The names of constraints that clauses add.
fn fresh(kept: &[Clause]) -> impl Iterator<Item = &str> {
    kept.iter().filter_map(|clause| match clause {
        Clause::AddForeignKey(key) => key.name.as_deref(),
        Clause::AddCheck(check) => check.name.as_deref(),
        _ => None,
    })
}

/// The name that the servers choose for a key without one.
fn free(taken: &[String], column: &str) -> String {
    let numbered = (2..).map(|number| format!("{column}_{number}"));
    let mut names = std::iter::once(column.to_owned()).chain(numbered);
    let is_free = |name: &String| !taken.iter().any(|known| same_name(known, name));
    names.find(is_free).unwrap_or_default()
}

/// The name that the servers choose for a constraint without one: behind the highest number.
fn numbered(prefix: &str, taken: &[&str]) -> String {
    let number = |name: &&str| {
        let head = name.get(..prefix.len())?;
        same_name(head, prefix).then(|| name.get(prefix.len()..)?.parse::<u32>().ok()).flatten()
    };
    let highest = taken.iter().filter_map(number).max().unwrap_or(0);
    format!("{prefix}{}", highest + 1)
}
