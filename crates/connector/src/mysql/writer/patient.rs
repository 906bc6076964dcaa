//! A statement that takes a whole table, and waits for others to let go of it only so long.

use crate::data_error::DataError;
use crate::mysql::data_fault;
use crate::mysql::data_session::{DataSession, Use};
use crate::mysql::seat;
use crate::mysql::seated::Seated;
use crate::mysql::wire::WireError;
use crate::registry::Site;

/// The statement was interrupted.
const INTERRUPTED: u16 = 1317;

/// Runs the statement. Where the server sets no limit to such a wait by itself, the statement is
/// interrupted from beside: it must be at an end, and not only unheard, before anything else is done.
pub(super) async fn run(session: &mut Seated, site: &Site, sql: &str) -> Result<(), DataError> {
    let (member, limit) = (session.member, site.waits.lock);
    let seat = session.lock().map(str::to_owned);
    if member.lock_limit(limit).is_some() {
        return session.run(sql.as_bytes()).await;
    }
    let running = session.wire.execute(sql.as_bytes());
    tokio::pin!(running);
    let ended = tokio::select! {
        ended = &mut running => ended,
        () = tokio::time::sleep(limit) => {
            // By its seat: a number could be somebody else's at the server that is found there now.
            // Where nobody can interrupt it, it ends by the statement's own limit.
            if let (Some(seat), Ok(mut beside)) =
                (&seat, DataSession::open(site, member, Use::Writing).await)
            {
                let _ = seat::interrupt(&mut beside, seat).await;
                beside.wire.quit().await;
            }
            running.await.map_err(|error| match error {
                WireError::Server { code: INTERRUPTED, state, .. } => {
                    let message = format!("others held the table for {limit:?}");
                    WireError::Server { code: LOCK_WAIT, state, message }
                }
                other => other,
            })
        }
    };
    ended.map(drop).map_err(data_fault::of_wire)
}

/// A lock was waited for too long.
const LOCK_WAIT: u16 = 1205;
