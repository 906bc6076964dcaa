//! Whoever reads a store says how far it is, and that it will not read any more.

use super::{Error as Refusal, Shown, find, require_outline};
use crate::{
    Error,
    app::AppState,
    log::{ChangeLog, LogError, SegmentLog},
    ops::now,
    repo::{self, consumer::Consumer},
};
use oms_chassis::Conn;
use oms_contracts::store::{ConsumerName, StoreId};
use oms_model::change::Seq;

/// Registers a consumer, or moves it on. What was removed cannot be asked to be kept.
pub async fn advance_consumer(
    state: &AppState,
    id: StoreId,
    name: ConsumerName,
    seq: Seq,
) -> Result<Shown, Error> {
    let log = log_of(state, &id).await?;
    let consumer = Consumer { name, seq, updated_at: now() };
    enlist(state, &id, &log, consumer, true).await?;
    find(state, id).await
}

/// Registers a consumer that is to read what follows a change, and moves it on if it may.
pub(super) async fn enlist(
    state: &AppState,
    id: &StoreId,
    log: &SegmentLog,
    consumer: Consumer,
    moves: bool,
) -> Result<(), Error> {
    let (of, seq, name) = (id.clone(), consumer.seq, consumer.name.clone());
    let work = move |conn: &mut Conn| -> Result<bool, Error> {
        conn.write(|conn| {
            let is_new = repo::consumer::register(conn, &of, &consumer)?;
            if moves {
                repo::consumer::advance(conn, &of, &consumer)?;
            }
            Ok(is_new)
        })
    };
    let is_new = state.db.run(work).await?;
    // Only now does nobody remove what it needs, so only now it is certain that it is there.
    let extent = log.extent().borrow().clone();
    let refused = if seq < extent.begin {
        LogError::Gone { after: seq, begin: extent.begin }
    } else if seq > extent.end {
        LogError::Ahead { after: seq, end: extent.end }
    } else {
        return Ok(());
    };
    if is_new {
        delete_consumer(state, id.clone(), name).await?;
    }
    Err(refused.into())
}

/// Forgets a consumer. Succeeds when there is none.
pub async fn delete_consumer(
    state: &AppState,
    id: StoreId,
    name: ConsumerName,
) -> Result<(), Error> {
    let work = move |conn: &mut Conn| repo::consumer::delete(conn, &id, &name);
    Ok(state.db.run(work).await?)
}

/// The log of a store, which is here.
pub(super) async fn log_of(state: &AppState, id: &StoreId) -> Result<SegmentLog, Error> {
    let of = id.clone();
    let seen = state.db.run(move |conn| require_outline(conn, &of)).await?;
    state.runner.require_home(&seen)?;
    if seen.home.is_none() {
        return Err(Refusal::NoLog.into());
    }
    Ok(state.runner.logs().get(id).await?)
}
