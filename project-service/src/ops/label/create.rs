//! Making a label.

use super::{Error as Refusal, checked};
use crate::{
    Error,
    app::AppState,
    domain::{label::Label, owned::Ownership},
    ops::{fresh_id, now, require, retried},
    repo,
};
use oms_model::{Actor, Right};

/// Makes a label of the actor's.
pub async fn create(state: &AppState, actor: Actor, name: String) -> Result<Label, Error> {
    require(&actor, Right::ChangeLabels)?;
    checked(&name)?;
    let now = now();
    let label = Label {
        id: fresh_id(),
        name,
        owned: Ownership::of(&actor),
        used_by: 0,
        created_at: now,
        modified_at: now,
    };
    state
        .db
        .run(move |conn| {
            retried(conn, |conn| {
                if repo::label::name_holder(conn, &label.name)?.is_some() {
                    return Err(Refusal::Taken(label.name.clone()).into());
                }
                let slot = repo::label::free_slot(conn)?.ok_or(Refusal::TooMany)?;
                Ok(repo::label::insert(conn, &label, slot)?)
            })?;
            Ok(label)
        })
        .await
}
