//! Which statement becomes what.

use super::task::{Task, full};
use super::{alter, create, rename, sign};
use crate::evolve::{
    Happened, Layouts, Obstacle, Outcome, Place, Repeat, Selection, Step, Translator, ghost_of,
};
use crate::mysql::ddl::ast::Name;
use crate::mysql::ddl::change::Change;
use crate::mysql::ddl::clause::{Clause, Division};
use crate::mysql::ddl::{
    IndexStrategy, Mode, NameMap, Options, ParseError, Target, choose, name_text, parse_alter,
    parse_change,
};
use crate::product::Server;
use crate::schema::Choices;
use oms_model::ObjectName;
use oms_model::change::{Action, Statement};
use std::collections::BTreeMap;

#[derive(Debug)]
pub(super) struct MysqlTranslator {
    pub source: Server,
    pub target: Target,
    /// Of everything but names.
    pub options: Options,
}

impl MysqlTranslator {
    pub fn new(source: Server, target: Target, choices: Choices) -> Self {
        let options = Options {
            names: NameMap::within(""),
            charsets: choices.charsets,
            collations: choices.collations,
            indexes: match choices.indexes {
                IndexStrategy::None => IndexStrategy::None,
                IndexStrategy::WithTable | IndexStrategy::Deferred => IndexStrategy::WithTable,
            },
            hidden_key: choices.hidden_key,
            ..Options::within("")
        };
        Self { source, target, options }
    }

    /// A table of the target by the name that it is kept under.
    pub fn kept(&self, place: &Place) -> ObjectName {
        match self.target.lower_case_table_names {
            1 => ObjectName::new(place.database.to_lowercase(), place.table.to_lowercase()),
            _ => ObjectName::new(&place.database, &place.table),
        }
    }

    /// How what the source prints is read.
    pub fn source_mode(&self) -> Mode {
        Mode::of(&self.source, "")
    }

    /// How the statement's words are read.
    fn mode(&self, statement: &Statement) -> Mode {
        let modes = statement.environment.get("sql_mode").map_or("", String::as_str);
        let mut mode = Mode::of(&self.source, modes);
        mode.raw_members = false;
        mode
    }
}

pub(super) fn unreadable(error: &ParseError) -> Obstacle {
    Obstacle {
        action: Action::Other,
        why: format!("the statement cannot be read: {error}"),
        advice: "run at the target what it does, then skip it".into(),
    }
}

/// A table as it stands in a statement.
pub(super) fn written(table: &ObjectName) -> String {
    name_text(&Name::within(&table.database, &table.name))
}

impl Translator for MysqlTranslator {
    fn concerns(
        &self,
        statement: &Statement,
        selection: &dyn Selection,
    ) -> Result<Vec<ObjectName>, Obstacle> {
        let mut named: Vec<ObjectName> =
            statement.touches.iter().map(|(d, t)| ObjectName::new(d, t)).collect();
        let mode = self.mode(statement);
        let text = statement.text.as_bytes();
        let change = parse_change(text, mode).map_err(|error| unreadable(&error))?;
        if let Change::Create(table) = &change {
            named.extend(table.like.iter().map(|like| full(statement, like)));
        }
        let altered = parse_alter(text, mode).map_err(|error| unreadable(&error))?;
        for clause in altered.iter().flat_map(|altered| &altered.clauses) {
            if let Clause::Partitions(Division::Exchange { table, .. }) = clause {
                named.push(full(statement, table));
            }
        }
        let mut tables: Vec<ObjectName> = Vec::new();
        for name in named {
            let own = selection.place(&name.database, &name.name);
            let ghost = ghost_of(&name.name).filter(|_| own.is_none());
            let of_ghost = ghost.and_then(|ghost| selection.place(&name.database, &ghost.of));
            for place in own.iter().chain(&of_ghost) {
                let table = self.kept(place);
                if !tables.contains(&table) {
                    tables.push(table);
                }
            }
        }
        Ok(tables)
    }

