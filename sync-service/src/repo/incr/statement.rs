//! The table `incr_statements`: statements on definitions, and what was decided about them.

use crate::{
    domain::Fence,
    repo::{Error, Reader, as_json, count, hold},
};
use diesel::prelude::*;
use oms_chassis::Conn;
use oms_contracts::{
    page::Slice,
    sync::{DecideStatement, RemarkView, StatementFate, TaskId},
};
use oms_model::change::Seq;

diesel::table! {
    incr_statements (task_id, seq) {
        task_id -> Text,
        seq -> BigInt,
        source_database -> Nullable<Text>,
        statement -> Nullable<Text>,
        fate -> Nullable<Text>,
        ran -> Nullable<Text>,
        remarks -> Nullable<Text>,
        told_at -> Nullable<BigInt>,
        decision -> Nullable<Text>,
    }
}

/// A statement that was dealt with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub seq: Seq,
    pub database: Option<String>,
    pub statement: String,
    pub fate: StatementFate,
    pub ran: Vec<String>,
    pub remarks: Vec<RemarkView>,
    /// Unix milliseconds.
    pub told_at: i64,
}

/// Notes what was done about a statement. It may be noted again.
pub fn tell(conn: &mut Conn, fence: &Fence, told: &Told) -> Result<(), Error> {
    use incr_statements as s;
    conn.write(|conn| {
        hold(conn, fence)?;
        let (task, seq) = (fence.task.as_str(), count(told.seq.0));
        let said = (
            s::source_database.eq(told.database.clone()),
            s::statement.eq(Some(told.statement.clone())),
            s::fate.eq(Some(told.fate.to_string())),
            s::ran.eq(Some(as_json(&told.ran))),
            s::remarks.eq(Some(as_json(&told.remarks))),
            s::told_at.eq(Some(told.told_at)),
        );
        let row = s::table.find((task, seq));
        let again = diesel::update(row).set(said.clone()).execute(conn)?;
        if again == 0 {
            diesel::insert_into(s::table)
                .values((s::task_id.eq(task), s::seq.eq(seq), said))
                .execute(conn)?;
        }
        Ok(())
    })
}

/// Keeps what somebody decided about a statement.
pub fn decide(
    conn: &mut Conn,
    task: &TaskId,
    seq: Seq,
    decision: &DecideStatement,
) -> Result<(), Error> {
    use incr_statements as s;
    let (id, seq, said) = (task.as_str(), count(seq.0), Some(as_json(decision)));
    conn.write(|conn| {
        let row = s::table.find((id, seq));
        let known: Option<i64> = row.select(s::seq).first(conn).optional()?;
        if known.is_some() {
            diesel::update(row).set(s::decision.eq(said)).execute(conn)?;
        } else {
            diesel::insert_into(s::table)
                .values((s::task_id.eq(id), s::seq.eq(seq), s::decision.eq(said)))
                .execute(conn)?;
        }
        Ok(())
    })
}

/// What was decided about a statement, if somebody did.
pub fn decided(conn: &mut Conn, task: &TaskId, seq: Seq) -> Result<Option<DecideStatement>, Error> {
    use incr_statements as s;
    let row = s::table.find((task.as_str(), count(seq.0)));
    let known: Option<Option<String>> = row.select(s::decision).first(conn).optional()?;
    let reader = Reader { table: "incr_statements", id: task.as_str() };
    known.flatten().map(|text| reader.json("decision", &text)).transpose()
}

/// A page of those that were dealt with, in the order of the source, and how many there are.
pub fn list_told(conn: &mut Conn, task: &TaskId, slice: Slice) -> Result<(Vec<Told>, u64), Error> {
    use incr_statements as s;
    type Text = Option<String>;
    type Row = (i64, Text, Text, Text, Text, Text, Option<i64>);
    let found = || s::table.filter(s::task_id.eq(task.as_str())).filter(s::fate.is_not_null());
    let total: i64 = found().count().get_result(conn)?;
    let columns =
        (s::seq, s::source_database, s::statement, s::fate, s::ran, s::remarks, s::told_at);
    let rows: Vec<Row> = found()
        .order(s::seq)
        .limit(slice.limit())
        .offset(slice.offset())
        .select(columns)
        .load(conn)?;
    let reader = Reader { table: "incr_statements", id: task.as_str() };
    let told = |row: Row| {
        let (seq, database, statement, fate, ran, remarks, told_at) = row;
        Ok(Told {
            seq: Seq(seq.unsigned_abs()),
            database,
            statement: statement.unwrap_or_default(),
            fate: reader.parse("fate", &fate.unwrap_or_default())?,
            ran: reader.json("ran", &ran.unwrap_or_else(|| "[]".into()))?,
            remarks: reader.json("remarks", &remarks.unwrap_or_else(|| "[]".into()))?,
            told_at: told_at.unwrap_or_default(),
        })
    };
    let page: Result<_, Error> = rows.into_iter().map(told).collect();
    Ok((page?, total.unsigned_abs()))
}

pub(super) fn forget(conn: &mut Conn, task: &TaskId) -> Result<(), Error> {
    use incr_statements as s;
    diesel::delete(s::table.filter(s::task_id.eq(task.as_str()))).execute(conn)?;
    Ok(())
}
