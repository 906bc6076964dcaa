//! Whether settings may stand beside those of the other data sources.

use super::Error;
use crate::{
    domain::data_source::{DataSource, Settings},
    repo::data_source as repo,
};
use oms_chassis::Conn;
use oms_model::{Actor, Right};

/// Refuses a name or account that another data source has, and a partner that is none, before the
/// database is asked: nobody waits for a test in vain.
///
/// An account that only others see is not told yet. Whoever may register could find out which
/// accounts other departments use; after a successful test it is told to who has its password.
pub fn admit(conn: &mut Conn, actor: &Actor, source: &DataSource) -> Result<(), crate::Error> {
    match check(conn, actor, source) {
        Err(crate::Error::DataSource(Error::AccountTaken { by: None, .. })) => Ok(()),
        outcome => outcome,
    }
}

fn check(conn: &mut Conn, actor: &Actor, source: &DataSource) -> Result<(), crate::Error> {
    let settings = &source.settings;
    if repo::name_holder(conn, &settings.name)?.is_some_and(|holder| holder != source.id) {
        return Err(Error::NameTaken(settings.name.clone()).into());
    }
    partner(conn, actor, source)?;
    let holder = repo::account_holder(conn, &settings.account_key)?;
    if let Some(holder) = holder.filter(|holder| holder.id != source.id) {
        let seen = actor.sees(&holder.owner);
        return Err(Error::AccountTaken {
            login: settings.login.composed(),
            place: settings.place(),
            by: seen.then_some((holder.id, holder.name)),
        }
        .into());
    }
    Ok(())
}

/// Refuses all of it in the transaction that writes, after the test: the partner cannot be deleted
/// before it ends. What comes between even then, the table's unique keys refuse.
pub fn admit_to_store(
    conn: &mut Conn,
    actor: &Actor,
    source: &DataSource,
) -> Result<(), crate::Error> {
    if let Some(partner) = &source.settings.partner {
        // Whether it is still there, `admit` finds out.
        repo::hold(conn, partner)?;
    }
    check(conn, actor, source)
}

fn partner(conn: &mut Conn, actor: &Actor, source: &DataSource) -> Result<(), crate::Error> {
    let Settings { partner: Some(id), role, kind, .. } = &source.settings else { return Ok(()) };
    let refused = |why: &str| Err(Error::invalid("partnerId", why).into());
    if *id == source.id {
        return refused("a data source is not its own partner");
    }
    let Some(other) = repo::find_within(conn, actor, Right::ReadWork, id)? else {
        return refused("there is no such data source");
    };
    if other.settings.kind != *kind {
        return refused("the partner is of another kind");
    }
    match (role, other.settings.role) {
        (None, _) => refused("a partner needs a role: MASTER or SLAVE"),
        (Some(mine), Some(theirs)) if *mine == theirs => refused("both partners have one role"),
        _ => Ok(()),
    }
}
