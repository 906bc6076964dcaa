//! Tables that come, go, and are emptied.

use super::scaffold::{native, say_collation};
use super::task::{Task, is_chosen};
use super::translator::written;
use super::{column, cutover};
use crate::evolve::{GhostKind, Obstacle, Place, Repeat, Sign, Step, ghost_of};
use crate::mysql::ddl::ast::{
    Column, ForeignKey, Key, KeyKind, KeyPart, Name, OptionValue, Table, TableOption, same_name,
};
use crate::mysql::ddl::{NameMap, Options, Tokens, convert_table, render_table};
use oms_model::ObjectName;
use oms_model::change::Action;
use std::collections::BTreeMap;

/// `CREATE TABLE`.
pub(super) fn create(task: &mut Task<'_>, mut table: Table) -> Result<(), Obstacle> {
    let source = task.full(&table.name);
    let Some(place) = task.place(&source) else {
        let ghost = ghost_of(&source.name);
        let ghost = ghost.filter(|it| task.selection.place(&source.database, &it.of).is_some());
        match ghost {
            Some(ghost) if ghost.kind == GhostKind::Next => cutover::hold(task, &source),
            _ => task.remark(format!("{source} is not created"), "it is not replicated"),
        }
        return Ok(());
    };
    let target = task.target(&place);
    if !task.wants(Action::CreateTable, &format!("table {target}"))? {
        return Ok(());
    }
    let there = task.layouts.of(&target).is_some();
    if there && (table.if_not_exists || place.shared || task.selection.is_lenient()) {
        task.remark(format!("table {target} is not created"), "it is there");
        return Ok(());
    }
    if there && table.or_replace {
        task.unshared(&place, Action::DropTable)?;
        dropped(task, &target);
    }
    let like = table.like.take().map(|like| task.full(&like));
    let copied = like.as_ref().and_then(|like| task.place(like)).map(|place| task.target(&place));
    let copied = copied.filter(|copied| task.layouts.of(copied).is_some());
    let sql = match (copied, &like) {
        (Some(copied), _) => {
            format!("CREATE TABLE {} LIKE {}", written(&target), written(&copied))
        }
        (None, like) => {
            if let Some(like) = like {
                let why = format!("it is made like {like}, which is not replicated");
                task.remark(format!("defaults, indexes and comments of {target} left out"), why);
            }
            table.name = Name::within(&source.database, &source.name);
            (table.if_not_exists, table.or_replace) = (false, false);
            of_text(task, &source, &place, table)?
        }
    };
    let sign = Sign::Table { table: target.clone(), there: true };
    task.step(Step {
        actions: vec![Action::CreateTable],
        database: target.database.clone(),
        sql,
        settings: BTreeMap::new(),
        tables: vec![target],
        signs: vec![sign],
        repeat: Repeat::Unsigned,
    });
    Ok(())
}

/// A table that the statement describes, at least in part.
fn of_text(
    task: &mut Task<'_>,
    source: &ObjectName,
    place: &Place,
    mut table: Table,
) -> Result<String, Obstacle> {
    let whole = table.rest.take().is_none_or(|rest| is_start(&rest));
    if !whole {
        let what = format!("AS SELECT of {source} left out");
        task.remark(what, "its rows come by themselves, and its columns are those of the source");
    }
    if table.columns.is_empty() || !whole {
        complete(task, source, &mut table)?;
    }
    let mut columns = std::mem::take(&mut table.columns);
    for column in &mut columns {
        *column = column::settled(task, source, column)?;
    }
    table.columns = columns;
    if table.option("CHARSET").is_none()
        && table.option("COLLATE").is_none()
        && let Some(own) = task.statement.environment.get("collation_database")
    {
        let value = Some(OptionValue::Word(own.clone()));
        table.options.push(TableOption { name: "COLLATE".into(), value, quoted: false });
    }
    choose(task, place, &mut table);
    let mut names = NameMap::within(&source.database);
    let pair = |name: &ObjectName| (name.database.clone(), name.name.clone());
    names.tables.insert(pair(source), (place.database.clone(), place.table.clone()));
    let mut references = Vec::new();
    for key in std::mem::take(&mut table.foreign_keys) {
        let other = task.full(&key.reference.table);
        match task.place(&other) {
            Some(place) => {
                names.tables.insert(pair(&other), (place.database, place.table));
                references.push(key);
            }
            None => {
                let what = format!("foreign key to {other} left out");
                task.remark(what, "that table is not replicated");
            }
        }
    }
    table.foreign_keys = references;
    let translator = task.translator;
    let options = Options { names, ..translator.options.clone() };
    let made = convert_table(&table, &translator.source, &translator.target, &options);
    if let Some(reason) = made.unsupported.first() {
        return Err(Obstacle {
            action: Action::CreateTable,
            why: format!("[{}] {}", reason.object, reason.why),
            advice: reason.advice.clone(),
        });
    }
    for note in &made.notes {
        task.remark(format!("[{}] {}", note.object, note.what), note.why.clone());
    }
    Ok(render_table(&made.table, translator.target.quoting))
}

/// `START TRANSACTION`, which MySQL adds where rows follow.
fn is_start(rest: &Tokens) -> bool {
    rest.shown().eq_ignore_ascii_case("START TRANSACTION")
}

