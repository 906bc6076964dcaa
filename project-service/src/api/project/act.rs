//! Making a project move through its states.

use crate::{Error, app::AppState, domain::lifecycle::ProjectEvent, ops::project as ops};
use actix_web::{HttpResponse, post, web::Data};
use oms_chassis::http::{Acting, Params};
use oms_contracts::Problem;
use oms_model::{Actor, ProjectId};
use utoipa_actix_web::service_config::ServiceConfig;

pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(start_project)
        .service(pause_project)
        .service(resume_project)
        .service(release_project);
}

macro_rules! acts {
    ($($(#[$doc:meta])* $verb:ident = $path:literal, $event:ident;)+) => {$(
        $(#[$doc])*
        #[utoipa::path(
            tag = "projects",
            params(("id" = ProjectId, Path)),
            responses(
                (status = 404, body = Problem),
                (status = 409, body = Problem, description = "its state does not allow it"),
                (status = 501, body = Problem, description = "this version cannot do it yet")
            )
        )]
        #[post($path)]
        async fn $verb(
            state: Data<AppState>,
            Acting(actor): Acting,
            Params(id): Params<ProjectId>,
        ) -> Result<HttpResponse, Error> {
            act(&state, actor, id, ProjectEvent::$event).await
        }
    )+};
}

acts! {
    /// Starts a project that has never run.
    start_project = "/api/v1/projects/{id}/start", Start;
    /// Pauses a running project.
    pause_project = "/api/v1/projects/{id}/pause", Pause;
    /// Goes on with a project that was paused or failed.
    resume_project = "/api/v1/projects/{id}/resume", Resume;
    /// Ends a project for good and removes what it left behind.
    release_project = "/api/v1/projects/{id}/release", Release;
}

async fn act(
    state: &AppState,
    actor: Actor,
    id: ProjectId,
    event: ProjectEvent,
) -> Result<HttpResponse, Error> {
    match ops::act(state, actor, id, event).await? {}
}
