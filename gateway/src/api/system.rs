//! The state of the system, its vault, and the description of the API.

use super::{
    admitted::{LoggedIn, Note},
    docs::own_description,
};
use crate::{AppState, Error, ops};
use actix_web::{
    HttpRequest, HttpResponse, get, post,
    web::{Data, Json},
};
use oms_chassis::instance::Instance;
use oms_contracts::{
    Problem,
    gateway::system::{ServiceView, VaultRotationView},
};
use utoipa_actix_web::service_config::ServiceConfig;

pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(services).service(rotate_vault).service(openapi);
}

/// How the services are
///
/// Asks all of them at once. For administrators.
#[utoipa::path(
    tag = "system",
    responses((status = 200, body = Vec<ServiceView>), (status = 403, body = Problem))
)]
#[get("/system/services")]
async fn services(
    state: Data<AppState>,
    me: Data<Instance>,
    caller: LoggedIn,
) -> Json<Vec<ServiceView>> {
    Json(ops::services(&state, &me, caller.actor()).await)
}

/// Let a new key seal secrets
///
/// Seals what is stored anew, here and in the services. Repeating it is safe. For root.
#[utoipa::path(
    tag = "system",
    responses(
        (status = 200, body = VaultRotationView),
        (status = 403, body = Problem),
        (status = 409, description = "The keys come from the environment", body = Problem),
    )
)]
#[post("/system/vault/rotate")]
async fn rotate_vault(
    state: Data<AppState>,
    request: HttpRequest,
) -> Result<Json<VaultRotationView>, Error> {
    let rotated = ops::rotate_vault(&state).await?;
    Note::about(&request, &rotated.key, "vault key");
    Ok(Json(rotated))
}

/// This description
///
/// Of the whole API, merged from the services'.
#[utoipa::path(
    tag = "system",
    responses((status = 200, content_type = "application/json", body = serde_json::Value))
)]
#[get("/openapi.json")]
async fn openapi(state: Data<AppState>) -> HttpResponse {
    let merged = state.description.merged(&state.siblings, own_description).await;
    HttpResponse::Ok().content_type("application/json").body(merged)
}
