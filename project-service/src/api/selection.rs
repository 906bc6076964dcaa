//! Object selections.

use crate::{Error, app::AppState, ops::selection as ops};
use actix_web::{
    HttpResponse, get,
    http::header::{CONTENT_DISPOSITION, ContentType},
    post,
    web::{Data, Json},
};
use oms_chassis::http::{Acting, Body, Params, Query};
use oms_contracts::{
    Problem,
    project::selection::{
        ExportFormat, ExportQuery, ImportSelection, ImportedSelection, OMITTED_HEADER,
        PreviewSelection, SelectionPreview, SelectionProblems, ValidateSelection,
    },
};
use oms_model::{ProjectId, exchange::csv_template};
use utoipa_actix_web::service_config::ServiceConfig;

pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(preview_selection)
        .service(validate_selection)
        .service(import_selection)
        .service(selection_template)
        .service(export_objects);
}

/// Shows what a selection comes to at its source: what takes part, what is new and what is gone,
/// lines that match nothing, names that cannot be used, and what is merged.
#[utoipa::path(
    tag = "selection",
    request_body = PreviewSelection,
    responses(
        (status = 200, body = SelectionPreview),
        (status = 404, body = Problem, description = "no such data source or project"),
        (status = 422, body = Problem, description = "the mapping is wrong; details says where")
    )
)]
#[post("/api/v1/selection/preview")]
async fn preview_selection(
    state: Data<AppState>,
    Acting(actor): Acting,
    Body(asked): Body<PreviewSelection>,
) -> Result<Json<SelectionPreview>, Error> {
    Ok(Json(ops::preview(&state, actor, asked).await?))
}

/// Checks rules, filters or a whole mapping. Without a source, no database is asked.
#[utoipa::path(
    tag = "selection",
    request_body = ValidateSelection,
    responses(
        (status = 200, body = SelectionProblems, description = "what is wrong, possibly nothing"),
        (status = 404, body = Problem, description = "no such data source")
    )
)]
#[post("/api/v1/selection/validate")]
async fn validate_selection(
    state: Data<AppState>,
    Acting(actor): Acting,
    Body(asked): Body<ValidateSelection>,
) -> Result<Json<SelectionProblems>, Error> {
    Ok(Json(ops::validate(&state, actor, asked).await?))
}

/// Reads named objects from a text or a table. One wrong line, and nothing is imported.
#[utoipa::path(
    tag = "selection",
    request_body = ImportSelection,
    responses(
        (status = 200, body = ImportedSelection),
        (status = 404, body = Problem, description = "no such data source"),
        (status = 422, body = Problem, description = "details lists every line that is wrong")
    )
)]
#[post("/api/v1/selection/import")]
async fn import_selection(
    state: Data<AppState>,
    Acting(actor): Acting,
    Body(asked): Body<ImportSelection>,
) -> Result<Json<ImportedSelection>, Error> {
    Ok(Json(ops::import(&state, actor, asked).await?))
}

/// A table of objects to fill in.
#[utoipa::path(
    tag = "selection",
    responses((status = 200, content_type = "text/csv", body = String))
)]
#[get("/api/v1/selection/template.csv")]
async fn selection_template(_actor: Acting) -> HttpResponse {
    download(ExportFormat::Csv, "oms-objects.csv").body(csv_template())
}

/// Writes the objects that a project names, in a form that can be imported.
#[utoipa::path(
    tag = "projects",
    params(("id" = ProjectId, Path), ExportQuery),
    responses(
        (
            status = 200,
            content((String = "text/csv"), (String = "text/plain")),
            description = "the header x-oms-omitted counts what the form could not carry"
        ),
        (status = 404, body = Problem),
        (status = 409, body = Problem, description = "the project chooses by rules")
    )
)]
#[get("/api/v1/projects/{id}/objects")]
async fn export_objects(
    state: Data<AppState>,
    Acting(actor): Acting,
    Params(id): Params<ProjectId>,
    Query(query): Query<ExportQuery>,
) -> Result<HttpResponse, Error> {
    let export = ops::export(&state, actor, id, query.format).await?;
    let ending = match export.format {
        ExportFormat::Text => "txt",
        ExportFormat::Csv => "csv",
    };
    let mut answer = download(export.format, &format!("{}-objects.{ending}", export.project));
    Ok(answer.insert_header((OMITTED_HEADER, export.omitted)).body(export.text))
}

fn download(format: ExportFormat, file: &str) -> actix_web::HttpResponseBuilder {
    let mut answer = HttpResponse::Ok();
    match format {
        ExportFormat::Text => answer.content_type(ContentType::plaintext()),
        ExportFormat::Csv => answer.content_type("text/csv; charset=utf-8"),
    };
    // The name is ours: an id and an ending, nothing a header could be broken with.
    answer.insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{file}\"")));
    answer
}
