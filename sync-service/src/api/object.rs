//! The objects of a schema task: `/internal/v1/tasks/{id}/objects`.

use super::view;
use crate::{Error, app::AppState, ops::object as ops};
use actix_web::{
    HttpResponse, get, post, put,
    web::{Data, Json},
};
use oms_chassis::http::{Body, Caller, Params, Query};
use oms_contracts::{
    Page, Problem,
    sync::{
        ActOnObjects, EditDdl, ObjectDetailView, ObjectOperation, ObjectQuery, ObjectResults,
        ObjectView, TaskId,
    },
};
use utoipa_actix_web::service_config::ServiceConfig;

pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_objects)
        .service(act_on_objects)
        .service(list_details)
        .service(show_object)
        .service(edit_object)
        .service(act_on_object);
}

/// Lists the objects of a schema task, by number.
#[utoipa::path(
    tag = "objects",
    params(("id" = TaskId, Path), ObjectQuery),
    responses((status = 200, body = Page<ObjectView>), (status = "4XX", body = Problem))
)]
#[get("/internal/v1/tasks/{id}/objects")]
async fn list_objects(
    state: Data<AppState>,
    _: Caller,
    Params(id): Params<TaskId>,
    Query(query): Query<ObjectQuery>,
) -> Result<Json<Page<ObjectView>>, Error> {
    Ok(Json(ops::list(&state, id, query).await?.map(view::object)))
}

/// Lists the objects of a schema task with their statements, their notes and what the database
/// answered.
#[utoipa::path(
    tag = "objects",
    params(("id" = TaskId, Path), ObjectQuery),
    responses((status = 200, body = Page<ObjectDetailView>), (status = "4XX", body = Problem))
)]
#[get("/internal/v1/tasks/{id}/objects/details")]
async fn list_details(
    state: Data<AppState>,
    _: Caller,
    Params(id): Params<TaskId>,
    Query(query): Query<ObjectQuery>,
) -> Result<Json<Page<ObjectDetailView>>, Error> {
    Ok(Json(ops::list_details(&state, id, query).await?.map(view::detail)))
}

/// Retries, skips or removes several objects. Each has its own result.
#[utoipa::path(
    tag = "objects",
    params(("id" = TaskId, Path)),
    request_body = ActOnObjects,
    responses(
        (status = 200, body = ObjectResults),
        (status = 409, body = Problem, description = "the task is neither RUNNING nor FAILED"),
        (status = "4XX", body = Problem)
    )
)]
#[post("/internal/v1/tasks/{id}/objects")]
async fn act_on_objects(
    state: Data<AppState>,
    _: Caller,
    Params(id): Params<TaskId>,
    Body(act): Body<ActOnObjects>,
) -> Result<Json<ObjectResults>, Error> {
    Ok(Json(ops::act_on_many(&state, id, act).await?))
}

/// Shows an object with its statements, its notes and what the database answered.
#[utoipa::path(
    tag = "objects",
    params(("id" = TaskId, Path), ("number" = u32, Path)),
    responses((status = 200, body = ObjectDetailView), (status = "4XX", body = Problem))
)]
#[get("/internal/v1/tasks/{id}/objects/{number}")]
async fn show_object(
    state: Data<AppState>,
    _: Caller,
    Params((id, number)): Params<(TaskId, u32)>,
) -> Result<Json<ObjectDetailView>, Error> {
    Ok(Json(view::detail(ops::find(&state, id, number).await?)))
}

/// Gives an object another statement, which is then run.
#[utoipa::path(
    tag = "objects",
    params(("id" = TaskId, Path), ("number" = u32, Path)),
    request_body = EditDdl,
    responses(
        (status = 200, body = ObjectDetailView),
        (status = 409, body = Problem, description = "its state or the task's does not allow it"),
        (status = "4XX", body = Problem)
    )
)]
#[put("/internal/v1/tasks/{id}/objects/{number}/ddl")]
async fn edit_object(
    state: Data<AppState>,
    _: Caller,
    Params((id, number)): Params<(TaskId, u32)>,
    Body(edit): Body<EditDdl>,
) -> Result<Json<ObjectDetailView>, Error> {
    Ok(Json(view::detail(ops::edit(&state, id, number, edit.ddl).await?)))
}

/// Retries, skips or removes an object.
#[utoipa::path(
    tag = "objects",
    params(
        ("id" = TaskId, Path),
        ("number" = u32, Path),
        ("operation" = ObjectOperation, Path, description = "`retry`, `skip` or `remove`")
    ),
    responses(
        (status = 204),
        (status = 409, body = Problem, description = "its state or the task's does not allow it"),
        (status = "4XX", body = Problem)
    )
)]
#[post("/internal/v1/tasks/{id}/objects/{number}/{operation}")]
async fn act_on_object(
    state: Data<AppState>,
    _: Caller,
    Params((id, number, operation)): Params<(TaskId, u32, ObjectOperation)>,
) -> Result<HttpResponse, Error> {
    ops::act(&state, id, number, operation).await?;
    Ok(HttpResponse::NoContent().finish())
}
