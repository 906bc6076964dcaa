//! Which tables are replicated, as a translation wants to know it.

use super::super::fate::Trouble;
use super::super::routes::Routes;
use super::{Met, trouble};
use crate::domain::incr::Treatments;
use oms_connector::evolve::{Entry, Place, Selection};
use oms_model::ObjectName;
use oms_model::change::{Action, Seq, Statement, Treatment};
use serde::{Deserialize, Serialize};

/// A statement on a ghost table that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Held {
    ghost: ObjectName,
    statement: Statement,
}

pub(super) struct Chosen<'a> {
    routes: &'a Routes,
    treatments: &'a Treatments,
    held: Vec<(Seq, Held)>,
    is_lenient: bool,
}

impl<'a> Chosen<'a> {
    pub fn new(
        routes: &'a Routes,
        treatments: &'a Treatments,
        entries: &[Entry],
        met: &Met<'_>,
    ) -> Result<Self, Trouble> {
        let mut held = Vec::with_capacity(entries.len());
        for entry in entries.iter().filter(|entry| entry.seq < met.seq) {
            let one =
                serde_json::from_str(&entry.body).map_err(|error| trouble::strange(&error))?;
            held.push((entry.seq, one));
        }
        Ok(Self { routes, treatments, held, is_lenient: met.is_lenient })
    }

    /// What the journal says of a statement that waits.
    pub fn held_body(ghost: &ObjectName, statement: &Statement) -> Result<String, Trouble> {
        let held = Held { ghost: ghost.clone(), statement: statement.clone() };
        serde_json::to_string(&held).map_err(|error| trouble::strange(&error))
    }

    /// The statements that waited for these ghosts.
    pub fn held_of(&self, ghosts: &[ObjectName]) -> Vec<Seq> {
        let of = |(_, held): &&(Seq, Held)| ghosts.contains(&held.ghost);
        self.held.iter().filter(of).map(|(seq, _)| *seq).collect()
    }

    /// Whether all tables that a statement is about were loaded after it.
    pub fn is_behind(&self, met: &Met<'_>) -> bool {
        let touches = met.statement.touches.iter();
        let mut rules =
            touches.filter_map(|(database, table)| self.routes.rule(database, table)).peekable();
        rules.peek().is_some() && rules.all(|rule| met.seq <= rule.since)
    }
}

impl Selection for Chosen<'_> {
    fn place(&self, database: &str, table: &str) -> Option<Place> {
        let rule = self.routes.rule(database, table)?;
        let shared = self.routes.is_shared(&rule);
        Some(Place {
            database: rule.target_database,
            table: rule.target_table,
            columns: rule.columns,
            shared,
        })
    }

    fn treatment(&self, action: Action) -> Treatment {
        self.treatments.of(action)
    }

    fn held(&self, database: &str, ghost: &str) -> Vec<Statement> {
        let of =
            |(_, held): &&(Seq, Held)| held.ghost.database == database && held.ghost.name == ghost;
        self.held.iter().filter(of).map(|(_, held)| held.statement.clone()).collect()
    }

    fn is_lenient(&self) -> bool {
        self.is_lenient
    }
}