/// Adds what the statement does not say and the source made all the same.
fn complete(task: &mut Task<'_>, source: &ObjectName, table: &mut Table) -> Result<(), Obstacle> {
    let Some(model) = task.model(source) else {
        return Err(Obstacle {
            action: Action::CreateTable,
            why: format!("nobody knows what {source} was made of"),
            advice: "edit the statement: give the target's table its columns".into(),
        });
    };
    let said = std::mem::take(&mut table.columns);
    for known in &model.columns {
        if let Some(column) = said.iter().find(|column| same_name(&column.name, &known.name)) {
            table.columns.push(column.clone());
            continue;
        }
        let ty = native(&task.translator.source_mode(), &known.native);
        let Some(ty) = ty.filter(|_| !known.generated) else {
            return Err(Obstacle {
                action: Action::CreateTable,
                why: format!("nobody knows what column {} of {source} is", known.name),
                advice: "edit the statement: give the target's table its columns".into(),
            });
        };
        let mut column = Column::new(&known.name, ty);
        column.nullable = Some(known.nullable);
        if let Some(collation) = &known.collation {
            say_collation(&mut column.ty, collation);
        }
        table.columns.push(column);
    }
    for known in &model.keys {
        let has = table.keys.iter().any(|key| match known.primary {
            true => key.kind == KeyKind::Primary,
            false => key.name.as_ref().is_some_and(|name| same_name(name, &known.name)),
        });
        let own = table.columns.iter().any(|column| column.key.is_some() && known.parts.len() == 1);
        let parts: Option<Vec<KeyPart>> = known
            .parts
            .iter()
            .map(|part| {
                let column = model.columns.get(part.column?)?;
                Some(KeyPart { prefix: part.prefix, ..KeyPart::column(&column.name) })
            })
            .collect();
        if let Some(parts) = parts.filter(|_| !has && !own) {
            let kind = if known.primary { KeyKind::Primary } else { KeyKind::Unique };
            let name = (!known.primary).then(|| known.name.clone());
            table.keys.push(Key::new(kind, name, parts));
        }
    }
    Ok(())
}

/// Leaves out columns that are not chosen, and what is made of them.
fn choose(task: &mut Task<'_>, place: &Place, table: &mut Table) {
    if place.columns.is_none() {
        return;
    }
    let left: Vec<String> = table.columns.iter().map(|column| column.name.clone()).collect();
    let left: Vec<String> = left.into_iter().filter(|name| !is_chosen(place, name)).collect();
    let is_left = |name: &str| left.iter().any(|other| same_name(other, name));
    let said =
        |tokens: &Tokens| tokens.0.iter().any(|piece| piece.token.name().is_some_and(is_left));
    table.columns.retain(|column| {
        !is_left(&column.name) && !column.generated.as_ref().is_some_and(|it| said(&it.expression))
    });
    table.keys.retain(|key| !key.parts.iter().any(|p| p.column_name().is_some_and(is_left)));
    table.checks.retain(|check| !said(&check.expression));
    let refers = |key: &ForeignKey| key.columns.iter().any(|name| is_left(name));
    table.foreign_keys.retain(|key| !refers(key));
    if !left.is_empty() {
        let what = format!("columns {} left out, with their keys and checks", left.join(", "));
        task.remark(what, "they are not replicated");
    }
}

/// `DROP TABLE`.
pub(super) fn remove(task: &mut Task<'_>, source: &ObjectName) -> Result<(), Obstacle> {
    let Some(place) = task.place(source) else {
        if ghost_of(&source.name).is_some_and(|ghost| ghost.kind == GhostKind::Next) {
            task.outcome.release.push(source.clone());
        }
        task.remark(format!("{source} is not dropped"), "it is not replicated");
        return Ok(());
    };
    let target = task.target(&place);
    if task.wants(Action::DropTable, &format!("table {target}"))? {
        task.unshared(&place, Action::DropTable)?;
        dropped(task, &target);
    }
    Ok(())
}

fn dropped(task: &mut Task<'_>, target: &ObjectName) {
    let sql = format!("DROP TABLE IF EXISTS {}", written(target));
    task.step(on_rows(Action::DropTable, target, sql));
}

/// `TRUNCATE`.
pub(super) fn truncate(task: &mut Task<'_>, source: &ObjectName) -> Result<(), Obstacle> {
    let Some(place) = task.place(source) else {
        task.remark(format!("{source} is not emptied"), "it is not replicated");
        return Ok(());
    };
    let target = task.target(&place);
    if task.wants(Action::Truncate, &format!("rows of {target}"))? {
        task.unshared(&place, Action::Truncate)?;
        let sql = format!("TRUNCATE TABLE {}", written(&target));
        task.step(on_rows(Action::Truncate, &target, sql));
    }
    Ok(())
}

/// A step that does nothing more when it is done again.
fn on_rows(action: Action, target: &ObjectName, sql: String) -> Step {
    Step {
        actions: vec![action],
        database: target.database.clone(),
        sql,
        settings: BTreeMap::new(),
        tables: vec![target.clone()],
        signs: vec![],
        repeat: Repeat::Freely,
    }
}
