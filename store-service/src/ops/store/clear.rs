//! Removing what a store put in place at its source.

use super::{Error as Refusal, unsealed};
use crate::{Error, app::AppState, domain::Store};
use oms_connector::{ChangeError, ChangeReader, changes::Heartbeat};
use oms_contracts::store::{CaptureMethod, StoreSpec};
use oms_model::{Position, change::origin};
use std::time::Duration;
use tokio::time::timeout;

/// Thousands of tables have thousands of triggers.
const LONGEST: Duration = Duration::from_secs(600);

/// Removes all of it, if there may be anything. What cannot be removed is named.
pub(super) async fn clear(state: &AppState, store: Store) -> Result<(), Error> {
    let has_triggers = store.spec.method == CaptureMethod::Trigger;
    let heartbeat = heartbeat(&store.spec, &store.outline.capture);
    if store.outline.home.is_none() || !(has_triggers || heartbeat.is_some()) {
        return Ok(());
    }
    let capture = &store.outline.capture;
    let left = match &heartbeat {
        Some(it) => format!("the table {}{capture} in {}", origin::HEARTBEAT, it.database),
        None => format!("the database oms_capture_{capture} and the triggers oms_{capture}_*"),
    };
    let refused = |message: String| Refusal::NotCleared { left: left.clone(), message };
    let begun = store.live.as_ref().filter(|live| has_triggers && live.has_begun);
    let place = begun.and_then(|live| live.position.as_ref()?.parse::<Position>().ok());
    let (vault, sealed) = (state.vault.clone(), store.clone());
    // It may read the key file.
    let spec = state.db.run(move |_| unsealed(&vault, &sealed)).await?;
    let source = state.runner.sources().open(&spec).map_err(Refusal::from)?;
    let cleared = async {
        let is_there = match place {
            Some(place) => source.horizon(&place).await?.reaches,
            None => true,
        };
        // Also if its database is gone: triggers that are left would keep the business from writing.
        remove(&*source, capture, heartbeat.as_ref()).await.map(|()| is_there)
    };
    match timeout(LONGEST, cleared).await {
        Ok(Ok(true)) => Ok(()),
        Ok(Ok(false)) => {
            let message = "it is not there: this is another server, or somebody removed it already";
            Err(refused(message.to_owned()).into())
        }
        Ok(Err(error)) => Err(refused(error.to_string()).into()),
        Err(_) => Err(refused(format!("it takes longer than {LONGEST:?}")).into()),
    }
}

async fn remove(
    source: &dyn ChangeReader,
    capture: &str,
    heartbeat: Option<&Heartbeat>,
) -> Result<(), ChangeError> {
    source.remove(capture).await?;
    match heartbeat {
        Some(heartbeat) => source.stop_beating(heartbeat).await,
        None => Ok(()),
    }
}

/// The heartbeat of a store, if it has one.
pub fn heartbeat(spec: &StoreSpec, capture: &str) -> Option<Heartbeat> {
    let heartbeat = spec.heartbeat.as_ref()?;
    Some(Heartbeat { database: heartbeat.database.clone(), name: capture.to_owned() })
}
