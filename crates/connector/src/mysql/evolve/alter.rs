//! `ALTER TABLE`.

use super::piece::{Bond, Piece, assemble};
use super::scaffold::Scaffold;
use super::task::Task;
use super::{column, cutover, division, key, rename};
use crate::evolve::{GhostKind, Obstacle, Place, Sign, ghost_of};
use crate::mysql::ddl::ast::{Column, Table, same_name};
use crate::mysql::ddl::clause::Clause;
use crate::mysql::ddl::{choose, column_text, default_collation, default_text, option_text};
use crate::product::Product;
use oms_model::ObjectName;
use oms_model::change::Action;

pub(super) fn alter(
    task: &mut Task<'_>,
    source: &ObjectName,
    clauses: Vec<Clause>,
) -> Result<(), Obstacle> {
    let mut to = None;
    let mut rest = Vec::new();
    for clause in clauses {
        match clause {
            Clause::RenameTo(name) => to = Some(task.full(&name)),
            other => rest.push(other),
        }
    }
    let to = to.filter(|to| to != source);
    let after = to.clone().unwrap_or_else(|| source.clone());
    match task.place(source) {
        Some(place) if !rest.is_empty() => change(task, (source, &after), &place, rest)?,
        Some(_) => {}
        None => of_none(task, source, !rest.is_empty() && to.is_some())?,
    }
    match to {
        Some(to) => rename::rename(task, &[(source.clone(), to)]),
        None => Ok(()),
    }
}

/// On a table that is not replicated; it may be the next one of a table that is.
fn of_none(task: &mut Task<'_>, source: &ObjectName, renames: bool) -> Result<(), Obstacle> {
    let ghost = ghost_of(&source.name);
    let ghost = ghost.filter(|it| task.selection.place(&source.database, &it.of).is_some());
    match ghost {
        Some(ghost) if ghost.kind == GhostKind::Next && renames => Err(Obstacle {
            action: Action::RenameTable,
            why: format!("{source} is changed and takes the place of {} at once", ghost.of),
            advice: "change the target's table as the source's was, then skip the statement".into(),
        }),
        Some(ghost) if ghost.kind == GhostKind::Next => {
            cutover::hold(task, source);
            Ok(())
        }
        _ => {
            task.remark(format!("{source} is left as it is"), "it is not replicated");
            Ok(())
        }
    }
}

/// On a table that is replicated. `names`: at the source, before and after.
pub(super) fn change(
    task: &mut Task<'_>,
    names: (&ObjectName, &ObjectName),
    place: &Place,
    clauses: Vec<Clause>,
) -> Result<(), Obstacle> {
    if clauses.iter().all(|clause| *clause == Clause::Physical) {
        task.remark("how its rows are stored", "it is the target's own affair");
        return Ok(());
    }
    task.unshared(place, Action::ChangeColumn)?;
    let target = task.target(place);
    let Some(now) = task.layout(&target)? else {
        return Err(Obstacle {
            action: Action::Other,
            why: format!("the target has no table {target}"),
            advice: "create it as the source's table was before the statement, and load it; or \
                     skip the statement"
                .into(),
        });
    };
    let columns = now.columns.iter().map(|column| column.name.clone()).collect();
    let scaffold = Scaffold::new(task, names.0, names.1, &now);
    let keys = now.keys.iter().filter_map(|key| key.name.clone()).collect();
    let work =
        Work { task, after: names.1, place, target, now, scaffold: Some(scaffold), columns, keys };
    work.run(clauses)
}

/// A table while its clauses are translated.
pub(super) struct Work<'w, 'a> {
    pub task: &'w mut Task<'a>,
    /// Its name at the source, after the statement.
    pub after: &'w ObjectName,
    pub place: &'w Place,
    pub target: ObjectName,
    /// As the target has it.
    pub now: Table,
    pub scaffold: Option<Scaffold>,
    /// Its columns, clause by clause.
    pub columns: Vec<String>,
    /// The names of its keys.
    pub keys: Vec<String>,
}

impl Work<'_, '_> {
    fn run(mut self, clauses: Vec<Clause>) -> Result<(), Obstacle> {
        let mut kept = Vec::new();
        for clause in clauses {
            self.keep(clause, &mut kept)?;
        }
        let Some(scaffold) = self.scaffold.take() else { return Ok(()) };
        let made = scaffold.convert(self.task, self.place)?;
        self.columns = self.now.columns.iter().map(|column| column.name.clone()).collect();
        let mut pieces = Vec::new();
        for clause in &kept {
            self.piece(clause, &made, &mut pieces)?;
        }
        key::add_rest(&mut self, &made, &kept, &mut pieces);
        let target = self.target.clone();
        assemble(self.task, &target, pieces);
        Ok(())
    }

