//! The state of the system, and the keys that protect it.

use super::GatewayClient;
use crate::ClientError;
use oms_contracts::gateway::{
    paths,
    system::{ServiceView, VaultRotationView},
};
use reqwest::Method;

impl GatewayClient {
    pub async fn services(&self) -> Result<Vec<ServiceView>, ClientError> {
        self.bare(Method::GET, paths::SERVICES).await
    }

    pub async fn rotate_vault(&self) -> Result<VaultRotationView, ClientError> {
        self.bare(Method::POST, paths::ROTATE_VAULT).await
    }
}
