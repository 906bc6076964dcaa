//! Sealing stored secrets anew after the vault got another key.

use super::{Error as Refusal, sealed, secrets::opened};
use crate::{Error, app::AppState, domain::Sealed, repo};
use oms_chassis::{Conn, Vault, vault::VaultError};
use oms_contracts::{project::Resealed, store::StoreId};

const BATCH: i64 = 50;

/// Seals all secrets whose key is not the active one. Repeating is harmless.
pub async fn reseal(state: &AppState) -> Result<Resealed, Error> {
    let vault = state.vault.clone();
    state.db.run(move |conn| reseal_all(conn, &vault)).await
}

fn reseal_all(conn: &mut Conn, vault: &Vault) -> Result<Resealed, Error> {
    // A sibling has put the key into the file that both read.
    vault.reload()?;
    let (mut resealed, mut unsealable, mut fault) = (0, Vec::new(), None);
    let mut after = None;
    loop {
        let rows = repo::store::sealed_after(conn, after.as_ref(), BATCH)?;
        for (id, old) in &rows {
            match reseal_one(conn, vault, id, old) {
                Ok(done) => resealed += u64::from(done),
                // What cannot be opened does not keep the rest from being sealed anew.
                Err(Error::Vault(error)) => {
                    unsealable.push(id.clone());
                    fault.get_or_insert(error);
                }
                Err(other) => return Err(other),
            }
        }
        match rows.into_iter().next_back() {
            Some((last, _)) => after = Some(last),
            None => break,
        }
    }
    let key = vault.active_key();
    let done =
        fault.map_or(Ok(()), |fault: VaultError| Err(Refusal::Unsealable(unsealable, fault)));
    Ok(done.map(|()| Resealed { resealed, key })?)
}

fn reseal_one(conn: &mut Conn, vault: &Vault, id: &StoreId, old: &Sealed) -> Result<bool, Error> {
    if !vault.is_outdated(&old.0) {
        return Ok(false);
    }
    let new = sealed(vault, id, &opened(vault, id, old)?);
    // What was replaced meanwhile was sealed with the new key.
    Ok(repo::store::reseal(conn, id, old, &new)?)
}
