//! Who runs a task: taking it up, staying its owner, and saying how it ended.

use super::{OUTLINE, OutlineRow, tasks};
use crate::{
    domain::{Fence, Live, Outline},
    repo::{Error, as_json},
};
use diesel::prelude::*;
use oms_chassis::Conn;
use oms_contracts::sync::{TaskError, TaskState};

/// Somebody who takes a task up.
#[derive(Debug, Clone, Copy)]
pub struct Claim<'a> {
    pub owner: &'a str,
    pub lease_until: i64,
    pub now: i64,
}

/// Takes a task up as it was seen, so that it runs. Gives the task as it is then, or nothing when it
/// is no longer as it was seen.
pub fn claim(conn: &mut Conn, seen: &Outline, claim: Claim<'_>) -> Result<Option<Outline>, Error> {
    let begins = seen.state != TaskState::Running;
    let claimed = Outline {
        state: TaskState::Running,
        since: if begins { claim.now } else { seen.since },
        started_at: if begins { Some(claim.now) } else { seen.started_at },
        owner: Some(claim.owner.to_owned()),
        lease_until: claim.lease_until,
        epoch: seen.epoch + 1,
        error: None,
        ..seen.clone()
    };
    let changed = diesel::update(tasks::table.find(seen.id.as_str()))
        .filter(tasks::state.eq(seen.state.as_ref()))
        .filter(tasks::epoch.eq(seen.epoch))
        .set((
            tasks::state.eq(claimed.state.as_ref()),
            tasks::since.eq(claimed.since),
            tasks::started_at.eq(claimed.started_at),
            tasks::owner.eq(&claimed.owner),
            tasks::lease_until.eq(claimed.lease_until),
            tasks::epoch.eq(claimed.epoch),
            tasks::live.eq(None::<String>),
            tasks::error_code.eq(None::<String>),
            tasks::error_message.eq(None::<String>),
        ))
        .execute(conn)?;
    Ok((changed == 1).then_some(claimed))
}

/// What an owner has to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Watched {
    pub state: TaskState,
    pub revision: i64,
}

/// Stays the owner for longer, and says how it goes. Nothing when somebody else has the task.
pub fn renew(
    conn: &mut Conn,
    fence: &Fence,
    lease_until: i64,
    live: &Live,
) -> Result<Option<Watched>, Error> {
    let row = tasks::table.find(fence.task.as_str());
    let changed = diesel::update(row)
        .filter(tasks::epoch.eq(fence.epoch))
        .filter(tasks::state.eq_any(ACTIVE))
        .set((tasks::lease_until.eq(lease_until), tasks::live.eq(as_json(live))))
        .execute(conn)?;
    if changed == 0 {
        return Ok(None);
    }
    let (state, revision): (String, i64) =
        row.select((tasks::state, tasks::revision)).first(conn)?;
    let state = super::row::reader(fence.task.as_str()).parse("state", &state)?;
    Ok(Some(Watched { state, revision }))
}

/// Lets go of a task that is to go on elsewhere, or later.
pub fn release(conn: &mut Conn, fence: &Fence) -> Result<(), Error> {
    diesel::update(tasks::table.find(fence.task.as_str()))
        .filter(tasks::epoch.eq(fence.epoch))
        .set(tasks::lease_until.eq(0))
        .execute(conn)?;
    Ok(())
}

/// Keeps a task as it is until the transaction ends; false when somebody else has it.
pub fn hold(conn: &mut Conn, fence: &Fence) -> Result<bool, Error> {
    // An update takes the row's lock on every backend; `for_update` is not on all of them.
    let held = diesel::update(tasks::table.find(fence.task.as_str()))
        .filter(tasks::epoch.eq(fence.epoch))
        .filter(tasks::state.eq_any(ACTIVE))
        .set(tasks::epoch.eq(tasks::epoch))
        .execute(conn)?;
    Ok(held == 1)
}

/// Brings a task to its end, as its owner or in its place, from the state that was seen.
pub fn end(
    conn: &mut Conn,
    seen: &Outline,
    next: TaskState,
    error: Option<&TaskError>,
    now: i64,
) -> Result<bool, Error> {
    let changed = diesel::update(tasks::table.find(seen.id.as_str()))
        .filter(tasks::state.eq(seen.state.as_ref()))
        .filter(tasks::epoch.eq(seen.epoch))
        .set((
            tasks::state.eq(next.as_ref()),
            tasks::since.eq(now),
            tasks::lease_until.eq(0),
            tasks::error_code.eq(error.map(|error| error.code.as_str())),
            tasks::error_message.eq(error.map(|error| error.message.clone())),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Tasks that should be at work: those an instance was the owner of, and those whose owner has not
/// been heard of for too long.
pub fn adrift(conn: &mut Conn, owner: &str, now: i64) -> Result<Vec<Outline>, Error> {
    let rows: Vec<OutlineRow> = tasks::table
        .filter(tasks::state.eq_any(ACTIVE))
        .filter(tasks::owner.eq(owner).or(tasks::lease_until.lt(now)))
        .order(tasks::id)
        .select(OUTLINE)
        .load(conn)?;
    rows.into_iter().map(OutlineRow::outline).collect()
}

const ACTIVE: [&str; 2] = ["RUNNING", "STOPPING"];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::lifecycle::is_active;
    use strum::IntoEnumIterator;

    #[test]
    fn the_states_of_the_queries_are_those_of_the_life_cycle() {
        let active: Vec<TaskState> = TaskState::iter().filter(|state| is_active(*state)).collect();
        assert_eq!(active.iter().map(AsRef::as_ref).collect::<Vec<&str>>(), ACTIVE);
    }
}
