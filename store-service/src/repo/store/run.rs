//! Who runs a store: taking it up, saying how it goes, and how it ended.

use super::{OUTLINE, OutlineRow, stores};
use crate::{
    domain::{Fence, Outline},
    repo::{Error, as_json, corrupt},
};
use diesel::prelude::*;
use oms_chassis::Conn;
use oms_contracts::{
    store::{StoreId, StoreLive, StoreState},
    sync::TaskError,
};

const ACTIVE: [&str; 2] = ["RUNNING", "STOPPING"];

/// Takes a store up as it was seen, so that it runs. Gives the store as it is then, or nothing when it
/// is no longer as it was seen.
pub fn claim(
    conn: &mut Conn,
    seen: &Outline,
    home: &str,
    now: i64,
) -> Result<Option<Outline>, Error> {
    let begins = seen.state != StoreState::Running;
    let claimed = Outline {
        state: StoreState::Running,
        since: if begins { now } else { seen.since },
        started_at: if begins { Some(now) } else { seen.started_at },
        home: Some(home.to_owned()),
        epoch: seen.epoch + 1,
        error: None,
        ..seen.clone()
    };
    let changed = diesel::update(stores::table.find(seen.id.as_str()))
        .filter(stores::state.eq(seen.state.as_ref()))
        .filter(stores::epoch.eq(seen.epoch))
        .set((
            stores::state.eq(claimed.state.as_ref()),
            stores::since.eq(claimed.since),
            stores::started_at.eq(claimed.started_at),
            stores::home.eq(&claimed.home),
            stores::epoch.eq(claimed.epoch),
            stores::error_code.eq(None::<String>),
            stores::error_message.eq(None::<String>),
        ))
        .execute(conn)?;
    Ok((changed == 1).then_some(claimed))
}

/// What whoever runs a store has to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Watched {
    pub state: StoreState,
    pub revision: i64,
}

/// Says how a store goes, and what holds it up. Nothing when it is no longer run under this fence.
pub fn renew(
    conn: &mut Conn,
    fence: &Fence,
    live: &StoreLive,
    error: Option<&TaskError>,
) -> Result<Option<Watched>, Error> {
    let row = stores::table.find(fence.store.as_str());
    let changed = diesel::update(row)
        .filter(stores::epoch.eq(fence.epoch))
        .filter(stores::state.eq_any(ACTIVE))
        .set((
            stores::live.eq(as_json(live)),
            stores::error_code.eq(error.map(|error| error.code.as_str())),
            stores::error_message.eq(error.map(|error| error.message.clone())),
        ))
        .execute(conn)?;
    if changed == 0 {
        return Ok(None);
    }
    let (state, revision): (String, i64) =
        row.select((stores::state, stores::revision)).first(conn)?;
    let state = state.parse().map_err(corrupt("stores", fence.store.as_str(), "state"))?;
    Ok(Some(Watched { state, revision }))
}

/// Brings a store to another state, from the one that was seen.
pub fn end(
    conn: &mut Conn,
    seen: &Outline,
    next: StoreState,
    error: Option<&TaskError>,
    now: i64,
) -> Result<bool, Error> {
    let changed = diesel::update(stores::table.find(seen.id.as_str()))
        .filter(stores::state.eq(seen.state.as_ref()))
        .filter(stores::epoch.eq(seen.epoch))
        .set((
            stores::state.eq(next.as_ref()),
            stores::since.eq(now),
            stores::error_code.eq(error.map(|error| error.code.as_str())),
            stores::error_message.eq(error.map(|error| error.message.clone())),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Asks a store to stop, which runs. Says whether it did.
pub fn ask_to_stop(conn: &mut Conn, id: &StoreId, now: i64) -> Result<bool, Error> {
    let changed = diesel::update(stores::table.find(id.as_str()))
        .filter(stores::state.eq(StoreState::Running.as_ref()))
        .set((
            stores::state.eq(StoreState::Stopping.as_ref()),
            stores::since.eq(now),
            stores::revision.eq(stores::revision + 1),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Gives a store another reader's number. A duplicate is one that another store has.
pub fn set_reader(conn: &mut Conn, fence: &Fence, reader: u32) -> Result<(), Error> {
    diesel::update(stores::table.find(fence.store.as_str()))
        .filter(stores::epoch.eq(fence.epoch))
        .set(stores::reader.eq(i64::from(reader)))
        .execute(conn)?;
    Ok(())
}

/// The stores whose logs an instance keeps, by id.
pub fn at_home(conn: &mut Conn, home: &str) -> Result<Vec<Outline>, Error> {
    let rows: Vec<OutlineRow> =
        stores::table.filter(stores::home.eq(home)).order(stores::id).select(OUTLINE).load(conn)?;
    rows.into_iter().map(OutlineRow::outline).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::lifecycle::is_active;
    use strum::IntoEnumIterator;

    #[test]
    fn the_states_of_the_queries_are_those_of_the_life_cycle() {
        let active: Vec<StoreState> = StoreState::iter().filter(|it| is_active(*it)).collect();
        assert_eq!(active.iter().map(AsRef::as_ref).collect::<Vec<&str>>(), ACTIVE);
    }
}
