//! The audit log: what cannot be recorded is not done.

use super::now;
use crate::{
    Error,
    domain::{
        audit::{AuditId, Call, Intent, Object, Outcome, Who},
        csv_cell::harmless,
        route::Act,
    },
    repo::audit_log::{self, Filter},
};
use bytes::Bytes;
use chrono::{Months, SecondsFormat, TimeDelta, Utc};
use futures::Stream;
use oms_chassis::{Conn, Db, secrets};
use oms_contracts::{
    ErrorCode, Page,
    gateway::audit::{AuditQuery, AuditRange, AuditView},
};
use oms_model::actor::{Actor, Right, Scope};
use std::time::Instant;

/// A record that was begun and has to be completed.
#[derive(Debug)]
#[must_use = "a record that is begun is completed"]
pub struct Pending {
    id: AuditId,
    since: Instant,
}

/// Writes down what is about to happen, before it does.
pub async fn begin(
    db: &Db,
    who: Who,
    act: Act,
    object: Object,
    call: Call,
) -> Result<Pending, Error> {
    let intent = intent(who, act, object, call);
    let pending = Pending { id: intent.id.clone(), since: Instant::now() };
    db.run(move |conn| audit_log::insert(conn, &intent).map_err(Error::from))
        .await
        .map_err(|cause| Error::AuditUnavailable(Box::new(cause)))?;
    Ok(pending)
}

/// Writes down how it ended.
///
/// Where that fails, the act is done all the same: the record stays pending and the log of the
/// process has the rest.
pub async fn finish(db: &Db, pending: Pending, outcome: Outcome) {
    let Pending { id, since } = pending;
    let took = i64::try_from(since.elapsed().as_millis()).unwrap_or(i64::MAX);
    let (record, end) = (id.clone(), outcome.clone());
    let written =
        db.run(move |conn| audit_log::complete(conn, &id, &outcome, took).map_err(Error::from));
    if let Err(error) = written.await {
        let cause = std::error::Error::source(&error).map(ToString::to_string);
        tracing::error!(
            record = record.as_str(), result = %end.result, code = end.code, %error, cause,
            "the end of an audited call could not be recorded"
        );
    }
}

/// Writes a whole record in the transaction of the act itself.
pub fn record(
    conn: &mut Conn,
    (who, act): (Who, Act),
    object: Object,
    call: Call,
    outcome: &Outcome,
) -> Result<(), Error> {
    let intent = intent(who, act, object, call);
    audit_log::insert(conn, &intent)?;
    audit_log::complete(conn, &intent.id, outcome, 0)?;
    Ok(())
}

/// Writes down what somebody was not allowed to do.
///
/// Nothing was done, so where that fails the refusal stands all the same.
pub async fn refused(db: &Db, act: (Who, Act), object: Object, call: Call, code: ErrorCode) {
    let outcome = Outcome::failed(code);
    let write = move |conn: &mut Conn| conn.write(|conn| record(conn, act, object, call, &outcome));
    if let Err(error) = db.run(write).await {
        let cause = std::error::Error::source(&error).map(ToString::to_string);
        tracing::error!(code = code.as_str(), %error, cause, "a refusal could not be recorded");
    }
}

fn intent(who: Who, act: Act, object: Object, call: Call) -> Intent {
    let at = now();
    Intent { id: AuditId::new(at, secrets::entropy()), at, who, act, object, call }
}

/// One page of what the actor may see of the log.
pub fn list(conn: &mut Conn, actor: &Actor, query: AuditQuery) -> Result<Page<AuditView>, Error> {
    let page = query.page().checked()?;
    if query.range.is_some() {
        return Err(Error::InvalidParameter("range is for the export: use from and to".into()));
    }
    let filter = filter(actor, query)?;
    let (items, total) = audit_log::list(conn, &filter, page)?;
    Ok(page.page(items, total))
}

