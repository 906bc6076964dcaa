//! Whether what somebody wants of a project makes sense. Everything that is wrong is found at once,
//! each fault with the path of its field, so that a form can show them all.
//!
//! Pure: what has to be looked up first comes in as [`Surroundings`].

mod config;
mod ends;
mod mapping;
mod merges;
mod steps;

use oms_contracts::{Detail, project::project::ProjectSpec};
use oms_model::{
    DatabaseKind, LabelId,
    names::{LABELS_PER_PROJECT_MAX, check_project_name, check_word},
};
use std::{collections::HashSet, fmt::Display};

/// What a project is to stand among, as far as its owner sees it.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    /// The kind of the source; `None` when the owner sees no such data source.
    pub source: Option<DatabaseKind>,
    /// The same of the target.
    pub sink: Option<DatabaseKind>,
    pub pairing: Pairing,
    /// Those of the labels that exist.
    pub labels: HashSet<LabelId>,
    /// Unix seconds.
    pub now: i64,
}

/// What the connectors say of projects of this type, and of joining these two ends by one.
#[derive(Debug, Clone, Default)]
pub struct Pairing {
    /// The kinds that may be the source.
    pub sources: Vec<DatabaseKind>,
    /// The kinds that may be the target.
    pub sinks: Vec<DatabaseKind>,
    /// Whether both ends may be written to at once.
    pub active_active: bool,
}

/// Everything that is wrong with a project to be.
pub fn faults(spec: &ProjectSpec, around: &Surroundings) -> Vec<Detail> {
    let mut faults = Faults::default();
    if let Err(fault) = check_project_name(&spec.name) {
        faults.add("name", fault);
    }
    if let Some(id) = &spec.worker_grade_id
        && let Err(fault) = check_word("instance id", id, WORKER_GRADE_ID_MAX)
    {
        faults.add("workerGradeId", fault);
    }
    faults.0.extend(label_faults(&spec.label_ids, &around.labels));
    ends::check(spec, around, &mut faults);
    steps::check(spec, &mut faults);
    config::check(spec, around.now, &mut faults);
    mapping::check(spec, &mut faults);
    faults.0
}

const WORKER_GRADE_ID_MAX: usize = 64;

#[derive(Debug, Default)]
struct Faults(Vec<Detail>);

impl Faults {
    fn add(&mut self, field: impl Into<String>, message: impl Display) {
        self.0.push(Detail::new(field, message.to_string()));
    }

    fn add_if(&mut self, wrong: bool, field: &str, message: impl Display) {
        if wrong {
            self.add(field, message);
        }
    }
}

/// Everything that is wrong with the labels a project is to carry.
pub fn label_faults(ids: &[LabelId], existing: &HashSet<LabelId>) -> Vec<Detail> {
    let mut faults = Faults::default();
    if ids.len() > LABELS_PER_PROJECT_MAX {
        let message = format!("a project carries at most {LABELS_PER_PROJECT_MAX} labels");
        faults.add("labelIds", message);
    }
    let mut seen = HashSet::new();
    for (i, id) in ids.iter().enumerate() {
        let field = format!("labelIds[{i}]");
        if !seen.insert(id) {
            faults.add(field, "the label is named twice");
        } else if !existing.contains(id) {
            faults.add(field, "there is no such label");
        }
    }
    faults.0
}

#[cfg(test)]
mod tests;
