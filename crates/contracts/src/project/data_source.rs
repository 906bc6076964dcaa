//! Data sources: registered databases. What is sent to register one, and what is said about it.

mod browse;
mod probe;

pub use browse::{
    ColumnDefaultView, ColumnView, DatabaseView, DatabasesQuery, ForeignKeyView, GeneratedView,
    KeyKind, KeyPartView, KeyView, ObjectForm, ObjectView, ObjectsQuery, TableView,
};
pub use probe::{LastProbe, MissingPrivilegeView, PrivilegePurpose, ProbeView};

use super::{OwnerView, SortOrder, project::Commas};
use crate::{PageQuery, Secret};
use chrono::{DateTime, Utc};
use oms_model::{DatabaseKind, EndpointId};
use serde::{Deserialize, Serialize};
use strum::{Display, EnumIter, EnumString, IntoStaticStr};
use utoipa::{IntoParams, ToSchema};

/// How far the connection must be protected. The names are libpq's.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    ToSchema,
    Display,
    EnumIter,
    EnumString,
    IntoStaticStr,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum TlsMode {
    /// Plain text.
    Disable,
    /// Encrypted where the server offers it, without asking who it is.
    #[default]
    Prefer,
    /// Encrypted, without asking who the server is.
    Require,
    /// Encrypted, to a server whose certificate the given authority signed.
    VerifyCa,
    /// Encrypted, to a server whose certificate is trusted and carries the host's name.
    VerifyFull,
}

/// Whether a database takes writes or follows another one.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    ToSchema,
    Display,
    EnumIter,
    EnumString,
    IntoStaticStr,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum DataSourceRole {
    Master,
    Slave,
}

/// The wishes for TLS.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TlsSettings {
    #[serde(default)]
    pub mode: TlsMode,
    /// The authorities to trust, PEM. Without it `verify-full` trusts the public ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca_pem: Option<String>,
    /// The certificate to show to a server that asks for one, PEM, with its intermediates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_certificate_pem: Option<String>,
    /// The key of that certificate, PEM. In an edit, absent means unchanged and empty means none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_key_pem: Option<Secret>,
}

/// Where a database stands in a cloud, as clients of the reference product say it. Kept and
/// answered; nothing is done with it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Placement {
    /// How it is reached: `INTERNET`, `VPC`, `RDS`, `PolarDB`, `DG`, `OB_MYSQL_VPC`, …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_type: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vpc_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance_id: Option<String>,
    /// The database gateway's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dg_instance_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dg_database_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log_proxy_host: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log_proxy_port: Option<u16>,
}

/// Everything about a data source that its user decides.
///
/// The body of creating (`POST`), editing (`PUT`: what is absent is cleared, except secrets) and
/// testing. Secrets: absent in an edit means unchanged, empty means none. An edit that changes
/// host, port, TLS or `configUrl` gives each stored secret again, so that none is sent to a place
/// it was not meant for.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DataSourceSettings {
    /// 1 to 32 characters without blanks, unique whatever its case.
    #[schema(min_length = 1, max_length = 32)]
    pub name: String,
    /// Cannot be changed later.
    pub kind: DatabaseKind,
    /// A host name or an IP address.
    #[schema(max_length = 253)]
    pub host: String,
    #[schema(minimum = 1)]
    pub port: u16,
    /// For OceanBase also `user@tenant#cluster`.
    pub username: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<Secret>,
    /// Limits the data source to this database. For PostgreSQL: the database to enter, by default
    /// the one named like the user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub database: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls: Option<TlsSettings>,
    #[schema(max_length = 128)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<DataSourceRole>,
    /// The data source of the standby, or of the primary: of the same kind and the other role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner_id: Option<EndpointId>,
    /// OceanBase: part of the login.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// OceanBase: part of the login behind a proxy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster: Option<String>,
    /// OceanBase: where the real servers are listed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub config_url: Option<String>,
    /// OceanBase: the association with its control platform.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ocp_name: Option<String>,
    /// OceanBase: the user of the sys tenant that reads the log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drc_user: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drc_password: Option<Secret>,
    /// OceanBase: the password of `__oceanbase_inner_drc_user` in the tenant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inner_drc_password: Option<Secret>,
    /// MySQL: whether a heartbeat may be written to the database.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub try_keep_hb: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub placement: Option<Placement>,
    /// Further facts about the connection, kept as they are. No secrets: they would be answered.
    #[schema(value_type = Option<Object>)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conn_extra_attributes: Option<serde_json::Map<String, serde_json::Value>>,
}

impl DataSourceSettings {
    /// What no data source can do without; everything else is left out.
    pub fn new(name: &str, kind: DatabaseKind, host: &str, port: u16, username: &str) -> Self {
        Self {
            name: name.to_owned(),
            kind,
            host: host.to_owned(),
            port,
            username: username.to_owned(),
            password: None,
            database: None,
            tls: None,
            description: None,
            region: None,
            role: None,
            partner_id: None,
            tenant: None,
            cluster: None,
            config_url: None,
            ocp_name: None,
            drc_user: None,
            drc_password: None,
            inner_drc_password: None,
            try_keep_hb: None,
            placement: None,
            conn_extra_attributes: None,
        }
    }
}

/// A copy of a data source under another name. What is absent is taken over from the original,
/// except secrets where the copy connects to another host or port or with other TLS settings, or
/// where the original belongs to somebody else.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CopyDataSource {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// Must be given where the original's is not taken over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<Secret>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub database: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls: Option<TlsSettings>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<DataSourceRole>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster: Option<String>,
}

