//! Tasks: `/internal/v1/tasks`.

use super::view;
use crate::{Error, app::AppState, ops::task as ops};
use actix_web::{
    HttpResponse, delete, get,
    http::header::LOCATION,
    post, put,
    web::{Data, Json},
};
use oms_chassis::http::{Body, Caller, Params, Query};
use oms_contracts::{
    Page, Problem,
    sync::{
        ConflictQuery, ConflictView, DecideStatement, DriftQuery, DriftView, Limits,
        StatementQuery, StatementView, TableQuery, TableView, TaskId, TaskQuery, TaskSpec,
        TaskSummary, TaskView, paths,
    },
};
use oms_model::change::Seq;
use utoipa_actix_web::service_config::ServiceConfig;

pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_tasks)
        .service(put_task)
        .service(show_task)
        .service(delete_task)
        .service(start_task)
        .service(build_indexes)
        .service(stop_task)
        .service(set_limits)
        .service(list_tables)
        .service(list_conflicts)
        .service(list_drift)
        .service(list_statements)
        .service(decide_statement);
}

/// Lists tasks, by id.
#[utoipa::path(
    tag = "tasks",
    params(TaskQuery),
    responses((status = 200, body = Page<TaskSummary>), (status = 400, body = Problem))
)]
#[get("/internal/v1/tasks")]
async fn list_tasks(
    state: Data<AppState>,
    _: Caller,
    Query(query): Query<TaskQuery>,
) -> Result<Json<Page<TaskSummary>>, Error> {
    Ok(Json(ops::list(&state, query).await?.map(view::summary)))
}

/// Stores a task, or leaves an equal one as it is.
#[utoipa::path(
    tag = "tasks",
    params(("id" = TaskId, Path)),
    request_body = TaskSpec,
    responses(
        (status = 200, body = TaskView, description = "there was one, equal or never started"),
        (status = 201, body = TaskView),
        (status = 409, body = Problem, description = "it was started, and is to do something else"),
        (status = 422, body = Problem, description = "details lists everything that is wrong"),
        (status = 501, body = Problem, description = "tasks of this kind come later")
    )
)]
#[put("/internal/v1/tasks/{id}")]
async fn put_task(
    state: Data<AppState>,
    _: Caller,
    Params(id): Params<TaskId>,
    Body(spec): Body<TaskSpec>,
) -> Result<HttpResponse, Error> {
    let put = ops::put(&state, id.clone(), spec).await?;
    let view = view::task(put.shown);
    Ok(match put.made {
        true => HttpResponse::Created().insert_header((LOCATION, paths::task(&id))).json(view),
        false => HttpResponse::Ok().json(view),
    })
}

/// Shows a task and how far it is.
#[utoipa::path(
    tag = "tasks",
    params(("id" = TaskId, Path)),
    responses((status = 200, body = TaskView), (status = 404, body = Problem))
)]
#[get("/internal/v1/tasks/{id}")]
async fn show_task(
    state: Data<AppState>,
    _: Caller,
    Params(id): Params<TaskId>,
) -> Result<Json<TaskView>, Error> {
    Ok(Json(view::task(ops::find(&state, id).await?)))
}

/// Removes every trace of a task that rests. Succeeds when there is none.
#[utoipa::path(
    tag = "tasks",
    params(("id" = TaskId, Path)),
    responses((status = 204), (status = 409, body = Problem, description = "it is at work"))
)]
#[delete("/internal/v1/tasks/{id}")]
async fn delete_task(
    state: Data<AppState>,
    Caller(caller): Caller,
    Params(id): Params<TaskId>,
) -> Result<HttpResponse, Error> {
    ops::delete(&state, id.clone()).await?;
    tracing::info!(%caller, task = %id, "task deleted");
    Ok(HttpResponse::NoContent().finish())
}

/// Starts a task, or goes on with it. One that runs or is done stays as it is.
#[utoipa::path(
    tag = "tasks",
    params(("id" = TaskId, Path)),
    responses(
        (status = 200, body = TaskView),
        (status = 404, body = Problem),
        (status = 409, body = Problem, description = "it is stopping"),
        (status = 501, body = Problem, description = "this version cannot run it")
    )
)]
#[post("/internal/v1/tasks/{id}/start")]
async fn start_task(
    state: Data<AppState>,
    Caller(caller): Caller,
    Params(id): Params<TaskId>,
) -> Result<Json<TaskView>, Error> {
    tracing::info!(%caller, task = %id, "to start");
    Ok(Json(view::task(ops::start(&state, id).await?)))
}

/// Lets a SCHEMA task that is done build the indexes that it left for after the load: it runs once
/// more. One that was asked already stays as it is.
#[utoipa::path(
    tag = "tasks",
    params(("id" = TaskId, Path)),
    responses(
        (status = 200, body = TaskView),
        (status = 404, body = Problem),
        (status = 409, body = Problem, description = "not all of its objects are there yet"),
        (status = 422, body = Problem, description = "it is of another kind"),
        (status = 501, body = Problem, description = "this version cannot run it")
    )
)]
#[post("/internal/v1/tasks/{id}/build-indexes")]
async fn build_indexes(
    state: Data<AppState>,
    Caller(caller): Caller,
    Params(id): Params<TaskId>,
) -> Result<Json<TaskView>, Error> {
    tracing::info!(%caller, task = %id, "to build indexes");
    Ok(Json(view::task(ops::build_indexes(&state, id).await?)))
}

