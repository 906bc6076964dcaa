//! Testing connections: `…/test`.

use super::view;
use crate::{Error, app::AppState, ops::data_source as ops};
use actix_web::{
    post,
    web::{Data, Json},
};
use oms_chassis::http::{Acting, Body, Params};
use oms_contracts::{
    Problem,
    project::data_source::{DataSourceSettings, ProbeView},
};
use oms_model::EndpointId;
use utoipa_actix_web::service_config::ServiceConfig;

pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(test_saved);
}

/// Tests settings without saving them.
#[utoipa::path(
    tag = "data sources",
    request_body = DataSourceSettings,
    responses((status = 200, body = ProbeView), (status = "4XX", body = Problem))
)]
#[post("/api/v1/data-sources/test")]
pub async fn test_unsaved(
    state: Data<AppState>,
    Acting(actor): Acting,
    Body(body): Body<DataSourceSettings>,
) -> Result<Json<ProbeView>, Error> {
    Ok(Json(view::probe(ops::test_unsaved(&state, actor, body).await?)))
}

/// Tests a data source as it is saved.
#[utoipa::path(
    tag = "data sources",
    params(("id" = EndpointId, Path)),
    responses((status = 200, body = ProbeView), (status = "4XX", body = Problem))
)]
#[post("/api/v1/data-sources/{id}/test")]
async fn test_saved(
    state: Data<AppState>,
    Acting(actor): Acting,
    Params(id): Params<EndpointId>,
) -> Result<Json<ProbeView>, Error> {
    Ok(Json(view::probe(ops::test_saved(&state, actor, id).await?)))
}