/// What an export covers, of what the actor may see.
pub fn export_filter(actor: &Actor, mut query: AuditQuery) -> Result<Filter, Error> {
    if query.page_number.is_some() || query.page_size.is_some() {
        return Err(Error::InvalidParameter("an export has no pages".into()));
    }
    if let Some(range) = query.range.take() {
        if query.from.is_some() || query.to.is_some() {
            return Err(Error::InvalidParameter("give either range or from and to".into()));
        }
        let now = Utc::now();
        query.from = match range {
            AuditRange::Last7 => now.checked_sub_signed(TimeDelta::days(7)),
            AuditRange::Last15 => now.checked_sub_signed(TimeDelta::days(15)),
            AuditRange::Last30 => now.checked_sub_signed(TimeDelta::days(30)),
            AuditRange::Months6 => now.checked_sub_months(Months::new(6)),
        };
    }
    filter(actor, query)
}

fn filter(actor: &Actor, query: AuditQuery) -> Result<Filter, Error> {
    let within = match actor.role.scope(Right::ReadAudit) {
        Scope::Everything => None,
        Scope::Department => Some(actor.department.clone()),
        Scope::Own | Scope::Nothing => {
            return Err(Error::Forbidden("the audit log is for administrators"));
        }
    };
    if let (Some(from), Some(to)) = (query.from, query.to)
        && from > to
    {
        return Err(Error::InvalidParameter("from is after to".into()));
    }
    Ok(Filter {
        from: query.from.map(|at| at.timestamp_millis()),
        to: query.to.map(|at| at.timestamp_millis()),
        account: query.actor,
        target: query.target,
        operation: query.operation,
        risk: query.risk,
        result: query.result,
        search: query.search,
        within,
    })
}

const HEADER: [&str; 16] = [
    "id",
    "time",
    "account",
    "user",
    "role",
    "department",
    "target",
    "objectId",
    "objectName",
    "type",
    "risk",
    "result",
    "code",
    "call",
    "requestId",
    "address",
];
/// Records read at once for an export: memory is bounded, whatever the length of the log.
const PIECE: i64 = 500;

/// The log as CSV, in pieces, the newest first. A failure ends the stream with an error, so a
/// cut file is told from a whole one.
pub fn export(db: Db, filter: Filter) -> impl Stream<Item = Result<Bytes, Error>> {
    enum Next {
        Header,
        After(Option<String>),
        End,
    }
    futures::stream::try_unfold(Next::Header, move |next| {
        let (db, filter) = (db.clone(), filter.clone());
        async move {
            let after = match next {
                Next::Header => return Ok(Some((csv([&HEADER]), Next::After(None)))),
                Next::After(after) => after,
                Next::End => return Ok(None),
            };
            let read = move |conn: &mut Conn| {
                audit_log::next(conn, &filter, after.as_deref(), PIECE).map_err(Error::from)
            };
            let records = db.run(read).await?;
            let next = match records.last() {
                Some(last) => Next::After(Some(last.id.clone())),
                None => return Ok(None),
            };
            let whole = i64::try_from(records.len()).is_ok_and(|count| count == PIECE);
            let next = if whole { next } else { Next::End };
            Ok(Some((csv(records.iter().map(line)), next)))
        }
    })
}

fn line(record: &AuditView) -> Vec<String> {
    let text = |option: &Option<String>| option.clone().unwrap_or_default();
    vec![
        record.id.clone(),
        record.at.to_rfc3339_opts(SecondsFormat::Millis, true),
        record.account.clone(),
        record.user_id.as_ref().map(ToString::to_string).unwrap_or_default(),
        record.role.map(|role| role.to_string()).unwrap_or_default(),
        record.department_id.as_ref().map(ToString::to_string).unwrap_or_default(),
        record.target.to_string(),
        text(&record.object_id),
        text(&record.object_name),
        record.operation.to_string(),
        record.risk.to_string(),
        record.result.to_string(),
        text(&record.code),
        record.call.clone(),
        record.request_id.clone(),
        record.address.clone(),
    ]
}

fn csv<L: IntoIterator<Item = T>, T: AsRef<str>>(lines: impl IntoIterator<Item = L>) -> Bytes {
    let mut writer =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for line in lines {
        let cells = line.into_iter().map(|cell| harmless(cell.as_ref()).into_owned());
        writer.write_record(cells).expect("lines of one length into memory");
    }
    writer.into_inner().expect("memory takes all of it").into()
}
