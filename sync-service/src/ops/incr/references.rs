//! References by which rows of the source go or change with others. Where the source does not log
//! that, it is done at the target by what the target's own references say: they must be there.

use super::Mapping;
use super::fate::Trouble;
use crate::runner::Failure;
use oms_connector::{Cascade, Connector, Reaction};
use oms_contracts::ErrorCode;

/// How many are named.
const NAMED: usize = 5;

/// Refuses to follow rows that would not go or change with those that they refer to.
pub(super) async fn are_at(
    target: &dyn Connector,
    source: &dyn Connector,
    mapping: &dyn Mapping,
) -> Result<(), Failure> {
    let (Some(from), Some(to)) = (source.applier(), target.applier()) else { return Ok(()) };
    let unread = |error| Trouble::of_data(&error).failure();
    let wanted = from.cascades().await.map_err(unread)?;
    if wanted.iter().all(|one| mapping.rule(&one.child.0, &one.child.1).is_none()) {
        return Ok(());
    }
    let there = to.cascades().await.map_err(unread)?;
    let missing: Vec<String> =
        wanted.iter().filter_map(|one| obstacle(one, &there, mapping)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let named = missing[..missing.len().min(NAMED)].join("; ");
    let message = format!(
        "the source does not log which rows go or change with those they refer to, so that is done \
         by the target's own references, of which {} would be needed: {named}",
        missing.len()
    );
    Err(Failure { code: ErrorCode::TableUnusable, message })
}

/// What is in the way of following a reference.
fn obstacle(wanted: &Cascade, there: &[Cascade], mapping: &dyn Mapping) -> Option<String> {
    let child = mapping.rule(&wanted.child.0, &wanted.child.1)?;
    let (database, table) = &wanted.child;
    let Some(parent) = mapping.rule(&wanted.parent.0, &wanted.parent.1) else {
        let (schema, other) = &wanted.parent;
        return Some(format!(
            "{database}.{table} refers to {schema}.{other}, which is not replicated: replicate it as \
             well"
        ));
    };
    let at_target = Cascade {
        child: (child.target_database, child.target_table),
        parent: (parent.target_database, parent.target_table),
        ..wanted.clone()
    };
    if there.iter().any(|one| is_same(one, &at_target)) {
        return None;
    }
    let (children, parents): (Vec<&str>, Vec<&str>) =
        wanted.columns.iter().map(|(child, parent)| (child.as_str(), parent.as_str())).unzip();
    let Cascade { child: (database, table), parent: (schema, other), .. } = &at_target;
    Some(format!(
        "{database}.{table} needs FOREIGN KEY ({}) REFERENCES {schema}.{other} ({}){}{}",
        children.join(", "),
        parents.join(", "),
        clause("DELETE", wanted.on_delete),
        clause("UPDATE", wanted.on_update),
    ))
}

fn clause(when: &str, reaction: Reaction) -> String {
    match reaction {
        Reaction::Nothing => String::new(),
        Reaction::Cascade => format!(" ON {when} CASCADE"),
        Reaction::SetNull => format!(" ON {when} SET NULL"),
    }
}

/// Some targets fold the case of names.
fn is_same(one: &Cascade, other: &Cascade) -> bool {
    let folded = |of: &Cascade| {
        let pair = |(one, other): &(String, String)| (one.to_lowercase(), other.to_lowercase());
        let mut columns: Vec<_> = of.columns.iter().map(pair).collect();
        columns.sort();
        (pair(&of.child), pair(&of.parent), columns, of.on_delete, of.on_update)
    };
    folded(one) == folded(other)
}

#[cfg(test)]
mod tests {
    use super::super::{Named, TableRule};
    use super::*;
    use std::collections::HashMap;

    fn reference(database: &str) -> Cascade {
        let name = |table: &str| (database.to_owned(), table.to_owned());
        Cascade {
            child: name("c"),
            parent: name("p"),
            columns: vec![("pid".into(), "id".into())],
            on_delete: Reaction::Cascade,
            on_update: Reaction::SetNull,
        }
    }

    fn mapping(tables: &[&str]) -> Named {
        let rule = |table: &&str| {
            (("from".to_owned(), (*table).to_owned()), TableRule::whole("to", *table))
        };
        Named(tables.iter().map(rule).collect::<HashMap<_, _>>())
    }

    #[test]
    fn what_the_target_has_too_is_followed() {
        let there = [reference("other"), reference("TO")];
        assert_eq!(obstacle(&reference("from"), &there, &mapping(&["c", "p"])), None);
    }

    #[test]
    fn what_the_target_lacks_or_does_otherwise_is_named() {
        let other = Cascade { on_update: Reaction::Nothing, ..reference("to") };
        let found = obstacle(&reference("from"), &[other], &mapping(&["c", "p"])).unwrap();
        assert_eq!(
            found,
            "to.c needs FOREIGN KEY (pid) REFERENCES to.p (id) ON DELETE CASCADE ON UPDATE SET NULL"
        );
    }

    #[test]
    fn only_rows_that_are_replicated_need_it() {
        assert_eq!(obstacle(&reference("from"), &[], &mapping(&["p"])), None);
        let found = obstacle(&reference("from"), &[], &mapping(&["c"])).unwrap();
        assert!(found.contains("from.p, which is not replicated"), "{found}");
    }
}
