//! Labels: names that projects carry.

use super::OwnerView;
use crate::PageQuery;
use chrono::{DateTime, Utc};
use oms_model::LabelId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LabelView {
    pub id: LabelId,
    pub name: String,
    pub owner: OwnerView,
    /// How many projects carry it, also those the reader cannot see.
    pub used_by: u64,
    pub created_at: DateTime<Utc>,
    pub modified_at: DateTime<Utc>,
}

/// The body of creating and renaming a label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LabelName {
    /// 1 to 20 characters without blanks, unique whatever its case.
    #[schema(min_length = 1, max_length = 20)]
    pub name: String,
}

/// Which labels to list. There are 100 at most, and without a size all of them come at once.
#[derive(Debug, Clone, Default, Serialize, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LabelQuery {
    /// Part of the name, in any case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    /// From 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_number: Option<u32>,
    /// 1 to 150, by default 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_size: Option<u32>,
}

impl LabelQuery {
    pub fn page(&self) -> PageQuery {
        const ALL: u32 = oms_model::names::LABELS_MAX as u32;
        let page_size = Some(self.page_size.unwrap_or(ALL));
        PageQuery { page_number: self.page_number, page_size }
    }
}

/// How to delete a label.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DeleteLabel {
    /// Take it off the projects that carry it, instead of refusing.
    #[serde(default)]
    pub force: bool,
}

/// Where labels are.
pub mod paths {
    use oms_model::LabelId;

    pub const ALL: &str = "/api/v1/labels";

    pub fn one(id: &LabelId) -> String {
        format!("{ALL}/{id}")
    }
}
