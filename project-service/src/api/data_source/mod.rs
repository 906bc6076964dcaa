//! Data sources: `/api/v1/data-sources`.

mod browse;
mod probe;
mod view;

use crate::{Error, app::AppState, ops::data_source as ops};
use actix_web::{
    HttpResponse, delete, get,
    http::header::LOCATION,
    post, put,
    web::{Data, Json},
};
use oms_chassis::http::{Acting, Body, Etag, Params, Query};
use oms_contracts::{
    Page, Problem,
    project::data_source::{
        CopyDataSource, DataSourceQuery, DataSourceSettings, DataSourceView, KindView, paths,
    },
};
use oms_model::{DatabaseKind, EndpointId};
use utoipa_actix_web::service_config::ServiceConfig;

pub fn routes(cfg: &mut ServiceConfig<'_>) {
    // Before `{id}`, which would take these for ids.
    cfg.service(list_kinds).service(probe::test_unsaved);
    cfg.service(list_data_sources)
        .service(create_data_source)
        .service(show_data_source)
        .service(edit_data_source)
        .service(delete_data_source)
        .service(copy_data_source);
    probe::routes(cfg);
    browse::routes(cfg);
}

/// Lists the data sources the caller sees.
#[utoipa::path(
    tag = "data sources",
    params(DataSourceQuery),
    responses((status = 200, body = Page<DataSourceView>), (status = "4XX", body = Problem))
)]
#[get("/api/v1/data-sources")]
async fn list_data_sources(
    state: Data<AppState>,
    Acting(actor): Acting,
    Query(query): Query<DataSourceQuery>,
) -> Result<Json<Page<DataSourceView>>, Error> {
    Ok(Json(ops::list(&state, actor, query).await?.map(view::data_source)))
}

/// Lists the kinds of database, and whether data sources of each can be made.
#[utoipa::path(tag = "data sources", responses((status = 200, body = Vec<KindView>)))]
#[get("/api/v1/data-sources/kinds")]
async fn list_kinds(_: Acting) -> Json<Vec<KindView>> {
    let supported = oms_connector::supported_kinds();
    let view = |kind: &DatabaseKind| KindView { kind: *kind, supported: supported.contains(kind) };
    Json(DatabaseKind::ALL.iter().map(view).collect())
}

/// Registers a database, after testing that it can be reached.
#[utoipa::path(
    tag = "data sources",
    request_body = DataSourceSettings,
    responses((status = 201, body = DataSourceView), (status = "4XX", body = Problem))
)]
#[post("/api/v1/data-sources")]
async fn create_data_source(
    state: Data<AppState>,
    Acting(actor): Acting,
    Body(body): Body<DataSourceSettings>,
) -> Result<HttpResponse, Error> {
    Ok(created(view::data_source(ops::create(&state, actor, body).await?)))
}

/// Shows a data source.
#[utoipa::path(
    tag = "data sources",
    params(("id" = EndpointId, Path)),
    responses((status = 200, body = DataSourceView), (status = "4XX", body = Problem))
)]
#[get("/api/v1/data-sources/{id}")]
async fn show_data_source(
    state: Data<AppState>,
    Acting(actor): Acting,
    Params(id): Params<EndpointId>,
) -> Result<HttpResponse, Error> {
    let view = view::data_source(ops::find(&state, actor, id).await?);
    Ok(HttpResponse::Ok().insert_header(Etag(view.revision).header()).json(view))
}

/// Replaces the settings of a data source. What connects differently is tested first.
#[utoipa::path(
    tag = "data sources",
    params(("id" = EndpointId, Path), ("If-Match" = String, Header, description = "the ETag seen")),
    request_body = DataSourceSettings,
    responses((status = 200, body = DataSourceView), (status = "4XX", body = Problem))
)]
#[put("/api/v1/data-sources/{id}")]
async fn edit_data_source(
    state: Data<AppState>,
    Acting(actor): Acting,
    Params(id): Params<EndpointId>,
    Etag(seen): Etag,
    Body(body): Body<DataSourceSettings>,
) -> Result<HttpResponse, Error> {
    let view = view::data_source(ops::edit(&state, actor, id, seen, body).await?);
    Ok(HttpResponse::Ok().insert_header(Etag(view.revision).header()).json(view))
}

/// Forgets a database. Refused while a project that is not released uses it.
#[utoipa::path(
    tag = "data sources",
    params(("id" = EndpointId, Path)),
    responses((status = 204), (status = "4XX", body = Problem))
)]
#[delete("/api/v1/data-sources/{id}")]
async fn delete_data_source(
    state: Data<AppState>,
    Acting(actor): Acting,
    Params(id): Params<EndpointId>,
) -> Result<HttpResponse, Error> {
    ops::delete(&state, actor, id).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Registers a copy with what is given instead, after testing it.
#[utoipa::path(
    tag = "data sources",
    params(("id" = EndpointId, Path)),
    request_body = CopyDataSource,
    responses((status = 201, body = DataSourceView), (status = "4XX", body = Problem))
)]
#[post("/api/v1/data-sources/{id}/copy")]
async fn copy_data_source(
    state: Data<AppState>,
    Acting(actor): Acting,
    Params(id): Params<EndpointId>,
    Body(body): Body<CopyDataSource>,
) -> Result<HttpResponse, Error> {
    Ok(created(view::data_source(ops::copy(&state, actor, id, body).await?)))
}

fn created(view: DataSourceView) -> HttpResponse {
    HttpResponse::Created()
        .insert_header((LOCATION, paths::one(&view.id)))
        .insert_header(Etag(view.revision).header())
        .json(view)
}
