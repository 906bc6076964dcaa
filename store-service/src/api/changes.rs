//! What a store has, for those who read it: `/internal/v1/stores/{id}/changes` and around it.

use super::view;
use crate::{Error, app::AppState, ops::store as ops};
use actix_web::{
    HttpResponse, delete, get, post,
    web::{Data, Json},
};
use futures::stream;
use oms_chassis::http::{Body, Caller, Params, Query};
use oms_contracts::{
    Problem,
    store::{ChangesQuery, ConsumerName, RegisterConsumer, SeqQuery, SeqView, StoreId, StoreView},
};
use utoipa_actix_web::service_config::ServiceConfig;

pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(read_changes).service(find_seq).service(register_consumer).service(delete_consumer);
}

/// Streams what follows a change as frames, and goes on as the store grows: definitions as they are
/// needed, then blocks, of which the first one may begin before what was asked for. A frame says so where
/// nothing is new.
#[utoipa::path(
    tag = "changes",
    params(("id" = StoreId, Path), ChangesQuery),
    responses(
        (status = 200, content_type = "application/octet-stream", body = String, description = "frames, without end"),
        (status = 409, body = Problem, description = "the store has no such change yet"),
        (status = 410, body = Problem, description = "the changes are no longer kept"),
        (status = "4XX", body = Problem)
    )
)]
#[get("/internal/v1/stores/{id}/changes")]
async fn read_changes(
    state: Data<AppState>,
    _: Caller,
    Params(id): Params<StoreId>,
    Query(query): Query<ChangesQuery>,
) -> Result<HttpResponse, Error> {
    let chunks = ops::changes(&state, id, query).await?;
    let body =
        stream::unfold(chunks, |mut chunks| async move { Some((chunks.recv().await?, chunks)) });
    Ok(HttpResponse::Ok().content_type("application/octet-stream").streaming(Box::pin(body)))
}

/// Finds the change behind which everything committed at a moment or later comes; or, for a place of the
/// source, the last change that is up to it. That one is exact: all that the source had committed up to
/// the place has the number that is answered or a smaller one, and nothing else has.
#[utoipa::path(
    tag = "changes",
    params(("id" = StoreId, Path), SeqQuery),
    responses(
        (status = 200, body = SeqView),
        (status = 409, body = Problem, description = "the store is not there yet: ask again; or the place lacks a transaction before one that it has"),
        (status = 410, body = Problem, description = "the place is before what is kept"),
        (status = "4XX", body = Problem)
    )
)]
#[get("/internal/v1/stores/{id}/seq")]
async fn find_seq(
    state: Data<AppState>,
    _: Caller,
    Params(id): Params<StoreId>,
    Query(query): Query<SeqQuery>,
) -> Result<Json<SeqView>, Error> {
    Ok(Json(SeqView { seq: ops::seq(&state, id, query).await? }))
}

/// Says how far a consumer is: what follows is kept for it. Its number only grows.
#[utoipa::path(
    tag = "changes",
    params(("id" = StoreId, Path), ("name" = ConsumerName, Path)),
    request_body = RegisterConsumer,
    responses(
        (status = 200, body = StoreView),
        (status = 410, body = Problem, description = "what follows is no longer kept"),
        (status = "4XX", body = Problem)
    )
)]
#[post("/internal/v1/stores/{id}/consumers/{name}")]
async fn register_consumer(
    state: Data<AppState>,
    _: Caller,
    Params((id, name)): Params<(StoreId, ConsumerName)>,
    Body(consumer): Body<RegisterConsumer>,
) -> Result<Json<StoreView>, Error> {
    Ok(Json(view::store(ops::advance_consumer(&state, id, name, consumer.seq).await?)))
}

/// Forgets a consumer: nothing is kept for it any more. Succeeds when there is none.
#[utoipa::path(
    tag = "changes",
    params(("id" = StoreId, Path), ("name" = ConsumerName, Path)),
    responses((status = 204), (status = "4XX", body = Problem))
)]
#[delete("/internal/v1/stores/{id}/consumers/{name}")]
async fn delete_consumer(
    state: Data<AppState>,
    Caller(caller): Caller,
    Params((id, name)): Params<(StoreId, ConsumerName)>,
) -> Result<HttpResponse, Error> {
    ops::delete_consumer(&state, id.clone(), name.clone()).await?;
    tracing::info!(%caller, store = %id, consumer = %name, "consumer forgotten");
    Ok(HttpResponse::NoContent().finish())
}
