//! What only siblings ask: `/internal/v1`.

use crate::{Error, app::AppState, ops};
use actix_web::{
    HttpResponse, get, post, put,
    web::{Data, Json},
};
use oms_chassis::http::{Body, Caller, Params};
use oms_contracts::{
    Problem,
    project::{OwnedCounts, OwnerDepartment, Resealed},
};
use oms_model::UserId;
use utoipa_actix_web::service_config::ServiceConfig;

pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(reseal).service(owner_counts).service(move_owner);
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

/// Moves what a user owns into the department that the user was moved to.
#[utoipa::path(
    tag = "internal",
    params(("user" = UserId, Path)),
    request_body = OwnerDepartment,
    responses((status = 204), (status = "4XX", body = Problem))
)]
#[put("/internal/v1/owners/{user}/department")]
async fn move_owner(
    state: Data<AppState>,
    _: Caller,
    Params(user): Params<UserId>,
    Body(body): Body<OwnerDepartment>,
) -> Result<HttpResponse, Error> {
    ops::move_owner(&state, user, body.department_id).await?;
    Ok(HttpResponse::NoContent().finish())
}
