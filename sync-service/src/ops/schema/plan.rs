//! What is to be done about which object, and what is chosen for all of them.

use crate::repo::schema::SchemaObject;
use oms_connector::{
    mysql_ddl::IndexStrategy as Indexes,
    schema::{Choices, DefinitionKind},
};
use oms_contracts::sync::{
    IndexStrategy, ObjectSpec, ObjectState, SchemaSettings, SyncObjectKind, TaskSpec,
};
use oms_model::ObjectName;
use std::collections::{BTreeMap, HashSet};

/// An object to be worked on.
#[derive(Debug, Clone)]
pub struct Todo {
    pub number: u32,
    pub kind: DefinitionKind,
    pub source: ObjectName,
    pub target: ObjectName,
    /// A user wrote its statement.
    pub edited: bool,
    /// An earlier run noted that it sends the statement, so what is there is ours.
    pub begun: bool,
    /// An earlier object of the task makes the same target.
    pub follows: bool,
    pub filter: Option<String>,
    /// Only some columns are moved.
    pub partial: bool,
}

pub fn kind_of(kind: SyncObjectKind) -> DefinitionKind {
    match kind {
        SyncObjectKind::Table => DefinitionKind::Table,
        SyncObjectKind::View => DefinitionKind::View,
        SyncObjectKind::Sequence => DefinitionKind::Sequence,
    }
}

/// The objects that wait to be worked on.
pub fn todo(objects: &[SchemaObject], specs: &[ObjectSpec]) -> Vec<Todo> {
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    for object in objects {
        let follows = !seen.insert((object.kind, &object.target));
        if !matches!(object.state, ObjectState::Initializing | ObjectState::Ready) {
            continue;
        }
        let spec = specs.get(object.number as usize);
        found.push(Todo {
            number: object.number,
            kind: kind_of(object.kind),
            source: object.source.clone(),
            target: object.target.clone(),
            edited: object.edited && object.state == ObjectState::Ready,
            begun: object.state == ObjectState::Ready,
            follows,
            filter: spec.and_then(|spec| spec.where_clause.clone()),
            partial: spec.is_some_and(|spec| spec.columns.is_some()),
        });
    }
    found
}

pub fn settings(spec: &TaskSpec) -> SchemaSettings {
    spec.schema.clone().unwrap_or_default()
}

/// What a conversion has to know of the task.
pub fn choices(spec: &TaskSpec) -> Choices {
    let settings = settings(spec);
    let mut databases: BTreeMap<String, Option<String>> = BTreeMap::new();
    for object in &spec.objects {
        let target = Some(object.target.database.clone());
        let known =
            databases.entry(object.source.database.clone()).or_insert_with(|| target.clone());
        if *known != target {
            // Where the rest of the database goes cannot be told.
            *known = None;
        }
    }
    Choices {
        names: spec.objects.iter().map(|o| (o.source.clone(), o.target.clone())).collect(),
        databases: databases.into_iter().filter_map(|(from, to)| Some((from, to?))).collect(),
        charsets: settings.charset_map,
        collations: settings.collation_map,
        indexes: match settings.index_strategy {
            IndexStrategy::None => Indexes::None,
            IndexStrategy::WithSchema => Indexes::WithTable,
            IndexStrategy::AfterLoad => Indexes::Deferred,
        },
        hidden_key: settings.hidden_key,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::check::tests::full;

    #[test]
    fn a_database_is_renamed_when_all_of_it_goes_one_way() {
        let mut spec = full();
        let object = |from: &str, to: &str, name: &str| ObjectSpec {
            target: ObjectName::new(to, name),
            ..ObjectSpec::table(from, name)
        };
        spec.objects = vec![object("a", "x", "1"), object("a", "x", "2"), object("b", "x", "1")];
        spec.objects.push(object("b", "y", "2"));
        let databases = choices(&spec).databases;
        assert_eq!(databases, BTreeMap::from([("a".to_owned(), "x".to_owned())]));
    }
}
