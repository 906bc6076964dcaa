//! Whether both sides can be used for what is asked, before anything is changed.

mod place;
mod rights;

use super::{follow, side::Side};
use crate::fault::{Code, Exit, Fault};
use oms_connector::{ProbeReport, Purpose};
use oms_contracts::{Detail, ErrorCode, store::CaptureMethod, sync::ObjectSpec};
use oms_model::ObjectName;
pub use rights::rights;
use std::collections::BTreeSet;

/// What both sides say of themselves.
#[derive(Debug)]
pub struct Probed {
    pub source: ProbeReport,
    pub target: ProbeReport,
}

/// Reaches both sides. The target is only written to where that is wanted.
pub async fn reach(source: &Side, target: &Side, writes: bool) -> Result<Probed, Fault> {
    let (from, to) = (source.open()?, target.open()?);
    let lacks = |side: &Side, what: &str| {
        let message = format!("{} cannot be {what} by this version", side.kind);
        Fault::of(ErrorCode::KindNotSupported, message)
            .advise("choose MySQL, MariaDB or OceanBase in MySQL mode".into())
            .exiting(Exit::Precheck)
    };
    if from.snapshot().is_none() {
        return Err(lacks(source, "read from"));
    }
    if to.snapshot().is_none() || (writes && to.writer().is_none()) {
        return Err(lacks(target, "written to"));
    }
    let (found, there) = tokio::join!(from.probe().probe(), to.probe().probe());
    let found = found.map_err(|error| source.unusable(error))?;
    let there = there.map_err(|error| target.unusable(error))?;
    if writes && there.read_only {
        let message = format!("the target {} takes no writes", target.address);
        return Err(Fault::new(Code::ReadOnly, message));
    }
    Ok(Probed { source: found, target: there })
}

/// Whether changes can be captured at the source and applied at the target.
pub fn follows(
    (source, target): (&Side, &Side),
    probed: &Probed,
    capture: Option<CaptureMethod>,
) -> Result<(), Fault> {
    let from = source.open()?;
    let unable = |side: &Side, what: &str| {
        let message = format!("changes of {} cannot be {what} by this version", side.kind);
        Fault::of(ErrorCode::KindNotSupported, message).exiting(Exit::Precheck)
    };
    let Some(method) = follow::method(&*from, capture) else {
        let how = capture.map(|method| format!("captured by {method}"));
        return Err(unable(source, how.as_deref().unwrap_or("captured")));
    };
    if target.open()?.applier().is_none() {
        return Err(unable(target, "applied"));
    }
    let needs_log = method == CaptureMethod::Binlog;
    let missing = probed.source.missing_privileges.iter();
    let missing: Vec<Detail> = missing
        .filter(|lack| needs_log && lack.needed_for.contains(&Purpose::IncrementalRead))
        .map(|lack| Detail::new(format!("{} on {}", lack.privilege, lack.object), &lack.grant))
        .collect();
    match missing.is_empty() {
        true => Ok(()),
        false => {
            let message = format!("the source {} does not let its log be read", source.address);
            Err(Fault::new(Code::RightsMissing, message).listing(missing))
        }
    }
}

/// Refuses to write tables onto themselves.
pub async fn apart(
    (source, target): (&Side, &Side),
    probed: &Probed,
    objects: &[ObjectSpec],
) -> Result<(), Fault> {
    if !place::is_same((source, &probed.source), (target, &probed.target)).await {
        return Ok(());
    }
    let folds = |report: &ProbeReport| report.lower_case_table_names.is_some_and(|how| how != 0);
    let folds = folds(&probed.source) || folds(&probed.target);
    let stored = |name: &ObjectName| match folds {
        true => ObjectName::new(name.database.to_lowercase(), name.name.to_lowercase()),
        false => name.clone(),
    };
    // What the source has under the name of a target would be read and written at once.
    let sources: BTreeSet<ObjectName> = objects.iter().map(|o| stored(&o.source)).collect();
    let own = objects.iter().filter(|object| sources.contains(&stored(&object.target)));
    let own: Vec<Detail> =
        own.map(|o| Detail::new(o.source.to_string(), "is the target, too")).collect();
    match own.is_empty() {
        true => Ok(()),
        false => {
            let message = "source and target are the same server, and tables would be written onto \
                           themselves";
            Err(Fault::new(Code::SameTable, message).listing(own))
        }
    }
}
