//! Whoever reads a store, and how far they are.

use super::ConsumerName;
use chrono::{DateTime, Utc};
use oms_model::{Position, change::Seq};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// How far a consumer is: it has all up to this change, and none of it has to be kept for it. The
/// number recorded only grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RegisterConsumer {
    #[schema(value_type = u64)]
    pub seq: Seq,
}

/// A consumer of a store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConsumerView {
    pub name: ConsumerName,
    #[schema(value_type = u64)]
    pub seq: Seq,
    /// When it said so.
    pub updated_at: DateTime<Utc>,
}

/// From where to read.
#[derive(Debug, Clone, Default, Serialize, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ChangesQuery {
    /// The last change that is not wanted; 0 for all.
    #[param(value_type = u64)]
    pub after: Seq,
    /// Who reads. One that is not registered yet is, with this number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(value_type = Option<String>)]
    pub consumer: Option<ConsumerName>,
}

/// A moment, or a place of the source: one of the two.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SeqQuery {
    /// By the source's clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<DateTime<Utc>>,
    /// In the source's own terms.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(value_type = Option<String>)]
    pub position: Option<Position>,
}

impl SeqQuery {
    pub fn at(at: DateTime<Utc>) -> Self {
        Self { at: Some(at), position: None }
    }

    pub fn behind(position: Position) -> Self {
        Self { at: None, position: Some(position) }
    }
}

/// A place in a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SeqView {
    /// Everything committed at the moment or later comes behind this change. Of a place: all that the
    /// source had committed up to it has this number or a smaller one, and nothing else has.
    #[schema(value_type = u64)]
    pub seq: Seq,
}
