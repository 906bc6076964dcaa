//! Logging in, staying logged in, logging out, and one's own password.

use super::user::UserView;
use crate::Secret;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LoginRequest {
    pub account: String,
    pub password: Secret,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RefreshRequest {
    pub refresh_token: Secret,
}

/// A new password for oneself. Every session of the user ends; the answer opens a new one.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChangePassword {
    pub old_password: Secret,
    pub new_password: Secret,
}

/// A session: an access token for some minutes, and a refresh token that buys the next pair once.
///
/// The answer of login, refresh and password change. A refresh token that is used a second time
/// ends its whole session.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionView {
    #[schema(value_type = String)]
    pub access_token: Secret,
    #[schema(value_type = String)]
    pub refresh_token: Secret,
    /// Always `Bearer`.
    pub token_type: String,
    /// Seconds until the access token expires.
    pub expires_in: u64,
    /// Until the password is changed only the calls under `/api/v1/auth` are answered.
    pub password_change_required: bool,
    pub password_expires_at: DateTime<Utc>,
    pub user: UserView,
}

/// The key that signs access tokens from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SigningKeyView {
    pub kid: String,
}