    fn translate(
        &self,
        statement: &Statement,
        selection: &dyn Selection,
        layouts: &Layouts,
    ) -> Result<Outcome, Obstacle> {
        let mut task = Task::new(self, statement, selection, layouts);
        let mode = task.mode();
        let text = statement.text.as_bytes();
        if let Some(altered) = parse_alter(text, mode).map_err(|error| unreadable(&error))? {
            let table = task.full(&altered.table);
            alter::alter(&mut task, &table, altered.clauses)?;
            return Ok(task.outcome);
        }
        let change = parse_change(text, mode).map_err(|error| unreadable(&error))?;
        match change {
            Change::Create(table) => create::create(&mut task, *table)?,
            Change::Drop { temporary: true, .. } | Change::Other | Change::Database(_) => {
                task.remark("nothing is done", "it is about nothing that is replicated");
            }
            Change::Drop { tables, .. } => {
                for name in &tables {
                    let name = task.full(name);
                    create::remove(&mut task, &name)?;
                }
            }
            Change::DropDatabase(_) => {
                for (database, table) in &statement.touches {
                    create::remove(&mut task, &ObjectName::new(database, table))?;
                }
                task.remark("the database itself stays", "other things may be in it");
            }
            Change::Truncate(name) => {
                let name = task.full(&name);
                create::truncate(&mut task, &name)?;
            }
            Change::Rename(pairs) => {
                let pairs: Vec<_> =
                    pairs.iter().map(|(a, b)| (task.full(a), task.full(b))).collect();
                rename::rename(&mut task, &pairs)?;
            }
            // They were read as clauses.
            Change::Alter(_) | Change::CreateIndex { .. } | Change::DropIndex { .. } => {}
        }
        Ok(task.outcome)
    }

    fn own(&self, database: &str, sql: &str) -> Step {
        let mut step = Step {
            actions: vec![Action::Other],
            database: database.to_owned(),
            sql: sql.to_owned(),
            settings: BTreeMap::new(),
            tables: vec![],
            signs: vec![],
            repeat: Repeat::Never,
        };
        let mode = Mode::of(&self.target.server, "");
        let full = |name: &Name| {
            let within = name.database.as_deref().unwrap_or(database);
            ObjectName::new(within, &name.name)
        };
        if let Ok(Some(altered)) = parse_alter(sql.as_bytes(), mode) {
            let signs: Option<Vec<_>> = altered.clauses.iter().map(sign::of_own).collect();
            step.tables = vec![full(&altered.table)];
            if let Some(signs) = signs {
                step.signs = signs.into_iter().flatten().collect();
                step.repeat = Repeat::Unsigned;
            }
            return step;
        }
        match parse_change(sql.as_bytes(), mode) {
            Ok(Change::Create(table)) if table.rest.is_none() => {
                let table = full(&table.name);
                step.signs = vec![crate::evolve::Sign::Table { table: table.clone(), there: true }];
                (step.tables, step.repeat) = (vec![table], Repeat::Unsigned);
            }
            Ok(Change::Drop { tables, .. }) => {
                step.tables = tables.iter().map(full).collect();
                let gone = |table: &ObjectName| crate::evolve::Sign::Table {
                    table: table.clone(),
                    there: false,
                };
                (step.signs, step.repeat) =
                    (step.tables.iter().map(gone).collect(), Repeat::Unsigned);
            }
            Ok(Change::Truncate(table)) => {
                (step.tables, step.repeat) = (vec![full(&table)], Repeat::Freely);
            }
            _ => {}
        }
        step
    }

    fn happened(&self, step: &Step, before: &Layouts, now: &Layouts) -> Happened {
        sign::happened(step, before, now, Mode::of(&self.target.server, ""))
    }

    fn collation(&self, source: &str) -> String {
        choose(source, &self.target, &self.options).collation
    }
}
