//! Object selections: looking at what one comes to at its source, checking its parts, and carrying
//! it from one project to another as a text.

use crate::Page;
use oms_model::{
    Complaint, EndpointId, ProjectId, ProjectType,
    selection::{
        Ambiguous, Collision, Merge, SchemaMerge, SelectedObject, TransferMapping, Unmatched,
        Unsupported,
    },
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A selection to be looked at, before it is saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PreviewSelection {
    pub source_endpoint_id: EndpointId,
    pub transfer_mapping: TransferMapping,
    /// What the targets are: tables of a `MIGRATION` (the default), topics of a `SYNC`.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<ProjectType>,
    /// What was selected before, to be compared with.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub previous: Vec<SelectedObject>,
    /// The project whose saved selection is compared with, instead of `previous`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project_id: Option<ProjectId>,
    #[serde(default)]
    pub tab: PreviewTab,
    /// Part of the name, `schema.table`, of the objects to list, in any case of letters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    /// From 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_number: Option<u32>,
    /// 1 to 150, by default 10.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_size: Option<u32>,
}

/// Which list of a preview.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PreviewTab {
    /// What takes part now.
    #[default]
    Final,
    /// What did not take part before.
    New,
    /// What took part before and does no more.
    Removed,
}

/// What a selection comes to. Of each list but the page of objects at most 200 are shown; `counts`
/// tells how many there are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SelectionPreview {
    pub counts: PreviewCounts,
    pub tab: PreviewTab,
    /// The page of the tab.
    pub objects: Page<SelectedObject>,
    /// Lines that are about nothing at the source.
    pub unmatched: Vec<Unmatched>,
    /// Objects whose names keep them out.
    pub unsupported: Vec<Unsupported>,
    /// Objects to which lines of equal weight give different names.
    pub ambiguous: Vec<Ambiguous>,
    pub merges: Vec<Merge>,
    pub schema_merges: Vec<SchemaMerge>,
    pub collisions: Vec<Collision>,
    pub warnings: Vec<Complaint>,
    /// Why a project cannot have this selection. None means it can.
    pub obstacles: Vec<Complaint>,
    /// Why it could not carry changes back: what merges forbid.
    pub reverse_obstacles: Vec<Complaint>,
}

/// How much there is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PreviewCounts {
    /// Objects of the source that were looked at.
    pub source: u64,
    #[serde(rename = "final")]
    pub all: u64,
    pub new: u64,
    pub removed: u64,
    pub tables: u64,
    pub views: u64,
    /// Selected, and then left out by an exclusion.
    pub excluded: u64,
    pub unmatched: u64,
    pub unsupported: u64,
    pub ambiguous: u64,
    pub merges: u64,
    pub schema_merges: u64,
    pub collisions: u64,
    pub warnings: u64,
    /// The length of the names as a log reader lists them; 65536 is the most for named objects.
    pub white_list_bytes: u64,
}

/// Parts of a selection to be checked by themselves; whatever is absent is not checked. Without
/// `sourceEndpointId` no database is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct ValidateSelection {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transfer_mapping: Option<TransferMapping>,
    /// What the targets of the mapping are, as in a preview.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<ProjectType>,
    /// Matching rules, one a line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rules: Option<String>,
    /// Exclusion rules, one a line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exclusions: Option<String>,
    /// Row filters.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub filters: Vec<TableFilter>,
    /// With it, columns that filters and column lists name are looked up: of 50 tables at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_endpoint_id: Option<EndpointId>,
}

/// The row filter of one table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TableFilter {
    pub database: String,
    pub table: String,
    pub where_clause: String,
}

/// What is wrong with a selection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SelectionProblems {
    pub valid: bool,
    /// The place starts with the field: `rules: line 3`, `filters[0]`, `transferMapping.databases[0]`.
    pub problems: Vec<Complaint>,
    /// Tables whose columns were not looked up, because there are too many.
    pub unchecked_tables: u64,
}

/// How objects are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum ImportFormat {
    /// `SCHEMA.TABLE | SCHEMA.TABLE |`
    #[serde(rename = "TEXT")]
    Text,
    /// A table with new names, columns and filters; see the template.
    #[serde(rename = "CSV")]
    Csv,
}

/// Objects to be read, up to 10,000.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ImportSelection {
    pub format: ImportFormat,
    pub content: String,
    /// With it, every object must exist there; without it, everything is taken for a table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_endpoint_id: Option<EndpointId>,
}

/// Objects that were read, as a selection in place of the one before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImportedSelection {
    pub transfer_mapping: TransferMapping,
    pub tables: u64,
    pub views: u64,
    /// Whether the source was asked.
    pub checked: bool,
    /// Tables whose columns were not looked up, because there are too many.
    pub unchecked_tables: u64,
}

/// In which form objects are to be written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ExportFormat {
    Text,
    #[default]
    Csv,
}

/// How to write the objects of a project.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ExportQuery {
    /// `csv` by default; `text` carries names alone.
    #[param(inline)]
    pub format: ExportFormat,
}

/// Says how many things an exported form could not carry. The body has no room for that.
pub const OMITTED_HEADER: &str = "x-oms-omitted";

/// Where selections are worked on.
pub mod paths {
    pub const PREVIEW: &str = "/api/v1/selection/preview";
    pub const VALIDATE: &str = "/api/v1/selection/validate";
    pub const IMPORT: &str = "/api/v1/selection/import";
    pub const TEMPLATE: &str = "/api/v1/selection/template.csv";
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_least_preview_is_the_first_page_of_what_takes_part() {
        let asked: PreviewSelection = serde_json::from_value(json!({
            "sourceEndpointId": "e_00000000000000aa",
            "transferMapping": { "mode": "WILDCARD", "tableAndViewWhiteList": ["shop.*"] }
        }))
        .expect("enough");
        assert_eq!((asked.tab, asked.page_number, asked.kind), (PreviewTab::Final, None, None));
        assert!(asked.previous.is_empty());
    }

    #[test]
    fn a_previous_result_can_be_sent_back_as_it_came() {
        let object = json!({
            "source": { "database": "shop", "name": "orders" },
            "target": { "database": "shop", "name": "orders" },
            "kind": "TABLE",
            "settings": {}
        });
        let read: SelectedObject = serde_json::from_value(object.clone()).expect("the shape");
        assert_eq!(serde_json::to_value(&read).expect("serialises"), object);
    }

    #[test]
    fn unknown_fields_are_refused() {
        for body in [json!({ "rule": "a.b" }), json!({ "filters": [{ "database": "d", "x": 1 }] })]
        {
            assert!(serde_json::from_value::<ValidateSelection>(body.clone()).is_err(), "{body}");
        }
        let body = json!({ "format": "TEXT", "content": "", "file": "/etc/passwd" });
        assert!(serde_json::from_value::<ImportSelection>(body).is_err());
    }
}
