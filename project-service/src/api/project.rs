//! Projects.

mod act;
mod view;

use crate::{Error, app::AppState, ops::project as ops};
use actix_web::{
    HttpResponse, delete, get,
    http::header::LOCATION,
    post, put,
    web::{Data, Json},
};
use oms_chassis::http::{Acting, Body, Etag, Params, Query};
use oms_contracts::{
    Page, Problem,
    project::project::{
        CloneProject, DeleteProject, ProjectQuery, ProjectSpec, ProjectSummary, ProjectView,
        RenameProject, SetProjectLabels, paths,
    },
};
use oms_model::ProjectId;
use utoipa_actix_web::service_config::ServiceConfig;

pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_projects)
        .service(create_project)
        .service(show_project)
        .service(edit_project)
        .service(delete_project)
        .service(rename_project)
        .service(clone_project)
        .service(set_project_labels);
    act::routes(cfg);
}

/// Lists the projects you see, the newest first.
#[utoipa::path(
    tag = "projects",
    params(ProjectQuery),
    responses(
        (status = 200, body = Page<ProjectSummary>),
        (status = 400, body = Problem, description = "a parameter is unknown or out of range")
    )
)]
#[get("/api/v1/projects")]
async fn list_projects(
    state: Data<AppState>,
    Acting(actor): Acting,
    Query(query): Query<ProjectQuery>,
) -> Result<Json<Page<ProjectSummary>>, Error> {
    let page = ops::list(&state, actor, query).await?;
    let items = page.items.into_iter().map(view::summary).collect::<Result<_, _>>()?;
    let Page { page_number, page_size, total_count, .. } = page;
    Ok(Json(Page { items, page_number, page_size, total_count }))
}

/// Makes a project. It is a draft until it is started.
#[utoipa::path(
    tag = "projects",
    request_body = ProjectSpec,
    responses(
        (status = 201, body = ProjectView),
        (status = 409, body = Problem, description = "you have a project of that name"),
        (status = 422, body = Problem, description = "details lists everything that is wrong")
    )
)]
#[post("/api/v1/projects")]
async fn create_project(
    state: Data<AppState>,
    Acting(actor): Acting,
    Body(spec): Body<ProjectSpec>,
) -> Result<HttpResponse, Error> {
    made(ops::create(&state, actor, spec).await?)
}

/// Shows a project.
#[utoipa::path(
    tag = "projects",
    params(("id" = ProjectId, Path)),
    responses((status = 200, body = ProjectView), (status = 404, body = Problem))
)]
#[get("/api/v1/projects/{id}")]
async fn show_project(
    state: Data<AppState>,
    Acting(actor): Acting,
    Params(id): Params<ProjectId>,
) -> Result<HttpResponse, Error> {
    shown(ops::find(&state, actor, id).await?)
}

/// Replaces everything you decided of a draft. What the body leaves out is gone.
#[utoipa::path(
    tag = "projects",
    params(
        ("id" = ProjectId, Path),
        ("If-Match" = String, Header, description = "the ETag of what you read")
    ),
    request_body = ProjectSpec,
    responses(
        (status = 200, body = ProjectView),
        (status = 404, body = Problem),
        (status = 409, body = Problem, description = "it was started, or the name is taken"),
        (status = 412, body = Problem, description = "somebody else changed it"),
        (status = 422, body = Problem, description = "details lists everything that is wrong"),
        (status = 428, body = Problem, description = "If-Match is missing")
    )
)]
#[put("/api/v1/projects/{id}")]
async fn edit_project(
    state: Data<AppState>,
    Acting(actor): Acting,
    Params(id): Params<ProjectId>,
    Etag(revision): Etag,
    Body(spec): Body<ProjectSpec>,
) -> Result<HttpResponse, Error> {
    shown(ops::edit(&state, actor, id, revision, spec).await?)
}

/// Deletes a project that was never started, or is released. Say its name to confirm.
#[utoipa::path(
    tag = "projects",
    params(("id" = ProjectId, Path), DeleteProject),
    responses(
        (status = 204),
        (status = 404, body = Problem),
        (status = 409, body = Problem, description = "its state does not allow it"),
        (status = 422, body = Problem, description = "the name is not the project's")
    )
)]
#[delete("/api/v1/projects/{id}")]
async fn delete_project(
    state: Data<AppState>,
    Acting(actor): Acting,
    Params(id): Params<ProjectId>,
    Query(confirmed): Query<DeleteProject>,
) -> Result<HttpResponse, Error> {
    ops::delete(&state, actor, id, confirmed.name).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Calls a project something else.
#[utoipa::path(
    tag = "projects",
    params(("id" = ProjectId, Path)),
    request_body = RenameProject,
    responses(
        (status = 200, body = ProjectView),
        (status = 404, body = Problem),
        (status = 409, body = Problem, description = "the name is taken, or the state forbids it"),
        (status = 422, body = Problem)
    )
)]
#[post("/api/v1/projects/{id}/rename")]
async fn rename_project(
    state: Data<AppState>,
    Acting(actor): Acting,
    Params(id): Params<ProjectId>,
    Body(to): Body<RenameProject>,
) -> Result<HttpResponse, Error> {
    shown(ops::rename(&state, actor, id, to.name).await?)
}

/// Makes a draft like a project you see. It belongs to you.
#[utoipa::path(
    tag = "projects",
    params(("id" = ProjectId, Path)),
    request_body = CloneProject,
    responses(
        (status = 201, body = ProjectView),
        (status = 404, body = Problem),
        (status = 409, body = Problem, description = "you have a project of that name"),
        (status = 422, body = Problem, description = "what it needs is no longer there")
    )
)]
#[post("/api/v1/projects/{id}/clone")]
async fn clone_project(
    state: Data<AppState>,
    Acting(actor): Acting,
    Params(id): Params<ProjectId>,
    Body(to): Body<CloneProject>,
) -> Result<HttpResponse, Error> {
    made(ops::copy(&state, actor, id, to.name).await?)
}

/// Puts these labels on a project, in place of those it has.
#[utoipa::path(
    tag = "projects",
    params(("id" = ProjectId, Path)),
    request_body = SetProjectLabels,
    responses(
        (status = 200, body = ProjectView),
        (status = 404, body = Problem),
        (status = 422, body = Problem, description = "too many labels, or one that is not there")
    )
)]
#[put("/api/v1/projects/{id}/labels")]
async fn set_project_labels(
    state: Data<AppState>,
    Acting(actor): Acting,
    Params(id): Params<ProjectId>,
    Body(set): Body<SetProjectLabels>,
) -> Result<HttpResponse, Error> {
    shown(ops::set_labels(&state, actor, id, set.label_ids).await?)
}

fn shown(shown: ops::Shown) -> Result<HttpResponse, Error> {
    let view = view::whole(shown)?;
    Ok(HttpResponse::Ok().insert_header(Etag(view.revision).header()).json(view))
}

fn made(shown: ops::Shown) -> Result<HttpResponse, Error> {
    let view = view::whole(shown)?;
    let mut answer = HttpResponse::Created();
    answer.insert_header(Etag(view.revision).header());
    Ok(answer.insert_header((LOCATION, paths::one(&view.id))).json(view))
}
