//! The HTTP resources of project-service, one a file. Health, metrics, the description and the
//! instance come from the chassis.

mod data_source;
mod internal;
mod label;
mod project;
mod selection;
mod view;

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers every route, with its description.
pub fn routes(cfg: &mut ServiceConfig<'_>) {
    data_source::routes(cfg);
    label::routes(cfg);
    project::routes(cfg);
    selection::routes(cfg);
    internal::routes(cfg);
}
