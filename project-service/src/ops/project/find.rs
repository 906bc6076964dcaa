//! Looking at one project.

use super::Error as Refusal;
use crate::{
    Error,
    app::AppState,
    domain::{data_source::DataSource, project::Outline, project::Project},
    ops::require,
    repo,
};
use oms_chassis::Conn;
use oms_contracts::project::project::LabelRef;
use oms_model::{Actor, ProjectId, Right};

/// A project with all that is shown of it.
#[derive(Debug)]
pub struct Shown {
    pub project: Project,
    pub labels: Vec<LabelRef>,
    /// `None` when the data source was deleted after the project was over.
    pub source: Option<DataSource>,
    pub sink: Option<DataSource>,
}

/// A project that the actor sees.
pub async fn find(state: &AppState, actor: Actor, id: ProjectId) -> Result<Shown, Error> {
    require(&actor, Right::ReadWork)?;
    state
        .db
        .run(move |conn| {
            let project = visible(conn, &actor, &id)?;
            shown(conn, project)
        })
        .await
}

/// The project, if the actor sees it; for everybody else it is not there.
pub(crate) fn visible(conn: &mut Conn, actor: &Actor, id: &ProjectId) -> Result<Project, Error> {
    let found = repo::project::find(conn, id)?;
    let found = found.filter(|project| actor.sees(&project.outline.owned.owner));
    Ok(found.ok_or_else(|| Refusal::NoSuch(id.clone()))?)
}

/// The same, where the outline is enough.
pub(super) fn outlined(conn: &mut Conn, actor: &Actor, id: &ProjectId) -> Result<Outline, Error> {
    let found = repo::project::outline(conn, id)?;
    let found = found.filter(|outline| actor.sees(&outline.owned.owner));
    Ok(found.ok_or_else(|| Refusal::NoSuch(id.clone()))?)
}

/// Adds what is shown with a project. The ends are shown whoever owns them: who sees a project may
/// know where it leads.
pub(crate) fn shown(conn: &mut Conn, project: Project) -> Result<Shown, Error> {
    let labels = repo::project_label::of(conn, [&project.outline.id])?;
    let labels = labels.into_values().next().unwrap_or_default();
    let source = repo::data_source::find(conn, &project.outline.ends.source.id)?;
    let sink = repo::data_source::find(conn, &project.outline.ends.sink.id)?;
    Ok(Shown { project, labels, source, sink })
}
