//! How a project looks: whole, and as a line of a list.

use super::{ProjectOperation, ProjectSpec, ProjectStatus};
use crate::project::OwnerView;
use chrono::{DateTime, Utc};
use oms_model::{DatabaseKind, EndpointId, Importance, LabelId, ProjectId, ProjectType};
use serde::{Deserialize, Serialize};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, schema::Schema},
};

/// Everything about a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProjectView {
    pub id: ProjectId,
    /// What its owner decided; sent back with changes, it is an edit.
    #[serde(flatten)]
    #[schema(value_type = ProjectDecisions)]
    pub spec: ProjectSpec,
    pub labels: Vec<LabelRef>,
    pub owner: OwnerView,
    pub importance: Importance,
    pub status: ProjectStatus,
    /// Grows with every change; the ETag of this answer.
    pub revision: i64,
    pub gmt_create: DateTime<Utc>,
    pub gmt_modified: DateTime<Utc>,
    /// When it was first started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gmt_start: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gmt_finish: Option<DateTime<Utc>>,
    pub is_modifying: bool,
    pub is_merging: bool,
    pub is_sub_project: bool,
    pub source_endpoint_type: DatabaseKind,
    pub sink_endpoint_type: DatabaseKind,
    /// Absent when the data source was deleted after the project was over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_connect_info: Option<ConnectView>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sink_connect_info: Option<ConnectView>,
    /// What its state allows. Whether the caller may is another question.
    pub allowed_operations: Vec<ProjectOperation>,
}

/// How a view is described: as a body to send it allows no other fields, as a part of an answer it
/// stands among them.
#[derive(Debug)]
pub struct ProjectDecisions;

impl PartialSchema for ProjectDecisions {
    fn schema() -> RefOr<Schema> {
        let mut schema = ProjectSpec::schema();
        if let RefOr::T(Schema::Object(object)) = &mut schema {
            object.additional_properties = None;
        }
        schema
    }
}

impl ToSchema for ProjectDecisions {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        ProjectSpec::schemas(schemas);
    }
}

/// A project as a line of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProjectSummary {
    pub id: ProjectId,
    pub name: String,
    #[serde(rename = "type")]
    pub kind: ProjectType,
    pub labels: Vec<LabelRef>,
    pub owner: OwnerView,
    pub importance: Importance,
    pub status: ProjectStatus,
    pub revision: i64,
    pub gmt_create: DateTime<Utc>,
    pub gmt_modified: DateTime<Utc>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gmt_start: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gmt_finish: Option<DateTime<Utc>>,
    pub source_endpoint_id: EndpointId,
    pub sink_endpoint_id: EndpointId,
    pub source_endpoint_type: DatabaseKind,
    pub sink_endpoint_type: DatabaseKind,
    pub enable_struct_transfer: bool,
    pub enable_full_transfer: bool,
    pub enable_full_verify: bool,
    pub enable_incr_transfer: bool,
    pub enable_incr_verify: bool,
    pub enable_reverse_incr_transfer: bool,
}

/// A label on a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LabelRef {
    pub id: LabelId,
    pub name: String,
}

/// Which end of a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum EndpointSide {
    Source,
    Sink,
}

/// Where a project reads from or writes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConnectView {
    pub endpoint_id: EndpointId,
    pub endpoint_name: String,
    pub endpoint_side: EndpointSide,
    pub db_engine: DatabaseKind,
    pub host: String,
    pub port: u16,
    pub username: String,
    /// As it was when the data source was last tested.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub charset: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timezone: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
}
