//! `RENAME TABLE`: within what is replicated, into it and out of it.

use super::cutover;
use super::task::Task;
use super::translator::written;
use crate::evolve::{GhostKind, Obstacle, Repeat, Sign, Step, ghost_of};
use oms_model::ObjectName;
use oms_model::change::Action;
use std::collections::BTreeMap;

/// `pairs`: one after the other, from the first name to the second.
pub(super) fn rename(
    task: &mut Task<'_>,
    pairs: &[(ObjectName, ObjectName)],
) -> Result<(), Obstacle> {
    // What each table was called before all of it.
    let mut moved: Vec<(ObjectName, ObjectName)> = Vec::new();
    for (from, to) in pairs {
        match moved.iter_mut().find(|(_, now)| now == from) {
            Some((_, now)) => now.clone_from(to),
            None => moved.push((from.clone(), to.clone())),
        }
    }
    moved.retain(|(was, now)| was != now);
    let mut within = Vec::new();
    let mut ghosts = Vec::new();
    for (was, now) in &moved {
        match (task.place(was), task.place(now)) {
            (None, None) => {}
            (Some(old), Some(new)) => {
                if task.wants(Action::RenameTable, &format!("the name of {was}"))? {
                    task.unshared(&old, Action::RenameTable)?;
                    task.unshared(&new, Action::RenameTable)?;
                    within.push((task.target(&old), task.target(&new)));
                }
            }
            (Some(old), None) => {
                task.unshared(&old, Action::RenameTable)?;
                out_of(task, (was, now), &moved, &mut within)?;
            }
            (None, Some(_)) => match is_next(was, now, &moved) {
                true => ghosts.push((was.clone(), now.clone())),
                false => return Err(came_in(was, now)),
            },
        }
    }
    within.retain(|(from, to)| from != to);
    if !within.is_empty() {
        let step = step(&within);
        task.step(step);
    }
    for (was, now) in ghosts {
        cutover::cut_over(task, &was, &now)?;
    }
    Ok(())
}

/// A table that is not replicated any more.
fn out_of(
    task: &mut Task<'_>,
    (was, now): (&ObjectName, &ObjectName),
    moved: &[(ObjectName, ObjectName)],
    within: &mut Vec<(ObjectName, ObjectName)>,
) -> Result<(), Obstacle> {
    let Some(place) = task.place(was) else { return Ok(()) };
    let target = task.target(&place);
    let Some((next, _)) = moved.iter().find(|(_, to)| to == was) else {
        let what = format!("{target} stays as it is, and its changes end");
        task.remark(what, format!("{was} became {now}, which is not replicated"));
        return Ok(());
    };
    // A ghost takes its place: the target's table is changed instead.
    if task.place(next).is_some() && task.wants(Action::RenameTable, &format!("name of {was}"))? {
        let aside = ObjectName::new(&target.database, &now.name);
        let what = format!("{target} becomes {aside}, and its changes end");
        task.remark(what, format!("{was} became {now}, which is not replicated"));
        within.push((target, aside));
    }
    Ok(())
}

/// Whether a table takes the place of one that it was made to replace.
fn is_next(was: &ObjectName, now: &ObjectName, moved: &[(ObjectName, ObjectName)]) -> bool {
    let ghost = ghost_of(&was.name);
    let same = was.database == now.database;
    let next = |of: &str, kind| of == now.name && kind == GhostKind::Next;
    // In a step of its own the table may have been put aside before.
    let aside = moved.iter().find(|(from, _)| from == now);
    same && ghost.is_some_and(|ghost| next(&ghost.of, ghost.kind))
        && aside.is_none_or(|(_, to)| to.database == now.database)
}

fn came_in(was: &ObjectName, now: &ObjectName) -> Obstacle {
    Obstacle {
        action: Action::RenameTable,
        why: format!(
            "{was}, which is not replicated, became {now}, which is: its rows are unknown"
        ),
        advice: format!("load {now} into the target as it is now, then skip the statement"),
    }
}

/// All of it in one statement.
fn step(pairs: &[(ObjectName, ObjectName)]) -> Step {
    let mut waiting: Vec<(ObjectName, ObjectName)> = pairs.to_vec();
    let mut clauses = Vec::new();
    let mut turns = 0;
    while !waiting.is_empty() {
        // First what goes where nothing has to leave.
        let free = waiting.iter().position(|(_, to)| !waiting.iter().any(|(from, _)| from == to));
        match free {
            Some(at) => clauses.push(waiting.remove(at)),
            None => {
                turns += 1;
                let (from, _) = &mut waiting[0];
                let aside = ObjectName::new(&from.database, format!("oms_renamed_{turns}"));
                clauses.push((from.clone(), aside.clone()));
                *from = aside;
            }
        }
    }
    let text =
        |(from, to): &(ObjectName, ObjectName)| format!("{} TO {}", written(from), written(to));
    let texts: Vec<String> = clauses.iter().map(text).collect();
    let mut tables: Vec<ObjectName> = Vec::new();
    for name in pairs.iter().flat_map(|(from, to)| [from, to]) {
        if !tables.contains(name) {
            tables.push(name.clone());
        }
    }
    let there = |table: &ObjectName| pairs.iter().any(|(_, to)| to == table);
    let gone = tables.iter().filter(|table| !there(table));
    let gone = gone.map(|table| Sign::Table { table: table.clone(), there: false });
    let like =
        pairs.iter().map(|(was, table)| Sign::Like { table: table.clone(), was: was.clone() });
    Step {
        actions: vec![Action::RenameTable],
        database: pairs[0].0.database.clone(),
        sql: format!("RENAME TABLE {}", texts.join(", ")),
        settings: BTreeMap::new(),
        signs: gone.chain(like).collect(),
        tables,
        repeat: Repeat::Never,
    }
}
