//! A project as this service knows it: what its owner decided, and what became of it since.

use crate::domain::{lifecycle::ProjectState, owned::Ownership};
use oms_contracts::project::project::{
    CommonTransferConfig, FullTransferConfig, IncrTransferConfig, ProjectSpec, StructTransferConfig,
};
use oms_model::{
    DatabaseKind, EndpointId, Importance, LabelId, ProjectId, ProjectType,
    selection::{TargetNaming, TransferMapping},
};
use serde::{Deserialize, Serialize};

/// A project, but for its labels, which are kept apart.
#[derive(Debug, Clone, PartialEq)]
pub struct Project {
    pub outline: Outline,
    pub mapping: TransferMapping,
    pub settings: Settings,
}

/// What a line of a list shows, and what lists are searched by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    pub id: ProjectId,
    pub name: String,
    pub kind: ProjectType,
    pub state: ProjectState,
    pub importance: Importance,
    pub owned: Ownership,
    pub ends: Ends,
    pub steps: Steps,
    pub times: Times,
    /// Grows with every change, so that two changes at once cannot both believe they were first.
    pub revision: i64,
}

/// Where a project reads from and writes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ends {
    pub source: End,
    pub sink: End,
}

/// A data source, and its kind, which never changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    pub id: EndpointId,
    pub kind: DatabaseKind,
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Steps {
    pub schema: bool,
    pub full: bool,
    pub full_verify: bool,
    pub incr: bool,
    pub incr_verify: bool,
    pub reverse_incr: bool,
}

/// When things happened, in unix milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    pub created: i64,
    pub modified: i64,
    /// Of the first start.
    pub started: Option<i64>,
    pub finished: Option<i64>,
}

/// How it is to be done; stored as JSON.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Settings {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worker_grade_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub common_transfer_config: Option<CommonTransferConfig>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub struct_transfer_config: Option<StructTransferConfig>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub full_transfer_config: Option<FullTransferConfig>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub incr_transfer_config: Option<IncrTransferConfig>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reverse_incr_transfer_config: Option<IncrTransferConfig>,
}

/// What a change has seen, and holds on to: it is made only where this is still so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    pub state: ProjectState,
    pub revision: i64,
}

impl Project {
    /// A draft.
    pub fn draft(id: ProjectId, owned: Ownership, ends: Ends, spec: ProjectSpec, now: i64) -> Self {
        let outline = Outline {
            id,
            name: spec.name.clone(),
            kind: spec.kind,
            state: ProjectState::Init,
            importance: Importance::Medium,
            owned,
            ends,
            steps: Steps::of(&spec),
            times: Times { created: now, modified: now, started: None, finished: None },
            revision: 1,
        };
        let (mapping, settings) = parts(spec);
        Self { outline, mapping, settings }
    }

    /// The same project with everything its owner decides replaced.
    pub fn edited(self, ends: Ends, spec: ProjectSpec, now: i64) -> Self {
        let outline = Outline {
            name: spec.name.clone(),
            kind: spec.kind,
            ends,
            steps: Steps::of(&spec),
            ..self.outline.touched(now)
        };
        let (mapping, settings) = parts(spec);
        Self { outline, mapping, settings }
    }

    /// What its owner decided, as a body.
    pub fn spec(self, label_ids: Vec<LabelId>) -> ProjectSpec {
        let Self { outline, mapping, settings } = self;
        let Outline { name, kind, ends, steps, .. } = outline;
        ProjectSpec {
            name,
            kind,
            source_endpoint_id: ends.source.id,
            sink_endpoint_id: ends.sink.id,
            label_ids,
            worker_grade_id: settings.worker_grade_id,
            transfer_mapping: mapping,
            common_transfer_config: settings.common_transfer_config,
            enable_struct_transfer: steps.schema,
            enable_full_transfer: steps.full,
            enable_full_verify: steps.full_verify,
            enable_incr_transfer: steps.incr,
            enable_incr_verify: steps.incr_verify,
            enable_reverse_incr_transfer: steps.reverse_incr,
            struct_transfer_config: settings.struct_transfer_config,
            full_transfer_config: settings.full_transfer_config,
            incr_transfer_config: settings.incr_transfer_config,
            reverse_incr_transfer_config: settings.reverse_incr_transfer_config,
        }
    }
}

impl Outline {
    /// The same project after a change.
    pub fn touched(self, now: i64) -> Self {
        let times = Times { modified: now, ..self.times };
        Self { times, revision: self.revision + 1, ..self }
    }

    pub fn seen(&self) -> Seen {
        Seen { state: self.state, revision: self.revision }
    }
}

impl Steps {
    fn of(spec: &ProjectSpec) -> Self {
        Self {
            schema: spec.enable_struct_transfer,
            full: spec.enable_full_transfer,
            full_verify: spec.enable_full_verify,
            incr: spec.enable_incr_transfer,
            incr_verify: spec.enable_incr_verify,
            reverse_incr: spec.enable_reverse_incr_transfer,
        }
    }
}

/// What a body says that is neither searched nor shown in lists.
fn parts(spec: ProjectSpec) -> (TransferMapping, Settings) {
    let settings = Settings {
        worker_grade_id: spec.worker_grade_id,
        common_transfer_config: spec.common_transfer_config,
        struct_transfer_config: spec.struct_transfer_config,
        full_transfer_config: spec.full_transfer_config,
        incr_transfer_config: spec.incr_transfer_config,
        reverse_incr_transfer_config: spec.reverse_incr_transfer_config,
    };
    (spec.transfer_mapping, settings)
}

/// What the targets of a project of this type are.
pub fn naming(kind: ProjectType) -> TargetNaming {
    match kind {
        ProjectType::Migration => TargetNaming::Objects,
        ProjectType::Sync => TargetNaming::Topics,
    }
}
