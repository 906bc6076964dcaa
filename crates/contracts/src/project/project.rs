//! Projects: what one is made of, how it looks, and how lists of them are asked for.

mod config;
mod query;
mod status;
mod view;

pub use config::{
    CommonTransferConfig, CustomColumn, FullTransferConfig, IncrTransferConfig, SpeedConfig,
    StructTransferConfig,
};
pub use query::{Commas, DeleteProject, ProjectQuery, ProjectSort};
pub use status::{ProjectOperation, ProjectStatus};
pub use view::{ConnectView, EndpointSide, LabelRef, ProjectSummary, ProjectView};

use oms_model::{EndpointId, LabelId, ProjectType, selection::TransferMapping};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Everything about a project that its owner decides: the published body of CreateProject. It is
/// replaced as a whole: what an edit leaves out is gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProjectSpec {
    /// 1 to 64 characters without blanks; one's own projects have different names.
    pub name: String,
    #[serde(rename = "type")]
    pub kind: ProjectType,
    pub source_endpoint_id: EndpointId,
    pub sink_endpoint_id: EndpointId,
    /// Up to five.
    #[serde(default, deserialize_with = "config::or_none", skip_serializing_if = "Vec::is_empty")]
    pub label_ids: Vec<LabelId>,
    /// The instance bought for it, in a cloud. Kept, not used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worker_grade_id: Option<String>,
    pub transfer_mapping: TransferMapping,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub common_transfer_config: Option<CommonTransferConfig>,
    /// Migrate schemas.
    #[serde(default)]
    pub enable_struct_transfer: bool,
    /// Copy the rows there are.
    #[serde(default)]
    pub enable_full_transfer: bool,
    /// Compare all rows afterwards.
    #[serde(default)]
    pub enable_full_verify: bool,
    /// Follow changes.
    #[serde(default)]
    pub enable_incr_transfer: bool,
    /// Compare what changed.
    #[serde(default)]
    pub enable_incr_verify: bool,
    /// Follow changes of the target back to the source after the switchover.
    #[serde(default)]
    pub enable_reverse_incr_transfer: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub struct_transfer_config: Option<StructTransferConfig>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub full_transfer_config: Option<FullTransferConfig>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incr_transfer_config: Option<IncrTransferConfig>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reverse_incr_transfer_config: Option<IncrTransferConfig>,
}

/// A new name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RenameProject {
    pub name: String,
}

/// What the copy of a project is called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CloneProject {
    pub name: String,
}

/// The labels of a project, instead of those it has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SetProjectLabels {
    /// Up to five; none takes all off.
    pub label_ids: Vec<LabelId>,
}

/// Paths of projects, the same at the gateway.
pub mod paths {
    use oms_model::ProjectId;

    pub const ALL: &str = "/api/v1/projects";

    pub fn one(id: &ProjectId) -> String {
        format!("{ALL}/{id}")
    }
    /// `verb`: `rename`, `clone`, `start`, `pause`, `resume` or `release`.
    pub fn act(id: &ProjectId, verb: &str) -> String {
        format!("{ALL}/{id}/{verb}")
    }
    pub fn labels(id: &ProjectId) -> String {
        format!("{ALL}/{id}/labels")
    }
    pub fn objects(id: &ProjectId) -> String {
        format!("{ALL}/{id}/objects")
    }
}

#[cfg(test)]
mod tests;
