//! What is done about statements on definitions, kind by kind.

use oms_model::change::{Action, Treatment};
use std::collections::BTreeMap;

/// What was chosen for each kind. What nothing was chosen for is replicated.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Treatments(BTreeMap<Action, Treatment>);

impl Treatments {
    /// The same for all kinds. What moves rows is never ignored: it stops the task then.
    pub fn all(treatment: Treatment) -> Self {
        Self(Action::ALL.iter().map(|action| (*action, treatment)).collect())
    }

    /// Another choice for a kind.
    #[must_use]
    pub fn with(mut self, action: Action, treatment: Treatment) -> Self {
        self.0.insert(action, treatment);
        self
    }

    pub fn of(&self, action: Action) -> Treatment {
        let chosen = self.0.get(&action).copied().unwrap_or(Treatment::Replicate);
        match chosen {
            Treatment::Ignore if action.moves_rows() => Treatment::Stop,
            chosen => chosen,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_moves_rows_is_never_ignored() {
        let treatments = Treatments::all(Treatment::Ignore);
        assert_eq!(treatments.of(Action::AddIndex), Treatment::Ignore);
        assert_eq!(treatments.of(Action::Truncate), Treatment::Stop);
        assert_eq!(treatments.of(Action::ExchangePartition), Treatment::Stop);
        let treatments = Treatments::default().with(Action::AddIndex, Treatment::Stop);
        assert_eq!(treatments.of(Action::AddIndex), Treatment::Stop);
        assert_eq!(treatments.of(Action::DropTable), Treatment::Replicate);
    }
}
