//! Settings of project-service.

use oms_chassis::{
    ProcessSettings,
    settings::{Checked, HttpSettings, InstanceSettings, InternalSettings, MetadataSettings},
    telemetry::TelemetrySettings,
    vault::VaultSettings,
};
use serde::Deserialize;
use std::{ops::RangeInclusive, time::Duration};

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Settings {
    pub http: HttpSettings,
    pub telemetry: TelemetrySettings,
    pub metadata: MetadataSettings,
    pub internal: InternalSettings,
    pub instance: InstanceSettings,
    pub vault: VaultSettings,
    pub limits: LimitSettings,
}

/// `[limits]`: what is asked of the databases of users.
#[derive(Debug, Clone, Deserialize)]
#[serde(default)]
pub struct LimitSettings {
    /// How long testing a connection, or one question to a database, may take.
    pub database_timeout_ms: u64,
    /// How many connections to one data source are open at once.
    pub connections_per_source: usize,
    /// How many connections to all data sources are open at once.
    pub connections: usize,
}

/// More would only queue up in the database: few servers let in a thousand.
const CONNECTIONS_PER_SOURCE: RangeInclusive<usize> = 1..=1_000;
/// Each takes one of the files that the process may have open.
const CONNECTIONS: RangeInclusive<usize> = 1..=10_000;

impl Default for LimitSettings {
    fn default() -> Self {
        Self { database_timeout_ms: 5_000, connections_per_source: 3, connections: 32 }
    }
}

impl LimitSettings {
    pub fn database_timeout(&self) -> Duration {
        Duration::from_millis(self.database_timeout_ms)
    }

    fn faults(&self, request_timeout_ms: u64, faults: &mut Vec<String>) {
        if !(100..=60_000).contains(&self.database_timeout_ms) {
            faults.push("limits.database_timeout_ms must be 100 to 60000".into());
        }
        // Looking into a database may wait that long for its turn, and take that long once more. An
        // answer that came later would find the caller sent away, and could not name the reason.
        if self.database_timeout_ms.saturating_mul(2) >= request_timeout_ms {
            faults.push(
                "limits.database_timeout_ms must be less than half of http.request_timeout_ms"
                    .into(),
            );
        }
        if !CONNECTIONS_PER_SOURCE.contains(&self.connections_per_source) {
            faults.push("limits.connections_per_source must be 1 to 1000".into());
        }
        if !CONNECTIONS.contains(&self.connections) {
            faults.push("limits.connections must be 1 to 10000".into());
        }
        if self.connections < self.connections_per_source {
            faults.push(
                "limits.connections must be no less than limits.connections_per_source".into(),
            );
        }
    }
}

impl Checked for Settings {
    fn faults(&self, faults: &mut Vec<String>) {
        self.http.faults(faults);
        self.telemetry.faults(faults);
        self.metadata.faults(faults);
        self.internal.faults(faults);
        self.instance.faults(faults);
        self.vault.faults(faults);
        self.limits.faults(self.http.request_timeout_ms, faults);
    }
}

impl ProcessSettings for Settings {
    fn telemetry(&self) -> &TelemetrySettings {
        &self.telemetry
    }
}
