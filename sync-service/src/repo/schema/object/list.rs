//! Finding and counting objects.

use super::{COLUMNS, Row, SchemaObject, row, schema_objects as o};
use crate::{
    domain::object::has_failed,
    repo::{Error, containing},
};
use diesel::{dsl::count_star, prelude::*};
use oms_chassis::Conn;
use oms_contracts::{
    page::Slice,
    sync::{ObjectState, SyncObjectKind, TaskId},
};
use std::collections::BTreeMap;
use strum::IntoEnumIterator;

/// Which objects to list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub state: Option<ObjectState>,
    pub kind: Option<SyncObjectKind>,
    pub search: Option<String>,
    /// Those with notes only, or those without.
    pub noted: Option<bool>,
}

/// A page of objects by number, and how many there are.
pub fn list_objects(
    conn: &mut Conn,
    task: &TaskId,
    filter: &Filter,
    slice: Slice,
) -> Result<(Vec<SchemaObject>, u64), Error> {
    let found = || {
        let of_task = o::table.filter(o::task_id.eq(task.as_str())).filter(o::removed.eq(false));
        let mut query = of_task.into_boxed();
        if let Some(state) = filter.state {
            query = query.filter(o::state.eq(state.as_ref().to_owned()));
        }
        if let Some(kind) = filter.kind {
            query = query.filter(o::kind.eq(kind.as_ref().to_owned()));
        }
        if let Some(part) = &filter.search {
            let pattern = containing(&part.to_lowercase());
            query = query.filter(o::names_folded.like(pattern).escape('!'));
        }
        if let Some(noted) = filter.noted {
            query = match noted {
                true => query.filter(o::note_count.gt(0)),
                false => query.filter(o::note_count.eq(0)),
            };
        }
        query
    };
    let total: i64 = found().count().get_result(conn)?;
    let rows: Vec<Row> = found()
        .order(o::ordinal)
        .limit(slice.limit())
        .offset(slice.offset())
        .select(COLUMNS)
        .load(conn)?;
    let page: Result<_, Error> = rows.into_iter().map(|row| row.object(task)).collect();
    Ok((page?, total.unsigned_abs()))
}

/// The numbers of all objects that failed.
pub fn failed_objects(conn: &mut Conn, task: &TaskId) -> Result<Vec<u32>, Error> {
    let failed = ObjectState::iter().filter(|state| has_failed(*state)).map(<&'static str>::from);
    let numbers: Vec<i32> = o::table
        .filter(o::task_id.eq(task.as_str()))
        .filter(o::removed.eq(false))
        .filter(o::state.eq_any(failed))
        .order(o::ordinal)
        .select(o::ordinal)
        .load(conn)?;
    numbers.into_iter().map(|number| row::reader(task).number("ordinal", number)).collect()
}

/// How many objects are in each state; states without any are left out.
pub fn states(conn: &mut Conn, task: &TaskId) -> Result<BTreeMap<ObjectState, u64>, Error> {
    let counts: Vec<(String, i64)> = o::table
        .filter(o::task_id.eq(task.as_str()))
        .filter(o::removed.eq(false))
        .group_by(o::state)
        .select((o::state, count_star()))
        .load(conn)?;
    let row = row::reader(task);
    counts
        .into_iter()
        .map(|(state, count)| Ok((row.parse("state", &state)?, count.unsigned_abs())))
        .collect()
}
