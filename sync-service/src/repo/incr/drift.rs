//! The table `incr_drift`: rows of the target that were not what a change began with.

use super::incr_tasks;
use crate::{
    domain::Fence,
    repo::{Error, Reader, count, hold},
};
use diesel::prelude::*;
use oms_chassis::Conn;
use oms_contracts::{
    page::Slice,
    sync::{DriftKind, TaskId},
};
use oms_model::change::Seq;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

diesel::table! {
    incr_drift (task_id, digest) {
        task_id -> Text,
        digest -> Text,
        seq -> BigInt,
        target_database -> Text,
        target_name -> Text,
        kind -> Text,
        row_key -> Text,
        row_before -> Nullable<Text>,
        row_after -> Nullable<Text>,
        repaired -> Integer,
        recorded_at -> BigInt,
    }
}

/// How many are kept of a task with their images. All are counted: a target that has nothing to do
/// with the source must not make the metadata as large as itself.
pub const KEPT: u64 = 100_000;

/// A row that was not as expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drift {
    pub seq: Seq,
    pub database: String,
    pub table: String,
    pub kind: DriftKind,
    pub key: String,
    pub before: Option<String>,
    pub after: Option<String>,
    pub repaired: bool,
    /// Unix milliseconds.
    pub recorded_at: i64,
}

/// Which rows are meant.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub database: Option<String>,
    pub table: Option<String>,
}

impl Drift {
    /// The same for the same row met by the same change.
    fn digest(&self) -> String {
        let mut digest = Sha256::new();
        let seq = self.seq.0.to_string();
        for part in [&*seq, self.kind.as_ref(), &self.database, &self.table, &self.key] {
            digest.update((part.len() as u64).to_le_bytes());
            digest.update(part);
        }
        digest.finalize().iter().fold(String::with_capacity(64), |mut text, byte| {
            write!(text, "{byte:02x}").expect("strings take text");
            text
        })
    }
}

/// Notes rows. One that was noted before is not counted again.
pub fn record_drift(conn: &mut Conn, fence: &Fence, found: &[Drift]) -> Result<(), Error> {
    use {incr_drift as d, incr_tasks as t};
    conn.write(|conn| {
        hold(conn, fence)?;
        let task = fence.task.as_str();
        let row = t::table.find(task);
        let known: i64 = row.select(t::drifted).first(conn)?;
        let mut drifted = known.unsigned_abs();
        for drift in found {
            let digest = drift.digest();
            let again = diesel::update(d::table.find((task, &digest)))
                .set(d::repaired.eq(i32::from(drift.repaired)))
                .execute(conn)?;
            if again > 0 {
                continue;
            }
            drifted += 1;
            if drifted > KEPT {
                continue;
            }
            diesel::insert_into(d::table)
                .values((
                    d::task_id.eq(task),
                    d::digest.eq(&digest),
                    d::seq.eq(count(drift.seq.0)),
                    d::target_database.eq(&drift.database),
                    d::target_name.eq(&drift.table),
                    d::kind.eq(drift.kind.as_ref()),
                    d::row_key.eq(&drift.key),
                    d::row_before.eq(&drift.before),
                    d::row_after.eq(&drift.after),
                    d::repaired.eq(i32::from(drift.repaired)),
                    d::recorded_at.eq(drift.recorded_at),
                ))
                .execute(conn)?;
        }
        diesel::update(t::table.find(task)).set(t::drifted.eq(count(drifted))).execute(conn)?;
        Ok(())
    })
}

/// A page of them in the order of changes, and how many are kept.
pub fn list_drift(
    conn: &mut Conn,
    task: &TaskId,
    filter: &Filter,
    slice: Slice,
) -> Result<(Vec<Drift>, u64), Error> {
    use incr_drift as d;
    type Row = (i64, String, String, String, String, Option<String>, Option<String>, i32, i64);
    let found = || {
        let mut query = d::table.filter(d::task_id.eq(task.as_str())).into_boxed();
        if let Some(database) = &filter.database {
            query = query.filter(d::target_database.eq(database));
        }
        if let Some(table) = &filter.table {
            query = query.filter(d::target_name.eq(table));
        }
        query
    };
    let total: i64 = found().count().get_result(conn)?;
    let rows: Vec<Row> = found()
        .order((d::seq, d::digest))
        .limit(slice.limit())
        .offset(slice.offset())
        .select((
            d::seq,
            d::target_database,
            d::target_name,
            d::kind,
            d::row_key,
            d::row_before,
            d::row_after,
            d::repaired,
            d::recorded_at,
        ))
        .load(conn)?;
    let reader = Reader { table: "incr_drift", id: task.as_str() };
    let drift = |row: Row| {
        let (seq, database, table, kind, key, before, after, repaired, recorded_at) = row;
        Ok(Drift {
            seq: Seq(seq.unsigned_abs()),
            database,
            table,
            kind: reader.parse("kind", &kind)?,
            key,
            before,
            after,
            repaired: repaired != 0,
            recorded_at,
        })
    };
    let page: Result<_, Error> = rows.into_iter().map(drift).collect();
    Ok((page?, total.unsigned_abs()))
}

pub(super) fn forget(conn: &mut Conn, task: &TaskId) -> Result<(), Error> {
    use incr_drift as d;
    diesel::delete(d::table.filter(d::task_id.eq(task.as_str()))).execute(conn)?;
    Ok(())
}
