//! Sealing the secrets of a store, and opening them for whoever runs it.

use super::Error;
use crate::domain::{Sealed, Store};
use oms_chassis::Vault;
use oms_contracts::{
    store::{StoreId, StoreSpec},
    sync::EndpointSecrets,
};
use secrecy::{ExposeSecret, SecretString};

/// Where the secrets of a store belong: sealed for it, they open for no other.
fn place(id: &StoreId) -> String {
    format!("store:{id}")
}

/// Seals secrets for a store.
pub fn sealed(vault: &Vault, id: &StoreId, secrets: &EndpointSecrets) -> Sealed {
    let text = serde_json::to_string(secrets).expect("texts are JSON");
    Sealed(vault.seal(&place(id), &SecretString::from(text)))
}

/// Opens the secrets of a store. May read the key file, so it belongs on a worker thread.
pub(super) fn opened(
    vault: &Vault,
    id: &StoreId,
    sealed: &Sealed,
) -> Result<EndpointSecrets, crate::Error> {
    let text = vault.unseal(&place(id), &sealed.0)?;
    // What serde says of a text may quote it.
    Ok(serde_json::from_str(text.expose_secret()).map_err(|_| Error::Secrets)?)
}

/// What a store is to do, with its secrets.
pub fn unsealed(vault: &Vault, store: &Store) -> Result<StoreSpec, crate::Error> {
    let secrets = opened(vault, &store.outline.id, &store.sealed)?;
    let mut spec = store.spec.clone();
    spec.source.give_secrets(secrets);
    Ok(spec)
}
