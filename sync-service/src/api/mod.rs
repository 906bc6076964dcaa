//! The HTTP resources of sync-service, one a file. Health, metrics, the description and the
//! instance come from the chassis.

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers every route, with its description.
pub fn routes(_: &mut ServiceConfig<'_>) {}
