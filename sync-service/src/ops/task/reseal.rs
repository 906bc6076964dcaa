//! Sealing stored secrets anew after the vault got another key.

use super::{Error as Refusal, sealed, secrets::opened};
use crate::{Error, app::AppState, domain::Sealed, repo};
use oms_chassis::{Conn, Vault};
use oms_contracts::{project::Resealed, sync::TaskId};

const BATCH: i64 = 50;

/// Seals all secrets whose key is not the active one. Repeating is harmless.
pub async fn reseal(state: &AppState) -> Result<Resealed, Error> {
    let vault = state.vault.clone();
    state
        .db
        .run(move |conn| {
            // A sibling has put the key into the file that both read.
            vault.reload()?;
            let mut pass = Pass::default();
            let mut after = None;
            loop {
                let rows = repo::task::sealed_after(conn, after.as_ref(), BATCH)?;
                for (id, old) in &rows {
                    pass.row(conn, &vault, id, old)?;
                }
                match rows.into_iter().next_back() {
                    Some((last, _)) => after = Some(last),
                    None => break,
                }
            }
            match pass.fault {
                Some(fault) => Err(Refusal::Unsealable(pass.unsealable, fault).into()),
                None => Ok(Resealed { resealed: pass.resealed, key: vault.active_key() }),
            }
        })
        .await
}

#[derive(Default)]
struct Pass {
    resealed: u64,
    /// What cannot be opened does not keep the rest from being sealed anew.
    unsealable: Vec<TaskId>,
    fault: Option<oms_chassis::vault::VaultError>,
}

impl Pass {
    fn row(
        &mut self,
        conn: &mut Conn,
        vault: &Vault,
        id: &TaskId,
        old: &Sealed,
    ) -> Result<(), Error> {
        if !vault.is_outdated(&old.0) {
            return Ok(());
        }
        match opened(vault, id, old) {
            Ok(secrets) => {
                // What was replaced meanwhile was sealed with the new key.
                let new = sealed(vault, id, &secrets);
                self.resealed += u64::from(repo::task::reseal(conn, id, old, &new)?);
                Ok(())
            }
            Err(Error::Vault(fault)) => {
                self.unsealable.push(id.clone());
                self.fault.get_or_insert(fault);
                Ok(())
            }
            Err(other) => Err(other),
        }
    }
}
