//! One login, from the first password to the last refresh.

use oms_model::actor::{Actor, Role};
use serde::{Deserialize, Serialize};

/// Names a login in tokens and tables.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SessionId(String);

impl SessionId {
    pub fn from_entropy(bytes: [u8; 16]) -> Self {
        Self(format!("s_{:032x}", u128::from_be_bytes(bytes)))
    }

    /// An id read back from where we wrote it.
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Who calls, and in which login: what an access token proves, checked against what is so now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub id: SessionId,
    pub actor: Actor,
    /// The user has to choose a new password first, whatever its age.
    pub must_change: bool,
    /// Unix milliseconds.
    pub password_expires_at: i64,
}

impl Session {
    /// Whether nothing but choosing a new password is open to the caller.
    pub fn password_change_required(&self, now: i64) -> bool {
        self.must_change || now >= self.password_expires_at
    }
}

/// What an access token says.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Claims {
    pub iss: String,
    pub aud: String,
    /// The user.
    pub sub: String,
    pub sid: SessionId,
    pub role: Role,
    /// Unix seconds.
    pub iat: i64,
    pub exp: i64,
}

pub const ISSUER: &str = "oms-gateway";
pub const AUDIENCE: &str = "oms-api";
