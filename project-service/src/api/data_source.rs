//! Data sources: the databases users have registered.

use utoipa_actix_web::service_config::ServiceConfig;

pub fn routes(_: &mut ServiceConfig<'_>) {}
