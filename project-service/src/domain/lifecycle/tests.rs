//! The life cycle against its documented tables, and the promises that hold over all of it.

use super::*;
use std::collections::HashSet;
use strum::IntoEnumIterator;

#[test]
fn the_transition_table_is_the_documented_one() {
    let table: Vec<String> = ProjectState::iter()
        .flat_map(|s| ProjectEvent::iter().map(move |e| (s, e)))
        .filter_map(|(s, e)| s.on(e).ok().map(|next| format!("{s} {e} {next}")))
        .collect();
    assert_eq!(table, include_str!("../lifecycle.table").lines().collect::<Vec<_>>());
}

#[test]
fn the_table_of_operations_is_the_documented_one() {
    let allowed = |o| ProjectState::iter().filter(move |s| allows(*s, o));
    let line = |o| {
        let states: Vec<&str> = allowed(o).map(ProjectState::as_str).collect();
        format!("{o}: {}", states.join(" "))
    };
    let table: Vec<String> = ProjectOperation::iter().map(line).collect();
    assert_eq!(table, include_str!("operations.table").lines().collect::<Vec<_>>());
}

#[test]
fn a_refusal_names_state_and_event() {
    let refusal = ProjectState::Releasing.on(ProjectEvent::Pause).unwrap_err();
    assert_eq!(refusal.to_string(), "a project in RELEASING cannot take Pause");
}

#[test]
fn nothing_happens_to_a_deleted_project_and_nothing_can_be_asked_of_it() {
    assert!(ProjectEvent::iter().all(|event| ProjectState::Deleted.on(event).is_err()));
    assert!(ProjectOperation::iter().all(|operation| !allows(ProjectState::Deleted, operation)));
}

#[test]
fn every_state_can_be_reached_and_every_one_can_still_be_deleted() {
    assert_eq!(reachable_from(ProjectState::Init).len(), ProjectState::iter().count());
    for state in ProjectState::iter() {
        assert!(reachable_from(state).contains(&ProjectState::Deleted), "{state}");
    }
}

#[test]
fn a_state_and_its_published_status_are_one_to_one() {
    for state in ProjectState::iter() {
        assert_eq!(ProjectState::try_from(ProjectStatus::from(state)), Ok(state));
        assert_eq!(state.as_str().parse::<ProjectStatus>(), Ok(ProjectStatus::from(state)));
    }
    assert_eq!(ProjectState::try_from(ProjectStatus::Unconfigured), Err(NeverReached));
    assert_eq!(ProjectStatus::iter().count(), ProjectState::iter().count() + 1);
}

fn reachable_from(start: ProjectState) -> HashSet<ProjectState> {
    let mut seen = HashSet::from([start]);
    let mut open = vec![start];
    while let Some(state) = open.pop() {
        let next = ProjectEvent::iter().filter_map(|event| state.on(event).ok());
        open.extend(next.filter(|state| seen.insert(*state)));
    }
    seen
}
