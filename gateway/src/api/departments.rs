//! Departments.

use super::admitted::{IfMatch, Note};
use crate::{AppState, Error, ops};
use actix_web::{
    HttpRequest, HttpResponse, delete, get, patch, post,
    web::{Data, Json},
};
use oms_chassis::http::{Body, Etag, Params, Query};
use oms_contracts::{
    Page, Problem,
    gateway::department::{DepartmentQuery, DepartmentView, NameDepartment},
};
use oms_model::id::DepartmentId;
use utoipa_actix_web::service_config::ServiceConfig;

pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list).service(create).service(rename).service(remove);
}

/// List departments
///
/// For root and its viewers.
#[utoipa::path(
    tag = "departments",
    params(DepartmentQuery),
    responses((status = 200, body = Page<DepartmentView>), (status = 403, body = Problem))
)]
#[get("/departments")]
async fn list(
    state: Data<AppState>,
    query: Query<DepartmentQuery>,
) -> Result<Json<Page<DepartmentView>>, Error> {
    let list = move |conn: &mut _| ops::departments::list(conn, &query.0);
    Ok(Json(state.db.run(list).await?))
}

/// Create a department
#[utoipa::path(
    tag = "departments",
    responses(
        (status = 201, body = DepartmentView),
        (status = 403, body = Problem),
        (status = 409, description = "The name is taken", body = Problem),
        (status = 422, body = Problem),
    )
)]
#[post("/departments")]
async fn create(
    state: Data<AppState>,
    request: HttpRequest,
    body: Body<NameDepartment>,
) -> Result<HttpResponse, Error> {
    let create = move |conn: &mut _| ops::departments::create(conn, &body.0.name);
    let department = state.db.run(create).await?;
    Note::about(&request, &department.id, &department.name);
    let etag = Etag(department.revision).header();
    Ok(HttpResponse::Created().insert_header(etag).json(ops::departments::view(department)))
}

/// Rename a department
#[utoipa::path(
    tag = "departments",
    params(("department" = DepartmentId, Path)),
    responses(
        (status = 200, body = DepartmentView),
        (status = 403, body = Problem),
        (status = 404, body = Problem),
        (status = 409, description = "The name is taken, or the department is built in", body = Problem),
        (status = 412, body = Problem),
        (status = 422, body = Problem),
    )
)]
#[patch("/departments/{department}")]
async fn rename(
    state: Data<AppState>,
    (id, seen): (Params<DepartmentId>, IfMatch),
    request: HttpRequest,
    body: Body<NameDepartment>,
) -> Result<HttpResponse, Error> {
    let rename = move |conn: &mut _| ops::departments::rename(conn, &id.0, &body.0.name, seen.0);
    let department = state.db.run(rename).await?;
    Note::about(&request, &department.id, &department.name);
    let etag = Etag(department.revision).header();
    Ok(HttpResponse::Ok().insert_header(etag).json(ops::departments::view(department)))
}

/// Delete a department that nobody is in
#[utoipa::path(
    tag = "departments",
    params(("department" = DepartmentId, Path)),
    responses(
        (status = 204),
        (status = 403, body = Problem),
        (status = 404, body = Problem),
        (status = 409, description = "It has users, or is built in", body = Problem),
    )
)]
#[delete("/departments/{department}")]
async fn remove(
    state: Data<AppState>,
    id: Params<DepartmentId>,
    request: HttpRequest,
) -> Result<HttpResponse, Error> {
    let gone = state.db.run(move |conn| ops::departments::delete(conn, &id.0)).await?;
    Note::about(&request, &gone.id, &gone.name);
    Ok(HttpResponse::NoContent().finish())
}
