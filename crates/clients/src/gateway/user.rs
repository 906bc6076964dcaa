//! Users.

use super::GatewayClient;
use crate::ClientError;
use oms_contracts::{
    Page,
    gateway::{
        paths,
        user::{CreateUser, CreatedUser, PasswordResetView, UpdateUser, UserQuery, UserView},
    },
};
use oms_model::UserId;
use reqwest::Method;

impl GatewayClient {
    pub async fn users(&self, query: &UserQuery) -> Result<Page<UserView>, ClientError> {
        self.get(paths::USERS, query).await
    }

    pub async fn user(&self, id: &UserId) -> Result<UserView, ClientError> {
        self.bare(Method::GET, &paths::user(id)).await
    }

    pub async fn create_user(&self, user: &CreateUser) -> Result<CreatedUser, ClientError> {
        self.call(Method::POST, paths::USERS, user).await
    }

    pub async fn update_user(
        &self,
        id: &UserId,
        change: &UpdateUser,
    ) -> Result<UserView, ClientError> {
        self.call(Method::PATCH, &paths::user(id), change).await
    }

    pub async fn reset_password(&self, id: &UserId) -> Result<PasswordResetView, ClientError> {
        self.bare(Method::POST, &paths::password_reset(id)).await
    }

    pub async fn delete_user(&self, id: &UserId) -> Result<(), ClientError> {
        self.bare(Method::DELETE, &paths::user(id)).await
    }
}
