//! Checking the parts of a selection.

use super::{Error as Refusal, column, source::apart};
use crate::{
    Error,
    app::AppState,
    domain::{
        project::naming,
        selection::{ColumnUse, column_uses, path},
    },
    ops::{data_source::open, require},
};
use oms_contracts::project::selection::{SelectionProblems, TableFilter, ValidateSelection};
use oms_model::{
    Actor, Complaint, Complaints, ObjectName, ProjectType, Right,
    filter::{self, Filter},
    names::OBJECTS_PER_IMPORT_MAX,
    selection::{Selection, parse_exclusions, parse_rules},
};

/// Everything that is wrong with what is given. Being wrong is an answer here, not a refusal.
pub async fn validate(
    state: &AppState,
    actor: Actor,
    asked: ValidateSelection,
) -> Result<SelectionProblems, Error> {
    require(&actor, Right::ReadWork)?;
    if asked.filters.len() > OBJECTS_PER_IMPORT_MAX {
        let message = format!("there may be {OBJECTS_PER_IMPORT_MAX} of them");
        return Err(Refusal::request("filters", message).into());
    }
    let source = asked.source_endpoint_id.clone();
    let (mut problems, uses) = apart(move || understood(&asked)).await?;
    let mut unchecked_tables = 0;
    if let Some(id) = source {
        let opened = open(state, &actor, &id).await?;
        let patience = state.limits.database_timeout();
        let (wrong, unchecked) = column::problems(&opened, uses, patience).await?;
        problems.extend(wrong);
        unchecked_tables = unchecked;
    }
    Ok(SelectionProblems { valid: problems.is_empty(), problems, unchecked_tables })
}

/// What is wrong in itself, and what the source could be asked of the rest.
fn understood(asked: &ValidateSelection) -> (Vec<Complaint>, Vec<ColumnUse>) {
    let (mut problems, mut uses) = (Vec::new(), Vec::new());
    if let Some(mapping) = &asked.transfer_mapping {
        let naming = naming(asked.kind.unwrap_or(ProjectType::Migration));
        match Selection::compile(mapping, naming) {
            Ok(_) => {
                let placed = |one: ColumnUse| {
                    let place = format!("transferMapping.{}", one.place);
                    ColumnUse { place, ..one }
                };
                uses.extend(column_uses(mapping).into_iter().map(placed));
            }
            Err(Complaints(found)) => {
                problems.extend(found.into_iter().map(|c| Complaint { place: path(&c), ..c }));
            }
        }
    }
    for (field, text, parse) in [
        ("rules", &asked.rules, parse_rules as fn(&str) -> Result<_, Complaints>),
        ("exclusions", &asked.exclusions, parse_exclusions),
    ] {
        if let Some(Err(Complaints(found))) = text.as_deref().map(parse) {
            let placed = |c: Complaint| Complaint { place: format!("{field}: {}", c.place), ..c };
            problems.extend(found.into_iter().map(placed));
        }
    }
    for (i, filter) in asked.filters.iter().enumerate() {
        let place = format!("filters[{i}]");
        match Filter::parse(&filter.where_clause) {
            Ok(_) => uses.push(column_use(place, filter)),
            Err(faults) => {
                problems.extend(filter::complaints(&place, &filter.where_clause, &faults).0);
            }
        }
    }
    (problems, uses)
}

fn column_use(place: String, filter: &TableFilter) -> ColumnUse {
    let table = ObjectName::new(&filter.database, &filter.table);
    ColumnUse { place, table, filter: Some(filter.where_clause.clone()), columns: Vec::new() }
}
