//! How a selection differs from what it was before an edit.

use crate::selection::resolution::SelectedObject;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use utoipa::ToSchema;

/// The three lists a user looks at before agreeing. An object counts as the same when its source,
/// kind and target are; one that is to arrive elsewhere is removed there and new here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Preview {
    /// Everything that is selected now.
    #[serde(rename = "final")]
    pub all: Vec<SelectedObject>,
    /// What was not selected before.
    pub new: Vec<SelectedObject>,
    /// What was selected before and is no more.
    pub removed: Vec<SelectedObject>,
}

impl Preview {
    /// Compares the objects selected now with those selected before.
    pub fn of(now: Vec<SelectedObject>, before: &[SelectedObject]) -> Self {
        let missing = |from: &[SelectedObject], objects: &[SelectedObject]| {
            let known: HashSet<_> = from.iter().map(identity).collect();
            objects.iter().filter(|o| !known.contains(&identity(o))).cloned().collect()
        };
        let (new, removed) = (missing(before, &now), missing(&now, before));
        Self { all: now, new, removed }
    }
}

fn identity(object: &SelectedObject) -> impl Eq + std::hash::Hash + use<'_> {
    (&object.source, object.kind, &object.target)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        object::{ObjectKind, ObjectName},
        selection::selector::Settings,
    };

    fn moved(source: &str, target: &str) -> SelectedObject {
        let name = |name: &str| ObjectName::new("db", name);
        let (kind, settings) = (ObjectKind::Table, Settings::default());
        SelectedObject { source: name(source), target: name(target), kind, settings }
    }

    fn sources(objects: &[SelectedObject]) -> Vec<&str> {
        objects.iter().map(|object| object.source.name.as_str()).collect()
    }

    #[test]
    fn what_came_and_what_went_are_listed_apart() {
        let before = [moved("a", "a"), moved("b", "b")];
        let preview = Preview::of(vec![moved("b", "b"), moved("c", "c")], &before);
        assert_eq!(sources(&preview.all), ["b", "c"]);
        assert_eq!(sources(&preview.new), ["c"]);
        assert_eq!(sources(&preview.removed), ["a"]);
    }

    #[test]
    fn an_object_that_arrives_elsewhere_is_both_new_and_removed() {
        let preview = Preview::of(vec![moved("a", "z")], &[moved("a", "a")]);
        assert_eq!(preview.new, [moved("a", "z")]);
        assert_eq!(preview.removed, [moved("a", "a")]);
    }

    #[test]
    fn the_first_preview_is_all_new() {
        let preview = Preview::of(vec![moved("a", "a")], &[]);
        assert_eq!(preview.new, preview.all);
        assert_eq!(preview.removed, []);
        assert!(serde_json::to_value(&preview).unwrap()["final"].is_array());
    }
}
