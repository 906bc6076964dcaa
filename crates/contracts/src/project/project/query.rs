//! How a list of projects is asked for.

use super::ProjectStatus;
use crate::{PageQuery, project::SortOrder};
use oms_model::{DatabaseKind, LabelId, ProjectType};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::{fmt::Display, str::FromStr};
use utoipa::{IntoParams, ToSchema};

/// Which projects, in which order, and which page of them. Conditions are joined by "and".
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ProjectQuery {
    /// Part of the name in any case of letters, or the beginning of an id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    /// Ids with commas: projects that carry any of these labels.
    #[serde(skip_serializing_if = "Commas::is_empty")]
    #[param(value_type = String)]
    pub label_ids: Commas<LabelId>,
    /// Statuses with commas.
    #[serde(skip_serializing_if = "Commas::is_empty")]
    #[param(value_type = String, example = "RUNNING,FAILED")]
    pub states: Commas<ProjectStatus>,
    /// `MIGRATION`, `SYNC`, or both with a comma.
    #[serde(skip_serializing_if = "Commas::is_empty")]
    #[param(value_type = String)]
    pub types: Commas<ProjectType>,
    /// Kinds of the source, with commas.
    #[serde(skip_serializing_if = "Commas::is_empty")]
    #[param(value_type = String, example = "MYSQL,MARIADB")]
    pub source_kinds: Commas<DatabaseKind>,
    /// Kinds of the target, with commas.
    #[serde(skip_serializing_if = "Commas::is_empty")]
    #[param(value_type = String, example = "OB_MYSQL")]
    pub sink_kinds: Commas<DatabaseKind>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    pub sort_field: Option<ProjectSort>,
    /// The newest first unless said otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    pub order: Option<SortOrder>,
    /// From 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_number: Option<u32>,
    /// 1 to 150, by default 10.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_size: Option<u32>,
}

impl ProjectQuery {
    pub fn page(&self) -> PageQuery {
        PageQuery { page_number: self.page_number, page_size: self.page_size }
    }
}

/// What a list is sorted by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum ProjectSort {
    #[default]
    GmtCreate,
    GmtModified,
}

/// Deleting wants to be confirmed by typing the name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DeleteProject {
    /// The project's name, exactly.
    #[serde(default)]
    pub name: String,
}

/// Values with commas between them, as one query parameter holds them. None is none, and so is an
/// empty text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commas<T>(pub Vec<T>);

impl<T> Default for Commas<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Commas<T> {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<T: Display> Serialize for Commas<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let texts: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        serializer.serialize_str(&texts.join(","))
    }
}

impl<'de, T: FromStr<Err: Display>> Deserialize<'de> for Commas<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        parts
            .map(|part| part.parse().map_err(|error| format!("{part:?}: {error}")))
            .collect::<Result<_, _>>()
            .map(Self)
            .map_err(D::Error::custom)
    }
}
