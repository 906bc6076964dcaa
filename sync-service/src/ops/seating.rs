//! What the sessions of a task are known by at its target.

use oms_connector::Seating;
use oms_contracts::sync::TaskSpec;
use sha2::{Digest as _, Sha256};

/// The same for every run of a task, and for no other one: also not for one of the same name that
/// another installation runs from another source, or with other objects.
pub fn seating(spec: &TaskSpec, task: &str) -> Seating {
    let mut digest = Sha256::new();
    let mut part = |text: &str| {
        digest.update((text.len() as u64).to_le_bytes());
        digest.update(text);
    };
    part(task);
    part(&spec.source.host);
    part(&spec.source.port.to_string());
    for object in &spec.objects {
        for name in [&object.source, &object.target] {
            part(&name.database);
            part(&name.name);
        }
        part(&format!("{:?} {:?}", object.where_clause, object.columns));
    }
    let mut short = [0; 12];
    short.copy_from_slice(&digest.finalize()[..12]);
    Seating::of(short)
}
