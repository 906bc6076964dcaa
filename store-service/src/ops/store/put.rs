//! Keeping a store.

use super::{Error as Refusal, Shown, find::shown, sealed, secrets::opened};
use crate::{
    Error,
    app::AppState,
    domain::{Outline, Store, check},
    ops::now,
    repo,
};
use oms_chassis::{Conn, Vault, db::is_duplicate, secrets::entropy};
use oms_contracts::{
    store::{StoreId, StoreSpec, StoreState},
    sync::EndpointSecrets,
};
use std::fmt::Write as _;

/// What became of a store that was sent.
#[derive(Debug)]
pub struct Put {
    pub shown: Shown,
    /// It is new, and not one that was there.
    pub made: bool,
}

/// How often a store may meet another one of its id or its number.
const ATTEMPTS: usize = 5;

/// Keeps a store. One that is there stays as it is if it is equal, and otherwise is changed: what runs
/// goes on with the change. What its log began with cannot change.
pub async fn put(state: &AppState, id: StoreId, spec: StoreSpec) -> Result<Put, Error> {
    let faults = check::spec(&spec);
    if !faults.is_empty() {
        return Err(Refusal::Invalid(faults).into());
    }
    state.runner.sources().open(&spec).map_err(Refusal::from)?;
    let (vault, runner) = (state.vault.clone(), state.runner.clone());
    let put = state
        .db
        .run(move |conn| {
            let sent = Sent::of(id, spec);
            let made = sent.keep_surely(conn, &vault)?;
            let store = super::require(conn, &sent.id)?;
            Ok::<_, Error>(Put { shown: shown(conn, &runner, store)?, made })
        })
        .await?;
    state.runner.poke(&put.shown.store.outline.id);
    Ok(put)
}

/// A number for a source to know a store by: high, so that no server has it, and any of thousands of
/// millions, so that no other reader has.
pub fn reader_number() -> u32 {
    u32::from_le_bytes(entropy()) | 0x4000_0000
}

/// A name for what is put in place at a source: no other store has it, of this installation or of
/// another one that captures the same source, and none that was deleted had it.
fn capture_name() -> String {
    let mut name = String::with_capacity(24);
    for byte in entropy::<12>() {
        let _ = write!(name, "{byte:02x}");
    }
    name
}

/// A store as it was sent.
struct Sent {
    id: StoreId,
    /// Without its secrets.
    spec: StoreSpec,
    secrets: EndpointSecrets,
}

impl Sent {
    fn of(id: StoreId, mut spec: StoreSpec) -> Self {
        let secrets = spec.source.take_secrets();
        Self { id, spec, secrets }
    }

    fn keep_surely(&self, conn: &mut Conn, vault: &Vault) -> Result<bool, Error> {
        for _ in 1..ATTEMPTS {
            match conn.write(|conn| self.keep(conn, vault)) {
                // Somebody kept one of that id in between, or another one has the number.
                Err(Error::Repo(repo::Error::Query(error))) if is_duplicate(&error) => {}
                kept => return kept,
            }
        }
        conn.write(|conn| self.keep(conn, vault))
    }

    /// Says whether the store is new.
    fn keep(&self, conn: &mut Conn, vault: &Vault) -> Result<bool, Error> {
        let Some(known) = repo::store::find(conn, &self.id)? else {
            repo::store::insert(conn, &self.fresh(vault))?;
            return Ok(true);
        };
        if !self.is(&known, vault)? {
            let fixed = check::fixed(&known.spec, &self.spec);
            if known.outline.home.is_some() && !fixed.is_empty() {
                return Err(Refusal::Fixed(fixed).into());
            }
            let sealed = sealed(vault, &self.id, &self.secrets);
            let changed = Store { spec: self.spec.clone(), sealed, ..known };
            repo::store::replace(conn, &changed)?;
        }
        Ok(false)
    }

    fn fresh(&self, vault: &Vault) -> Store {
        let now = now();
        let outline = Outline {
            id: self.id.clone(),
            state: StoreState::Init,
            since: now,
            created_at: now,
            started_at: None,
            home: None,
            epoch: 0,
            revision: 1,
            reader: reader_number(),
            capture: capture_name(),
            error: None,
        };
        let sealed = sealed(vault, &self.id, &self.secrets);
        Store { outline, spec: self.spec.clone(), sealed, live: None }
    }

    /// Whether a store is as it was sent.
    fn is(&self, known: &Store, vault: &Vault) -> Result<bool, Error> {
        let json = |spec: &StoreSpec| serde_json::to_value(spec).expect("it was JSON");
        let secrets = opened(vault, &self.id, &known.sealed)?;
        let differing = secrets.differing(&self.secrets, "source");
        Ok(differing.is_empty() && json(&known.spec) == json(&self.spec))
    }
}
