//! What a selection comes to at a given source: the objects, and everything about them that a user
//! must or should know.

use crate::{
    complaint::Complaint,
    names::clip,
    object::{ObjectKind, ObjectName, SourceObject},
    selection::selector::Settings,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An object that takes part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SelectedObject {
    pub source: ObjectName,
    pub target: ObjectName,
    pub kind: ObjectKind,
    #[serde(default)]
    pub settings: Settings,
}

/// A line of the selection that was about nothing there is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Unmatched {
    /// Where the line stands in what was sent.
    pub place: String,
    pub text: String,
    /// Whether it is a line that leaves out, for which matching nothing is often right.
    pub excludes: bool,
    /// What there is instead, where something comes close.
    pub reason: String,
}

/// An object that was selected but cannot take part because of its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Unsupported {
    pub source: SourceObject,
    pub reason: String,
    pub advice: String,
    /// Whether the project cannot be created at all before the object is excluded or renamed.
    pub forbids_creation: bool,
}

/// An object for which equally narrow lines ask different names. It takes no part until one yields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Ambiguous {
    pub source: SourceObject,
    /// The lines that disagree.
    pub lines: Vec<String>,
}

/// Tables that become one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Merge {
    pub target: ObjectName,
    pub sources: Vec<ObjectName>,
}

/// Schemas that become one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SchemaMerge {
    pub target: String,
    pub sources: Vec<String>,
}

/// Objects that cannot become one, because a view is among them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Collision {
    pub target: ObjectName,
    pub sources: Vec<SourceObject>,
}

/// What a selection comes to. Every list is in the order of names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Resolution {
    pub objects: Vec<SelectedObject>,
    pub tables: usize,
    pub views: usize,
    /// How many objects were selected and then left out by an exclusion.
    pub excluded: usize,
    pub unmatched: Vec<Unmatched>,
    pub unsupported: Vec<Unsupported>,
    pub ambiguous: Vec<Ambiguous>,
    pub merges: Vec<Merge>,
    pub schema_merges: Vec<SchemaMerge>,
    pub collisions: Vec<Collision>,
    pub warnings: Vec<Complaint>,
}

impl Resolution {
    /// Everything for which the selection cannot be used as it is. Empty when it can.
    pub fn obstacles(&self) -> Vec<Complaint> {
        let forbidden = self.unsupported.iter().filter(|object| object.forbids_creation);
        let forbidden = forbidden.map(|object| {
            let source = object.source.full_name().to_string();
            Complaint::new(&source, &source, &object.reason, &object.advice)
        });
        let ambiguous = self.ambiguous.iter().map(|object| {
            let source = object.source.full_name().to_string();
            let reason = format!("{} give it different names", clip(&object.lines.join(" and ")));
            Complaint::new(&source, &source, reason, "rename it by its full name")
        });
        let collisions = self.collisions.iter().map(|collision| {
            let target = collision.target.to_string();
            let sources: Vec<String> =
                collision.sources.iter().map(|s| s.full_name().to_string()).collect();
            let reason = format!("a view is among what becomes one: {}", sources.join(", "));
            Complaint::new(&target, &target, reason, "leave the view out, or rename it")
        });
        let nothing = self.objects.is_empty().then(|| {
            let reason = "nothing at the source is selected";
            Complaint::new("transferMapping", "", reason, "look at the lines that match nothing")
        });
        forbidden.chain(ambiguous).chain(collisions).chain(nothing).collect()
    }

    /// Why changes cannot be carried back to the source. Empty when they can.
    pub fn reverse_obstacles(&self) -> Vec<Complaint> {
        let advice = "leave out reverse incremental migration, or give each its own target";
        let tables = self.merges.iter().map(|merge| {
            let reason = format!("{} tables become one", merge.sources.len());
            let target = merge.target.to_string();
            Complaint::new(&target, &target, reason, advice)
        });
        let schemas = self.schema_merges.iter().map(|merge| {
            let reason = format!("the schemas {} become one", clip(&merge.sources.join(", ")));
            Complaint::new(&merge.target, &merge.target, reason, advice)
        });
        tables.chain(schemas).collect()
    }

    /// The length of the list by which a log reader knows its objects: `db.table` joined by `|`.
    pub fn white_list_bytes(&self) -> usize {
        let names = self.objects.iter().map(|o| o.source.database.len() + o.source.name.len() + 2);
        names.sum::<usize>().saturating_sub(1)
    }
}