/// Asks a task to stop. It has stopped once its state is SUSPEND. One that rests stays as it is.
#[utoipa::path(
    tag = "tasks",
    params(("id" = TaskId, Path)),
    responses((status = 200, body = TaskView), (status = 404, body = Problem))
)]
#[post("/internal/v1/tasks/{id}/stop")]
async fn stop_task(
    state: Data<AppState>,
    Caller(caller): Caller,
    Params(id): Params<TaskId>,
) -> Result<Json<TaskView>, Error> {
    tracing::info!(%caller, task = %id, "to stop");
    Ok(Json(view::task(ops::stop(&state, id).await?)))
}

/// Replaces what a task may take, also while it runs.
#[utoipa::path(
    tag = "tasks",
    params(("id" = TaskId, Path)),
    request_body = Limits,
    responses(
        (status = 200, body = TaskView),
        (status = 404, body = Problem),
        (status = 422, body = Problem, description = "details lists everything that is wrong")
    )
)]
#[put("/internal/v1/tasks/{id}/limits")]
async fn set_limits(
    state: Data<AppState>,
    _: Caller,
    Params(id): Params<TaskId>,
    Body(limits): Body<Limits>,
) -> Result<Json<TaskView>, Error> {
    Ok(Json(view::task(ops::set_limits(&state, id, limits).await?)))
}

/// Lists the tables of a full load and how far each is.
#[utoipa::path(
    tag = "tasks",
    params(("id" = TaskId, Path), TableQuery),
    responses((status = 200, body = Page<TableView>), (status = "4XX", body = Problem))
)]
#[get("/internal/v1/tasks/{id}/tables")]
async fn list_tables(
    state: Data<AppState>,
    _: Caller,
    Params(id): Params<TaskId>,
    Query(query): Query<TableQuery>,
) -> Result<Json<Page<TableView>>, Error> {
    Ok(Json(ops::tables(&state, id, query).await?))
}

/// Lists rows that a full load kept at the target because they were there: of each table the first
/// 10,000.
#[utoipa::path(
    tag = "tasks",
    params(("id" = TaskId, Path), ConflictQuery),
    responses((status = 200, body = Page<ConflictView>), (status = "4XX", body = Problem))
)]
#[get("/internal/v1/tasks/{id}/conflicts")]
async fn list_conflicts(
    state: Data<AppState>,
    _: Caller,
    Params(id): Params<TaskId>,
    Query(query): Query<ConflictQuery>,
) -> Result<Json<Page<ConflictView>>, Error> {
    Ok(Json(ops::conflicts(&state, id, query).await?))
}

/// Lists rows that an incremental task did not find as expected, in the order of changes: the first
/// 100,000.
#[utoipa::path(
    tag = "tasks",
    params(("id" = TaskId, Path), DriftQuery),
    responses((status = 200, body = Page<DriftView>), (status = "4XX", body = Problem))
)]
#[get("/internal/v1/tasks/{id}/drift")]
async fn list_drift(
    state: Data<AppState>,
    _: Caller,
    Params(id): Params<TaskId>,
    Query(query): Query<DriftQuery>,
) -> Result<Json<Page<DriftView>>, Error> {
    Ok(Json(ops::drift(&state, id, query).await?.map(view::drift)))
}

/// Lists statements on definitions that an incremental task dealt with, in the order of the source.
#[utoipa::path(
    tag = "tasks",
    params(("id" = TaskId, Path), StatementQuery),
    responses((status = 200, body = Page<StatementView>), (status = "4XX", body = Problem))
)]
#[get("/internal/v1/tasks/{id}/statements")]
async fn list_statements(
    state: Data<AppState>,
    _: Caller,
    Params(id): Params<TaskId>,
    Query(query): Query<StatementQuery>,
) -> Result<Json<Page<StatementView>>, Error> {
    Ok(Json(ops::statements(&state, id, query).await?.map(view::told)))
}

/// Decides about a statement that an incremental task stops at. It counts from the next start on.
#[utoipa::path(
    tag = "tasks",
    params(("id" = TaskId, Path), ("seq" = u64, Path)),
    request_body = DecideStatement,
    responses((status = 204), (status = "4XX", body = Problem))
)]
#[post("/internal/v1/tasks/{id}/statements/{seq}")]
async fn decide_statement(
    state: Data<AppState>,
    Caller(caller): Caller,
    Params((id, seq)): Params<(TaskId, Seq)>,
    Body(decision): Body<DecideStatement>,
) -> Result<HttpResponse, Error> {
    ops::decide(&state, id.clone(), seq, decision).await?;
    tracing::info!(%caller, task = %id, %seq, "a statement was decided about");
    Ok(HttpResponse::NoContent().finish())
}
