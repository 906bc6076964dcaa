//! The life of an object against its documented tables.

use super::*;

#[test]
fn the_transition_table_is_the_documented_one() {
    let table: Vec<String> = ObjectState::iter()
        .flat_map(|s| ObjectEvent::iter().map(move |e| (s, e)))
        .filter_map(|(s, e)| next(s, e).ok().map(|after| format!("{s} {e} {after}")))
        .collect();
    assert_eq!(table, include_str!("transitions.table").lines().collect::<Vec<_>>());
}

#[test]
fn the_table_of_operations_is_the_documented_one() {
    let line = |state| {
        let allowed = ObjectOperation::iter().filter(|o| allows(state, *o));
        let words: String = allowed.map(|operation| format!(" {operation}")).collect();
        format!("{state}:{words}")
    };
    let table: Vec<String> = ObjectState::iter().map(line).collect();
    assert_eq!(table, include_str!("../object.table").lines().collect::<Vec<_>>());
}

#[test]
fn what_is_allowed_and_what_follows_do_not_drift_apart() {
    for state in ObjectState::iter() {
        for (operation, event) in [
            (ObjectOperation::Retry, ObjectEvent::Retry),
            (ObjectOperation::Skip, ObjectEvent::Skip),
            (ObjectOperation::Edit, ObjectEvent::Edit),
        ] {
            assert_eq!(allows(state, operation), next(state, event).is_ok(), "{state} {operation}");
        }
    }
}

#[test]
fn nothing_but_looking_is_offered_while_the_task_rests() {
    for task in TaskState::iter() {
        let offered = operations(ObjectState::Failed, task);
        let open = matches!(task, TaskState::Running | TaskState::Failed);
        assert_eq!(offered.len(), if open { 5 } else { 1 }, "{task}: {offered:?}");
    }
}

#[test]
fn a_run_that_ended_leaves_nothing_half_way() {
    for state in ObjectState::iter() {
        let after = next(state, ObjectEvent::Interrupted).unwrap_or(state);
        assert!(!matches!(after, ObjectState::DdlObtained | ObjectState::Creating));
    }
}
