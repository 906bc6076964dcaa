//! The table `consumers`.

use super::{Error, corrupt};
use diesel::prelude::*;
use oms_chassis::{Conn, db::is_duplicate};
use oms_contracts::store::{ConsumerName, StoreId};
use oms_model::change::Seq;

diesel::table! {
    consumers (store, name) {
        store -> Text,
        name -> Text,
        seq -> BigInt,
        updated_at -> BigInt,
    }
}

/// Whoever reads a store. Times are unix milliseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consumer {
    pub name: ConsumerName,
    pub seq: Seq,
    pub updated_at: i64,
}

/// Numbers of changes are nowhere near as high.
fn count(seq: Seq) -> i64 {
    i64::try_from(seq.0).unwrap_or(i64::MAX)
}

/// Registers a consumer, or moves it on. Its number only grows.
pub fn advance(conn: &mut Conn, store: &StoreId, consumer: &Consumer) -> Result<(), Error> {
    let Consumer { name, seq, updated_at } = consumer;
    for _ in 0..2 {
        let row = consumers::table.find((store.as_str(), name.as_str()));
        let moved = diesel::update(row.filter(consumers::seq.le(count(*seq))))
            .set((consumers::seq.eq(count(*seq)), consumers::updated_at.eq(updated_at)))
            .execute(conn)?;
        if moved > 0 {
            return Ok(());
        }
        let new = (
            consumers::store.eq(store.as_str()),
            consumers::name.eq(name.as_str()),
            consumers::seq.eq(count(*seq)),
            consumers::updated_at.eq(updated_at),
        );
        let there: i64 = row.count().get_result(conn)?;
        if there > 0 {
            return Ok(());
        }
        match diesel::insert_into(consumers::table).values(new).execute(conn) {
            // Somebody registered it in between: it may have to be moved on.
            Err(error) if is_duplicate(&error) => {}
            inserted => return inserted.map(drop).map_err(Error::from),
        }
    }
    Ok(())
}

/// Registers a consumer unless it is. Says whether it was not.
pub fn register(conn: &mut Conn, store: &StoreId, consumer: &Consumer) -> Result<bool, Error> {
    let there = find(conn, store, &consumer.name)?.is_some();
    if !there {
        advance(conn, store, consumer)?;
    }
    Ok(!there)
}

pub fn find(
    conn: &mut Conn,
    store: &StoreId,
    name: &ConsumerName,
) -> Result<Option<Consumer>, Error> {
    let row = consumers::table.find((store.as_str(), name.as_str()));
    let found: Option<(i64, i64)> =
        row.select((consumers::seq, consumers::updated_at)).first(conn).optional()?;
    let consumer = |(seq, updated_at): (i64, i64)| Consumer {
        name: name.clone(),
        seq: Seq(seq.unsigned_abs()),
        updated_at,
    };
    Ok(found.map(consumer))
}

/// All of a store, by name.
pub fn list(conn: &mut Conn, store: &StoreId) -> Result<Vec<Consumer>, Error> {
    let rows: Vec<(String, i64, i64)> = consumers::table
        .filter(consumers::store.eq(store.as_str()))
        .order(consumers::name)
        .select((consumers::name, consumers::seq, consumers::updated_at))
        .load(conn)?;
    let consumer = |(name, seq, updated_at): (String, i64, i64)| {
        let name = name.parse().map_err(corrupt("consumers", store.as_str(), "name"))?;
        Ok(Consumer { name, seq: Seq(seq.unsigned_abs()), updated_at })
    };
    rows.into_iter().map(consumer).collect()
}

/// The change that the slowest one has.
pub fn slowest(conn: &mut Conn, store: &StoreId) -> Result<Option<Seq>, Error> {
    let least: Option<i64> = consumers::table
        .filter(consumers::store.eq(store.as_str()))
        .select(diesel::dsl::min(consumers::seq))
        .first(conn)?;
    Ok(least.map(|seq| Seq(seq.unsigned_abs())))
}

/// Removes a consumer, if it is there.
pub fn delete(conn: &mut Conn, store: &StoreId, name: &ConsumerName) -> Result<(), Error> {
    diesel::delete(consumers::table.find((store.as_str(), name.as_str()))).execute(conn)?;
    Ok(())
}

/// Removes all consumers of a store.
pub fn forget(conn: &mut Conn, store: &StoreId) -> Result<(), Error> {
    let all = consumers::table.filter(consumers::store.eq(store.as_str()));
    diesel::delete(all).execute(conn)?;
    Ok(())
}
