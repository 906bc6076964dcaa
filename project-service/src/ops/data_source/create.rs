//! Registering a database.

use super::{
    admit::{admit, admit_to_store},
    probe::remembered,
    reach::{Clear, probe, sealed},
    read,
};
use crate::{
    Error,
    app::AppState,
    domain::{
        data_source::{DataSource, Secrets, Settings},
        owned::Ownership,
    },
    ops::{fresh_id, now, require, retried},
    repo,
};
use oms_contracts::project::data_source::DataSourceSettings;
use oms_model::{Actor, Right};

/// Registers a database that was reached just now.
pub async fn create(
    state: &AppState,
    actor: Actor,
    body: DataSourceSettings,
) -> Result<DataSource, Error> {
    require(&actor, Right::ChangeWork)?;
    let (settings, given) = read::settings(body)?;
    let clear = given.map(|_, given| given.over(&None));
    register(state, actor, settings, clear).await
}

/// Tests and stores settings as a new data source of the actor.
pub(super) async fn register(
    state: &AppState,
    actor: Actor,
    settings: Settings,
    clear: Clear,
) -> Result<DataSource, Error> {
    let now = now();
    let mut source = DataSource {
        id: fresh_id(),
        settings,
        sealed: Secrets::default(),
        last_probe: None,
        owned: Ownership::of(&actor),
        created_at: now,
        modified_at: now,
        revision: 1,
    };
    let (candidate, by) = (source.clone(), actor.clone());
    state.db.run(move |conn| admit(conn, &by, &candidate)).await?;
    source.sealed = sealed(&state.vault, &source.id, &clear);
    let report = probe(state, &source.settings, clear).await?;
    source.last_probe = Some(remembered(&report));
    state
        .db
        .run(move |conn| {
            retried(conn, |conn| {
                admit_to_store(conn, &actor, &source)?;
                Ok(repo::data_source::insert(conn, &source)?)
            })?;
            Ok(source)
        })
        .await
}
