//! Settings of store-service.

use crate::log::SegmentSettings;
use oms_chassis::{
    ProcessSettings,
    settings::{Checked, HttpSettings, InstanceSettings, InternalSettings, MetadataSettings},
    telemetry::TelemetrySettings,
    vault::VaultSettings,
};
use serde::Deserialize;
use std::{path::PathBuf, time::Duration};

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Settings {
    pub http: HttpSettings,
    pub telemetry: TelemetrySettings,
    pub metadata: MetadataSettings,
    pub internal: InternalSettings,
    pub instance: InstanceSettings,
    pub vault: VaultSettings,
    pub stores: StoreSettings,
}

/// `[stores]`: where change logs are, and how stores are looked after.
#[derive(Debug, Clone, Deserialize)]
#[serde(default)]
pub struct StoreSettings {
    /// The folder of the change logs, a folder for each store. Needed.
    pub data_dir: PathBuf,
    /// How often a store says how it goes, and looks at what has changed.
    pub beat_ms: u64,
    /// How long a store may take to stop before it is dropped.
    pub stop_ms: u64,
    /// How often a source is to say that nothing happened, and how often that is noted.
    pub source_beat_ms: u64,
    /// How often readers hear that nothing happened.
    pub reader_beat_ms: u64,
    /// How often what is old is removed.
    pub retention_ms: u64,
    /// Bytes of a transaction that are kept in memory before it has ended.
    pub transaction_memory_bytes: usize,
    /// Bytes that may wait to be written, of each store.
    pub write_memory_bytes: usize,
    /// A segment of the log that is so large is followed by another one.
    pub segment_bytes: u64,
}

impl Default for StoreSettings {
    fn default() -> Self {
        let log = SegmentSettings::default();
        Self {
            data_dir: PathBuf::new(),
            beat_ms: 1_000,
            stop_ms: 30_000,
            source_beat_ms: 1_000,
            reader_beat_ms: 1_000,
            retention_ms: 30_000,
            transaction_memory_bytes: 8 << 20,
            write_memory_bytes: log.waiting,
            segment_bytes: log.segment,
        }
    }
}

impl StoreSettings {
    pub fn beat(&self) -> Duration {
        Duration::from_millis(self.beat_ms)
    }
    pub fn stop(&self) -> Duration {
        Duration::from_millis(self.stop_ms)
    }
    pub fn source_beat(&self) -> Duration {
        Duration::from_millis(self.source_beat_ms)
    }
    pub fn reader_beat(&self) -> Duration {
        Duration::from_millis(self.reader_beat_ms)
    }
    pub fn retention(&self) -> Duration {
        Duration::from_millis(self.retention_ms)
    }

    /// How logs are kept.
    pub fn log(&self) -> SegmentSettings {
        SegmentSettings {
            segment: self.segment_bytes,
            waiting: self.write_memory_bytes,
            ..Default::default()
        }
    }

    fn faults(&self, faults: &mut Vec<String>) {
        if self.data_dir.as_os_str().is_empty() {
            faults.push("stores.data_dir is missing: the folder of the change logs".into());
        }
        for (key, value) in [
            ("beat_ms", self.beat_ms),
            ("source_beat_ms", self.source_beat_ms),
            ("reader_beat_ms", self.reader_beat_ms),
            ("retention_ms", self.retention_ms),
        ] {
            if !(10..=60_000).contains(&value) {
                faults.push(format!("stores.{key} must be 10 to 60000"));
            }
        }
        if !(10..=600_000).contains(&self.stop_ms) {
            faults.push("stores.stop_ms must be 10 to 600000".into());
        }
        for (key, value) in [
            ("transaction_memory_bytes", self.transaction_memory_bytes),
            ("write_memory_bytes", self.write_memory_bytes),
        ] {
            if !(64 << 10..=1 << 30).contains(&value) {
                faults.push(format!("stores.{key} must be 65536 to 1073741824"));
            }
        }
        if !(1 << 20..=4 << 30).contains(&self.segment_bytes) {
            faults.push("stores.segment_bytes must be 1048576 to 4294967296".into());
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
        self.stores.faults(faults);
    }
}

impl ProcessSettings for Settings {
    fn telemetry(&self) -> &TelemetrySettings {
        &self.telemetry
    }
}
