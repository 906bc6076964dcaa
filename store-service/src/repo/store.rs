//! The table `stores`.

mod row;
mod run;

pub use run::{Watched, ask_to_stop, at_home, claim, end, renew, set_reader};

use super::{Error, as_json, consumer, corrupt};
use crate::domain::{Outline, Sealed, Store};
use diesel::prelude::*;
use oms_chassis::{Conn, db::beginning};
use oms_contracts::{
    page::Slice,
    store::{StoreId, StoreState},
};
use row::{NewRow, OUTLINE, OutlineRow};

diesel::table! {
    stores (id) {
        id -> Text,
        state -> Text,
        since -> BigInt,
        created_at -> BigInt,
        started_at -> Nullable<BigInt>,
        home -> Nullable<Text>,
        epoch -> BigInt,
        revision -> BigInt,
        reader -> BigInt,
        capture -> Text,
        spec -> Text,
        secrets -> Text,
        live -> Nullable<Text>,
        error_code -> Nullable<Text>,
        error_message -> Nullable<Text>,
    }
}

/// Adds a store. A duplicate is a second one of that id, or with that reader's number.
pub fn insert(conn: &mut Conn, store: &Store) -> Result<(), Error> {
    diesel::insert_into(stores::table).values(NewRow::of(store)).execute(conn)?;
    Ok(())
}

/// Replaces what a store is to do.
pub fn replace(conn: &mut Conn, store: &Store) -> Result<(), Error> {
    diesel::update(stores::table.find(store.outline.id.as_str()))
        .set((
            stores::spec.eq(as_json(&store.spec)),
            stores::secrets.eq(&store.sealed.0),
            stores::revision.eq(stores::revision + 1),
        ))
        .execute(conn)?;
    Ok(())
}

pub fn find(conn: &mut Conn, id: &StoreId) -> Result<Option<Store>, Error> {
    type Long = (String, String, Option<String>);
    let found: Option<(OutlineRow, Long)> = stores::table
        .find(id.as_str())
        .select((OUTLINE, (stores::spec, stores::secrets, stores::live)))
        .first(conn)
        .optional()?;
    let Some((outline, (spec, secrets, live))) = found else { return Ok(None) };
    let damaged = |column| corrupt::<serde_json::Error>("stores", id.as_str(), column);
    let live = live.map(|live| serde_json::from_str(&live).map_err(damaged("live"))).transpose()?;
    Ok(Some(Store {
        outline: outline.outline()?,
        spec: serde_json::from_str(&spec).map_err(damaged("spec"))?,
        sealed: Sealed(secrets),
        live,
    }))
}

/// The same without what can be long.
pub fn outline(conn: &mut Conn, id: &StoreId) -> Result<Option<Outline>, Error> {
    let row = stores::table.find(id.as_str());
    let found: Option<OutlineRow> = row.select(OUTLINE).first(conn).optional()?;
    found.map(OutlineRow::outline).transpose()
}

/// Which stores to list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub state: Option<StoreState>,
    pub prefix: Option<String>,
}

/// A page of stores by id, and how many there are.
pub fn list(conn: &mut Conn, filter: &Filter, slice: Slice) -> Result<(Vec<Outline>, u64), Error> {
    let found = || {
        let pattern = beginning(filter.prefix.as_deref().unwrap_or_default());
        let mut query = stores::table.filter(stores::id.like(pattern).escape('!')).into_boxed();
        if let Some(state) = filter.state {
            query = query.filter(stores::state.eq(state.as_ref().to_owned()));
        }
        query
    };
    let total: i64 = found().count().get_result(conn)?;
    let rows: Vec<OutlineRow> = found()
        .select(OUTLINE)
        .order(stores::id)
        .limit(slice.limit())
        .offset(slice.offset())
        .load(conn)?;
    let page: Result<_, Error> = rows.into_iter().map(OutlineRow::outline).collect();
    Ok((page?, total.unsigned_abs()))
}

/// Keeps a store as it is until the transaction ends. Says whether there is one.
pub fn hold(conn: &mut Conn, id: &StoreId) -> Result<bool, Error> {
    // An update takes the row's lock on every backend; `for_update` is not on all of them.
    let row = stores::table.find(id.as_str());
    Ok(diesel::update(row).set(stores::epoch.eq(stores::epoch)).execute(conn)? == 1)
}

/// Removes a store and all that belongs to it.
pub fn delete(conn: &mut Conn, id: &StoreId) -> Result<(), Error> {
    consumer::forget(conn, id)?;
    diesel::delete(stores::table.find(id.as_str())).execute(conn)?;
    Ok(())
}

/// The sealed secrets of the next stores behind an id, in the order of ids.
pub fn sealed_after(
    conn: &mut Conn,
    after: Option<&StoreId>,
    limit: i64,
) -> Result<Vec<(StoreId, Sealed)>, Error> {
    let rows: Vec<(String, String)> = stores::table
        .filter(stores::id.gt(after.map_or("", StoreId::as_str)))
        .order(stores::id)
        .limit(limit)
        .select((stores::id, stores::secrets))
        .load(conn)?;
    let read = |(id, sealed): (String, String)| {
        Ok((id.parse().map_err(corrupt("stores", &id, "id"))?, Sealed(sealed)))
    };
    rows.into_iter().map(read).collect()
}

/// Replaces a sealed text by another of the same secrets, only if it is still the one that was read.
pub fn reseal(conn: &mut Conn, id: &StoreId, old: &Sealed, new: &Sealed) -> Result<bool, Error> {
    let changed = diesel::update(stores::table.find(id.as_str()))
        .filter(stores::secrets.eq(&old.0))
        .set(stores::secrets.eq(&new.0))
        .execute(conn)?;
    Ok(changed == 1)
}
