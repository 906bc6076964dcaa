//! Testing connections.

use super::{
    reach::{Clear, load, probe},
    read,
};
use crate::{Error, app::AppState, ops::require, repo};
use chrono::Utc;
use oms_connector::ProbeReport;
use oms_contracts::project::data_source::{DataSourceSettings, LastProbe};
use oms_model::{Actor, EndpointId, Right};

/// Tests settings that are not saved.
pub async fn test_unsaved(
    state: &AppState,
    actor: Actor,
    body: DataSourceSettings,
) -> Result<ProbeReport, Error> {
    require(&actor, Right::ChangeWork)?;
    let (settings, given) = read::settings(body)?;
    let clear: Clear = given.map(|_, given| given.over(&None));
    probe(state, &settings, clear).await
}

/// Tests a data source as it is saved, and remembers a success.
pub async fn test_saved(
    state: &AppState,
    actor: Actor,
    id: EndpointId,
) -> Result<ProbeReport, Error> {
    require(&actor, Right::ReadWork)?;
    let (source, clear) = load(state, &actor, &id).await?;
    let report = probe(state, &source.settings, clear).await?;
    let last = remembered(&report);
    let stored = state
        .db
        .run(move |conn| {
            conn.write(|conn| {
                repo::data_source::set_last_probe(conn, &source.id, source.revision, &last)
                    .map_err(Error::from)
            })
        })
        .await;
    // The answer is true whether or not it could be remembered.
    if let Err(error) = stored {
        tracing::warn!(%error, data_source = %id, "a successful test is not remembered");
    }
    Ok(report)
}

/// What is kept of a successful test.
pub(super) fn remembered(report: &ProbeReport) -> LastProbe {
    LastProbe {
        server: report.server.to_string(),
        version: report.version.clone(),
        charset: report.charset.clone(),
        collation: report.collation.clone(),
        time_zone: report.time_zone.clone(),
        utc_offset_seconds: report.utc_offset_seconds,
        lower_case_table_names: report.lower_case_table_names,
        round_trip_ms: report.round_trip.as_secs_f64() * 1e3,
        read_only: report.read_only,
        server_identity: report.identity.clone(),
        probed_at: Utc::now(),
    }
}
