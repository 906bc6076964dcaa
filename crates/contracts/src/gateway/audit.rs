//! The audit log: who did what to what, when, and how it ended.

use crate::page::PageQuery;
use chrono::{DateTime, Utc};
use oms_model::{
    actor::Role,
    id::{DepartmentId, UserId},
};
use serde::{Deserialize, Serialize};
use strum::{AsRefStr, Display, EnumIter, EnumString};
use utoipa::{IntoParams, ToSchema};

macro_rules! published {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$vmeta:meta])* $variant:ident,)+ }) => {
        $(#[$meta])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema,
            AsRefStr, Display, EnumIter, EnumString,
        )]
        #[serde(rename_all = "SCREAMING_SNAKE_CASE")]
        #[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
        pub enum $name { $($(#[$vmeta])* $variant,)+ }
    };
}

published! {
    /// What sort of thing was acted on.
    pub enum AuditTarget {
        Logon,
        Project,
        DataSource,
        Label,
        /// The choice of objects of a project.
        Selection,
        User,
        Department,
        ApiKey,
        /// Signing keys, the vault.
        System,
        /// The audit log itself, when it is exported.
        Audit,
    }
}

published! {
    /// What was done.
    pub enum AuditOperation {
        Create,
        Delete,
        Modify,
        Access,
        Start,
        Stop,
        Logon,
        Logoff,
        Other,
    }
}

published! {
    /// How much harm the operation can do.
    pub enum AuditRisk {
        Urgent,
        Critical,
        Moderate,
        Low,
    }
}

published! {
    /// How it ended.
    pub enum AuditResult {
        /// Under way.
        Pending,
        Success,
        Failed,
        /// It may or may not have been done: the service gave no answer, or the gateway ended
        /// before it could note one.
        Unknown,
    }
}

published! {
    /// How far back an export reaches.
    pub enum AuditRange {
        #[serde(rename = "last7")]
        #[strum(serialize = "last7")]
        Last7,
        #[serde(rename = "last15")]
        #[strum(serialize = "last15")]
        Last15,
        #[serde(rename = "last30")]
        #[strum(serialize = "last30")]
        Last30,
        #[serde(rename = "months6")]
        #[strum(serialize = "months6")]
        Months6,
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditView {
    /// Ids sort by time.
    pub id: String,
    /// When it began.
    pub at: DateTime<Utc>,
    /// Who, as named at login; for failed logins the name that was given.
    pub account: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department_id: Option<DepartmentId>,
    pub target: AuditTarget,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object_name: Option<String>,
    #[serde(rename = "type")]
    pub operation: AuditOperation,
    pub risk: AuditRisk,
    pub result: AuditResult,
    /// Why it failed, as a code of the catalogue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Method and path of the call.
    pub call: String,
    pub request_id: String,
    /// Where the call came from.
    pub address: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<u64>,
}

/// Which part of the log. The same for the list and for the export, which takes `range` besides.
#[derive(Debug, Clone, Default, Serialize, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<DateTime<Utc>>,
    /// Exclusive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<DateTime<Utc>>,
    /// The account, whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<AuditTarget>,
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    #[param(rename = "type")]
    pub operation: Option<AuditOperation>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub risk: Option<AuditRisk>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<AuditResult>,
    /// Part of the object's id or name, of the account or of the call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    /// From 1. Not for the export.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_number: Option<u32>,
    /// 1 to 150, by default 10. Not for the export.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_size: Option<u32>,
    /// Only for the export: instead of `from` and `to`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    pub range: Option<AuditRange>,
}

impl AuditQuery {
    pub fn page(&self) -> PageQuery {
        PageQuery { page_number: self.page_number, page_size: self.page_size }
    }
}
