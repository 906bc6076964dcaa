//! Sealing stored secrets anew after the vault got another key.
//!
//! Works through the table in small transactions, so that nobody waits long. Each text is replaced
//! only if it is still the one that was read; what an edit wrote meanwhile is looked at again in
//! the next pass.

use super::Error as Refusal;
use crate::{
    Error,
    app::AppState,
    domain::data_source::{Sealed, Slot},
    repo::{self, data_source::SealedRow},
};
use oms_chassis::{Conn, Vault, vault::VaultError};
use oms_contracts::project::Resealed;
use oms_model::EndpointId;

const BATCH: i64 = 50;
/// One pass does it, a second finds nothing left; more are needed only while users keep editing.
const PASSES: usize = 5;

/// Seals every secret whose key is not the active one. Repeating is harmless.
pub async fn reseal(state: &AppState) -> Result<Resealed, Error> {
    let vault = state.vault.clone();
    state
        .db
        .run(move |conn| {
            // A sibling has put the key into the file that both read.
            vault.reload()?;
            let mut resealed = 0;
            for _ in 0..PASSES {
                let pass = Pass::through(conn, &vault)?;
                resealed += pass.resealed;
                if let Some(source) = pass.fault {
                    return Err(Refusal::Unsealable { ids: pass.unsealable, source }.into());
                }
                if pass.overtaken == 0 {
                    return Ok(Resealed { resealed, key: vault.active_key() });
                }
            }
            Err(Refusal::Restless.into())
        })
        .await
}

/// What one walk through the table found.
#[derive(Default)]
struct Pass {
    resealed: u64,
    /// Texts that changed between reading and writing.
    overtaken: u64,
    /// What cannot be opened does not keep the rest from being sealed anew.
    unsealable: Vec<EndpointId>,
    fault: Option<VaultError>,
}

impl Pass {
    fn through(conn: &mut Conn, vault: &Vault) -> Result<Self, Error> {
        let mut pass = Self::default();
        let mut after = None;
        loop {
            let rows = conn.write(|conn| {
                let rows = repo::data_source::sealed_after(conn, after.as_ref(), BATCH)?;
                for row in &rows {
                    pass.row(conn, vault, row)?;
                }
                Ok::<_, Error>(rows)
            })?;
            match rows.into_iter().next_back() {
                Some(last) => after = Some(last.id),
                None => return Ok(pass),
            }
        }
    }

    fn row(&mut self, conn: &mut Conn, vault: &Vault, row: &SealedRow) -> Result<(), Error> {
        for slot in Slot::ALL {
            let Some(old) = row.sealed.get(slot) else { continue };
            if !vault.is_outdated(&old.0) {
                continue;
            }
            let place = slot.place(&row.id);
            match vault.unseal(&place, &old.0) {
                Ok(text) => {
                    let new = Sealed(vault.seal(&place, &text));
                    match repo::data_source::reseal(conn, &row.id, slot, old, &new)? {
                        true => self.resealed += 1,
                        false => self.overtaken += 1,
                    }
                }
                Err(fault) => {
                    if !self.unsealable.contains(&row.id) {
                        self.unsealable.push(row.id.clone());
                    }
                    self.fault.get_or_insert(fault);
                }
            }
        }
        Ok(())
    }
}
