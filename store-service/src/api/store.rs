//! Stores: `/internal/v1/stores`.

use super::view;
use crate::{Error, app::AppState, ops::store as ops};
use actix_web::{
    HttpResponse, delete, get,
    http::header::LOCATION,
    post, put,
    web::{Data, Json},
};
use oms_chassis::http::{Body, Caller, Params, Query};
use oms_contracts::{
    Page, Problem,
    store::{DeleteStore, StoreId, StoreQuery, StoreSpec, StoreSummary, StoreView, paths},
};
use utoipa_actix_web::service_config::ServiceConfig;

pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_stores)
        .service(put_store)
        .service(show_store)
        .service(delete_store)
        .service(start_store)
        .service(stop_store);
}

/// Lists stores, by id.
#[utoipa::path(
    tag = "stores",
    params(StoreQuery),
    responses((status = 200, body = Page<StoreSummary>), (status = 400, body = Problem))
)]
#[get("/internal/v1/stores")]
async fn list_stores(
    state: Data<AppState>,
    _: Caller,
    Query(query): Query<StoreQuery>,
) -> Result<Json<Page<StoreSummary>>, Error> {
    Ok(Json(ops::list(&state, query).await?.map(view::summary)))
}

/// Keeps a store, leaves an equal one as it is, or changes one that is there. One that runs goes on with
/// the change.
#[utoipa::path(
    tag = "stores",
    params(("id" = StoreId, Path)),
    request_body = StoreSpec,
    responses(
        (status = 200, body = StoreView, description = "there was one"),
        (status = 201, body = StoreView),
        (status = 409, body = Problem, description = "it has begun, and its start, method, kind of source or place of its heartbeat cannot change"),
        (status = 422, body = Problem, description = "details lists everything that is wrong")
    )
)]
#[put("/internal/v1/stores/{id}")]
async fn put_store(
    state: Data<AppState>,
    _: Caller,
    Params(id): Params<StoreId>,
    Body(spec): Body<StoreSpec>,
) -> Result<HttpResponse, Error> {
    let put = ops::put(&state, id.clone(), spec).await?;
    let view = view::store(put.shown);
    Ok(match put.made {
        true => HttpResponse::Created().insert_header((LOCATION, paths::store(&id))).json(view),
        false => HttpResponse::Ok().json(view),
    })
}

/// Shows a store, what it has, and how it goes.
#[utoipa::path(
    tag = "stores",
    params(("id" = StoreId, Path)),
    responses((status = 200, body = StoreView), (status = 404, body = Problem))
)]
#[get("/internal/v1/stores/{id}")]
async fn show_store(
    state: Data<AppState>,
    _: Caller,
    Params(id): Params<StoreId>,
) -> Result<Json<StoreView>, Error> {
    Ok(Json(view::store(ops::find(&state, id).await?)))
}

/// Removes every trace of a store that rests: what it put in place at its source, its log, itself.
/// Succeeds when there is none.
#[utoipa::path(
    tag = "stores",
    params(("id" = StoreId, Path), DeleteStore),
    responses(
        (status = 204),
        (status = 409, body = Problem, description = "it is at work"),
        (status = 502, body = Problem, description = "what it put in place at its source could not be removed; with force it is left there")
    )
)]
#[delete("/internal/v1/stores/{id}")]
async fn delete_store(
    state: Data<AppState>,
    Caller(caller): Caller,
    Params(id): Params<StoreId>,
    Query(how): Query<DeleteStore>,
) -> Result<HttpResponse, Error> {
    ops::delete(&state, id.clone(), how).await?;
    tracing::info!(%caller, store = %id, how.force, "store deleted");
    Ok(HttpResponse::NoContent().finish())
}

/// Starts a store, or goes on with it. One that runs stays as it is.
#[utoipa::path(
    tag = "stores",
    params(("id" = StoreId, Path)),
    responses(
        (status = 200, body = StoreView),
        (status = 404, body = Problem),
        (status = 409, body = Problem, description = "it is stopping, or another instance keeps its log")
    )
)]
#[post("/internal/v1/stores/{id}/start")]
async fn start_store(
    state: Data<AppState>,
    Caller(caller): Caller,
    Params(id): Params<StoreId>,
) -> Result<Json<StoreView>, Error> {
    tracing::info!(%caller, store = %id, "to start");
    Ok(Json(view::store(ops::start(&state, id).await?)))
}

/// Asks a store to stop. It has stopped once its state is SUSPEND. One that rests stays as it is. Triggers
/// stay in place: what they write down meanwhile lies at the source until the store is started again.
#[utoipa::path(
    tag = "stores",
    params(("id" = StoreId, Path)),
    responses((status = 200, body = StoreView), (status = 404, body = Problem))
)]
#[post("/internal/v1/stores/{id}/stop")]
async fn stop_store(
    state: Data<AppState>,
    Caller(caller): Caller,
    Params(id): Params<StoreId>,
) -> Result<Json<StoreView>, Error> {
    tracing::info!(%caller, store = %id, "to stop");
    Ok(Json(view::store(ops::stop(&state, id).await?)))
}
