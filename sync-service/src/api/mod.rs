//! The HTTP resources of sync-service, one a file. Health, metrics, the description and the
//! instance come from the chassis. All of it is for siblings: `/internal/v1`.

mod object;
mod task;
mod vault;
mod view;

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers every route, with its description.
pub fn routes(cfg: &mut ServiceConfig<'_>) {
    task::routes(cfg);
    object::routes(cfg);
    vault::routes(cfg);
}
