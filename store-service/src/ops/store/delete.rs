//! Deleting a store.

use super::Error as Refusal;
use crate::{Error, app::AppState, domain::lifecycle::is_active, repo};
use oms_chassis::Conn;
use oms_contracts::store::StoreId;

/// Removes every trace of a store: its log, its consumers, and itself. Succeeds when there is none.
pub async fn delete(state: &AppState, id: StoreId) -> Result<(), Error> {
    // Nobody takes it up meanwhile, nor opens its log to remove what is old.
    let _claiming = state.runner.claiming().await;
    let (runner, of) = (state.runner.clone(), id.clone());
    let check = move |conn: &mut Conn| -> Result<bool, Error> {
        let Some(seen) = repo::store::outline(conn, &of)? else { return Ok(false) };
        runner.require_home(&seen)?;
        if is_active(seen.state) {
            return Err(Refusal::Active(seen.state).into());
        }
        Ok(true)
    };
    if !state.db.run(check).await? {
        return Ok(());
    }
    // The log first: as long as the store is there, the deletion can be repeated.
    state.runner.logs().delete(&id).await?;
    let remove = move |conn: &mut Conn| conn.write(|conn| repo::store::delete(conn, &id));
    Ok(state.db.run(remove).await?)
}
