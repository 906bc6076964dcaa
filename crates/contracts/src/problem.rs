//! The body of every refusal, the same from every service.

use crate::code::ErrorCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Why a call was refused and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    pub code: ErrorCode,
    /// What failed, for people.
    pub message: String,
    /// What to do about it.
    pub advice: String,
    /// Finds the logs of this call in every service it passed.
    pub request_id: String,
    /// The single faults, when there are several or when they belong to fields.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<Detail>,
}

/// One fault of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Detail {
    /// The field, as a path into the body (`sourceEndpointId`, `rules[3]`), or an object's name.
    pub field: String,
    pub message: String,
}

impl Detail {
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }
}
