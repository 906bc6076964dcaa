//! Which clauses are done, and what of them has to be converted.

use super::alter::Work;
use super::task::is_chosen;
use super::{column, division, key};
use crate::evolve::Obstacle;
use crate::mysql::ddl::Feature;
use crate::mysql::ddl::ast::{Column, same_name};
use crate::mysql::ddl::clause::Clause;
use oms_model::change::Action;

impl Work<'_, '_> {
    /// Says what a clause wants to be converted, unless it is left out.
    pub(super) fn keep(&mut self, clause: Clause, kept: &mut Vec<Clause>) -> Result<(), Obstacle> {
        match clause {
            Clause::AddColumn { .. } | Clause::ChangeColumn { .. } => {
                self.keep_column(clause, kept)
            }
            Clause::DropColumn { .. }
            | Clause::RenameColumn { .. }
            | Clause::SetDefault { .. }
            | Clause::ShowColumn { .. } => self.keep_of_column(clause, kept),
            Clause::Options(options) => {
                if self.task.wants(Action::TableOptions, "options of the table")?
                    && let Some(scaffold) = &mut self.scaffold
                {
                    scaffold.table.options.extend(options);
                    scaffold.of_table = true;
                    // Once for all of them.
                    let all = Clause::Options(vec![]);
                    if !kept.contains(&all) {
                        kept.push(all);
                    }
                }
                Ok(())
            }
            Clause::Convert { .. } => {
                if self.task.wants(Action::ConvertCharset, "the table's charset")? {
                    kept.push(clause);
                }
                Ok(())
            }
            Clause::Partitions(division) => division::keep(self, division, kept),
            Clause::Versioning(on) => {
                let both = self.task.translator.target.has(Feature::SystemVersioning);
                if !both {
                    self.task.remark("SYSTEM VERSIONING left out", "the target has none");
                } else if self.task.wants(Action::TableOptions, "SYSTEM VERSIONING")? {
                    kept.push(Clause::Versioning(on));
                }
                Ok(())
            }
            Clause::Physical => {
                self.task.remark("how it is done", "it is the target's own affair");
                Ok(())
            }
            Clause::RenameTo(_) => Ok(()),
            Clause::Other(what) => Err(Obstacle {
                action: Action::Other,
                why: format!("it is not known what {what:?} does"),
                advice: "run at the target what it does, then skip the statement".into(),
            }),
            key => key::keep(self, key, kept),
        }
    }

    fn keep_column(&mut self, clause: Clause, kept: &mut Vec<Clause>) -> Result<(), Obstacle> {
        let is_ahead = self.task.selection.is_lenient();
        match clause {
            Clause::AddColumn { mut column, spot, lenient } => {
                let name = column.name.clone();
                if !self.is_wanted(Action::AddColumn, &name)? {
                    return Ok(());
                }
                if (lenient || is_ahead) && self.has_column(&name) {
                    self.task.remark(format!("column {name} is not added"), "it is there");
                    return Ok(());
                }
                let key = key::of_column(&mut column);
                let settled = column::settled(self.task, self.after, &column)?;
                self.build(settled);
                self.columns.push(name);
                kept.push(Clause::AddColumn { column, spot, lenient });
                key.map_or(Ok(()), |key| self.keep(key, kept))
            }
            Clause::ChangeColumn { from, mut column, spot, lenient } => {
                if !self.is_wanted_as(Action::ChangeColumn, &from, &column.name)? {
                    return Ok(());
                }
                let done = !self.has_column(&from) && (lenient || is_ahead);
                if done {
                    self.task.remark(format!("column {from} is not changed"), "there is none");
                    return Ok(());
                }
                let key = key::of_column(&mut column);
                let settled = column::settled(self.task, self.after, &column)?;
                self.build(settled);
                kept.push(Clause::ChangeColumn { from, column, spot, lenient });
                key.map_or(Ok(()), |key| self.keep(key, kept))
            }
            _ => Ok(()),
        }
    }

    fn keep_of_column(&mut self, clause: Clause, kept: &mut Vec<Clause>) -> Result<(), Obstacle> {
        let is_ahead = self.task.selection.is_lenient();
        match clause {
            Clause::DropColumn { name, lenient } => {
                let wanted = self.is_wanted(Action::DropColumn, &name)?;
                if wanted && !self.has_column(&name) && (lenient || is_ahead) {
                    self.task.remark(format!("column {name} is not dropped"), "there is none");
                } else if wanted {
                    self.columns.retain(|known| !same_name(known, &name));
                    kept.push(Clause::DropColumn { name, lenient });
                }
                Ok(())
            }
            Clause::RenameColumn { from, to, lenient } => {
                let wanted = self.is_wanted_as(Action::RenameColumn, &from, &to)?;
                if wanted && !self.has_column(&from) && (lenient || is_ahead) {
                    self.task.remark(format!("column {from} is not renamed"), "there is none");
                } else if wanted {
                    kept.push(Clause::RenameColumn { from, to, lenient });
                }
                Ok(())
            }
            Clause::SetDefault { column, default } => {
                if !self.is_wanted(Action::ChangeDefault, &column)? {
                    return Ok(());
                }
                let scaffold = self.scaffold.as_ref();
                let known = scaffold.and_then(|it| it.table.column(&column)).cloned();
                if let Some(known) = known.filter(|_| default.is_some()) {
                    self.build(Column { default: default.clone(), ..known });
                }
                kept.push(Clause::SetDefault { column, default });
                Ok(())
            }
            Clause::ShowColumn { column, invisible } => {
                if !self.task.translator.target.has(Feature::InvisibleColumns) {
                    self.task
                        .remark(format!("column {column} stays visible"), "the target hides none");
                } else if self.is_wanted(Action::ChangeColumn, &column)? {
                    kept.push(Clause::ShowColumn { column, invisible });
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn build(&mut self, column: Column) {
        if let Some(scaffold) = &mut self.scaffold {
            scaffold.column(column);
        }
    }

    /// Whether a clause on a column is done.
    pub fn is_wanted(&mut self, action: Action, column: &str) -> Result<bool, Obstacle> {
        if !is_chosen(self.place, column) {
            let what = format!("{action} of {column} left out");
            self.task.remark(what, "the column is not replicated");
            return Ok(false);
        }
        self.task.wants(action, &format!("column {column}"))
    }

    fn is_wanted_as(&mut self, action: Action, from: &str, to: &str) -> Result<bool, Obstacle> {
        if self.place.columns.is_some() && !same_name(from, to) && is_chosen(self.place, from) {
            return Err(Obstacle {
                action,
                why: format!("column {from} is replicated by its name, and becomes {to}"),
                advice:
                    "rename it at the target, choose it by its new name, and skip the statement"
                        .into(),
            });
        }
        self.is_wanted(action, from)
    }
}
