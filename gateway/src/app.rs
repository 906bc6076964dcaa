//! Wiring: metadata, vault, keys, first users, routes, server.

use crate::{
    AppState, Settings,
    access::{Hasher, Tokens},
    api,
    ops::{self, FirstPassword, housekeeping},
    repo,
    state::Siblings,
};
use actix_web::web::Data;
use oms_chassis::{
    Db, Running, ServiceParts, Shutdown, StartError, Vault,
    http::{Access, serve},
    on_worker_thread,
};
use oms_clients::{Http, token::Signer};
use oms_contracts::ServiceName;
use secrecy::ExposeSecret;
use std::{fmt::Write as _, sync::Arc};

/// A gateway that runs, and what only its very first start has to tell.
#[derive(Debug)]
pub struct Started {
    pub running: Running,
    /// Passwords of root and admin that were made up. Whoever starts the gateway shows them, this
    /// once; nobody can read them again.
    pub first_passwords: Vec<FirstPassword>,
}

/// Starts the service.
pub async fn start(settings: &Settings, shutdown: &Shutdown) -> Result<Started, StartError> {
    let db = Db::open(&settings.metadata, repo::MIGRATIONS).await?;
    let keys = settings.vault.clone();
    let vault =
        on_worker_thread(move || Vault::open(&keys)).await.map_err(|error| service(&error))??;
    let instance =
        ops::enrol(&db, settings.instance.id.clone()).await.map_err(|error| service(&error))?;
    let signer = Signer::new(&settings.internal.secret);
    let http = Http::new(ServiceName::Gateway, signer).map_err(StartError::Http)?;
    let siblings = Siblings::new(&http, &settings.peers).map_err(|error| service(&error))?;
    let tokens = Tokens::open(db.clone(), vault.clone(), settings.tokens.clone())
        .await
        .map_err(|error| service(&error))?;
    let hasher = Hasher::new(settings.users.hashes_at_once);
    let first_passwords =
        ops::bootstrap(&db, &hasher, &settings.bootstrap).await.map_err(|error| service(&error))?;
    let state = Arc::new(AppState::new(settings, db.clone(), vault, tokens, siblings));
    housekeeping::start(state.clone(), shutdown);
    let state = Data::from(state);
    let parts = ServiceParts {
        instance,
        db,
        // The gateway asks its callers who they are by itself.
        access: Access::Public,
        title: "OMS gateway",
        routes: Arc::new(move |cfg| {
            cfg.app_data(state.clone());
            api::routes(cfg);
        }),
    };
    Ok(Started { running: serve(parts, &settings.http, shutdown)?, first_passwords })
}

impl Started {
    /// The first passwords in words, where there are any.
    pub fn announcement(&self) -> Option<String> {
        let mut text = String::new();
        for FirstPassword { account, password } in &self.first_passwords {
            let _ = writeln!(text, "first password of {account}: {}", password.expose_secret());
        }
        if text.is_empty() {
            return None;
        }
        Some(text + "they are shown this once and have to be changed at the first login")
    }
}

/// A cause in words: settings and metadata tell their part, and nothing follows after.
fn service(error: &dyn std::error::Error) -> StartError {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let _ = write!(text, ": {inner}");
        cause = inner.source();
    }
    StartError::Service(text)
}
