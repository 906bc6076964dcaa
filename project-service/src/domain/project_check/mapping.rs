//! What is moved, and what that forbids.

use super::{
    Faults,
    merges::{Meeting, meetings},
    steps::follows_ddl,
};
use crate::domain::{
    project::naming,
    selection::{named, path, said},
};
use oms_contracts::project::project::ProjectSpec;
use oms_model::{
    Complaints,
    names::WHITE_LIST_BYTES_MAX,
    selection::{Resolution, Selection},
    transfer::TransferMode,
};

pub(super) fn check(spec: &ProjectSpec, faults: &mut Faults) {
    let mapping = &spec.transfer_mapping;
    let selection = match Selection::compile(mapping, naming(spec.kind)) {
        Ok(selection) => selection,
        Err(Complaints(complaints)) => {
            complaints.iter().for_each(|complaint| faults.add(path(complaint), said(complaint)));
            return;
        }
    };
    let meetings = match mapping.mode {
        TransferMode::Specific => {
            let resolution = selection.evaluate(&named(mapping));
            of_named(&resolution, faults);
            Meeting::of(&resolution)
        }
        TransferMode::Wildcard | TransferMode::Complex => meetings(mapping),
    };
    for meeting in meetings {
        faults.add_if(
            spec.enable_reverse_incr_transfer,
            "enableReverseIncrTransfer",
            format!("changes could not be carried back: {meeting}"),
        );
        faults.add_if(
            spec.enable_incr_transfer
                && meeting.is_of_tables()
                && follows_ddl(spec.incr_transfer_config.as_ref()),
            "incrTransferConfig.recordTypeWhiteList",
            format!("DDL of one table would change what others share: {meeting}"),
        );
    }
}

/// Objects that are all named are known without asking the source.
fn of_named(resolution: &Resolution, faults: &mut Faults) {
    for complaint in resolution.obstacles() {
        faults.add("transferMapping", format!("{}: {}", complaint.place, said(&complaint)));
    }
    let bytes = resolution.white_list_bytes();
    if bytes > WHITE_LIST_BYTES_MAX {
        let message = format!(
            "the names of its objects take {bytes} bytes and may take {WHITE_LIST_BYTES_MAX}: \
             choose the mode WILDCARD, or divide the work among projects"
        );
        faults.add("transferMapping", message);
    }
}
