//! The secrets of a task, apart from the rest of it: they are stored sealed, and never answered.

use oms_contracts::sync::{EndpointSecrets, TaskSpec};
use serde::{Deserialize, Serialize};

/// What is taken out of a specification before it is stored.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct TaskSecrets {
    source: EndpointSecrets,
    target: EndpointSecrets,
}

/// Takes the secrets out.
pub fn split(mut spec: TaskSpec) -> (TaskSpec, TaskSecrets) {
    let (source, target) = (spec.source.take_secrets(), spec.target.take_secrets());
    let secrets = TaskSecrets { source, target };
    (spec, secrets)
}

/// Puts them back.
pub fn join(mut spec: TaskSpec, secrets: TaskSecrets) -> TaskSpec {
    spec.source.give_secrets(secrets.source);
    spec.target.give_secrets(secrets.target);
    spec
}

impl TaskSecrets {
    /// The places of those that are not the same. What is absent and what is empty are one.
    pub fn differing(&self, other: &Self) -> Vec<String> {
        let mut all = self.source.differing(&other.source, "source");
        all.extend(self.target.differing(&other.target, "target"));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::check::tests::full;
    use oms_contracts::Secret;

    fn spec(password: &str, key: Option<&str>) -> TaskSpec {
        let mut spec = full();
        spec.source.password = password.into();
        spec.target.tls.client_key_pem = key.map(Secret::from);
        spec
    }

    #[test]
    fn what_is_stored_in_the_clear_holds_no_secret_and_nothing_is_lost() {
        let given = spec("hunter2", Some("-----KEY"));
        let whole = serde_json::to_string(&given).unwrap();
        let (open, secrets) = split(given);
        let stored = serde_json::to_string(&open).unwrap();
        assert!(!stored.contains("hunter2") && !stored.contains("KEY"), "{stored}");
        assert!(!format!("{secrets:?}").contains("hunter2"));
        assert_eq!(serde_json::to_string(&join(open, secrets)).unwrap(), whole);
    }

    #[test]
    fn secrets_are_compared_one_by_one() {
        let secrets = |password, key| split(spec(password, key)).1;
        let differing = |a: TaskSecrets, b: TaskSecrets| a.differing(&b);
        assert_eq!(differing(secrets("a", None), secrets("a", Some(""))), Vec::<&str>::new());
        assert_eq!(differing(secrets("a", None), secrets("b", None)), ["source.password"]);
        let key = ["target.tls.clientKeyPem"];
        assert_eq!(differing(secrets("a", Some("k")), secrets("a", None)), key);
    }
}
