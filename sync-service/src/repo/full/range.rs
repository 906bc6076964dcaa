//! The table `full_ranges`: the ledger of a load.

use super::table;
use crate::{
    domain::Fence,
    repo::{BATCH, Error, Reader, hold, ordinal},
};
use diesel::{dsl::max, prelude::*};
use oms_chassis::{Conn, each_backend};
use oms_contracts::sync::TaskId;
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};
use strum::{AsRefStr, EnumString};

diesel::table! {
    full_ranges (task_id, table_ordinal, ordinal) {
        task_id -> Text,
        table_ordinal -> Integer,
        ordinal -> Integer,
        after_key -> Nullable<Binary>,
        upto_key -> Nullable<Binary>,
        done_key -> Nullable<Binary>,
        partition_name -> Nullable<Text>,
        state -> Text,
    }
}

/// Where a part of a table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, AsRefStr, EnumString)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum RangeState {
    Open,
    Done,
}

/// A part of a table that is not done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OpenRange {
    /// The table's place in the task.
    pub table: u32,
    /// Its own place in the table.
    pub number: u32,
    /// From behind this key; from the beginning without one.
    pub after: Option<Arc<[u8]>>,
    /// Up to this key and with it; to the end without one.
    pub upto: Option<Arc<[u8]>>,
    /// All rows up to this key, and with it, are at the target.
    pub done: Option<Arc<[u8]>>,
    pub partition: Option<String>,
}

/// Rows of a range that are at the target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advance {
    pub table: u32,
    pub range: u32,
    /// The last key written; not needed when nothing is left.
    pub done: Option<Arc<[u8]>>,
    /// Nothing of the range is left.
    pub finished: bool,
    pub rows: u64,
    pub bytes: u64,
}

#[derive(Insertable)]
#[diesel(table_name = full_ranges, treat_none_as_default_value = false)]
struct NewRow<'a> {
    task_id: &'a str,
    table_ordinal: i32,
    ordinal: i32,
    after_key: Option<&'a [u8]>,
    upto_key: Option<&'a [u8]>,
    done_key: Option<&'a [u8]>,
    partition_name: Option<&'a str>,
    state: &'a str,
}

/// Adds parts of tables to the ledger, many by one statement.
pub fn open_ranges(conn: &mut Conn, fence: &Fence, ranges: &[OpenRange]) -> Result<(), Error> {
    conn.write(|conn| {
        hold(conn, fence)?;
        insert(conn, &fence.task, ranges)
    })
}

pub(super) fn insert(conn: &mut Conn, task: &TaskId, ranges: &[OpenRange]) -> Result<(), Error> {
    for batch in ranges.chunks(BATCH) {
        let rows: Vec<NewRow<'_>> = batch.iter().map(|range| new_row(task, range)).collect();
        each_backend!(conn, |conn| {
            diesel::insert_into(full_ranges::table).values(&rows).execute(conn)
        })?;
    }
    Ok(())
}

fn new_row<'a>(task: &'a TaskId, range: &'a OpenRange) -> NewRow<'a> {
    NewRow {
        task_id: task.as_str(),
        table_ordinal: ordinal(range.table),
        ordinal: ordinal(range.number),
        after_key: range.after.as_deref(),
        upto_key: range.upto.as_deref(),
        done_key: range.done.as_deref(),
        partition_name: range.partition.as_deref(),
        state: "OPEN",
    }
}

/// Notes what was written, of many ranges in one transaction. All of it is noted, or nothing.
pub fn advance(conn: &mut Conn, fence: &Fence, ranges: &[Advance]) -> Result<(), Error> {
    let mut sums: BTreeMap<u32, (u64, u64)> = BTreeMap::new();
    for range in ranges {
        let (rows, bytes) = sums.entry(range.table).or_default();
        *rows += range.rows;
        *bytes += range.bytes;
    }
    conn.write(|conn| {
        hold(conn, fence)?;
        for range in ranges {
            note(conn, &fence.task, range)?;
        }
        for (number, sums) in sums {
            table::add(conn, &fence.task, number, sums)?;
        }
        Ok(())
    })
}

