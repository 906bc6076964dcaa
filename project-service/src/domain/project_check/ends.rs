//! Where from and where to.

use super::{Faults, Surroundings};
use oms_contracts::project::project::ProjectSpec;
use oms_model::{
    DatabaseKind,
    transfer::{TableCategory, TriggerMigrationType},
};

pub(super) fn check(spec: &ProjectSpec, around: &Surroundings, faults: &mut Faults) {
    let (from, to) = (&around.pairing.sources, &around.pairing.sinks);
    for (field, kind, possible, does) in [
        ("sourceEndpointId", around.source, from, "reads from"),
        ("sinkEndpointId", around.sink, to, "writes to"),
    ] {
        match kind {
            None => faults.add(field, "there is no such data source"),
            Some(kind) if !possible.contains(&kind) => {
                let (what, possible) = (spec.kind, listed(possible));
                faults.add(field, format!("{what} {does} {possible}, and this is {kind}"));
            }
            Some(_) => {}
        }
    }
    let same = spec.source_endpoint_id == spec.sink_endpoint_id;
    faults.add_if(same, "sinkEndpointId", "source and target are the same data source");
    active_active(spec, around, faults);
}

/// Both sides are written to, and each follows the other: what that leaves no room for.
fn active_active(spec: &ProjectSpec, around: &Surroundings, faults: &mut Faults) {
    const FIELD: &str = "commonTransferConfig.activeActive";
    let Some(common) = spec.common_transfer_config.as_ref() else { return };
    if common.active_active != Some(true) {
        return;
    }
    if let (Some(source), Some(sink)) = (around.source, around.sink)
        && !around.pairing.active_active
    {
        faults.add(FIELD, format!("{source} and {sink} cannot both be written to at once"));
    }
    faults.add_if(
        !spec.enable_incr_transfer,
        FIELD,
        "each side follows the other's changes: set enableIncrTransfer",
    );
    faults.add_if(
        spec.enable_reverse_incr_transfer,
        "enableReverseIncrTransfer",
        "active-active already carries changes back, without a switchover",
    );
    faults.add_if(
        common.table_category != Some(TableCategory::WithUniqueRowId),
        "commonTransferConfig.tableCategory",
        "active-active takes tables with a unique key only: WITHUNIQUEROWID",
    );
    let triggers = spec.struct_transfer_config.as_ref().and_then(|s| s.trigger_migration_type);
    faults.add_if(
        triggers.is_some_and(|when| when != TriggerMigrationType::NotMigration),
        "structTransferConfig.triggerMigrationType",
        "in active-active a trigger would fire again for every change that is carried over",
    );
}

/// Kinds as a text for messages.
fn listed(kinds: &[DatabaseKind]) -> String {
    let names: Vec<&str> = kinds.iter().map(AsRef::as_ref).collect();
    names.join(", ")
}