/// The wishes for TLS, without the key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TlsView {
    pub mode: TlsMode,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca_pem: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_certificate_pem: Option<String>,
    pub has_client_key: bool,
}

/// A data source. Of secrets it only says whether there are any.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DataSourceView {
    pub id: EndpointId,
    pub name: String,
    pub kind: DatabaseKind,
    pub host: String,
    pub port: u16,
    /// Without tenant and cluster.
    pub username: String,
    /// The user name as it is sent to the database.
    pub login: String,
    pub has_password: bool,
    pub database: Option<String>,
    pub tls: TlsView,
    pub description: Option<String>,
    pub region: Option<String>,
    pub role: Option<DataSourceRole>,
    pub partner_id: Option<EndpointId>,
    pub tenant: Option<String>,
    pub cluster: Option<String>,
    pub config_url: Option<String>,
    pub ocp_name: Option<String>,
    pub drc_user: Option<String>,
    pub has_drc_password: bool,
    pub has_inner_drc_password: bool,
    pub try_keep_hb: bool,
    pub placement: Placement,
    #[schema(value_type = Object)]
    pub conn_extra_attributes: serde_json::Map<String, serde_json::Value>,
    pub owner: OwnerView,
    /// What the database said of itself when it was last tested with success.
    pub last_probe: Option<LastProbe>,
    pub created_at: DateTime<Utc>,
    pub modified_at: DateTime<Utc>,
    /// Grows with every edit; the ETag.
    pub revision: i64,
}

/// What a list of data sources is ordered by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum DataSourceSort {
    #[default]
    #[serde(rename = "gmtCreate")]
    Created,
    #[serde(rename = "gmtModified")]
    Modified,
    #[serde(rename = "name")]
    Name,
}

/// Which data sources to list.
#[derive(Debug, Clone, Default, Serialize, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DataSourceQuery {
    /// Part of the name or host in any case, or a whole id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    /// Kinds, with commas.
    #[serde(default, skip_serializing_if = "Commas::is_empty")]
    #[param(value_type = String, example = "MYSQL,MARIADB")]
    pub kinds: Commas<DatabaseKind>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    #[serde(default)]
    #[param(inline)]
    pub sort_field: DataSourceSort,
    #[serde(default)]
    #[param(inline)]
    pub order: SortOrder,
    /// From 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_number: Option<u32>,
    /// 1 to 150, by default 10.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_size: Option<u32>,
}

impl DataSourceQuery {
    pub fn page(&self) -> PageQuery {
        PageQuery { page_number: self.page_number, page_size: self.page_size }
    }
}

/// A kind of database, and whether data sources of it can be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct KindView {
    pub kind: DatabaseKind,
    pub supported: bool,
}

/// Where data sources are.
pub mod paths {
    use crate::project::segment;
    use oms_model::EndpointId;

    pub const ALL: &str = "/api/v1/data-sources";
    pub const TEST: &str = "/api/v1/data-sources/test";
    pub const KINDS: &str = "/api/v1/data-sources/kinds";

    pub fn one(id: &EndpointId) -> String {
        format!("{ALL}/{id}")
    }

    pub fn copy(id: &EndpointId) -> String {
        format!("{ALL}/{id}/copy")
    }

    pub fn test(id: &EndpointId) -> String {
        format!("{ALL}/{id}/test")
    }

    pub fn databases(id: &EndpointId) -> String {
        format!("{ALL}/{id}/databases")
    }

    pub fn objects(id: &EndpointId, database: &str) -> String {
        format!("{ALL}/{id}/databases/{}/objects", segment(database))
    }

    pub fn table(id: &EndpointId, database: &str, table: &str) -> String {
        format!("{ALL}/{id}/databases/{}/tables/{}", segment(database), segment(table))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_name_is_one_segment_of_a_path() {
        let id = EndpointId::from_entropy([0; 10]);
        let path = paths::table(&id, "a/../b?c#d%", "ü .x");
        assert_eq!(
            path,
            format!("{}/{id}/databases/a%2F%2E%2E%2Fb%3Fc%23d%25/tables/%C3%BC%20%2Ex", paths::ALL)
        );
    }

    #[test]
    fn settings_with_a_secret_are_not_printed() {
        let settings = DataSourceSettings {
            password: Some("hunter2".into()),
            drc_password: Some("hunter2".into()),
            inner_drc_password: Some("hunter2".into()),
            tls: Some(TlsSettings { client_key_pem: Some("hunter2".into()), ..Default::default() }),
            ..DataSourceSettings::new("n", DatabaseKind::Mysql, "h", 1, "u")
        };
        assert!(!format!("{settings:?}").contains("hunter2"));
    }

    #[test]
    fn unknown_fields_are_refused_at_every_depth() {
        for body in [
            r#"{"name":"n","kind":"MYSQL","host":"h","port":1,"username":"u","passwort":"x"}"#,
            r#"{"name":"n","kind":"MYSQL","host":"h","port":1,"username":"u","tls":{"mod":"x"}}"#,
            r#"{"name":"n","kind":"MYSQL","host":"h","port":1,"username":"u","placement":{"x":1}}"#,
        ] {
            let refusal = serde_json::from_str::<DataSourceSettings>(body).unwrap_err();
            assert!(refusal.to_string().contains("unknown field"), "{refusal}");
        }
    }
}
