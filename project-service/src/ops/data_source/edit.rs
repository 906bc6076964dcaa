//! Changing a data source.

use super::{
    Error as Refusal,
    admit::{admit, admit_to_store},
    probe::remembered,
    reach::{Clear, probe, unsealed},
    read::{self, Given},
};
use crate::{
    Error,
    app::AppState,
    domain::data_source::{DataSource, Sealed, Secrets, Settings, Slot},
    ops::{now, require, retried},
    repo::{self, data_source::Change},
};
use oms_chassis::{Conn, Vault};
use oms_contracts::{Detail, project::data_source::DataSourceSettings};
use oms_model::{Actor, EndpointId, Right};

/// Replaces a data source's settings, if nobody else did since revision `seen`. What connects
/// differently is tested first.
pub async fn edit(
    state: &AppState,
    actor: Actor,
    id: EndpointId,
    seen: i64,
    body: DataSourceSettings,
) -> Result<DataSource, Error> {
    require(&actor, Right::ChangeWork)?;
    let (settings, given) = read::settings(body)?;
    let plan = Plan { actor, seen, given };
    let vault = state.vault.clone();
    let (plan, mut draft) = state
        .db
        .run(move |conn| plan.draft(conn, &vault, &id, settings).map(|draft| (plan, draft)))
        .await?;
    if let Some(clear) = draft.to_test.take() {
        let report = probe(state, &draft.source.settings, clear).await?;
        draft.source.last_probe = Some(remembered(&report));
    }
    let vault = state.vault.clone();
    state.db.run(move |conn| plan.store(conn, &vault, draft)).await
}

struct Plan {
    actor: Actor,
    seen: i64,
    given: Secrets<Given>,
}

/// A data source as it is to become, and the secrets to test it with, where it has to be.
struct Draft {
    source: DataSource,
    to_test: Option<Clear>,
}

impl Plan {
    fn draft(
        &self,
        conn: &mut Conn,
        vault: &Vault,
        id: &EndpointId,
        settings: Settings,
    ) -> Result<Draft, Error> {
        let before = repo::data_source::find_within(conn, &self.actor, Right::ChangeWork, id)?
            .ok_or_else(|| Refusal::NoSuch(id.clone()))?;
        if before.revision != self.seen {
            return Err(Refusal::Stale(self.seen).into());
        }
        self.refuse(&before, &settings)?;
        let secrets_change = [Slot::Password, Slot::ClientKey]
            .iter()
            .any(|slot| self.given.get(*slot).replaces(before.sealed.get(*slot).is_some()));
        let differs = secrets_change || settings.connects_differently(&before.settings);
        let to_test = match differs {
            true => Some(self.with_given(&unsealed(vault, &before)?)),
            false => None,
        };
        let source = DataSource { settings, modified_at: now(), revision: self.seen + 1, ..before };
        admit(conn, &self.actor, &source)?;
        Ok(Draft { source, to_test })
    }

    /// What an edit may not do, beside what no settings may.
    fn refuse(&self, before: &DataSource, settings: &Settings) -> Result<(), Error> {
        if settings.kind != before.settings.kind {
            let why = format!("a data source stays {}; copy it instead", before.settings.kind);
            return Err(Refusal::invalid("kind", why).into());
        }
        if settings.leads_elsewhere(&before.settings) {
            // The stored secrets would be sent to a place of the actor's choice, who could read
            // there what nobody is shown here. Who knows them can give them. The owner is no
            // exception: somebody else may sit at an open session.
            let missing: Vec<Detail> = Slot::ALL
                .iter()
                .filter(|slot| before.sealed.get(**slot).is_some())
                .filter(|slot| matches!(self.given.get(**slot), Given::Unchanged))
                .map(|slot| {
                    let why = "the host, port or TLS settings change: give this secret again, \
                               or an empty one for none";
                    Detail::new(slot.field(), why)
                })
                .collect();
            if !missing.is_empty() {
                return Err(Refusal::Invalid(missing).into());
            }
        }
        Ok(())
    }

    fn with_given(&self, stored: &Clear) -> Clear {
        stored.map(|slot, stored| self.given.get(slot).over(stored))
    }

    fn store(&self, conn: &mut Conn, vault: &Vault, draft: Draft) -> Result<DataSource, Error> {
        let mut source = draft.source;
        let changes = self.given.map(|slot, given| match given {
            Given::Unchanged => Change::Keep,
            Given::Nothing => Change::Clear,
            Given::Secret(text) => Change::Set(Sealed(vault.seal(&slot.place(&source.id), text))),
        });
        retried(conn, |conn| {
            admit_to_store(conn, &self.actor, &source)?;
            match repo::data_source::update(conn, &source, &changes, self.seen)? {
                true => Ok(()),
                false => Err(self.overtaken(conn, &source.id)?),
            }
        })?;
        source.sealed = source.sealed.map(|slot, stored| match changes.get(slot) {
            Change::Keep => stored.clone(),
            Change::Clear => None,
            Change::Set(sealed) => Some(sealed.clone()),
        });
        Ok(source)
    }

    fn overtaken(&self, conn: &mut Conn, id: &EndpointId) -> Result<Error, Error> {
        Ok(match repo::data_source::find(conn, id)? {
            Some(_) => Refusal::Stale(self.seen).into(),
            None => Refusal::NoSuch(id.clone()).into(),
        })
    }
}
