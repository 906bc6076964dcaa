//! API keys.

use super::GatewayClient;
use crate::ClientError;
use oms_contracts::{
    Page,
    gateway::{
        api_key::{ApiKeyQuery, ApiKeyView, CreateApiKey, CreatedApiKey, UpdateApiKey},
        paths,
    },
};
use oms_model::ApiKeyId;
use reqwest::Method;

impl GatewayClient {
    pub async fn api_keys(&self, query: &ApiKeyQuery) -> Result<Page<ApiKeyView>, ClientError> {
        self.get(paths::API_KEYS, query).await
    }

    pub async fn create_api_key(&self, key: &CreateApiKey) -> Result<CreatedApiKey, ClientError> {
        self.call(Method::POST, paths::API_KEYS, key).await
    }

    pub async fn enable_api_key(
        &self,
        id: &ApiKeyId,
        enabled: bool,
    ) -> Result<ApiKeyView, ClientError> {
        self.call(Method::PATCH, &paths::api_key(id), &UpdateApiKey { enabled }).await
    }

    pub async fn delete_api_key(&self, id: &ApiKeyId) -> Result<(), ClientError> {
        self.bare(Method::DELETE, &paths::api_key(id)).await
    }
}
