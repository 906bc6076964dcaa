//! Departments: who works together and is looked after by the same administrators.

use crate::page::PageQuery;
use chrono::{DateTime, Utc};
use oms_model::id::DepartmentId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DepartmentView {
    pub id: DepartmentId,
    pub name: String,
    /// The department `default`, which cannot be renamed or deleted.
    pub built_in: bool,
    /// How many users it has. Only an empty department can be deleted.
    pub users: u64,
    pub created_at: DateTime<Utc>,
    pub modified_at: DateTime<Utc>,
}

/// The name of a new department, or the new name of one: 1 to 40 characters without blanks,
/// unique.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NameDepartment {
    pub name: String,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DepartmentQuery {
    /// Part of the name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    /// From 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_number: Option<u32>,
    /// 1 to 150, by default 10.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_size: Option<u32>,
}

impl DepartmentQuery {
    pub fn page(&self) -> PageQuery {
        PageQuery { page_number: self.page_number, page_size: self.page_size }
    }
}
