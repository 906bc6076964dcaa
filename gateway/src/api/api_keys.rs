//! API keys.

use super::admitted::{LoggedIn, Note};
use crate::{AppState, Error, ops};
use actix_web::{
    HttpRequest, HttpResponse, delete, get, patch, post,
    web::{Data, Json},
};
use oms_chassis::http::{Body, Params, Query};
use oms_contracts::{
    Page, Problem,
    gateway::api_key::{ApiKeyQuery, ApiKeyView, CreateApiKey, CreatedApiKey, UpdateApiKey},
};
use oms_model::id::ApiKeyId;
use utoipa_actix_web::service_config::ServiceConfig;

pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list).service(create).service(update).service(remove);
}

/// List API keys
///
/// One's own; administrators see those of the users they manage, root all.
#[utoipa::path(
    tag = "api keys",
    params(ApiKeyQuery),
    responses((status = 200, body = Page<ApiKeyView>), (status = 400, body = Problem))
)]
#[get("/api-keys")]
async fn list(
    state: Data<AppState>,
    caller: LoggedIn,
    query: Query<ApiKeyQuery>,
) -> Result<Json<Page<ApiKeyView>>, Error> {
    let actor = caller.actor().clone();
    let list = move |conn: &mut _| ops::api_keys::list(conn, &actor, &query.0);
    Ok(Json(state.db.run(list).await?))
}

/// Create an API key for oneself
///
/// The secret is shown this once. A user has at most five keys; a key may what its owner may.
#[utoipa::path(
    tag = "api keys",
    responses(
        (status = 201, body = CreatedApiKey),
        (status = 409, description = "The user has all the keys it may have", body = Problem),
        (status = 422, body = Problem),
    )
)]
#[post("/api-keys")]
async fn create(
    state: Data<AppState>,
    caller: LoggedIn,
    request: HttpRequest,
    body: Body<CreateApiKey>,
) -> Result<HttpResponse, Error> {
    let (actor, vault) = (caller.actor().clone(), state.vault.clone());
    let create = move |conn: &mut _| ops::api_keys::create(conn, &vault, &actor, &body.0);
    let created = state.db.run(create).await?;
    Note::about(&request, &created.id, &created.access_key_id);
    Ok(HttpResponse::Created().json(created))
}

/// Enable or disable an API key
#[utoipa::path(
    tag = "api keys",
    params(("apiKey" = ApiKeyId, Path)),
    responses(
        (status = 200, body = ApiKeyView),
        (status = 403, body = Problem),
        (status = 404, body = Problem),
    )
)]
#[patch("/api-keys/{apiKey}")]
async fn update(
    state: Data<AppState>,
    caller: LoggedIn,
    id: Params<ApiKeyId>,
    request: HttpRequest,
    body: Body<UpdateApiKey>,
) -> Result<Json<ApiKeyView>, Error> {
    let actor = caller.actor().clone();
    let update =
        move |conn: &mut _| ops::api_keys::set_enabled(conn, &actor, &id.0, body.0.enabled);
    let key = state.db.run(update).await?;
    Note::about(&request, &key.id, &key.access_key_id);
    Ok(Json(ops::api_keys::view(key)))
}

/// Delete an API key
#[utoipa::path(
    tag = "api keys",
    params(("apiKey" = ApiKeyId, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem))
)]
#[delete("/api-keys/{apiKey}")]
async fn remove(
    state: Data<AppState>,
    caller: LoggedIn,
    id: Params<ApiKeyId>,
    request: HttpRequest,
) -> Result<HttpResponse, Error> {
    let actor = caller.actor().clone();
    let gone = state.db.run(move |conn| ops::api_keys::delete(conn, &actor, &id.0)).await?;
    Note::about(&request, &gone.id, &gone.access_key_id);
    Ok(HttpResponse::NoContent().finish())
}
