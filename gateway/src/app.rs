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
    http::{Access, ServeError, serve},
    on_worker_thread,
};
use oms_clients::{Http, token::Signer};
use oms_contracts::ServiceName;
use secrecy::ExposeSecret;
use std::{
    fmt::Write as _,
    net::{SocketAddr, TcpListener},
    sync::Arc,
};

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
    check_free(settings.http.listen)?;
    let db = Db::open(&settings.metadata, repo::MIGRATIONS).await?;
    start_on(db, settings, shutdown).await
}

/// Starts the service on metadata that is open already.
pub async fn start_on(
    db: Db,
    settings: &Settings,
    shutdown: &Shutdown,
) -> Result<Started, StartError> {
    let keys = settings.vault.clone();
    let vault =
        on_worker_thread(move || Vault::open(&keys)).await.map_err(StartError::service)??;
    let instance =
        ops::enrol(&db, settings.instance.id.clone()).await.map_err(StartError::service)?;
    let signer = Signer::new(&settings.internal.secret);
    let http = Http::new(ServiceName::Gateway, signer).map_err(StartError::Http)?;
    let siblings = Siblings::new(&http, &settings.peers).map_err(StartError::service)?;
    let tokens = Tokens::open(db.clone(), vault.clone(), settings.tokens.clone())
        .await
        .map_err(StartError::service)?;
    let hasher = Hasher::new(settings.users.hashes_at_once);
    let first_passwords =
        ops::bootstrap(&db, &hasher, &settings.bootstrap).await.map_err(StartError::service)?;
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
    match serve(parts, &settings.http, shutdown) {
        Ok(running) => Ok(Started { running, first_passwords }),
        Err(error) => {
            tell_now(&first_passwords);
            Err(error.into())
        }
    }
}

/// Refuses an address that cannot be listened on before anything is made: a start that fails
/// after the first users are stored would take their passwords with it.
fn check_free(address: SocketAddr) -> Result<(), ServeError> {
    let bound = TcpListener::bind(address);
    bound.map(drop).map_err(|source| ServeError::Bind { address, source })
}

/// For the moment in which another process took the address after all: there will be no
/// [`Started`] to tell the passwords, and the next start does not know them.
#[expect(clippy::print_stderr, reason = "shown once, and never part of the structured log")]
fn tell_now(first_passwords: &[FirstPassword]) {
    if let Some(words) = announcement(first_passwords) {
        eprintln!("{words}");
    }
}

impl Started {
    /// The first passwords in words, where there are any.
    pub fn announcement(&self) -> Option<String> {
        announcement(&self.first_passwords)
    }
}

fn announcement(first_passwords: &[FirstPassword]) -> Option<String> {
    let mut text = String::new();
    for FirstPassword { account, password } in first_passwords {
        let _ = writeln!(text, "first password of {account}: {}", password.expose_secret());
    }
    if text.is_empty() {
        return None;
    }
    Some(text + "they are shown this once and have to be changed at the first login")
}
