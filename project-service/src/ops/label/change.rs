//! Renaming and deleting labels.

use super::{Error as Refusal, checked};
use crate::{
    Error,
    app::AppState,
    domain::label::Label,
    ops::{now, require, retried},
    repo,
};
use oms_chassis::Conn;
use oms_model::{Actor, LabelId, Right};

/// Renames a label; the projects that carry it go on carrying it.
pub async fn rename(
    state: &AppState,
    actor: Actor,
    id: LabelId,
    name: String,
) -> Result<Label, Error> {
    require(&actor, Right::ChangeLabels)?;
    checked(&name)?;
    state
        .db
        .run(move |conn| {
            retried(conn, |conn| {
                let label = changeable(conn, &actor, &id)?;
                let holder = repo::label::name_holder(conn, &name)?;
                if holder.is_some_and(|holder| holder != id) {
                    return Err(Refusal::Taken(name.clone()).into());
                }
                let modified_at = now();
                repo::label::set_name(conn, &id, &name, modified_at)?;
                Ok(Label { name: name.clone(), modified_at, ..label })
            })
        })
        .await
}

/// Deletes a label that no project carries; with `force`, takes it off those that do.
pub async fn delete(state: &AppState, actor: Actor, id: LabelId, force: bool) -> Result<(), Error> {
    require(&actor, Right::ChangeLabels)?;
    state
        .db
        .run(move |conn| {
            retried(conn, |conn| {
                let label = changeable(conn, &actor, &id)?;
                if label.used_by > 0 && !force {
                    return Err(Refusal::InUse(label.used_by).into());
                }
                repo::label::take_off(conn, &id)?;
                // A project that takes the label at this moment makes the foreign key refuse, and
                // the next attempt counts it.
                Ok(repo::label::delete(conn, &id)?)
            })
        })
        .await
}

/// A label that the actor may change. All labels are seen by all, so a foreign one is no secret.
fn changeable(conn: &mut Conn, actor: &Actor, id: &LabelId) -> Result<Label, Error> {
    let label = repo::label::find(conn, id)?.ok_or_else(|| Refusal::NoSuch(id.clone()))?;
    match actor.has(Right::ChangeLabels, &label.owned.owner) {
        true => Ok(label),
        false => Err(Refusal::Foreign(label.owned.account).into()),
    }
}
