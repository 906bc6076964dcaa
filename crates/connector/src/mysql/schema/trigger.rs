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

#[cfg(test)]
mod tests {
    use super::*;

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
