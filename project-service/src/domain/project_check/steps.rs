//! What is to be done, and what of it goes together.

use super::Faults;
use oms_contracts::project::project::{IncrTransferConfig, ProjectSpec};
use oms_model::{ProjectType, transfer::RecordType};

pub(super) fn check(spec: &ProjectSpec, faults: &mut Faults) {
    let full = spec.enable_full_transfer;
    let incr = spec.enable_incr_transfer;
    faults.add_if(
        !(spec.enable_struct_transfer || full || incr),
        "enableStructTransfer",
        "nothing is to be done: set enableStructTransfer, enableFullTransfer or enableIncrTransfer",
    );
    faults.add_if(
        spec.enable_full_verify && !(full || incr),
        "enableFullVerify",
        "there are rows to compare only after enableFullTransfer or enableIncrTransfer",
    );
    faults.add_if(
        spec.enable_incr_verify && !incr,
        "enableIncrVerify",
        "there are changes to compare only with enableIncrTransfer",
    );
    faults.add_if(
        spec.enable_reverse_incr_transfer && !incr,
        "enableReverseIncrTransfer",
        "changes go back where they came from: set enableIncrTransfer",
    );
    if spec.kind == ProjectType::Sync {
        for (set, field) in [
            (spec.enable_full_verify, "enableFullVerify"),
            (spec.enable_incr_verify, "enableIncrVerify"),
            (spec.enable_reverse_incr_transfer, "enableReverseIncrTransfer"),
        ] {
            faults.add_if(set, field, "a SYNC project neither compares nor carries back");
        }
        let active = spec.common_transfer_config.as_ref().and_then(|c| c.active_active);
        faults.add_if(
            active == Some(true),
            "commonTransferConfig.activeActive",
            "only a MIGRATION project can be active-active",
        );
    }
    followed(spec, faults);
}

/// What is followed of the changes, and what cannot be done when something is left out.
fn followed(spec: &ProjectSpec, faults: &mut Faults) {
    if !spec.enable_incr_transfer {
        return;
    }
    let Some(config) = spec.incr_transfer_config.as_ref() else { return };
    let list = &config.record_type_white_list;
    if list.is_empty() {
        return;
    }
    faults.add_if(
        !changes_anything(list),
        "incrTransferConfig.recordTypeWhiteList",
        "nothing would be written: name INSERT, UPDATE, DELETE, ROW or DDL",
    );
    faults.add_if(
        spec.enable_full_verify && !follows_all_rows(list),
        "enableFullVerify",
        "rows can be compared only where INSERT, UPDATE and DELETE are all followed",
    );
}

fn changes_anything(list: &[RecordType]) -> bool {
    use RecordType::{Ddl, Delete, Insert, Row, Update};
    list.iter().any(|kind| matches!(kind, Insert | Update | Delete | Row | Ddl))
}

fn follows_all_rows(list: &[RecordType]) -> bool {
    use RecordType::{Delete, Insert, Row, Update};
    list.contains(&Row) || [Insert, Update, Delete].iter().all(|kind| list.contains(kind))
}

/// Whether DDL is followed, which it is only when somebody asks for it.
pub(super) fn follows_ddl(config: Option<&IncrTransferConfig>) -> bool {
    config.is_some_and(|config| config.record_type_white_list.contains(&RecordType::Ddl))
}
