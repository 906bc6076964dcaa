//! What differs between two bodies, by the places where it does.

use crate::out::{table::Row, time::Zone};
use serde::Serialize;
use serde_json::{Map, Value};

/// One place, as it is and as it is to be. Absent on one side where something comes or goes.
#[derive(Debug, PartialEq, Serialize)]
pub struct Change {
    pub place: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<Value>,
}

/// Every place where the two differ, in the order of names.
pub fn changes(from: &Value, to: &Value) -> Vec<Change> {
    let mut found = Vec::new();
    compare("", Some(from), Some(to), &mut found);
    found
}

fn compare(place: &str, from: Option<&Value>, to: Option<&Value>, found: &mut Vec<Change>) {
    match (from, to) {
        (Some(from), Some(to)) if from == to => {}
        (Some(Value::Object(from)), Some(Value::Object(to))) => objects(place, from, to, found),
        (Some(Value::Array(from)), Some(Value::Array(to))) => lists(place, from, to, found),
        (from, to) => {
            let (from, to) = (from.cloned(), to.cloned());
            found.push(Change { place: place.to_owned(), from, to });
        }
    }
}

fn objects(
    place: &str,
    from: &Map<String, Value>,
    to: &Map<String, Value>,
    found: &mut Vec<Change>,
) {
    let keys: std::collections::BTreeSet<&String> = from.keys().chain(to.keys()).collect();
    for key in keys {
        let place = if place.is_empty() { key.clone() } else { format!("{place}.{key}") };
        compare(&place, from.get(key), to.get(key), found);
    }
}

/// Things with names are compared with those of the same name, so that one more at the front does
/// not look as if all had changed; other values come or go.
fn lists(place: &str, from: &[Value], to: &[Value], found: &mut Vec<Change>) {
    let before = found.len();
    match (by_name(from), by_name(to)) {
        (Some(from), Some(to)) => {
            let names: std::collections::BTreeSet<&str> =
                from.iter().chain(&to).map(|(name, _)| *name).collect();
            for name in names {
                let of = |all: &[(&str, &'_ Value)]| {
                    all.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).clone())
                };
                let (from, to) = (of(&from), of(&to));
                compare(&format!("{place}[{name}]"), from.as_ref(), to.as_ref(), found);
            }
        }
        _ => {
            let gone = from.iter().filter(|value| !to.contains(value));
            let come = to.iter().filter(|value| !from.contains(value));
            let one = |from: Option<&Value>, to: Option<&Value>| Change {
                place: format!("{place}[]"),
                from: from.cloned(),
                to: to.cloned(),
            };
            found.extend(gone.map(|value| one(Some(value), None)));
            found.extend(come.map(|value| one(None, Some(value))));
        }
    }
    if found.len() == before {
        // The same things in another order, or one of them twice.
        let list = |values: &[Value]| Some(Value::Array(values.to_vec()));
        found.push(Change { place: place.to_owned(), from: list(from), to: list(to) });
    }
}

/// A list whose items all have names of their own.
fn by_name(values: &[Value]) -> Option<Vec<(&str, &Value)>> {
    let mut seen = std::collections::HashSet::new();
    values
        .iter()
        .map(|value| {
            let name = value.get("name")?.as_str()?;
            seen.insert(name).then_some((name, value))
        })
        .collect()
}

impl Row for Change {
    const HEAD: &'static [&'static str] = &["place", "from", "to"];

    fn cells(&self, _: Zone) -> Vec<String> {
        let shown = |value: &Option<Value>| match value {
            None => "-".to_owned(),
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        };
        vec![self.place.clone(), shown(&self.from), shown(&self.to)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn told(from: &Value, to: &Value) -> Vec<String> {
        let line = |change: Change| change.cells(Zone::Utc).join(" | ");
        changes(from, to).into_iter().map(line).collect()
    }

    #[test]
    fn equal_bodies_do_not_differ() {
        let body = json!({ "a": [1, { "name": "x" }], "b": { "c": null } });
        assert!(changes(&body, &body).is_empty());
    }

    #[test]
    fn values_that_change_come_or_go_are_told_with_their_place() {
        let from = json!({ "name": "p", "config": { "rps": 1, "old": true }, "same": 1 });
        let to = json!({ "name": "q", "config": { "rps": 2, "new": [1] }, "same": 1 });
        assert_eq!(
            told(&from, &to),
            ["config.new | - | [1]", "config.old | true | -", "config.rps | 1 | 2", "name | p | q",]
        );
    }

    #[test]
    fn things_with_names_are_compared_by_name() {
        let from = json!({ "tables": [{ "name": "b", "where": "x" }, { "name": "c" }] });
        let to = json!({ "tables": [{ "name": "a" }, { "name": "b", "where": "y" }] });
        assert_eq!(
            told(&from, &to),
            [
                "tables[a] | - | {\"name\":\"a\"}",
                "tables[b].where | x | y",
                "tables[c] | {\"name\":\"c\"} | -",
            ]
        );
    }

    #[test]
    fn other_values_of_a_list_come_or_go() {
        assert_eq!(told(&json!(["a", "b"]), &json!(["b", "c"])), ["[] | a | -", "[] | - | c"]);
    }

    #[test]
    fn another_order_is_a_change() {
        assert_eq!(
            told(&json!(["a", "b"]), &json!(["b", "a"])),
            [" | [\"a\",\"b\"] | [\"b\",\"a\"]"]
        );
        let (from, to) =
            (json!([{ "name": "a" }, { "name": "b" }]), json!([{ "name": "b" }, { "name": "a" }]));
        assert_eq!(changes(&from, &to).len(), 1);
    }
}
