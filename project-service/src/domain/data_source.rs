//! A data source: a registered database, its settings checked, its secrets sealed.

use crate::domain::{host::Host, login::Login, owned::Ownership};
use oms_contracts::project::data_source::{DataSourceRole, LastProbe, Placement, TlsMode};
use oms_model::{DatabaseKind, EndpointId};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A registered database.
#[derive(Debug, Clone, PartialEq)]
pub struct DataSource {
    pub id: EndpointId,
    pub settings: Settings,
    pub sealed: Secrets<Option<Sealed>>,
    pub last_probe: Option<LastProbe>,
    pub owned: Ownership,
    pub created_at: i64,
    pub modified_at: i64,
    pub revision: i64,
}

/// What its user decided, secrets apart.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    pub name: String,
    pub kind: DatabaseKind,
    pub host: Host,
    pub port: u16,
    pub login: Login,
    pub database: Option<String>,
    /// The same for two settings that use the same account.
    pub account_key: String,
    pub description: Option<String>,
    pub region: Option<String>,
    pub role: Option<DataSourceRole>,
    pub partner: Option<EndpointId>,
    pub options: Options,
}

/// Settings that are neither searched nor unique; stored as JSON.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Options {
    pub tls_mode: TlsMode,
    pub ca_pem: Option<String>,
    pub client_certificate_pem: Option<String>,
    pub config_url: Option<String>,
    pub ocp_name: Option<String>,
    pub drc_user: Option<String>,
    pub try_keep_hb: bool,
    pub placement: Placement,
    pub conn_extra_attributes: serde_json::Map<String, serde_json::Value>,
}

impl Settings {
    /// Where connections go, for counting them.
    pub fn place(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    /// Whether connections of the other settings go to another place, or are protected otherwise:
    /// then a stored secret would be shown to somebody else.
    pub fn leads_elsewhere(&self, other: &Self) -> bool {
        let (a, b) = (&self.options, &other.options);
        self.host != other.host
            || self.port != other.port
            || a.tls_mode != b.tls_mode
            || a.ca_pem != b.ca_pem
            || a.client_certificate_pem != b.client_certificate_pem
            || a.config_url != b.config_url
    }

    /// Whether what a connection is made of differs, so that it has to be tested again.
    pub fn connects_differently(&self, other: &Self) -> bool {
        self.leads_elsewhere(other) || self.login != other.login || self.database != other.database
    }
}

/// A digest of an account: the same for two texts that log in to the same place as the same user,
/// however the host was spelled. `database` is given where it is part of the connection.
pub fn account_key(host: &Host, port: u16, login: &Login, database: Option<&str>) -> String {
    let mut digest = Sha256::new();
    // NUL separates: none of the parts can hold it.
    for part in [host.as_str(), &port.to_string(), &login.composed(), database.unwrap_or_default()]
    {
        digest.update(part.as_bytes());
        digest.update([0]);
    }
    digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A text of the vault.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed(pub String);

impl std::fmt::Debug for Sealed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

/// The secrets a data source may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slot {
    Password,
    DrcPassword,
    InnerDrcPassword,
    ClientKey,
}

impl Slot {
    pub const ALL: [Self; 4] =
        [Self::Password, Self::DrcPassword, Self::InnerDrcPassword, Self::ClientKey];

    /// What binds a sealed text to its place: moved to another row or column it does not open.
    pub fn place(self, id: &EndpointId) -> String {
        let name = match self {
            Self::Password => "password",
            Self::DrcPassword => "drc_password",
            Self::InnerDrcPassword => "inner_drc_password",
            Self::ClientKey => "client_key",
        };
        format!("data_source:{id}:{name}")
    }

    /// The field of the settings that brings it.
    pub fn field(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::DrcPassword => "drcPassword",
            Self::InnerDrcPassword => "innerDrcPassword",
            Self::ClientKey => "tls.clientKeyPem",
        }
    }
}

/// One thing for each secret.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Secrets<T> {
    pub password: T,
    pub drc_password: T,
    pub inner_drc_password: T,
    pub client_key: T,
}

impl<T> Secrets<T> {
    pub fn get(&self, slot: Slot) -> &T {
        match slot {
            Slot::Password => &self.password,
            Slot::DrcPassword => &self.drc_password,
            Slot::InnerDrcPassword => &self.inner_drc_password,
            Slot::ClientKey => &self.client_key,
        }
    }

    pub fn map<U>(&self, f: impl Fn(Slot, &T) -> U) -> Secrets<U> {
        Secrets {
            password: f(Slot::Password, &self.password),
            drc_password: f(Slot::DrcPassword, &self.drc_password),
            inner_drc_password: f(Slot::InnerDrcPassword, &self.inner_drc_password),
            client_key: f(Slot::ClientKey, &self.client_key),
        }
    }

    pub fn try_map<U, E>(&self, f: impl Fn(Slot, &T) -> Result<U, E>) -> Result<Secrets<U>, E> {
        Ok(Secrets {
            password: f(Slot::Password, &self.password)?,
            drc_password: f(Slot::DrcPassword, &self.drc_password)?,
            inner_drc_password: f(Slot::InnerDrcPassword, &self.inner_drc_password)?,
            client_key: f(Slot::ClientKey, &self.client_key)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(host: &str, user: &str, database: Option<&str>) -> String {
        let host = Host::parse(host).expect("a host");
        let login = Login::with_tenant(user, None, None).expect("a login");
        account_key(&host, 3306, &login, database)
    }

    #[test]
    fn an_account_is_the_same_however_its_host_and_tenant_are_spelled() {
        assert_eq!(key("DB.example.", "root", None), key("db.example", "root", None));
        assert_eq!(key("::1", "c:t:root", None), key("[0:0::1]", "root@t#c", None));
        assert_eq!(key("db", "root", None).len(), 64);
    }

    #[test]
    fn other_accounts_have_other_keys() {
        let one = key("db", "root", None);
        assert_ne!(one, key("db", "Root", None), "user names have a case");
        assert_ne!(one, key("db2", "root", None));
        assert_ne!(one, key("db", "root", Some("a")));
        assert_ne!(key("db", "root", Some("a")), key("db", "root", Some("b")));
    }

    #[test]
    fn each_secret_has_a_place_of_its_own() {
        let id = EndpointId::from_entropy([1; 10]);
        let places: std::collections::HashSet<String> =
            Slot::ALL.iter().map(|slot| slot.place(&id)).collect();
        assert_eq!(places.len(), Slot::ALL.len());
    }

    #[test]
    fn sealed_texts_are_not_printed() {
        let secrets = Secrets { password: Some(Sealed("v1:k:AAAA".into())), ..Default::default() };
        assert!(!format!("{secrets:?}").contains("v1:"));
    }
}
