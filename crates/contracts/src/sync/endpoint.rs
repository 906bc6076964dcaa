//! A database a task reads from or writes to, and how to log in to it.

use crate::{
    Secret,
    project::data_source::{TlsSettings, TlsView},
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

/// The same without secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EndpointView {
    pub kind: DatabaseKind,
    pub host: String,
    pub port: u16,
    pub user: String,
    pub has_password: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub database: Option<String>,
    pub tls: TlsView,
}

impl From<&Endpoint> for EndpointView {
    fn from(end: &Endpoint) -> Self {
        let Endpoint { kind, host, port, user, password, database, tls } = end;
        Self {
            kind: *kind,
            host: host.clone(),
            port: *port,
            user: user.clone(),
            has_password: !password.is_empty(),
            database: database.clone(),
            tls: TlsView {
                mode: tls.mode,
                ca_pem: tls.ca_pem.clone(),
                client_certificate_pem: tls.client_certificate_pem.clone(),
                has_client_key: tls.client_key_pem.as_ref().is_some_and(|key| !key.is_empty()),
            },
        }
    }
}
