//! The secrets of a task, apart from the rest of it: they are stored sealed, and never answered.

use oms_contracts::{
    Secret,
    sync::{Endpoint, TaskSpec},
};
use serde::{Deserialize, Serialize};

/// What is taken out of a specification before it is stored.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct TaskSecrets {
    source: EndSecrets,
    target: EndSecrets,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct EndSecrets {
    #[serde(default)]
    password: Secret,
    #[serde(default)]
    client_key: Secret,
}

/// Takes the secrets out.
pub fn split(mut spec: TaskSpec) -> (TaskSpec, TaskSecrets) {
    let secrets = TaskSecrets { source: taken(&mut spec.source), target: taken(&mut spec.target) };
    (spec, secrets)
}

fn taken(end: &mut Endpoint) -> EndSecrets {
    EndSecrets {
        password: std::mem::take(&mut end.password),
        client_key: end.tls.client_key_pem.take().unwrap_or_default(),
    }
}

/// Puts them back.
pub fn join(mut spec: TaskSpec, secrets: TaskSecrets) -> TaskSpec {
    give(&mut spec.source, secrets.source);
    give(&mut spec.target, secrets.target);
    spec
}

fn give(end: &mut Endpoint, secrets: EndSecrets) {
    end.password = secrets.password;
    end.tls.client_key_pem = Some(secrets.client_key).filter(|key| !key.is_empty());
}

impl TaskSecrets {
    /// The places of those that are not the same. What is absent and what is empty are one.
    pub fn differing(&self, other: &Self) -> Vec<&'static str> {
        let ends = [(&self.source, &other.source), (&self.target, &other.target)];
        let [[source, source_key], [target, target_key]] = ends.map(|(ours, theirs)| {
            [
                ours.password.expose() != theirs.password.expose(),
                ours.client_key.expose() != theirs.client_key.expose(),
            ]
        });
        let all = [
            ("source.password", source),
            ("source.tls.clientKeyPem", source_key),
            ("target.password", target),
            ("target.tls.clientKeyPem", target_key),
        ];
        all.into_iter().filter(|(_, differs)| *differs).map(|(place, _)| place).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::check::tests::full;

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
