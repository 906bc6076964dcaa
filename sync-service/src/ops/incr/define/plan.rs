//! What is done about a statement, as the journal keeps it.

use super::super::fate::Trouble;
use super::super::routes::Routes;
use super::trouble;
use oms_connector::Translator;
use oms_connector::evolve::{Entry, EntryState, Layouts, Outcome, Remark, Step};
use oms_model::change::{Action, Seq, Statement};
use serde::{Deserialize, Serialize};

/// The steps, and what is to be told.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Plan {
    pub steps: Vec<Step>,
    pub remarks: Vec<Remark>,
    /// Somebody wrote the steps.
    pub is_edited: bool,
    /// Statements that waited for this one.
    pub released: Vec<Seq>,
}

impl Plan {
    pub fn of(outcome: Outcome) -> Self {
        let Outcome { steps, remarks, .. } = outcome;
        Self { steps, remarks, ..Self::default() }
    }

    pub fn remarked(what: &str, why: &str) -> Self {
        let remark = Remark { what: what.into(), why: why.into() };
        Self { remarks: vec![remark], ..Self::default() }
    }

    /// What somebody wrote. Names without a database are those of the statement's first table.
    pub fn edited(
        translator: &dyn Translator,
        statement: &Statement,
        written: &[String],
        routes: &Routes,
    ) -> Self {
        let mut rules = statement.touches.iter().filter_map(|(d, t)| routes.rule(d, t));
        let database = rules.next().map(|rule| rule.target_database);
        let database = database.or_else(|| statement.database.clone()).unwrap_or_default();
        let steps = written.iter().map(|sql| translator.own(&database, sql)).collect();
        Self { steps, is_edited: true, ..Self::default() }
    }

    /// The plan that a run before left, where it has to be followed: it was begun.
    pub fn resumed(entry: &Entry) -> Option<Self> {
        let is_open = match entry.state {
            EntryState::Begun => true,
            // Nothing was done yet: the target, or what is wanted of it, may be another one by now.
            EntryState::Refused => entry.done > 0,
            EntryState::Done | EntryState::Held => false,
        };
        is_open.then(|| serde_json::from_str(&entry.body).ok()).flatten()
    }

    /// Whether an entry is about this very plan.
    pub fn is_in(&self, entry: &Entry) -> bool {
        let begun = matches!(entry.state, EntryState::Begun | EntryState::Refused);
        begun && serde_json::from_str::<Self>(&entry.body).is_ok_and(|plan| plan == *self)
    }

    pub fn body(&self) -> Result<String, Trouble> {
        serde_json::to_string(self).map_err(|error| trouble::strange(&error))
    }
}

/// Whether a step makes a table, and so needs a database.
pub(super) fn creates(step: &Step) -> bool {
    step.actions.contains(&Action::CreateTable)
}

/// What tables look like, as the journal keeps it.
pub(super) fn looks(layouts: &Layouts) -> Result<String, Trouble> {
    serde_json::to_string(layouts).map_err(|error| trouble::strange(&error))
}

pub(super) fn looks_of(entry: &Entry) -> Result<Layouts, Trouble> {
    serde_json::from_str(&entry.before).map_err(|error| trouble::strange(&error))
}