    pub fn has_column(&self, name: &str) -> bool {
        self.columns.iter().any(|known| same_name(known, name))
    }

    /// A clause in the words of the target.
    fn piece(
        &mut self,
        clause: &Clause,
        made: &Table,
        into: &mut Vec<Piece>,
    ) -> Result<(), Obstacle> {
        let quoting = column::quoting(self.task);
        match clause {
            Clause::AddColumn { column, spot, .. } => {
                let Some(converted) = made.column(&column.name) else { return Ok(()) };
                let spot = self.spot(&column.name, spot);
                into.extend(column::added(self.task, converted, &spot)?);
                self.columns.push(column.name.clone());
            }
            Clause::ChangeColumn { from, column, spot, .. } => {
                let Some(converted) = made.column(&column.name) else { return Ok(()) };
                let spot = self.spot(&column.name, spot);
                into.push(column::changed(self.task, from, converted, &spot, &self.now));
                self.rename(from, &column.name);
            }
            Clause::DropColumn { name, .. } => {
                let text = format!("DROP COLUMN {}", crate::mysql::ddl::quoted(name));
                let sign = Sign::Column { name: name.clone(), there: false };
                into.push(Piece::new(Action::DropColumn, text, vec![sign]));
                self.columns.retain(|known| !same_name(known, name));
            }
            Clause::RenameColumn { from, to, .. } => {
                into.push(column::renamed(self.task, from, to, &self.now));
                self.rename(from, to);
            }
            Clause::SetDefault { column, default } => {
                let name = crate::mysql::ddl::quoted(column);
                let new = made.column(column).and_then(|it| it.default.as_ref());
                let text = match (default, new) {
                    (Some(_), Some(new)) => {
                        format!("ALTER COLUMN {name} SET DEFAULT {}", default_text(new, quoting))
                    }
                    _ => format!("ALTER COLUMN {name} DROP DEFAULT"),
                };
                into.push(Piece::new(Action::ChangeDefault, text, vec![]));
            }
            Clause::ShowColumn { column, invisible } => {
                if let Some(known) = self.now.column(column) {
                    let shown = Column { invisible: *invisible, ..known.clone() };
                    let text = format!("MODIFY COLUMN {}", column_text(&shown, quoting));
                    into.push(Piece::new(Action::ChangeColumn, text, vec![]));
                }
            }
            Clause::Options(_) => self.options(made, into),
            Clause::Convert { charset, collation } => {
                into.push(self.convert(charset.as_deref(), collation.as_deref())?);
            }
            Clause::Versioning(on) => {
                let word = if *on { "ADD" } else { "DROP" };
                let text = format!("{word} SYSTEM VERSIONING");
                into.push(Piece::new(Action::TableOptions, text, vec![]).bound(Bond::Alone));
            }
            Clause::Partitions(division) => division::piece(self, division, made, into)?,
            other => key::piece(self, other, made, into),
        }
        Ok(())
    }

    fn spot(&self, name: &str, spot: &crate::mysql::ddl::change::Spot) -> String {
        column::place_of(self.task, (self.after, name), spot, &self.columns)
    }

    fn rename(&mut self, from: &str, to: &str) {
        if let Some(known) = self.columns.iter_mut().find(|known| same_name(known, from)) {
            to.clone_into(known);
        }
    }

    fn options(&mut self, made: &Table, into: &mut Vec<Piece>) {
        let quoting = column::quoting(self.task);
        // Setting the engine that it has would only write it anew.
        let texts: Vec<String> = made
            .options
            .iter()
            .filter(|option| {
                option.name != "ENGINE"
                    || (self.task.translator.target.server.product != Product::OceanBase
                        && self.now.option("ENGINE") != option.value.as_ref())
            })
            .map(|option| option_text(option, quoting))
            .collect();
        if texts.is_empty() {
            self.task
                .remark("options of the table left out", "the target has them, or has none such");
            return;
        }
        into.push(Piece::new(Action::TableOptions, texts.join(" "), vec![]));
    }

    fn convert(&self, charset: Option<&str>, collation: Option<&str>) -> Result<Piece, Obstacle> {
        let translator = self.task.translator;
        let own = self.task.statement.environment.get("collation_database").cloned();
        let named = collation.map(str::to_owned);
        let of_charset = || charset.map(|name| default_collation(&translator.source, name));
        let Some(from) = named.or_else(of_charset).or(own) else {
            return Err(Obstacle {
                action: Action::ConvertCharset,
                why: "its log does not tell the charset of the database".into(),
                advice: "edit the statement: name the charset and the collation".into(),
            });
        };
        let choice = choose(&from, &translator.target, &translator.options);
        let text =
            format!("CONVERT TO CHARACTER SET {} COLLATE {}", choice.charset, choice.collation);
        Ok(Piece::new(Action::ConvertCharset, text, vec![]))
    }
}
