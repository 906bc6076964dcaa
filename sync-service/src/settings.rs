//! Settings of sync-service.

use oms_chassis::{
    ProcessSettings,
    settings::{
        Checked, HttpSettings, InstanceSettings, InternalSettings, MetadataSettings, PeerSettings,
    },
    telemetry::TelemetrySettings,
    vault::VaultSettings,
};
use serde::Deserialize;
use std::time::Duration;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Settings {
    pub http: HttpSettings,
    pub telemetry: TelemetrySettings,
    pub metadata: MetadataSettings,
    pub internal: InternalSettings,
    pub instance: InstanceSettings,
    pub vault: VaultSettings,
    /// Only store-service is asked; without its address nobody can apply changes.
    pub peers: PeerSettings,
    pub tasks: TaskSettings,
}

/// `[tasks]`: how tasks are looked after. The clocks of all instances on one metadata database must
/// agree well within a lease.
#[derive(Debug, Clone, Deserialize)]
#[serde(default)]
pub struct TaskSettings {
    /// How often an instance says that it runs its tasks, and looks at what has changed.
    pub beat_ms: u64,
    /// How long it may be silent before another one goes on with them.
    pub lease_ms: u64,
    /// How long a task may take to stop before it is dropped.
    pub stop_ms: u64,
}

impl Default for TaskSettings {
    fn default() -> Self {
        Self { beat_ms: 2_000, lease_ms: 30_000, stop_ms: 30_000 }
    }
}

impl TaskSettings {
    pub fn beat(&self) -> Duration {
        Duration::from_millis(self.beat_ms)
    }
    pub fn lease(&self) -> Duration {
        Duration::from_millis(self.lease_ms)
    }
    /// As the metadata counts time.
    pub fn lease_ms(&self) -> i64 {
        i64::try_from(self.lease_ms).unwrap_or(i64::MAX)
    }
    pub fn stop(&self) -> Duration {
        Duration::from_millis(self.stop_ms)
    }
    /// How often tasks are looked for that nobody runs.
    pub fn sweep(&self) -> Duration {
        self.lease() / 6
    }

    fn faults(&self, faults: &mut Vec<String>) {
        if !(10..=60_000).contains(&self.beat_ms) {
            faults.push("tasks.beat_ms must be 10 to 60000".into());
        }
        if !(self.beat_ms.saturating_mul(5)..=3_600_000).contains(&self.lease_ms) {
            faults.push("tasks.lease_ms must be at least five beats and at most 3600000".into());
        }
        if !(10..=600_000).contains(&self.stop_ms) {
            faults.push("tasks.stop_ms must be 10 to 600000".into());
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
        self.peers.faults(&[], faults);
        self.tasks.faults(faults);
    }
}

impl ProcessSettings for Settings {
    fn telemetry(&self) -> &TelemetrySettings {
        &self.telemetry
    }
}
