//! Ghost tables: what is said of them is remembered, and done to the table whose place they take.
//!
//! The rows of a ghost table are those of its table, so they are not replicated. When it takes the
//! place of its table, the target's table is changed as the ghost was. Where nothing was heard of
//! that, it follows from the columns of both, as far as they alone can tell.

use super::alter;
use super::scaffold::native;
use super::task::{Task, full};
use super::translator::unreadable;
use crate::evolve::{Obstacle, Outcome, Place};
use crate::mysql::ddl::ast::{Column, Table, same_name};
use crate::mysql::ddl::change::Spot;
use crate::mysql::ddl::clause::Clause;
use crate::mysql::ddl::{Mode, parse_alter};
use oms_model::ObjectName;
use oms_model::change::{Action, Statement};

/// Remembers the statement.
pub(super) fn hold(task: &mut Task<'_>, ghost: &ObjectName) {
    task.remark(
        format!("nothing is done about {ghost} until it takes the place of its table"),
        "it is a table of a tool that changes another one",
    );
    task.outcome.hold = Some(ghost.clone());
}

/// A ghost takes the place of its table.
pub(super) fn cut_over(
    task: &mut Task<'_>,
    ghost: &ObjectName,
    table: &ObjectName,
) -> Result<(), Obstacle> {
    let Some(place) = task.place(table) else { return Ok(()) };
    let held = task.selection.held(&ghost.database, &ghost.name);
    task.outcome.release.push(ghost.clone());
    if held.is_empty() {
        return by_columns(task, table, &place);
    }
    // What was said of it before is said of the table now.
    for statement in &held {
        let Some(clauses) = clauses_of(task, statement, ghost)? else { continue };
        let mut environment = statement.environment.clone();
        // Rows got their values when they were copied, which was any time.
        environment.remove("timestamp");
        let tables = task.statement.tables.clone();
        let statement = Statement { environment, tables, ..statement.clone() };
        let mut part = Task::new(task.translator, &statement, task.selection, task.layouts);
        alter::change(&mut part, (ghost, table), &place, clauses)?;
        let Outcome { steps, remarks, .. } = part.outcome;
        task.outcome.steps.extend(steps);
        task.outcome.remarks.extend(remarks);
    }
    if task.outcome.steps.is_empty() {
        task.remark(format!("{table} stays as it is"), "its ghost was made like it");
    }
    Ok(())
}

/// The clauses of a statement on a ghost; nothing of the one that made it like its table.
fn clauses_of(
    task: &Task<'_>,
    statement: &Statement,
    ghost: &ObjectName,
) -> Result<Option<Vec<Clause>>, Obstacle> {
    let modes = statement.environment.get("sql_mode").map_or("", String::as_str);
    let mut mode = Mode::of(&task.translator.source, modes);
    mode.raw_members = false;
    let altered = parse_alter(statement.text.as_bytes(), mode).map_err(|e| unreadable(&e))?;
    let altered = altered.filter(|altered| full(statement, &altered.table) == *ghost);
    Ok(altered.map(|altered| altered.clauses))
}

/// What changed between both, as far as columns tell.
fn by_columns(task: &mut Task<'_>, table: &ObjectName, place: &Place) -> Result<(), Obstacle> {
    let unknown = |why: String| Obstacle {
        action: Action::RenameTable,
        why,
        advice: format!("change the target's table as {table} was, then skip the statement"),
    };
    let Some(model) = task.model(table) else {
        return Err(unknown(format!("nobody knows what {table} is now")));
    };
    let target = task.target(place);
    let Some(now) = task.layout(&target)? else {
        return Err(unknown(format!("the target has no table {target}")));
    };
    let has = |name: &str| model.columns.iter().any(|column| same_name(&column.name, name));
    let own = |column: &&Column| {
        column.comment.as_deref() != Some(b"Reserved for data migration tasks of OMS")
    };
    let new: Vec<&str> = model
        .columns
        .iter()
        .map(|column| column.name.as_str())
        .filter(|name| now.column(name).is_none() && super::task::is_chosen(place, name))
        .collect();
    if !new.is_empty() {
        let why = "what is in them, in rows that are there, was not heard";
        return Err(unknown(format!("{table} has the new columns {}; {why}", new.join(", "))));
    }
    let mut clauses = Vec::new();
    for column in now.columns.iter().filter(own).filter(|column| !has(&column.name)) {
        clauses.push(Clause::DropColumn { name: column.name.clone(), lenient: false });
    }
    for known in model.columns.iter().filter(|known| !known.generated) {
        let there = now.column(&known.name);
        let ty = native(&task.translator.source_mode(), &known.native);
        let (Some(there), Some(ty)) = (there, ty) else { continue };
        let type_differs = !is_alike(task, there, &ty, &now);
        let nullable = there.nullable != Some(false);
        if type_differs || nullable != known.nullable {
            let mut column = Column { ty, ..there.clone() };
            column.nullable = Some(known.nullable);
            clauses.push(Clause::ChangeColumn {
                from: there.name.clone(),
                column: Box::new(column),
                spot: Spot::Usual,
                lenient: false,
            });
        }
    }
    task.remark(
        format!("defaults, comments and plain indexes of {target} stay as they are"),
        "nothing was heard of how its ghost was changed",
    );
    if clauses.is_empty() {
        return Ok(());
    }
    alter::change(task, (table, table), place, clauses)
}

/// Whether the target's column holds what the source's does.
fn is_alike(
    task: &Task<'_>,
    there: &Column,
    ty: &crate::mysql::ddl::ast::DataType,
    now: &Table,
) -> bool {
    let mut ours = Table::named(now.name.clone());
    let mut column = Column::new(&there.name, ty.clone());
    column.nullable = there.nullable;
    ours.columns.push(Column { default: there.default.clone(), ..column });
    let mut theirs = Table::named(now.name.clone());
    theirs.columns.push(there.clone());
    let server = &task.translator.target.server;
    let differences = crate::mysql::ddl::compare_tables(&ours, &theirs, server);
    differences.is_empty()
}
