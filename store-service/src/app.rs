//! Wiring: metadata, identity, routes, server.

use crate::{Settings, api, ops, repo};
use oms_chassis::{
    Db, Running, ServiceParts, Shutdown, StartError,
    http::{Access, serve},
};
use oms_clients::token::Signer;
use std::sync::Arc;

/// Starts the service.
pub async fn start(settings: &Settings, shutdown: &Shutdown) -> Result<Running, StartError> {
    let db = Db::open(&settings.metadata, repo::MIGRATIONS).await?;
    let instance =
        ops::enrol(&db, settings.instance.id.clone()).await.map_err(StartError::service)?;
    let parts = ServiceParts {
        instance,
        db,
        access: Access::Signed(Signer::new(&settings.internal.secret)),
        title: "OMS store-service",
        routes: Arc::new(api::routes),
    };
    Ok(serve(parts, &settings.http, shutdown)?)
}
