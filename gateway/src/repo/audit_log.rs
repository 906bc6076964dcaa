//! The audit log.

use super::{
    Backend, ESCAPE, RepoError, contains, lower, lower_nullable, schema::audit_log,
    users::above_admins,
};
use crate::domain::audit::{AuditId, Intent, Outcome};
use chrono::DateTime;
use diesel::prelude::*;
use oms_chassis::Conn;
use oms_contracts::{
    gateway::audit::{AuditOperation, AuditResult, AuditRisk, AuditTarget, AuditView},
    page::Slice,
};
use oms_model::{
    actor::Role,
    id::{DepartmentId, UserId},
};
use std::ops::Range;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = audit_log)]
struct Row {
    id: String,
    at: i64,
    account: String,
    user_id: Option<String>,
    role: Option<String>,
    department_id: Option<String>,
    target: String,
    object_id: Option<String>,
    object_name: Option<String>,
    operation: String,
    risk: String,
    result: String,
    code: Option<String>,
    request: String,
    request_id: String,
    address: String,
    duration_ms: Option<i64>,
}

/// Writes what is about to happen.
pub fn insert(conn: &mut Conn, intent: &Intent) -> Result<(), RepoError> {
    let user = intent.who.user.as_ref();
    let row = Row {
        id: intent.id.as_str().to_owned(),
        at: intent.at,
        account: intent.who.account.clone(),
        user_id: user.map(|(id, _, _)| id.to_string()),
        role: user.map(|(_, role, _)| role.to_string()),
        department_id: user.map(|(_, _, department)| department.to_string()),
        target: intent.act.target.to_string(),
        object_id: intent.object.id.clone(),
        object_name: intent.object.name.clone(),
        operation: intent.act.operation.to_string(),
        risk: intent.act.risk.to_string(),
        result: AuditResult::Pending.to_string(),
        code: None,
        request: intent.call.request.clone(),
        request_id: intent.call.request_id.clone(),
        address: intent.call.address.clone(),
        duration_ms: None,
    };
    diesel::insert_into(audit_log::table).values(row).execute(conn)?;
    Ok(())
}

#[derive(AsChangeset)]
#[diesel(table_name = audit_log)]
struct Completion {
    account: Option<String>,
    user_id: Option<String>,
    role: Option<String>,
    department_id: Option<String>,
    object_id: Option<String>,
    object_name: Option<String>,
    result: String,
    code: Option<String>,
    duration_ms: i64,
}

/// Writes how it ended. What the outcome does not know stays as it was.
pub fn complete(
    conn: &mut Conn,
    id: &AuditId,
    outcome: &Outcome,
    duration_ms: i64,
) -> Result<(), RepoError> {
    let user = outcome.who.as_ref().and_then(|who| who.user.as_ref());
    let completion = Completion {
        account: outcome.who.as_ref().map(|who| who.account.clone()),
        user_id: user.map(|(id, _, _)| id.to_string()),
        role: user.map(|(_, role, _)| role.to_string()),
        department_id: user.map(|(_, _, department)| department.to_string()),
        object_id: outcome.object.id.clone(),
        object_name: outcome.object.name.clone(),
        result: outcome.result.to_string(),
        code: outcome.code.clone(),
        duration_ms,
    };
    diesel::update(audit_log::table.find(id.as_str())).set(completion).execute(conn)?;
    Ok(())
}

/// Which part of the log.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Unix milliseconds; `to` is exclusive.
    pub from: Option<i64>,
    pub to: Option<i64>,
    pub account: Option<String>,
    pub target: Option<AuditTarget>,
    pub operation: Option<AuditOperation>,
    pub risk: Option<AuditRisk>,
    pub result: Option<AuditResult>,
    pub search: Option<String>,
    /// Only what users of this department did, except those above its administrators.
    pub within: Option<DepartmentId>,
}

fn matching(filter: &Filter) -> audit_log::BoxedQuery<'_, Backend> {
    let mut query = audit_log::table.into_boxed::<Backend>();
    if let Some(from) = filter.from {
        query = query.filter(audit_log::id.ge(AuditId::first_at(from)));
    }
    if let Some(to) = filter.to {
        query = query.filter(audit_log::id.lt(AuditId::first_at(to)));
    }
    if let Some(account) = &filter.account {
        query = query.filter(audit_log::account.eq(account));
    }
    if let Some(target) = filter.target {
        query = query.filter(audit_log::target.eq(target.to_string()));
    }
    if let Some(operation) = filter.operation {
        query = query.filter(audit_log::operation.eq(operation.to_string()));
    }
    if let Some(risk) = filter.risk {
        query = query.filter(audit_log::risk.eq(risk.to_string()));
    }
    if let Some(result) = filter.result {
        query = query.filter(audit_log::result.eq(result.to_string()));
    }
    if let Some(text) = &filter.search {
        let pattern = || contains(text);
        query = query.filter(
            lower(audit_log::account)
                .like(pattern())
                .escape(ESCAPE)
                .or(lower(audit_log::request).like(pattern()).escape(ESCAPE))
                .or(lower_nullable(audit_log::object_id).like(pattern()).escape(ESCAPE))
                .or(lower_nullable(audit_log::object_name).like(pattern()).escape(ESCAPE)),
        );
    }
    if let Some(department) = &filter.within {
        query = query.filter(
            audit_log::department_id
                .eq(department.as_str())
                .and(audit_log::role.ne_all(above_admins())),
        );
    }
    query
}

