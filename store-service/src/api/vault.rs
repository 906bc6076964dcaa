//! What follows a change of the vault's key.

use crate::{Error, app::AppState, ops};
use actix_web::{
    post,
    web::{Data, Json},
};
use oms_chassis::http::Caller;
use oms_contracts::{Problem, project::Resealed};
use utoipa_actix_web::service_config::ServiceConfig;

pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(reseal);
}

/// Seals all stored secrets with the vault's newest key.
#[utoipa::path(
    tag = "internal",
    responses((status = 200, body = Resealed), (status = "5XX", body = Problem))
)]
#[post("/internal/v1/vault/reseal")]
async fn reseal(state: Data<AppState>, Caller(caller): Caller) -> Result<Json<Resealed>, Error> {
    let resealed = ops::store::reseal(&state).await?;
    tracing::info!(%caller, count = resealed.resealed, key = resealed.key, "secrets sealed anew");
    Ok(Json(resealed))
}
