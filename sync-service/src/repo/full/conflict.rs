//! The table `full_conflicts`: rows that were kept at the target because they were there.

use super::table;
use crate::{
    domain::Fence,
    repo::{Error, Reader, hold, ordinal},
};
use diesel::{dsl::count_star, prelude::*};
use oms_chassis::Conn;
use oms_contracts::{page::Slice, sync::TaskId};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

diesel::table! {
    full_conflicts (task_id, table_ordinal, digest) {
        task_id -> Text,
        table_ordinal -> Integer,
        digest -> Text,
        row_key -> Text,
        met -> BigInt,
    }
}

/// How many conflicts of a table are kept with their keys. All are counted; a target that has every
/// row already must not make the metadata as large as itself.
pub const KEPT: i64 = 10_000;

/// A conflict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// The table's place in the task.
    pub table: u32,
    pub key: String,
    pub met: u64,
}

/// Notes rows that were in the way, by their keys.
pub fn record_conflicts(
    conn: &mut Conn,
    fence: &Fence,
    table: u32,
    keys: &[String],
) -> Result<(), Error> {
    use full_conflicts as c;
    conn.write(|conn| {
        hold(conn, fence)?;
        let task = fence.task.as_str();
        let mut kept: i64 = c::table
            .filter(c::task_id.eq(task))
            .filter(c::table_ordinal.eq(ordinal(table)))
            .select(count_star())
            .first(conn)?;
        for key in keys {
            let digest = hex(&Sha256::digest(key.as_bytes()));
            let row = c::table.find((task, ordinal(table), &digest));
            let again = diesel::update(row).set(c::met.eq(c::met + 1)).execute(conn)?;
            if again == 0 && kept < KEPT {
                kept += 1;
                diesel::insert_into(c::table)
                    .values((
                        c::task_id.eq(task),
                        c::table_ordinal.eq(ordinal(table)),
                        c::digest.eq(&digest),
                        c::row_key.eq(key),
                        c::met.eq(1),
                    ))
                    .execute(conn)?;
            }
        }
        table::add_conflicts(conn, &fence.task, table, keys.len() as u64)
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(64), |mut text, byte| {
        write!(text, "{byte:02x}").expect("strings take text");
        text
    })
}

/// A page of conflicts by table, and how many are kept.
pub fn conflicts(
    conn: &mut Conn,
    task: &TaskId,
    table: Option<u32>,
    slice: Slice,
) -> Result<(Vec<Recorded>, u64), Error> {
    use full_conflicts as c;
    let found = || {
        let query = c::table.filter(c::task_id.eq(task.as_str())).into_boxed();
        match table {
            Some(number) => query.filter(c::table_ordinal.eq(ordinal(number))),
            None => query,
        }
    };
    let total: i64 = found().count().get_result(conn)?;
    let rows: Vec<(i32, String, i64)> = found()
        .order((c::table_ordinal, c::digest))
        .limit(slice.limit())
        .offset(slice.offset())
        .select((c::table_ordinal, c::row_key, c::met))
        .load(conn)?;
    let row = Reader { table: "full_conflicts", id: task.as_str() };
    let page: Result<_, Error> = rows
        .into_iter()
        .map(|(table, key, met)| {
            let table = row.number("table_ordinal", table)?;
            Ok(Recorded { table, key, met: met.unsigned_abs() })
        })
        .collect();
    Ok((page?, total.unsigned_abs()))
}
