//! Settings of verify-service.

use oms_chassis::{
    ProcessSettings,
    settings::{Checked, HttpSettings, InstanceSettings, InternalSettings, MetadataSettings},
    telemetry::TelemetrySettings,
};
use serde::Deserialize;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Settings {
    pub http: HttpSettings,
    pub telemetry: TelemetrySettings,
    pub metadata: MetadataSettings,
    pub internal: InternalSettings,
    pub instance: InstanceSettings,
}

impl Checked for Settings {
    fn faults(&self, faults: &mut Vec<String>) {
        self.http.faults(faults);
        self.telemetry.faults(faults);
        self.metadata.faults(faults);
        self.internal.faults(faults);
        self.instance.faults(faults);
    }
}

impl ProcessSettings for Settings {
    fn telemetry(&self) -> &TelemetrySettings {
        &self.telemetry
    }
}
