//! A statement while it is translated.

use super::translator::MysqlTranslator;
use crate::evolve::{Layouts, Obstacle, Outcome, Place, Remark, Selection, Step};
use crate::mysql::ddl::ast::{Name, Table, same_name};
use crate::mysql::ddl::{Mode, parse_table};
use oms_model::ObjectName;
use oms_model::change::{Action, Statement, Treatment};

pub(super) struct Task<'a> {
    pub translator: &'a MysqlTranslator,
    pub statement: &'a Statement,
    pub selection: &'a dyn Selection,
    pub layouts: &'a Layouts,
    pub outcome: Outcome,
}

impl<'a> Task<'a> {
    pub fn new(
        translator: &'a MysqlTranslator,
        statement: &'a Statement,
        selection: &'a dyn Selection,
        layouts: &'a Layouts,
    ) -> Self {
        Self { translator, statement, selection, layouts, outcome: Outcome::default() }
    }

    /// How the statement's words are read.
    pub fn mode(&self) -> Mode {
        let modes = self.statement.environment.get("sql_mode").map_or("", String::as_str);
        let mut mode = Mode::of(&self.translator.source, modes);
        // A user wrote it, and no server printed it.
        mode.raw_members = false;
        mode
    }

    /// A name of the statement, in full and as the source keeps it.
    pub fn full(&self, name: &Name) -> ObjectName {
        full(self.statement, name)
    }

    /// Where a table of the source goes.
    pub fn place(&self, table: &ObjectName) -> Option<Place> {
        self.selection.place(&table.database, &table.name)
    }

    /// A table of the target by the name that it is kept under.
    pub fn target(&self, place: &Place) -> ObjectName {
        self.translator.kept(place)
    }

    /// What a table of the target looks like.
    pub fn layout(&self, table: &ObjectName) -> Result<Option<Table>, Obstacle> {
        let Some(text) = self.layouts.of(table) else { return Ok(None) };
        let mode = Mode::of(&self.translator.target.server, "");
        let parsed = parse_table(text.as_bytes(), mode);
        parsed.map(Some).map_err(|error| Obstacle {
            action: Action::Other,
            why: format!("the target's definition of {table} cannot be read: {error}"),
            advice: "run at the target what the statement does, then skip it".into(),
        })
    }

    /// A table of the source, as it is after the statement.
    pub fn model(&self, table: &ObjectName) -> Option<&'a oms_model::Table> {
        let mut tables = self.statement.tables.iter();
        tables.find(|known| known.database == table.database && known.name == table.name)
    }

    pub fn remark(&mut self, what: impl Into<String>, why: impl Into<String>) {
        let remark = Remark { what: what.into(), why: why.into() };
        if !self.outcome.remarks.contains(&remark) {
            self.outcome.remarks.push(remark);
        }
    }

    pub fn step(&mut self, step: Step) {
        self.outcome.steps.push(step);
    }

    /// Whether something is done, by what was chosen for its kind.
    pub fn wants(&mut self, action: Action, what: &str) -> Result<bool, Obstacle> {
        match self.selection.treatment(action) {
            Treatment::Replicate => Ok(true),
            Treatment::Ignore if !action.moves_rows() => {
                self.remark(format!("{what} left out"), format!("{action} is ignored"));
                Ok(false)
            }
            Treatment::Ignore => Err(Obstacle {
                action,
                why: format!("{what}: {action} is to be ignored, and moves rows"),
                advice: "do at the target what it does, or skip it".into(),
            }),
            Treatment::Stop => Err(Obstacle {
                action,
                why: format!("{what}: the task stops at {action}"),
                advice: "let it run, edit it, or skip it".into(),
            }),
        }
    }

    /// That several tables go into the one that is to change.
    pub fn unshared(&self, place: &Place, action: Action) -> Result<(), Obstacle> {
        match place.shared {
            false => Ok(()),
            true => Err(Obstacle {
                action,
                why: format!("other tables go into {} as well", self.target(place)),
                advice: "change it there as all of them need it, then skip the statement".into(),
            }),
        }
    }
}

/// A name of a statement, in full: as the source keeps it, where the statement touches it.
pub(super) fn full(statement: &Statement, name: &Name) -> ObjectName {
    let own = statement.database.as_deref().unwrap_or_default();
    let database = name.database.as_deref().unwrap_or(own);
    let exact = |(d, t): &&(String, String)| d == database && t == &name.name;
    let alike = |(d, t): &&(String, String)| same_name(d, database) && same_name(t, &name.name);
    let touches = &statement.touches;
    let found = touches.iter().find(exact).or_else(|| touches.iter().find(alike));
    match found {
        Some((database, table)) => ObjectName::new(database, table),
        None => ObjectName::new(database, &name.name),
    }
}

/// A column by its name among some that are chosen.
pub(super) fn is_chosen(place: &Place, column: &str) -> bool {
    let chosen = place.columns.as_ref();
    chosen.is_none_or(|names| names.iter().any(|name| same_name(name, column)))
}
