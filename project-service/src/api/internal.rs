//! What only siblings ask: `/internal/v1`.

use crate::{Error, app::AppState, ops};
use actix_web::{
    get, post,
    web::{Data, Json},
};
use oms_chassis::http::{Caller, Params};
use oms_contracts::{
    Problem,
    project::{OwnedCounts, Resealed},
};
use oms_model::UserId;
use utoipa_actix_web::service_config::ServiceConfig;

pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(reseal).service(owner_counts);
}

/// Seals all stored secrets with the vault's newest key.
#[utoipa::path(
    tag = "internal",
    responses((status = 200, body = Resealed), (status = "5XX", body = Problem))
)]
#[post("/internal/v1/vault/reseal")]
async fn reseal(state: Data<AppState>, Caller(caller): Caller) -> Result<Json<Resealed>, Error> {
    let resealed = ops::data_source::reseal(&state).await?;
    tracing::info!(%caller, count = resealed.resealed, key = resealed.key, "secrets sealed anew");
    Ok(Json(resealed))
}

/// Counts what a user owns.
#[utoipa::path(
    tag = "internal",
    params(("user" = UserId, Path)),
    responses((status = 200, body = OwnedCounts), (status = "4XX", body = Problem))
)]
#[get("/internal/v1/owners/{user}/counts")]
async fn owner_counts(
    state: Data<AppState>,
    _: Caller,
    Params(user): Params<UserId>,
) -> Result<Json<OwnedCounts>, Error> {
    Ok(Json(ops::owned_by(&state, user).await?))
}
