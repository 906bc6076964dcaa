//! Logging in and out, and one's own password.

use super::GatewayClient;
use crate::ClientError;
use oms_contracts::{
    Secret,
    gateway::{
        auth::{ChangePassword, LoginRequest, RefreshRequest, SessionView, SigningKeyView},
        paths,
        user::UserView,
    },
};
use reqwest::Method;

impl GatewayClient {
    pub async fn login(
        &self,
        account: String,
        password: Secret,
    ) -> Result<SessionView, ClientError> {
        self.call(Method::POST, paths::LOGIN, &LoginRequest { account, password }).await
    }

    /// Buys the next pair of tokens. A refresh token used twice ends its session, so callers see
    /// to it that nobody else uses the same one.
    pub async fn refresh(&self, refresh_token: Secret) -> Result<SessionView, ClientError> {
        self.call(Method::POST, paths::REFRESH, &RefreshRequest { refresh_token }).await
    }

    pub async fn logout(&self) -> Result<(), ClientError> {
        self.bare(Method::POST, paths::LOGOUT).await
    }

    pub async fn change_password(
        &self,
        change: &ChangePassword,
    ) -> Result<SessionView, ClientError> {
        self.call(Method::POST, paths::PASSWORD, change).await
    }

    pub async fn me(&self) -> Result<UserView, ClientError> {
        self.bare(Method::GET, paths::ME).await
    }

    pub async fn rotate_signing_key(&self) -> Result<SigningKeyView, ClientError> {
        self.bare(Method::POST, paths::ROTATE_SIGNING_KEY).await
    }
}
