//! Labels: `/api/v1/labels`.

use crate::{
    Error,
    api::view::{owner, time},
    app::AppState,
    domain::label::Label,
    ops::label as ops,
};
use actix_web::{
    HttpResponse, delete, get,
    http::header::LOCATION,
    patch, post,
    web::{Data, Json},
};
use oms_chassis::http::{Acting, Body, Params, Query};
use oms_contracts::{
    Page, Problem,
    project::label::{DeleteLabel, LabelName, LabelQuery, LabelView, paths},
};
use oms_model::LabelId;
use utoipa_actix_web::service_config::ServiceConfig;

pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_labels).service(create_label).service(rename_label).service(delete_label);
}

/// Lists all labels, by name.
#[utoipa::path(
    tag = "labels",
    params(LabelQuery),
    responses((status = 200, body = Page<LabelView>), (status = "4XX", body = Problem))
)]
#[get("/api/v1/labels")]
async fn list_labels(
    state: Data<AppState>,
    Acting(actor): Acting,
    Query(query): Query<LabelQuery>,
) -> Result<Json<Page<LabelView>>, Error> {
    Ok(Json(ops::list(&state, &actor, query).await?.map(view)))
}

/// Makes a label. There may be 100.
#[utoipa::path(
    tag = "labels",
    request_body = LabelName,
    responses((status = 201, body = LabelView), (status = "4XX", body = Problem))
)]
#[post("/api/v1/labels")]
async fn create_label(
    state: Data<AppState>,
    Acting(actor): Acting,
    Body(body): Body<LabelName>,
) -> Result<HttpResponse, Error> {
    let label = view(ops::create(&state, actor, body.name).await?);
    Ok(HttpResponse::Created().insert_header((LOCATION, paths::one(&label.id))).json(label))
}

/// Renames a label.
#[utoipa::path(
    tag = "labels",
    params(("id" = LabelId, Path)),
    request_body = LabelName,
    responses((status = 200, body = LabelView), (status = "4XX", body = Problem))
)]
#[patch("/api/v1/labels/{id}")]
async fn rename_label(
    state: Data<AppState>,
    Acting(actor): Acting,
    Params(id): Params<LabelId>,
    Body(body): Body<LabelName>,
) -> Result<Json<LabelView>, Error> {
    Ok(Json(view(ops::rename(&state, actor, id, body.name).await?)))
}

/// Deletes a label. Refused while projects carry it, unless forced.
#[utoipa::path(
    tag = "labels",
    params(("id" = LabelId, Path), DeleteLabel),
    responses((status = 204), (status = "4XX", body = Problem))
)]
#[delete("/api/v1/labels/{id}")]
async fn delete_label(
    state: Data<AppState>,
    Acting(actor): Acting,
    Params(id): Params<LabelId>,
    Query(query): Query<DeleteLabel>,
) -> Result<HttpResponse, Error> {
    ops::delete(&state, actor, id, query.force).await?;
    Ok(HttpResponse::NoContent().finish())
}

fn view(label: Label) -> LabelView {
    LabelView {
        id: label.id,
        name: label.name,
        owner: owner(label.owned),
        used_by: label.used_by,
        created_at: time(label.created_at),
        modified_at: time(label.modified_at),
    }
}
