//! Starting and stopping stores. Both may be repeated: what runs is not started twice, and what rests
//! needs no stop.

use super::{Shown, find, require_outline};
use crate::{Error, app::AppState, ops::now, repo};
use oms_chassis::Conn;
use oms_contracts::store::StoreId;

/// Starts a store, or goes on with it. One that runs stays as it is.
pub async fn start(state: &AppState, id: StoreId) -> Result<Shown, Error> {
    state.runner.start(&id).await?;
    find(state, id).await
}

/// Asks a store to stop. It has stopped once nothing of it is at work, and then its state says so.
pub async fn stop(state: &AppState, id: StoreId) -> Result<Shown, Error> {
    let asked = id.clone();
    let work = move |conn: &mut Conn| -> Result<(), Error> {
        conn.write(|conn| {
            repo::store::ask_to_stop(conn, &asked, now())?;
            require_outline(conn, &asked).map(drop)
        })
    };
    state.db.run(work).await?;
    state.runner.poke(&id);
    find(state, id).await
}
