//! A database a task reads from or writes to, and how to log in to it.

use crate::{
    Detail, Secret,
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

/// What of an endpoint is kept apart, sealed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct EndpointSecrets {
    #[serde(default)]
    password: Secret,
    #[serde(default)]
    client_key: Secret,
}

impl Endpoint {
    /// Takes the secrets out.
    pub fn take_secrets(&mut self) -> EndpointSecrets {
        EndpointSecrets {
            password: std::mem::take(&mut self.password),
            client_key: self.tls.client_key_pem.take().unwrap_or_default(),
        }
    }

    /// Puts them back.
    pub fn give_secrets(&mut self, secrets: EndpointSecrets) {
        self.password = secrets.password;
        self.tls.client_key_pem = Some(secrets.client_key).filter(|key| !key.is_empty());
    }

    /// All that is wrong with it, as the field `which` of a body. What only the database knows is not
    /// asked.
    pub fn faults(&self, which: &str) -> Vec<Detail> {
        let mut faults = Vec::new();
        let mut need = |field: &str, fine: bool, why: &str| {
            if !fine {
                faults.push(Detail::new(format!("{which}.{field}"), why));
            }
        };
        let text = |text: &str| !text.trim().is_empty() && !text.contains('\0');
        need(
            "host",
            text(&self.host) && self.host.len() <= 253,
            "give a host name or an IP address",
        );
        need("port", self.port != 0, "ports begin at 1");
        need("user", text(&self.user), "give the user to log in as");
        let fine = self.database.as_deref().is_none_or(is_name);
        need("database", fine, "it is empty or too long");
        let has_key = self.tls.client_key_pem.as_ref().is_some_and(|key| !key.is_empty());
        let paired = self.tls.client_certificate_pem.is_some() == has_key;
        need("tls.clientKeyPem", paired, "a client certificate and its key go together");
        faults
    }
}

impl EndpointSecrets {
    /// The places of those that are not the same, as the field `which` of a body. What is absent and
    /// what is empty are one.
    pub fn differing(&self, other: &Self, which: &str) -> Vec<String> {
        let parts = [
            ("password", &self.password, &other.password),
            ("tls.clientKeyPem", &self.client_key, &other.client_key),
        ];
        let differing = parts.into_iter().filter(|(_, one, two)| one.expose() != two.expose());
        differing.map(|(place, ..)| format!("{which}.{place}")).collect()
    }
}

/// Whether a text can be the name of anything in a database.
pub fn is_name(name: &str) -> bool {
    /// As long as any database's names, in bytes of UTF-8.
    const NAME_MAX: usize = 512;
    !name.is_empty() && name.len() <= NAME_MAX && !name.contains('\0')
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
