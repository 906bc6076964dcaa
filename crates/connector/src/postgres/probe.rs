//! The test of a connection.

use super::Postgres;
use super::privileges::Rights;
use super::session::{Session, field};
use crate::address::TlsMode;
use crate::error::ConnectError;
use crate::probe::{self, Probe, ProbeReport, ROUND_TRIPS};
use async_trait::async_trait;
use oms_model::ObjectName;
use std::time::{Duration, Instant};

#[async_trait]
impl Probe for Postgres {
    async fn probe(&self) -> Result<ProbeReport, ConnectError> {
        let session = self.session().await?;
        let report = self.examine(&session).await?;
        session.close().await;
        Ok(report)
    }

    /// Its catalog shows triggers to everybody.
    async fn hidden_triggers(
        &self,
        _tables: &[ObjectName],
    ) -> Result<Vec<ObjectName>, ConnectError> {
        Ok(Vec::new())
    }
}

impl Postgres {
    async fn examine(&self, session: &Session<'_>) -> Result<ProbeReport, ConnectError> {
        // The session's own time zone is UTC already: the server's is what a reset would bring.
        const SQL: &str = "SELECT pg_encoding_to_char(d.encoding)::text, d.datcollate::text, \
                 z.reset_val, \
                 extract(epoch FROM (now() AT TIME ZONE z.reset_val) - (now() AT TIME ZONE 'UTC'))::int4, \
                 pg_is_in_recovery() OR w.reset_val = 'on', \
                 (extract(epoch FROM clock_timestamp()) * 1000)::int8 \
             FROM pg_database d, pg_settings z, pg_settings w \
             WHERE d.datname = current_database() AND z.name = 'TimeZone' \
               AND w.name = 'default_transaction_read_only'";
        let round_trip = measured(session).await?;
        let started = Instant::now();
        let row = session.row(SQL, &[]).await?;
        let clock_skew_ms = probe::skew_ms(field(&row, 5)?, started.elapsed());
        let tls = protection(session).await?;
        let plain_wanted = self.site.address.tls.mode == TlsMode::Disable;
        Ok(ProbeReport {
            server: session.server().clone(),
            version: session.version().to_owned(),
            charset: field(&row, 0)?,
            collation: field(&row, 1)?,
            time_zone: field(&row, 2)?,
            utc_offset_seconds: Some(field(&row, 3)?),
            lower_case_table_names: None,
            round_trip,
            read_only: field(&row, 4)?,
            identity: identity(session).await?,
            logs_cascades: true,
            clock_skew_ms,
            missing_privileges: Rights::read(session).await?.missing(),
            warnings: probe::common_warnings(tls.is_some() || plain_wanted, clock_skew_ms),
            tls,
        })
    }
}

async fn measured(session: &Session<'_>) -> Result<Duration, ConnectError> {
    let mut taken = Vec::with_capacity(ROUND_TRIPS);
    for _ in 0..ROUND_TRIPS {
        let started = Instant::now();
        session.rows("SELECT 1", &[]).await?;
        taken.push(started.elapsed());
    }
    Ok(probe::median(taken))
}

async fn protection(session: &Session<'_>) -> Result<Option<String>, ConnectError> {
    const SQL: &str =
        "SELECT version || ' ' || cipher FROM pg_stat_ssl WHERE pid = pg_backend_pid() AND ssl";
    let rows = session.rows(SQL, &[]).await?;
    rows.first().map(|row| field(row, 0)).transpose()
}

/// Some clouds keep this function from ordinary roles; then two addresses of one server cannot be
/// told to be the same.
async fn identity(session: &Session<'_>) -> Result<Option<String>, ConnectError> {
    const SQL: &str = "SELECT system_identifier::text FROM pg_control_system()";
    match session.row(SQL, &[]).await {
        Ok(row) => field(&row, 0).map(Some),
        Err(ConnectError::Forbidden { .. } | ConnectError::Server { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}
