//! What every service answers beside its own routes.

use super::{Refusal, caller::OPEN};
use crate::{Db, Shutdown, instance::Instance, telemetry};
use actix_web::{
    HttpRequest, HttpResponse, get,
    web::{Data, Json},
};
use oms_contracts::{
    ErrorCode,
    service::{HealthView, InstanceView},
};
use std::collections::HashMap;
use utoipa::openapi::{OpenApi, PathItem};

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

/// The methods of each path that is described.
#[derive(Debug)]
pub(super) struct Methods(HashMap<String, String>);

impl Methods {
    pub fn of(description: &OpenApi) -> Self {
        let mut all: HashMap<String, String> = HashMap::new();
        for (path, item) in &description.paths.paths {
            all.insert(path.clone(), methods(item).join(", "));
        }
        // Whoever watches a service may ask without wanting the answer.
        all.extend(OPEN.map(|path| (path.to_owned(), "GET, HEAD".to_owned())));
        Self(all)
    }
}

fn methods(item: &PathItem) -> Vec<&'static str> {
    let all = [
        ("GET", &item.get),
        ("POST", &item.post),
        ("PUT", &item.put),
        ("PATCH", &item.patch),
        ("DELETE", &item.delete),
    ];
    all.into_iter().filter(|(_, operation)| operation.is_some()).map(|(name, _)| name).collect()
}

/// No route, or none for this method.
pub(super) async fn nothing_here(
    request: HttpRequest,
    methods: Data<Methods>,
) -> Result<HttpResponse, Refusal> {
    let (method, path) = (request.method(), request.path());
    if let Some(pattern) = request.match_pattern() {
        let message = format!("{method} is not a method of {path}");
        let refusal = Refusal::new(ErrorCode::MethodNotAllowed, message);
        return Err(refusal.allowing(methods.0.get(&pattern).cloned()));
    }
    Err(Refusal::new(ErrorCode::NoSuchRoute, format!("there is no {path}")))
}
