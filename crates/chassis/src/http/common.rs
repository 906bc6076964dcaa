//! What every service answers beside its own routes.

use super::Refusal;
use crate::{Db, Shutdown, instance::Instance, telemetry};
use actix_web::{
    HttpRequest, HttpResponse, get,
    web::{Data, Json},
};
use oms_contracts::{
    ErrorCode,
    service::{HealthView, InstanceView},
};

/// Whether the process lives.
#[utoipa::path(tag = "service", responses((status = 200, body = HealthView)))]
#[get("/healthz")]
pub(super) async fn healthz(me: Data<Instance>) -> Json<HealthView> {
    Json(HealthView { service: me.service, ready: true, faults: Vec::new() })
}

/// Whether the service can do its work: its metadata answers and it is not stopping.
#[utoipa::path(
    tag = "service",
    responses((status = 200, body = HealthView), (status = 503, body = HealthView))
)]
#[get("/readyz")]
pub(super) async fn readyz(
    me: Data<Instance>,
    db: Data<Db>,
    shutdown: Data<Shutdown>,
) -> HttpResponse {
    let mut faults = Vec::new();
    if shutdown.has_begun() {
        faults.push("the service is stopping".to_owned());
    }
    if let Err(error) = db.ping().await {
        faults.push(error.to_string());
    }
    let view = HealthView { service: me.service, ready: faults.is_empty(), faults };
    if view.ready {
        HttpResponse::Ok().json(view)
    } else {
        HttpResponse::ServiceUnavailable().json(view)
    }
}

/// Which instance this is, and what it can be asked to run.
#[utoipa::path(tag = "service", responses((status = 200, body = InstanceView)))]
#[get("/internal/v1/instance")]
pub(super) async fn instance(me: Data<Instance>) -> Json<InstanceView> {
    Json(me.view())
}

/// The metrics of the process, for Prometheus.
#[utoipa::path(tag = "service", responses((status = 200, content_type = "text/plain")))]
#[get("/metrics")]
pub(super) async fn metrics() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/plain; version=0.0.4; charset=utf-8")
        .body(telemetry::recorder().render())
}

/// No route, or none for this method.
pub(super) async fn nothing_here(request: HttpRequest) -> Result<HttpResponse, Refusal> {
    let (method, path) = (request.method(), request.path());
    if request.match_pattern().is_some() {
        let message = format!("{method} is not a method of {path}");
        return Err(Refusal::new(ErrorCode::MethodNotAllowed, message));
    }
    Err(Refusal::new(ErrorCode::NoSuchRoute, format!("there is no {path}")))
}
