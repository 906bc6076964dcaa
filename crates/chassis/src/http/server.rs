//! Starting a service's server and stopping it without losing what it is doing.

use super::{
    Access,
    caller::{self, Guard},
    common,
    hop::{self, HopSettings},
};
use crate::{Db, Shutdown, instance::Instance, settings::HttpSettings, telemetry};
use actix_web::{
    App, HttpServer,
    dev::ServerHandle,
    middleware::from_fn,
    web::{self, Data, PayloadConfig},
};
use std::{net::SocketAddr, time::Duration};
use utoipa_actix_web::{AppExt, service_config::ServiceConfig};

/// Registers a service's routes; called once a worker.
pub type Routes = std::sync::Arc<dyn Fn(&mut ServiceConfig<'_>) + Send + Sync>;

/// What a service brings.
pub struct ServiceParts {
    pub instance: Instance,
    pub db: Db,
    pub access: Access,
    pub title: &'static str,
    pub routes: Routes,
}

impl std::fmt::Debug for ServiceParts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ServiceParts").field("service", &self.instance.service).finish()
    }
}

#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    #[error("the address {address} cannot be listened on")]
    Bind {
        address: SocketAddr,
        #[source]
        source: std::io::Error,
    },
    #[error("the server ended by itself")]
    Ended(#[source] std::io::Error),
}

/// A server that runs.
#[derive(Debug)]
pub struct Running {
    pub address: SocketAddr,
    pub instance: Instance,
    handle: ServerHandle,
    task: tokio::task::JoinHandle<std::io::Result<()>>,
    shutdown: Shutdown,
    patience: Duration,
}

const KEEP_ALIVE: Duration = Duration::from_secs(75);
const HEAD_DEADLINE: Duration = Duration::from_secs(10);
const MAX_CONNECTIONS: usize = 10_000;

/// Starts to serve. The server runs until [`Running::until_stopped`] has seen the end begin.
pub fn serve(
    parts: ServiceParts,
    settings: &HttpSettings,
    shutdown: &Shutdown,
) -> Result<Running, ServeError> {
    let ServiceParts { instance, db, access, title, routes } = parts;
    telemetry::recorder();
    let guard = Data::new(Guard { service: instance.service, access });
    let hop =
        Data::new(HopSettings { service: instance.service, deadline: settings.request_timeout() });
    let (me, db, end) = (Data::new(instance.clone()), Data::new(db), Data::new(shutdown.clone()));
    let limit = settings.body_limit_bytes;
    let signed = matches!(guard.access, Access::Signed(_));
    let factory = move || {
        let (app, mut api) = App::new()
            .into_utoipa_app()
            .map(|app| app.wrap(from_fn(caller::middleware)).wrap(from_fn(hop::middleware)))
            .service(common::healthz)
            .service(common::readyz)
            .service(common::metrics)
            .configure(|cfg| {
                // Siblings ask each other; nobody asks the gateway, and strangers must not.
                if signed {
                    cfg.service(common::instance);
                }
            })
            .configure(|cfg| routes(cfg))
            .split_for_parts();
        api.info.title = title.to_owned();
        api.info.version = env!("CARGO_PKG_VERSION").to_owned();
        let methods = Data::new(common::Methods::of(&api));
        let description = web::Bytes::from(api.to_json().expect("the description is JSON"));
        app.app_data(guard.clone())
            .app_data(hop.clone())
            .app_data(me.clone())
            .app_data(db.clone())
            .app_data(end.clone())
            .app_data(methods)
            .app_data(PayloadConfig::new(limit))
            .route(
                oms_contracts::service::paths::OPENAPI,
                web::get().to(move || {
                    let body = description.clone();
                    async move {
                        actix_web::HttpResponse::Ok().content_type("application/json").body(body)
                    }
                }),
            )
            .default_service(web::to(common::nothing_here))
    };
    let bind = |source| ServeError::Bind { address: settings.listen, source };
    let server = HttpServer::new(factory)
        .workers(settings.workers)
        .worker_max_blocking_threads(32)
        .max_connections(MAX_CONNECTIONS)
        .keep_alive(KEEP_ALIVE)
        .client_request_timeout(HEAD_DEADLINE)
        .shutdown_timeout(settings.shutdown_ms.div_ceil(1000))
        .disable_signals()
        .bind(settings.listen)
        .map_err(bind)?;
    let address = server.addrs().first().copied().unwrap_or(settings.listen);
    let server = server.run();
    let handle = server.handle();
    let task = tokio::spawn(server);
    tracing::info!(service = %instance.service, %address, epoch = instance.epoch, "serving");
    let (shutdown, patience) = (shutdown.clone(), settings.shutdown());
    Ok(Running { address, instance, handle, task, shutdown, patience })
}

impl Running {
    /// Serves until the end begins, then lets requests in flight and tasks finish.
    pub async fn until_stopped(mut self) -> Result<(), ServeError> {
        tokio::select! {
            () = self.shutdown.begun() => {}
            ended = &mut self.task => {
                self.shutdown.begin();
                let lost = std::io::Error::other("the server task was lost");
                return ended.unwrap_or(Err(lost)).map_err(ServeError::Ended);
            }
        }
        let service = self.instance.service;
        let ((), tasks) =
            tokio::join!(self.handle.stop(true), self.shutdown.finished(self.patience));
        if !tasks {
            tracing::warn!(%service, "tasks did not end in time");
        }
        tracing::info!(%service, "stopped");
        Ok(())
    }
}
