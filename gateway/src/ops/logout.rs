//! Logging out: the session ends, and with it every token it gave.

use super::now;
use crate::{AppState, Error, domain::session::SessionId, repo::sessions};

pub async fn logout(state: &AppState, id: &SessionId) -> Result<(), Error> {
    let session = id.clone();
    state.db.run(move |conn| sessions::end(conn, &session, now()).map_err(Error::from)).await?;
    state.sessions.forget_session(id);
    Ok(())
}
