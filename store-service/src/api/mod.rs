//! The HTTP resources of store-service, one a file. Health, metrics, the description and the
//! instance come from the chassis. All of it is for siblings: `/internal/v1`.

mod changes;
mod store;
mod vault;
mod view;

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers every route, with its description.
pub fn routes(cfg: &mut ServiceConfig<'_>) {
    store::routes(cfg);
    changes::routes(cfg);
    vault::routes(cfg);
}
