//! The table `deferred_statements`: what is created once rows are there, or at the switchover.

use crate::{
    domain::Fence,
    repo::{BATCH, Error, Reader, hold, ordinal},
};
use diesel::{dsl::count_star, prelude::*};
use oms_chassis::Conn;
use oms_contracts::sync::{StatementKind, StatementState, TaskId};

diesel::table! {
    deferred_statements (task_id, object, ordinal) {
        task_id -> Text,
        object -> Integer,
        ordinal -> Integer,
        kind -> Text,
        name -> Text,
        statement -> Text,
        state -> Text,
        error -> Nullable<Text>,
    }
}

/// A kept statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deferred {
    /// The object it belongs to.
    pub object: u32,
    pub number: u32,
    pub kind: StatementKind,
    pub name: String,
    pub sql: String,
    pub state: StatementState,
    pub error: Option<String>,
}

/// A statement to keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDeferred {
    pub kind: StatementKind,
    pub name: String,
    pub sql: String,
}

/// Keeps these statements for an object, in place of those it has.
pub fn store_deferred(
    conn: &mut Conn,
    fence: &Fence,
    object: u32,
    statements: &[NewDeferred],
) -> Result<(), Error> {
    conn.write(|conn| {
        hold(conn, fence)?;
        put(conn, &fence.task, object, statements)
    })
}

/// The same in a transaction of the caller's.
pub(super) fn put(
    conn: &mut Conn,
    task: &TaskId,
    object: u32,
    statements: &[NewDeferred],
) -> Result<(), Error> {
    use deferred_statements as d;
    forget(conn, task, object)?;
    for (number, statement) in (0..).zip(statements) {
        diesel::insert_into(d::table)
            .values((
                d::task_id.eq(task.as_str()),
                d::object.eq(ordinal(object)),
                d::ordinal.eq(number),
                d::kind.eq(statement.kind.as_ref()),
                d::name.eq(&statement.name),
                d::statement.eq(&statement.sql),
                d::state.eq(StatementState::Pending.as_ref()),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// Notes what became of a statement.
pub fn set_deferred(
    conn: &mut Conn,
    fence: &Fence,
    (object, number): (u32, u32),
    state: StatementState,
    error: Option<&str>,
) -> Result<(), Error> {
    use deferred_statements as d;
    conn.write(|conn| {
        hold(conn, fence)?;
        diesel::update(d::table.find((fence.task.as_str(), ordinal(object), ordinal(number))))
            .set((d::state.eq(state.as_ref()), d::error.eq(error)))
            .execute(conn)?;
        Ok(())
    })
}

type Row = (i32, i32, String, String, String, String, Option<String>);

/// The statements of a task, by object and number; of these kinds only.
pub fn deferred(
    conn: &mut Conn,
    task: &TaskId,
    kinds: &[StatementKind],
) -> Result<Vec<Deferred>, Error> {
    use deferred_statements as d;
    let kinds: Vec<&str> = kinds.iter().map(AsRef::as_ref).collect();
    let rows: Vec<Row> = d::table
        .filter(d::task_id.eq(task.as_str()))
        .filter(d::kind.eq_any(kinds))
        .order((d::object, d::ordinal))
        .select((d::object, d::ordinal, d::kind, d::name, d::statement, d::state, d::error))
        .load(conn)?;
    rows.into_iter().map(|row| read(task, row)).collect()
}

/// The statements of these objects, by object and number.
pub fn deferred_of(
    conn: &mut Conn,
    task: &TaskId,
    objects: &[u32],
) -> Result<Vec<Deferred>, Error> {
    use deferred_statements as d;
    let rows: Vec<Row> = d::table
        .filter(d::task_id.eq(task.as_str()))
        .filter(d::object.eq_any(objects.iter().copied().map(ordinal)))
        .order((d::object, d::ordinal))
        .select((d::object, d::ordinal, d::kind, d::name, d::statement, d::state, d::error))
        .load(conn)?;
    rows.into_iter().map(|row| read(task, row)).collect()
}

fn read(task: &TaskId, row: Row) -> Result<Deferred, Error> {
    let (object, number, kind, name, sql, state, error) = row;
    let row = Reader { table: "deferred_statements", id: task.as_str() };
    Ok(Deferred {
        object: row.number("object", object)?,
        number: row.number("ordinal", number)?,
        kind: row.parse("kind", &kind)?,
        state: row.parse("state", &state)?,
        name,
        sql,
        error,
    })
}

/// Whether indexes of the task were asked for.
pub fn has_due_indexes(conn: &mut Conn, task: &TaskId) -> Result<bool, Error> {
    use deferred_statements as d;
    let asked: i64 = d::table
        .filter(d::task_id.eq(task.as_str()))
        .filter(d::kind.eq(StatementKind::Index.as_ref()))
        .filter(d::state.ne(StatementState::Pending.as_ref()))
        .count()
        .get_result(conn)?;
    Ok(asked > 0)
}

/// The indexes that were kept for objects that are there are to be built now. Says how many.
pub fn make_indexes_due(conn: &mut Conn, task: &TaskId) -> Result<usize, Error> {
    use super::object::schema_objects as o;
    use {deferred_statements as d, oms_contracts::sync::ObjectState as S};
    let built: Vec<i32> = o::table
        .filter(o::task_id.eq(task.as_str()))
        .filter(o::removed.eq(false))
        .filter(o::state.eq_any([S::Completed, S::CompletedWithConversion].map(<&str>::from)))
        .select(o::ordinal)
        .load(conn)?;
    let mut due = 0;
    for objects in built.chunks(BATCH) {
        let kept = d::table
            .filter(d::task_id.eq(task.as_str()))
            .filter(d::kind.eq(StatementKind::Index.as_ref()))
            .filter(d::state.eq(StatementState::Pending.as_ref()))
            .filter(d::object.eq_any(objects.to_vec()));
        due += diesel::update(kept).set(d::state.eq(StatementState::Due.as_ref())).execute(conn)?;
    }
    Ok(due)
}

/// How many statements are in each state.
pub fn sums(conn: &mut Conn, task: &TaskId) -> Result<Vec<(StatementState, u64)>, Error> {
    use deferred_statements as d;
    let counts: Vec<(String, i64)> = d::table
        .filter(d::task_id.eq(task.as_str()))
        .group_by(d::state)
        .select((d::state, count_star()))
        .load(conn)?;
    let row = Reader { table: "deferred_statements", id: task.as_str() };
    counts
        .into_iter()
        .map(|(state, count)| Ok((row.parse("state", &state)?, count.unsigned_abs())))
        .collect()
}

/// Removes the statements of one object. In a transaction of the caller's.
pub(super) fn forget(conn: &mut Conn, task: &TaskId, object: u32) -> Result<(), Error> {
    use deferred_statements as d;
    let of_object =
        d::table.filter(d::task_id.eq(task.as_str())).filter(d::object.eq(ordinal(object)));
    diesel::delete(of_object).execute(conn)?;
    Ok(())
}
