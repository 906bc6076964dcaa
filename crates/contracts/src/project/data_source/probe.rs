//! What testing a connection tells.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The answer of a database that was tested.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProbeView {
    /// Product and version, for people: `MySQL 9.7.4`.
    pub server: String,
    /// The version text of the server, untouched.
    pub version: String,
    pub charset: String,
    pub collation: String,
    /// As the server names it.
    pub time_zone: String,
    /// East of UTC at this moment.
    pub utc_offset_seconds: Option<i32>,
    pub lower_case_table_names: Option<u8>,
    /// Of a trivial statement, in milliseconds.
    pub round_trip_ms: f64,
    /// Whether the server takes no writes.
    pub read_only: bool,
    /// The server's clock minus ours.
    pub clock_skew_ms: i64,
    /// Protocol and cipher, absent in plain text.
    pub tls: Option<String>,
    /// What the account may not do, for every use as source or target.
    pub missing_privileges: Vec<MissingPrivilegeView>,
    /// What works and deserves a look.
    pub warnings: Vec<String>,
}

/// What a privilege is needed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, strum::Display)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum PrivilegePurpose {
    /// Source: definitions of tables and views.
    SchemaRead,
    /// Source: rows.
    FullRead,
    /// Source: changes.
    IncrementalRead,
    /// Target: rows and changes.
    Write,
    /// Target: definitions.
    SchemaWrite,
}

/// A privilege that the account lacks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MissingPrivilegeView {
    pub privilege: String,
    /// On what: `*.*`, a database, a schema, or the account itself.
    pub object: String,
    pub needed_for: Vec<PrivilegePurpose>,
    /// The statement that gives it, ready for an administrator.
    pub grant: String,
}

/// What is remembered of the last successful test.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LastProbe {
    pub server: String,
    pub version: String,
    pub charset: String,
    pub collation: String,
    pub time_zone: String,
    pub utc_offset_seconds: Option<i32>,
    pub lower_case_table_names: Option<u8>,
    pub round_trip_ms: f64,
    pub read_only: bool,
    /// The same for two addresses of one server.
    pub server_identity: Option<String>,
    pub probed_at: DateTime<Utc>,
}
