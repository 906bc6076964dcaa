//! Deleting a store.

use super::{Error as Refusal, clear::clear};
use crate::{
    Error, app::AppState, domain::Store, domain::lifecycle::is_active, repo, runner::Leaving,
};
use oms_chassis::Conn;
use oms_contracts::store::{DeleteStore, StoreId};

/// Removes every trace of a store: what it put in place at its source, its log, its consumers, and
/// itself. Succeeds when there is none.
pub async fn delete(state: &AppState, id: StoreId, how: DeleteStore) -> Result<(), Error> {
    let Some((store, _leaving)) = admit(state, &id).await? else { return Ok(()) };
    // The source first: as long as the store is there, the deletion can be repeated.
    match clear(state, store).await {
        Err(Error::Store(error @ Refusal::NotCleared { .. })) if how.force => {
            tracing::warn!(store = %id, %error, "left at the source");
        }
        cleared => cleared?,
    }
    // Nobody opens its log meanwhile to remove what is old.
    let _claiming = state.runner.claiming().await;
    state.runner.logs().delete(&id).await?;
    let remove = move |conn: &mut Conn| conn.write(|conn| repo::store::delete(conn, &id));
    Ok(state.db.run(remove).await?)
}

/// A store that rests, and that nobody takes up as long as it is being deleted.
async fn admit(state: &AppState, id: &StoreId) -> Result<Option<(Store, Leaving)>, Error> {
    let _claiming = state.runner.claiming().await;
    let of = id.clone();
    let Some(store) = state.db.run(move |conn| repo::store::find(conn, &of)).await? else {
        return Ok(None);
    };
    state.runner.require_home(&store.outline)?;
    if is_active(store.outline.state) {
        return Err(Refusal::Active(store.outline.state).into());
    }
    let leaving = state.runner.leave(id).ok_or(Refusal::Leaving)?;
    Ok(Some((store, leaving)))
}
