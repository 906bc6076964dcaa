//! Whoever reads a store, and how far they are.

use super::ConsumerName;
use chrono::{DateTime, Utc};
use oms_model::change::Seq;
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

/// A moment.
#[derive(Debug, Clone, Serialize, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SeqQuery {
    /// By the source's clock.
    pub at: DateTime<Utc>,
}

/// A place in a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SeqView {
    /// Everything committed at the moment or later comes behind this change.
    #[schema(value_type = u64)]
    pub seq: Seq,
}
