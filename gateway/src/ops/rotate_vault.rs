//! A new key for secrets at rest, and every secret sealed anew with it.

use crate::{
    AppState, Error,
    access::signing_key_place,
    ops::api_keys::place as api_key_place,
    repo::{api_keys, signing_keys},
};
use oms_chassis::{Conn, Vault, on_worker_thread};
use oms_contracts::{
    ServiceName,
    gateway::system::{ResealedView, VaultRotationView},
};

/// Puts a fresh key in front of the ring and seals with it what older keys sealed, here and in
/// the services that keep secrets. Old keys stay in the ring, so a rotation that stops half-way
/// loses nothing and can be repeated.
pub async fn rotate_vault(state: &AppState) -> Result<VaultRotationView, Error> {
    let vault = state.vault.clone();
    let key = on_worker_thread(move || vault.rotate()).await??;
    let vault = state.vault.clone();
    let own = state.db.run(move |conn| reseal(conn, &vault)).await?;
    let projects = state.siblings.project.reseal().await?;
    let tasks = state.siblings.sync.reseal().await?;
    let stores = state.siblings.store.reseal().await?;
    let counts = [
        (ServiceName::Gateway, own),
        (ServiceName::ProjectService, projects.resealed),
        (ServiceName::SyncService, tasks.resealed),
        (ServiceName::StoreService, stores.resealed),
    ];
    let resealed = counts.map(|(service, secrets)| ResealedView { service, secrets }).into();
    Ok(VaultRotationView { key, resealed })
}

/// Each row by itself, and only if nobody changed it meanwhile: nothing needs them all at once.
fn reseal(conn: &mut Conn, vault: &Vault) -> Result<u64, Error> {
    let mut resealed = 0;
    for key in signing_keys::list(conn)? {
        if let Some(fresh) = sealed_anew(vault, &signing_key_place(&key.kid), &key.sealed)? {
            resealed += u64::from(signing_keys::reseal(conn, &key.kid, &key.sealed, &fresh)?);
        }
    }
    for (id, sealed) in api_keys::sealed(conn)? {
        if let Some(fresh) = sealed_anew(vault, &api_key_place(&id), &sealed)? {
            resealed += u64::from(api_keys::reseal(conn, &id, &sealed, &fresh)?);
        }
    }
    Ok(resealed)
}

fn sealed_anew(vault: &Vault, place: &str, sealed: &str) -> Result<Option<String>, Error> {
    if !vault.is_outdated(sealed) {
        return Ok(None);
    }
    Ok(Some(vault.seal(place, &vault.unseal(place, sealed)?)))
}
