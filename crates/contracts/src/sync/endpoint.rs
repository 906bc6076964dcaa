//! A database a task reads from or writes to, and how to log in to it.

use crate::{
    Secret,
    project::data_source::{TlsMode, TlsSettings},
};
use oms_model::DatabaseKind;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How a database is reached. `Debug` shows no secret.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Endpoint {
    pub kind: DatabaseKind,
    /// A host name or an IP address.
    #[schema(min_length = 1, max_length = 253)]
    pub host: String,
    #[schema(minimum = 1)]
    pub port: u16,
    /// As it is sent to the database: for OceanBase with tenant and cluster.
    pub user: String,
    #[serde(default)]
    pub password: Secret,
    /// The database to enter, where connections enter one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub database: Option<String>,
    #[serde(default)]
    pub tls: TlsSettings,
}

/// What is shown of it: nothing that is secret, nor whether anything is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EndpointView {
    pub kind: DatabaseKind,
    pub host: String,
    pub port: u16,
    pub user: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub database: Option<String>,
    pub tls: TlsMode,
}

impl From<&Endpoint> for EndpointView {
    fn from(end: &Endpoint) -> Self {
        Self {
            kind: end.kind,
            host: end.host.clone(),
            port: end.port,
            user: end.user.clone(),
            database: end.database.clone(),
            tls: end.tls.mode,
        }
    }
}
