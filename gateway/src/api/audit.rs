//! The audit log.

use super::admitted::LoggedIn;
use crate::{AppState, Error, ops};
use actix_web::{
    HttpResponse, get,
    http::header::CONTENT_DISPOSITION,
    web::{Data, Json},
};
use oms_chassis::http::Query;
use oms_contracts::{
    Page, Problem,
    gateway::audit::{AuditQuery, AuditView},
};
use utoipa_actix_web::service_config::ServiceConfig;

pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(export).service(list);
}

/// Read the audit log, the newest records first
///
/// Root and its viewers read everything, administrators what their department did.
#[utoipa::path(
    tag = "audit",
    params(AuditQuery),
    responses(
        (status = 200, body = Page<AuditView>),
        (status = 400, body = Problem),
        (status = 403, body = Problem),
    )
)]
#[get("/audit")]
async fn list(
    state: Data<AppState>,
    caller: LoggedIn,
    query: Query<AuditQuery>,
) -> Result<Json<Page<AuditView>>, Error> {
    let actor = caller.actor().clone();
    Ok(Json(state.db.run(move |conn| ops::audit::list(conn, &actor, query.0)).await?))
}

/// Export the audit log as CSV
///
/// Takes the same filters, and `range` instead of `from` and `to`.
#[utoipa::path(
    tag = "audit",
    params(AuditQuery),
    responses(
        (status = 200, content_type = "text/csv", body = String),
        (status = 400, body = Problem),
        (status = 403, body = Problem),
    )
)]
#[get("/audit/export.csv")]
async fn export(
    state: Data<AppState>,
    caller: LoggedIn,
    query: Query<AuditQuery>,
) -> Result<HttpResponse, Error> {
    let filter = ops::audit::export_filter(caller.actor(), query.0)?;
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8; header=present")
        .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"oms-audit.csv\""))
        .streaming(Box::pin(ops::audit::export(state.db.clone(), filter))))
}
