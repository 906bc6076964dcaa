//! Triggers, which are kept for the switchover.

use super::super::ddl::{Name, name_text};
use crate::schema::{FoundTrigger, Later, LaterKind};
use oms_model::ObjectName;

/// The trigger as one on a table of the target. Whoever creates it there defines it: the account of
/// the source may be unknown.
pub(super) fn later(trigger: &FoundTrigger, table: &ObjectName) -> Later {
    let FoundTrigger { name, timing, event, body, .. } = trigger;
    let full = |name: &str| name_text(&Name::within(&table.database, name));
    let (ours, on) = (full(name), full(&table.name));
    let sql = format!("CREATE TRIGGER {ours} {timing} {event} ON {on} FOR EACH ROW {body}");
    Later { kind: LaterKind::Trigger, name: name.clone(), sql }
}

/// What a trigger does. OceanBase puts the rest of its definition before that.
pub(super) fn body(text: &str) -> &str {
    const WORDS: &str = "FOR EACH ROW";
    let starts = |rest: &str, word: &str| {
        rest.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
    };
    if !starts(text.trim_start(), "TRIGGER ") {
        return text;
    }
    let mut is_quoted = false;
    for (at, letter) in text.char_indices() {
        match letter {
            '`' => is_quoted = !is_quoted,
            'F' | 'f' if !is_quoted && starts(&text[at..], WORDS) => {
                return text[at + WORDS.len()..].trim_start();
            }
            _ => {}
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_trigger_does_is_its_body() {
        assert_eq!(
            body("BEGIN SET NEW.a = 'FOR EACH ROW'; END"),
            "BEGIN SET NEW.a = 'FOR EACH ROW'; END"
        );
        let whole =
            "TRIGGER `d`.`for each row` BEFORE insert ON `d`.`t` FOR EACH ROW SET NEW.a = 1";
        assert_eq!(body(whole), "SET NEW.a = 1");
        assert_eq!(body("TRIGGER `d"), "TRIGGER `d", "nothing is lost of what is not understood");
    }

    #[test]
    fn a_trigger_moves_with_its_table() {
        let trigger = FoundTrigger {
            name: "a`b".into(),
            table: "old".into(),
            timing: "BEFORE".into(),
            event: "INSERT".into(),
            body: "SET NEW.a = 1".into(),
        };
        let later = later(&trigger, &ObjectName::new("d", "new"));
        assert_eq!(
            later.sql,
            "CREATE TRIGGER `d`.`a``b` BEFORE INSERT ON `d`.`new` FOR EACH ROW SET NEW.a = 1"
        );
    }
}
