//! Paths of the gateway's own resources.

use oms_model::id::{ApiKeyId, DepartmentId, UserId};

pub const LOGIN: &str = "/api/v1/auth/login";
pub const REFRESH: &str = "/api/v1/auth/refresh";
pub const LOGOUT: &str = "/api/v1/auth/logout";
pub const PASSWORD: &str = "/api/v1/auth/password";
pub const ME: &str = "/api/v1/auth/me";
pub const ROTATE_SIGNING_KEY: &str = "/api/v1/auth/signing-keys/rotate";
pub const USERS: &str = "/api/v1/users";
pub const DEPARTMENTS: &str = "/api/v1/departments";
pub const API_KEYS: &str = "/api/v1/api-keys";
pub const AUDIT: &str = "/api/v1/audit";
pub const AUDIT_CSV: &str = "/api/v1/audit/export.csv";
pub const SERVICES: &str = "/api/v1/system/services";
pub const ROTATE_VAULT: &str = "/api/v1/system/vault/rotate";
/// The description of the whole public API, of all services.
pub const OPENAPI: &str = "/api/v1/openapi.json";
/// The same for people.
pub const DOCS: &str = "/api/docs";

pub fn user(id: &UserId) -> String {
    format!("{USERS}/{id}")
}

pub fn password_reset(id: &UserId) -> String {
    format!("{USERS}/{id}/password-reset")
}

pub fn department(id: &DepartmentId) -> String {
    format!("{DEPARTMENTS}/{id}")
}

pub fn api_key(id: &ApiKeyId) -> String {
    format!("{API_KEYS}/{id}")
}
