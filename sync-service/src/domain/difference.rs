//! How a task that was sent differs from the one that is stored, without a word of any secret.

use super::secrets::TaskSecrets;
use oms_contracts::{Detail, sync::TaskSpec};
use serde_json::{Map, Value};

/// All that differs, by its place in the specification.
pub fn between(known: (&TaskSpec, &TaskSecrets), sent: (&TaskSpec, &TaskSecrets)) -> Vec<Detail> {
    let json = |spec: &TaskSpec| serde_json::to_value(spec).expect("it was JSON");
    let mut found = Vec::new();
    compare("", &json(known.0), &json(sent.0), &mut found);
    let secrets = known.1.differing(sent.1).into_iter();
    found.extend(secrets.map(|place| Detail::new(place, "it is not what the task was made with")));
    found
}

fn compare(place: &str, known: &Value, sent: &Value, found: &mut Vec<Detail>) {
    if known == sent {
        return;
    }
    let (Value::Object(ours), Value::Object(theirs)) = (known, sent) else {
        found.push(Detail::new(place, words(place, known, sent)));
        return;
    };
    for name in names(ours, theirs) {
        let place = if place.is_empty() { name.clone() } else { format!("{place}.{name}") };
        let of = |map: &Map<String, Value>| map.get(name).cloned().unwrap_or_default();
        compare(&place, &of(ours), &of(theirs), found);
    }
}

/// The names of both, each once.
fn names<'a>(
    ours: &'a Map<String, Value>,
    theirs: &'a Map<String, Value>,
) -> impl Iterator<Item = &'a String> {
    ours.keys().chain(theirs.keys().filter(|name| !ours.contains_key(*name)))
}

fn words(place: &str, known: &Value, sent: &Value) -> String {
    match (known, sent) {
        (Value::Null, _) => "there was none".into(),
        (_, Value::Null) => "there was one".into(),
        (Value::Array(ours), Value::Array(theirs)) if ours.len() != theirs.len() => {
            format!("there were {}, and not {}", ours.len(), theirs.len())
        }
        // Nobody compares certificates by eye.
        (Value::String(_), _) if place.ends_with("Pem") => "it was another one".into(),
        (Value::String(text), _) => format!("it was {text}"),
        (Value::Number(_) | Value::Bool(_), _) => format!("it was {known}"),
        (Value::Array(_) | Value::Object(_), _) => "they were others".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{check::tests::full, secrets::split};
    use oms_contracts::{Secret, project::data_source::TlsMode};

    fn told(change: impl Fn(&mut TaskSpec)) -> Vec<String> {
        let (mut known, mut sent) = (full(), full());
        known.source.password = Secret::from("hunter1");
        sent.source.password = Secret::from("hunter1");
        change(&mut sent);
        let (known, sent) = (split(known), split(sent));
        let all = between((&known.0, &known.1), (&sent.0, &sent.1));
        all.into_iter().map(|one| format!("{}: {}", one.field, one.message)).collect()
    }

    #[test]
    fn what_differs_is_named_and_no_secret_is() {
        assert_eq!(told(|_| {}), Vec::<String>::new());
        let password = told(|sent| sent.source.password = Secret::from("hunter2"));
        assert_eq!(password, ["source.password: it is not what the task was made with"]);
        let tls = told(|sent| {
            sent.target.tls.mode = TlsMode::VerifyCa;
            sent.target.tls.ca_pem = Some("PEM".into());
            sent.target.tls.client_key_pem = Some(Secret::from("KEY"));
        });
        assert!(tls.contains(&"target.tls.caPem: there was none".to_owned()), "{tls:?}");
        assert!(tls.iter().any(|one| one.starts_with("target.tls.mode: it was ")), "{tls:?}");
        let key = "target.tls.clientKeyPem: it is not what the task was made with";
        assert_eq!(tls.last().map(String::as_str), Some(key));
        assert_eq!(told(|sent| sent.source.port += 1).len(), 1);
        let none = told(|sent| sent.objects.clear());
        assert!(none[0].starts_with("objects: there were "), "{none:?}");
    }
}
