//! Calling a project something else.

use super::{Error as Refusal, Shown, admit::taken, find::visible};
use crate::{
    Error,
    app::AppState,
    domain::{
        lifecycle::{NotAllowed, allows},
        project::{Outline, Project},
    },
    ops::{now, require, retried},
    repo,
};
use oms_contracts::project::project::ProjectOperation;
use oms_model::{Actor, ProjectId, Right, names::check_project_name};

/// Gives a project another name, which no other project of its owner may have.
pub async fn rename(
    state: &AppState,
    actor: Actor,
    id: ProjectId,
    name: String,
) -> Result<Shown, Error> {
    require(&actor, Right::ChangeWork)?;
    state
        .db
        .run(move |conn| {
            retried(conn, |conn| {
                let project = visible(conn, &actor, &id)?;
                let (state, operation) = (project.outline.state, ProjectOperation::Rename);
                if !allows(state, operation) {
                    return Err(Refusal::from(NotAllowed { state, operation }).into());
                }
                check_project_name(&name).map_err(|fault| Refusal::invalid("name", fault))?;
                if project.outline.name == name {
                    return super::shown(conn, project);
                }
                let seen = project.outline.seen();
                let outline = Outline { name: name.clone(), ..project.outline.touched(now()) };
                let stored = repo::project::set_name(conn, &outline, seen);
                if !stored.map_err(|error| taken(error, &outline.name))? {
                    return Err(Refusal::Changed.into());
                }
                super::shown(conn, Project { outline, ..project })
            })
        })
        .await
}
