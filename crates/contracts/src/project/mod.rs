//! Bodies and paths of project-service, one resource a file. Its paths are the public ones: the
//! gateway relays them as they are.

pub mod data_source;
pub mod label;
#[expect(clippy::module_inception, reason = "projects are a resource of the project service")]
pub mod project;
pub mod selection;

use oms_model::{DepartmentId, UserId};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Whose a thing is, for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OwnerView {
    pub user_id: UserId,
    /// The name the owner logged in with when the thing was made.
    pub account: String,
    pub department_id: DepartmentId,
}

/// How many things a user owns; the gateway asks before it deletes the user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OwnedCounts {
    /// Projects that are neither released nor deleted.
    pub projects: u64,
    pub data_sources: u64,
}

/// Where a user belongs who was moved: what it owns is moved along, so that the right people see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OwnerDepartment {
    pub department_id: DepartmentId,
}

/// What a change of the vault's key has led to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Resealed {
    /// Secrets that were sealed anew.
    pub resealed: u64,
    /// The id of the key that seals now.
    pub key: String,
}

/// The order of a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum SortOrder {
    #[serde(rename = "asc")]
    Ascending,
    #[default]
    #[serde(rename = "descend")]
    Descending,
}

/// Paths that only siblings call.
pub mod paths {
    use oms_model::UserId;

    pub const RESEAL: &str = "/internal/v1/vault/reseal";

    pub fn owner_counts(user: &UserId) -> String {
        format!("/internal/v1/owners/{user}/counts")
    }

    pub fn owner_department(user: &UserId) -> String {
        format!("/internal/v1/owners/{user}/department")
    }
}

/// Everything but what RFC 3986 never reserves: a name becomes one path segment, whatever it holds.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'~');

fn segment(name: &str) -> impl std::fmt::Display + '_ {
    utf8_percent_encode(name, SEGMENT)
}
