//! Looking into a data source: `…/databases`.

use super::view;
use crate::{Error, app::AppState, ops::data_source as ops};
use actix_web::{
    get,
    web::{Data, Json},
};
use oms_chassis::http::{Acting, Params, Query};
use oms_contracts::{
    Page, Problem,
    project::data_source::{DatabaseView, DatabasesQuery, ObjectView, ObjectsQuery, TableView},
};
use oms_model::EndpointId;
use utoipa_actix_web::service_config::ServiceConfig;

pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(databases).service(objects).service(table);
}

/// Lists the databases; the schemas, where a database has schemas.
#[utoipa::path(
    tag = "data sources",
    params(("id" = EndpointId, Path), DatabasesQuery),
    responses((status = 200, body = Page<DatabaseView>), (status = "4XX", body = Problem))
)]
#[get("/api/v1/data-sources/{id}/databases")]
async fn databases(
    state: Data<AppState>,
    Acting(actor): Acting,
    Params(id): Params<EndpointId>,
    Query(query): Query<DatabasesQuery>,
) -> Result<Json<Page<DatabaseView>>, Error> {
    Ok(Json(ops::databases(&state, actor, id, query).await?.map(view::database)))
}

/// Lists tables and views.
#[utoipa::path(
    tag = "data sources",
    params(("id" = EndpointId, Path), ("database" = String, Path), ObjectsQuery),
    responses((status = 200, body = Page<ObjectView>), (status = "4XX", body = Problem))
)]
#[get("/api/v1/data-sources/{id}/databases/{database}/objects")]
async fn objects(
    state: Data<AppState>,
    Acting(actor): Acting,
    Params((id, database)): Params<(EndpointId, String)>,
    Query(query): Query<ObjectsQuery>,
) -> Result<Json<Page<ObjectView>>, Error> {
    Ok(Json(ops::objects(&state, actor, id, &database, query).await?.map(view::object)))
}

/// Shows the columns and keys of a table or view.
#[utoipa::path(
    tag = "data sources",
    params(
        ("id" = EndpointId, Path), ("database" = String, Path), ("table" = String, Path)
    ),
    responses((status = 200, body = TableView), (status = "4XX", body = Problem))
)]
#[get("/api/v1/data-sources/{id}/databases/{database}/tables/{table}")]
async fn table(
    state: Data<AppState>,
    Acting(actor): Acting,
    Params((id, database, table)): Params<(EndpointId, String, String)>,
) -> Result<Json<TableView>, Error> {
    let shape = ops::table(&state, actor, id, &database, &table).await?;
    Ok(Json(view::table(database, table, shape)))
}
