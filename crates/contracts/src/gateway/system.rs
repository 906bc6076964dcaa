//! The state of the system as the gateway sees it.

use crate::service::{InstanceView, ServiceName};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One service: what answers at its address, or why nothing does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ServiceView {
    pub service: ServiceName,
    pub ready: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<InstanceView>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// The new key of the vault, and how many secrets were sealed anew with it.
///
/// Repeating a rotation that failed half-way is safe: the old keys stay in the ring.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct VaultRotationView {
    pub key: String,
    pub resealed: Vec<ResealedView>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ResealedView {
    pub service: ServiceName,
    pub secrets: u64,
}
