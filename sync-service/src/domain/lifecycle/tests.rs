//! The life of a task against its documented table.

use super::*;
use strum::IntoEnumIterator;

#[test]
fn the_transition_table_is_the_documented_one() {
    let table: Vec<String> = TaskState::iter()
        .flat_map(|s| TaskEvent::iter().map(move |e| (s, e)))
        .filter_map(|(s, e)| next(s, e).ok().map(|after| format!("{s} {e} {after}")))
        .collect();
    assert_eq!(table, include_str!("../lifecycle.table").lines().collect::<Vec<_>>());
}

#[test]
fn a_refusal_names_state_and_event() {
    let refusal = next(TaskState::Stopping, TaskEvent::Start).unwrap_err();
    assert_eq!(refusal.to_string(), "a task in STOPPING cannot take Start");
}

#[test]
fn whatever_is_at_work_can_end_and_nothing_else_can() {
    for state in TaskState::iter() {
        let ends = [TaskEvent::Fail, TaskEvent::Finish];
        assert!(ends.iter().all(|event| next(state, *event).is_ok() == is_active(state)));
    }
}

#[test]
fn only_a_task_that_was_asked_to_is_suspended() {
    let halting: Vec<TaskState> =
        TaskState::iter().filter(|state| next(*state, TaskEvent::Halt).is_ok()).collect();
    assert_eq!(halting, [TaskState::Stopping]);
}
