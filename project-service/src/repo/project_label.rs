//! Which project carries which labels: the table `project_labels`, seen from the projects.

use super::{
    Error,
    label::{labels, project_labels},
};
use diesel::{
    prelude::*,
    result::{DatabaseErrorKind, Error as QueryError},
};
use oms_chassis::Conn;
use oms_contracts::project::project::LabelRef;
use oms_model::{LabelId, ProjectId};
use std::collections::{HashMap, HashSet};

/// The labels of these projects, in the order of their names. One statement for all of them.
pub fn of<'a>(
    conn: &mut Conn,
    projects: impl IntoIterator<Item = &'a ProjectId>,
) -> Result<HashMap<ProjectId, Vec<LabelRef>>, Error> {
    let mut of: HashMap<ProjectId, Vec<LabelRef>> = HashMap::new();
    let mut ids = projects.into_iter();
    let Some(first) = ids.next() else { return Ok(of) };
    // Not `eq_any`: on SQLite a statement with it is prepared anew each time, which costs more than
    // running it.
    let is = |id: &'a ProjectId| project_labels::project_id.eq(id.as_str());
    let query = project_labels::table
        .inner_join(labels::table.on(labels::id.eq(project_labels::label_id)))
        .into_boxed()
        .filter(is(first));
    let rows: Vec<(String, String, String)> = ids
        .fold(query, |query, id| query.or_filter(is(id)))
        .order((labels::name_folded, labels::id))
        .select((project_labels::project_id, labels::id, labels::name))
        .load(conn)?;
    for (project, label, name) in rows {
        let corrupt = |error| Error::corrupt("project_labels", &project, error);
        let id = label.parse().map_err(corrupt)?;
        let project = project.parse().map_err(corrupt)?;
        of.entry(project).or_default().push(LabelRef { id, name });
    }
    Ok(of)
}

/// Those of the labels that exist.
pub fn existing(conn: &mut Conn, wanted: &[LabelId]) -> Result<HashSet<LabelId>, Error> {
    if wanted.is_empty() {
        return Ok(HashSet::new());
    }
    let found: Vec<String> = labels::table
        .filter(labels::id.eq_any(wanted.iter().map(LabelId::as_str)))
        .select(labels::id)
        .load(conn)?;
    let id = |text: String| text.parse().map_err(|error| Error::corrupt("labels", &text, error));
    found.into_iter().map(id).collect()
}

/// Gives a project these labels in place of those it has; false when one of them is gone. To be
/// called in a transaction.
pub fn set(conn: &mut Conn, project: &ProjectId, wanted: &[LabelId]) -> Result<bool, Error> {
    let rows = project_labels::table.filter(project_labels::project_id.eq(project.as_str()));
    diesel::delete(rows).execute(conn)?;
    for label in wanted {
        let row = (
            project_labels::project_id.eq(project.as_str()),
            project_labels::label_id.eq(label.as_str()),
        );
        match diesel::insert_into(project_labels::table).values(row).execute(conn) {
            Ok(_) => {}
            Err(QueryError::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _)) => {
                return Ok(false);
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(true)
}