/// One page, the newest first, and how many records there are.
pub fn list(
    conn: &mut Conn,
    filter: &Filter,
    page: Slice,
) -> Result<(Vec<AuditView>, u64), RepoError> {
    let total: i64 = matching(filter).count().get_result(conn)?;
    let rows = matching(filter)
        .order(audit_log::id.desc())
        .offset(page.offset())
        .limit(page.limit())
        .select(Row::as_select())
        .load(conn)?;
    Ok((rows.into_iter().map(view).collect::<Result<_, _>>()?, total.unsigned_abs()))
}

/// The next records after `after`, the newest first; for reading the log in pieces.
pub fn next(
    conn: &mut Conn,
    filter: &Filter,
    after: Option<&str>,
    most: i64,
) -> Result<Vec<AuditView>, RepoError> {
    let mut query = matching(filter);
    if let Some(after) = after {
        query = query.filter(audit_log::id.lt(after.to_owned()));
    }
    let rows = query.order(audit_log::id.desc()).limit(most).select(Row::as_select()).load(conn)?;
    rows.into_iter().map(view).collect()
}

/// Removes records from before a moment, at most so many. Says how many.
pub fn delete_before(conn: &mut Conn, before: i64, most: i64) -> Result<usize, RepoError> {
    let ids: Vec<String> = audit_log::table
        .filter(audit_log::id.lt(AuditId::first_at(before)))
        .order(audit_log::id)
        .limit(most)
        .select(audit_log::id)
        .load(conn)?;
    let (Some(first), Some(last)) = (ids.first(), ids.last()) else { return Ok(0) };
    diesel::delete(audit_log::table.filter(audit_log::id.between(first, last))).execute(conn)?;
    Ok(ids.len())
}

/// Makes pending records of a span of time unknown, at most so many. Says how many.
pub fn give_up(conn: &mut Conn, span: Range<i64>, most: i64) -> Result<usize, RepoError> {
    let pending = || audit_log::result.eq(AuditResult::Pending.to_string());
    let ids: Vec<String> = audit_log::table
        .filter(audit_log::id.ge(AuditId::first_at(span.start)))
        .filter(audit_log::id.lt(AuditId::first_at(span.end)))
        .filter(pending())
        .order(audit_log::id)
        .limit(most)
        .select(audit_log::id)
        .load(conn)?;
    let (Some(first), Some(last)) = (ids.first(), ids.last()) else { return Ok(0) };
    let theirs = audit_log::table.filter(audit_log::id.between(first, last)).filter(pending());
    let unknown = audit_log::result.eq(AuditResult::Unknown.to_string());
    diesel::update(theirs).set(unknown).execute(conn)?;
    Ok(ids.len())
}

fn view(row: Row) -> Result<AuditView, RepoError> {
    let corrupt = |column| RepoError::Corrupt { table: "audit_log", id: row.id.clone(), column };
    let user_id = row.user_id.as_deref().map(UserId::parse).transpose();
    let role = row.role.as_deref().map(str::parse::<Role>).transpose();
    let department = row.department_id.as_deref().map(DepartmentId::parse).transpose();
    Ok(AuditView {
        at: DateTime::from_timestamp_millis(row.at).ok_or_else(|| corrupt("at"))?,
        user_id: user_id.map_err(|_| corrupt("user_id"))?,
        role: role.map_err(|_| corrupt("role"))?,
        department_id: department.map_err(|_| corrupt("department_id"))?,
        target: row.target.parse().map_err(|_| corrupt("target"))?,
        operation: row.operation.parse().map_err(|_| corrupt("operation"))?,
        risk: row.risk.parse().map_err(|_| corrupt("risk"))?,
        result: row.result.parse().map_err(|_| corrupt("result"))?,
        id: row.id,
        account: row.account,
        object_id: row.object_id,
        object_name: row.object_name,
        code: row.code,
        call: row.request,
        request_id: row.request_id,
        address: row.address,
        duration_ms: row.duration_ms.map(i64::unsigned_abs),
    })
}
