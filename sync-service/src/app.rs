//! Wiring: metadata, vault, identity, runner, routes, server.

use crate::{
    Settings, api, ops, repo,
    runner::{Drivers, Parts, Runner},
};
use actix_web::web::Data;
use oms_chassis::{
    Db, Running, ServiceParts, Shutdown, StartError, Vault,
    http::{Access, serve},
};
use oms_clients::{Http, Peer, StoreClient, token::Signer};
use oms_contracts::ServiceName;
use std::sync::Arc;

/// What every handler works with. One for all workers of the process.
#[derive(Debug)]
pub struct AppState {
    pub db: Db,
    pub vault: Vault,
    pub runner: Runner,
    /// Where changes come from, if there is such a service.
    pub stores: Option<StoreClient>,
}

/// Starts the service with the drivers this version has.
pub async fn start(settings: &Settings, shutdown: &Shutdown) -> Result<Running, StartError> {
    let stores = stores(settings)?;
    start_with(Drivers::built_in(stores), settings, shutdown).await
}

/// How store-service is asked, if it has an address.
fn stores(settings: &Settings) -> Result<Option<StoreClient>, StartError> {
    let (peers, service) = (&settings.peers, ServiceName::StoreService);
    let Some(base) = peers.of(service).cloned() else { return Ok(None) };
    let http = Http::new(ServiceName::SyncService, Signer::new(&settings.internal.secret))
        .map_err(StartError::service)?;
    Ok(Some(StoreClient::new(Peer::new(http, service, base, peers.deadline()))))
}

/// Starts the service with these drivers.
pub async fn start_with(
    drivers: Drivers,
    settings: &Settings,
    shutdown: &Shutdown,
) -> Result<Running, StartError> {
    // Without its keys the service would only fail later, at the first secret.
    let vault = Vault::open(&settings.vault)?;
    let db = Db::open(&settings.metadata, repo::MIGRATIONS).await?;
    let instance = ops::enrol(&db, settings.instance.id.clone(), &drivers)
        .await
        .map_err(StartError::service)?;
    let runner = Runner::begin(Parts {
        db: db.clone(),
        vault: vault.clone(),
        drivers,
        instance: instance.id.clone(),
        settings: settings.tasks.clone(),
        // The rest is for noting how the runs ended.
        last_moment: settings.http.shutdown() * 3 / 4,
        shutdown: shutdown.clone(),
    });
    let stores = stores(settings)?;
    let state = Data::new(AppState { db: db.clone(), vault, runner, stores });
    let parts = ServiceParts {
        instance,
        db,
        access: Access::Signed(Signer::new(&settings.internal.secret)),
        title: "OMS sync-service",
        routes: Arc::new(move |cfg| {
            cfg.app_data(state.clone());
            api::routes(cfg);
        }),
    };
    Ok(serve(parts, &settings.http, shutdown)?)
}
