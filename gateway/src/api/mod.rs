//! The HTTP resources of gateway, one a file. Health, metrics, the gateway's own description and
//! the instance come from the chassis.

mod admitted;
mod api_keys;
mod audit;
mod auth;
mod departments;
mod docs;
mod gate;
mod protect;
mod relay;
mod system;
mod to_its_end;
mod users;

use actix_web::middleware::from_fn;
use utoipa_actix_web::{scope, service_config::ServiceConfig};

/// Registers every route. Whatever lies under `/api/v1` passes the gate first.
pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(
        scope::scope("/api/v1")
            .configure(auth::routes)
            .configure(users::routes)
            .configure(departments::routes)
            .configure(api_keys::routes)
            .configure(audit::routes)
            .configure(system::routes)
            .configure(relay::routes)
            .wrap(from_fn(gate::gate)),
    );
    cfg.configure(docs::routes);
}