fn note(conn: &mut Conn, task: &TaskId, range: &Advance) -> Result<(), Error> {
    let row = full_ranges::table.find((task.as_str(), ordinal(range.table), ordinal(range.range)));
    let state = if range.finished { RangeState::Done } else { RangeState::Open };
    let state = full_ranges::state.eq(state.as_ref().to_owned());
    match range.done.as_deref() {
        Some(done) => {
            diesel::update(row).set((state, full_ranges::done_key.eq(Some(done)))).execute(conn)?
        }
        None => diesel::update(row).set(state).execute(conn)?,
    };
    Ok(())
}

/// Lets a range end earlier, and others take over what it had behind that.
pub fn narrow(
    conn: &mut Conn,
    fence: &Fence,
    narrowed: &OpenRange,
    others: &[OpenRange],
) -> Result<(), Error> {
    conn.write(|conn| {
        hold(conn, fence)?;
        let place = (fence.task.as_str(), ordinal(narrowed.table), ordinal(narrowed.number));
        diesel::update(full_ranges::table.find(place))
            .set(full_ranges::upto_key.eq(narrowed.upto.as_deref()))
            .execute(conn)?;
        insert(conn, &fence.task, others)
    })
}

type Row = (i32, i32, Option<Vec<u8>>, Option<Vec<u8>>, Option<Vec<u8>>, Option<String>);

pub(super) fn all_open(conn: &mut Conn, task: &TaskId) -> Result<Vec<OpenRange>, Error> {
    use full_ranges as r;
    let rows: Vec<Row> = r::table
        .filter(r::task_id.eq(task.as_str()))
        .filter(r::state.eq(RangeState::Open.as_ref()))
        .order((r::table_ordinal, r::ordinal))
        .select((
            r::table_ordinal,
            r::ordinal,
            r::after_key,
            r::upto_key,
            r::done_key,
            r::partition_name,
        ))
        .load(conn)?;
    let row = Reader { table: "full_ranges", id: task.as_str() };
    rows.into_iter()
        .map(|(table, number, after, upto, done, partition)| {
            Ok(OpenRange {
                table: row.number("table_ordinal", table)?,
                number: row.number("ordinal", number)?,
                after: after.map(Into::into),
                upto: upto.map(Into::into),
                done: done.map(Into::into),
                partition,
            })
        })
        .collect()
}

/// The number that the next range of each table would have; those that are done count as well.
pub(super) fn next_numbers(conn: &mut Conn, task: &TaskId) -> Result<HashMap<u32, u32>, Error> {
    use full_ranges as r;
    let highest: Vec<(i32, Option<i32>)> = r::table
        .filter(r::task_id.eq(task.as_str()))
        .group_by(r::table_ordinal)
        .select((r::table_ordinal, max(r::ordinal)))
        .load(conn)?;
    let row = Reader { table: "full_ranges", id: task.as_str() };
    highest
        .into_iter()
        .map(|(table, highest)| {
            let next = row.number("ordinal", highest.map_or(0, |number| number + 1))?;
            Ok((row.number("table_ordinal", table)?, next))
        })
        .collect()
}

/// Removes the ledger of some tables. In a transaction that holds the task.
pub(super) fn forget(conn: &mut Conn, task: &TaskId, tables: &[u32]) -> Result<(), Error> {
    use full_ranges as r;
    for some in tables.chunks(BATCH) {
        let ordinals: Vec<i32> = some.iter().map(|number| ordinal(*number)).collect();
        let of_tables =
            r::table.filter(r::task_id.eq(task.as_str())).filter(r::table_ordinal.eq_any(ordinals));
        diesel::delete(of_tables).execute(conn)?;
    }
    Ok(())
}
