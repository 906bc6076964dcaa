//! The life of a store: one function decides which state follows which. Pure: who asks, and when, is
//! the caller's business.

use oms_contracts::store::StoreState;
use strum::{Display, EnumIter};

/// What happens to a store.
///
/// ```text
///           Start             Stop              Halt
///   INIT ──────────▶ RUNNING ──────▶ STOPPING ──────▶ SUSPEND
///                     ▲ ▲ │ Fail        │ Fail          │
///                     │ │ └────▶ FAILED ◀┘              │
///                     │ └── Start ──┘                   │
///                     └──────────────── Start ──────────┘
/// ```
///
/// Every state is durable and survives a restart. INIT is set by keeping the store, RUNNING and STOPPING
/// by people, the others by whoever runs it, once nothing of it is at work any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Display, EnumIter)]
pub enum StoreEvent {
    /// It is to capture, or to go on.
    Start,
    /// It is to stop.
    Stop,
    /// It has stopped.
    Halt,
    Fail,
}

/// An event that a state does not take. Users and races cause it, so it is a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a store in {from} cannot take {event}")]
pub struct IllegalTransition {
    pub from: StoreState,
    pub event: StoreEvent,
}

/// The state that follows.
pub fn next(state: StoreState, event: StoreEvent) -> Result<StoreState, IllegalTransition> {
    use {StoreEvent as E, StoreState as S};
    match (state, event) {
        (S::Init | S::Suspend | S::Failed, E::Start) => Ok(S::Running),
        (S::Running, E::Stop) => Ok(S::Stopping),
        (S::Stopping, E::Halt) => Ok(S::Suspend),
        (S::Running | S::Stopping, E::Fail) => Ok(S::Failed),
        (from, event) => Err(IllegalTransition { from, event }),
    }
}

/// Whether something of the store is, or may be, at work.
pub fn is_active(state: StoreState) -> bool {
    matches!(state, StoreState::Running | StoreState::Stopping)
}

#[cfg(test)]
mod tests {
    use super::*;
    use strum::IntoEnumIterator;

    #[test]
    fn the_transition_table_is_the_documented_one() {
        let table: Vec<String> = StoreState::iter()
            .flat_map(|s| StoreEvent::iter().map(move |e| (s, e)))
            .filter_map(|(s, e)| next(s, e).ok().map(|after| format!("{s} {e} {after}")))
            .collect();
        assert_eq!(table, include_str!("lifecycle.table").lines().collect::<Vec<_>>());
    }

    #[test]
    fn whatever_is_at_work_can_fail_and_nothing_else_can() {
        for state in StoreState::iter() {
            assert_eq!(next(state, StoreEvent::Fail).is_ok(), is_active(state), "{state}");
        }
        let refusal = next(StoreState::Stopping, StoreEvent::Start).unwrap_err();
        assert_eq!(refusal.to_string(), "a store in STOPPING cannot take Start");
    }
}
