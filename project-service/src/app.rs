//! Wiring: metadata, vault, identity, routes, server.

use crate::{Settings, api, ops, repo, settings::LimitSettings};
use actix_web::web::Data;
use oms_chassis::{
    Db, Running, ServiceParts, Shutdown, StartError, Vault,
    http::{Access, serve},
};
use oms_clients::token::Signer;
use std::sync::Arc;

/// What every handler works with. One for all workers of the process.
#[derive(Debug)]
pub struct AppState {
    pub db: Db,
    pub vault: Vault,
    pub limits: LimitSettings,
    /// Admission to the databases of users: how much may be asked of one at once.
    pub gates: ops::data_source::Gates,
    pub totals: ops::project::Totals,
}

/// Starts the service.
pub async fn start(settings: &Settings, shutdown: &Shutdown) -> Result<Running, StartError> {
    // Without its keys the service would only fail later, at the first secret.
    let vault = Vault::open(&settings.vault)?;
    let db = Db::open(&settings.metadata, repo::MIGRATIONS).await?;
    start_on(db, vault, settings, shutdown).await
}

/// Starts the service on metadata that is open already.
pub async fn start_on(
    db: Db,
    vault: Vault,
    settings: &Settings,
    shutdown: &Shutdown,
) -> Result<Running, StartError> {
    let instance =
        ops::enrol(&db, settings.instance.id.clone()).await.map_err(StartError::service)?;
    let gates = ops::data_source::Gates::new(&settings.limits);
    let limits = settings.limits.clone();
    let state =
        Data::new(AppState { db: db.clone(), vault, limits, gates, totals: Default::default() });
    let parts = ServiceParts {
        instance,
        db,
        access: Access::Signed(Signer::new(&settings.internal.secret)),
        title: "OMS project-service",
        routes: Arc::new(move |cfg| {
            cfg.app_data(state.clone());
            api::routes(cfg);
        }),
    };
    Ok(serve(parts, &settings.http, shutdown)?)
}
