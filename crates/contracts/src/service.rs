//! What every service answers: who it is, how it is, and which instance of it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use strum::{AsRefStr, Display, EnumIter, EnumString, IntoStaticStr};
use utoipa::ToSchema;

/// The six services, in calling order: an earlier one may call a later one, never back.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    ToSchema,
    AsRefStr,
    Display,
    EnumIter,
    EnumString,
    IntoStaticStr,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum ServiceName {
    Gateway,
    ProjectService,
    SyncService,
    VerifyService,
    StoreService,
    AlertService,
}

/// One running instance of a service, as it describes itself.
///
/// `epoch` grows with every start of the same instance and is durable: whatever an instance
/// writes elsewhere can carry it as a fencing token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct InstanceView {
    pub service: ServiceName,
    /// Stays the same over restarts on the same metadata.
    pub instance_id: String,
    pub epoch: u64,
    pub version: String,
    pub metadata: String,
    pub started_at: DateTime<Utc>,
    pub uptime_seconds: u64,
    /// What the service can be asked to run, and whether this version already can.
    pub capabilities: Vec<Capability>,
}

/// A kind of work a service owns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Capability {
    pub name: String,
    pub available: bool,
}

/// The answer of `/healthz` and `/readyz`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HealthView {
    pub service: ServiceName,
    pub ready: bool,
    /// What keeps it from being ready.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<String>,
}

/// Paths that every service has. Health, metrics and the description need no token.
pub mod paths {
    pub const HEALTHZ: &str = "/healthz";
    pub const READYZ: &str = "/readyz";
    pub const METRICS: &str = "/metrics";
    pub const OPENAPI: &str = "/openapi.json";
    pub const INSTANCE: &str = "/internal/v1/instance";
}

/// Headers that travel from service to service.
pub mod headers {
    /// Names one request in the logs of every service it passes.
    pub const REQUEST_ID: &str = "x-request-id";
    /// Proof that a sibling calls, and for whom.
    pub const INTERNAL_TOKEN: &str = "x-oms-internal";
}
