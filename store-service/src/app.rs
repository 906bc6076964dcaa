//! Wiring: metadata, vault, identity, runner, routes, server.

use crate::{
    Settings, api, ops, repo,
    runner::{Databases, Parts, Runner, Sources},
};
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
    pub runner: Runner,
}

/// Starts the service with the databases this version has.
pub async fn start(settings: &Settings, shutdown: &Shutdown) -> Result<Running, StartError> {
    start_with(Arc::new(Databases), settings, shutdown).await
}

/// Starts the service with these sources.
pub async fn start_with(
    sources: Arc<dyn Sources>,
    settings: &Settings,
    shutdown: &Shutdown,
) -> Result<Running, StartError> {
    // Without its keys the service would only fail later, at the first secret.
    let vault = Vault::open(&settings.vault)?;
    let db = Db::open(&settings.metadata, repo::MIGRATIONS).await?;
    let instance = ops::enrol(&db, settings.instance.id.clone(), &*sources)
        .await
        .map_err(StartError::service)?;
    let runner = Runner::begin(Parts {
        db: db.clone(),
        vault: vault.clone(),
        sources,
        instance: instance.id.clone(),
        settings: settings.stores.clone(),
        // The rest is for noting how the runs ended.
        last_moment: settings.http.shutdown() * 3 / 4,
        shutdown: shutdown.clone(),
    });
    let state = Data::new(AppState { db: db.clone(), vault, runner });
    let parts = ServiceParts {
        instance,
        db,
        access: Access::Signed(Signer::new(&settings.internal.secret)),
        title: "OMS store-service",
        routes: Arc::new(move |cfg| {
            cfg.app_data(state.clone());
            api::routes(cfg);
        }),
    };
    Ok(serve(parts, &settings.http, shutdown)?)
}
