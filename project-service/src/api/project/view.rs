//! Projects as they are answered.

use crate::{
    Error,
    domain::{data_source::DataSource, lifecycle::allows, owned::Ownership, project::Times},
    ops::project::{Listed, Shown},
    repo,
};
use chrono::{DateTime, Utc};
use oms_contracts::project::{
    OwnerView,
    project::{ConnectView, EndpointSide, ProjectOperation, ProjectSummary, ProjectView},
};
use oms_model::ProjectId;
use strum::IntoEnumIterator;

/// A project with everything about it.
pub(super) fn whole(shown: Shown) -> Result<ProjectView, Error> {
    let Shown { project, labels, source, sink } = shown;
    let outline = project.outline.clone();
    let at = Moments::of(&outline.id, outline.times)?;
    let state = outline.state;
    Ok(ProjectView {
        spec: project.spec(labels.iter().map(|label| label.id.clone()).collect()),
        labels,
        owner: owner(outline.owned),
        importance: outline.importance,
        status: state.into(),
        revision: outline.revision,
        gmt_create: at.created,
        gmt_modified: at.modified,
        gmt_start: at.started,
        gmt_finish: at.finished,
        is_modifying: state.is_modifying(),
        is_merging: state.is_merging(),
        is_sub_project: false,
        source_endpoint_type: outline.ends.source.kind,
        sink_endpoint_type: outline.ends.sink.kind,
        source_connect_info: source.map(|source| connected(EndpointSide::Source, source)),
        sink_connect_info: sink.map(|sink| connected(EndpointSide::Sink, sink)),
        allowed_operations: ProjectOperation::iter().filter(|o| allows(state, *o)).collect(),
        id: outline.id,
    })
}

/// A project as a line of a list.
pub(super) fn summary(listed: Listed) -> Result<ProjectSummary, Error> {
    let Listed { outline, labels } = listed;
    let at = Moments::of(&outline.id, outline.times)?;
    Ok(ProjectSummary {
        id: outline.id,
        name: outline.name,
        kind: outline.kind,
        labels,
        owner: owner(outline.owned),
        importance: outline.importance,
        status: outline.state.into(),
        revision: outline.revision,
        gmt_create: at.created,
        gmt_modified: at.modified,
        gmt_start: at.started,
        gmt_finish: at.finished,
        source_endpoint_id: outline.ends.source.id,
        sink_endpoint_id: outline.ends.sink.id,
        source_endpoint_type: outline.ends.source.kind,
        sink_endpoint_type: outline.ends.sink.kind,
        enable_struct_transfer: outline.steps.schema,
        enable_full_transfer: outline.steps.full,
        enable_full_verify: outline.steps.full_verify,
        enable_incr_transfer: outline.steps.incr,
        enable_incr_verify: outline.steps.incr_verify,
        enable_reverse_incr_transfer: outline.steps.reverse_incr,
    })
}

struct Moments {
    created: DateTime<Utc>,
    modified: DateTime<Utc>,
    started: Option<DateTime<Utc>>,
    finished: Option<DateTime<Utc>>,
}

impl Moments {
    fn of(id: &ProjectId, times: Times) -> Result<Self, Error> {
        let at = |ms: i64| {
            let corrupt = || repo::Error::corrupt("projects", id.as_str(), "a time out of range");
            DateTime::from_timestamp_millis(ms).ok_or_else(corrupt)
        };
        Ok(Self {
            created: at(times.created)?,
            modified: at(times.modified)?,
            started: times.started.map(at).transpose()?,
            finished: times.finished.map(at).transpose()?,
        })
    }
}

fn owner(owned: Ownership) -> OwnerView {
    OwnerView {
        user_id: owned.owner.user,
        account: owned.account,
        department_id: owned.owner.department,
    }
}

fn connected(endpoint_side: EndpointSide, source: DataSource) -> ConnectView {
    let (settings, probed) = (source.settings, source.last_probe);
    let (version, charset, timezone) = match probed {
        Some(probe) => (Some(probe.version), Some(probe.charset), Some(probe.time_zone)),
        None => (None, None, None),
    };
    ConnectView {
        endpoint_id: source.id,
        endpoint_name: settings.name,
        endpoint_side,
        db_engine: settings.kind,
        host: settings.host.to_string(),
        port: settings.port,
        username: settings.login.composed(),
        version,
        charset,
        timezone,
        region: settings.region,
    }
}
