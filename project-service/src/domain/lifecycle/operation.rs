//! What is allowed in which state, as `operations.table` documents it.

use super::{ProjectEvent, ProjectState};
use oms_contracts::project::project::ProjectOperation;

/// Whether a project in this state allows the operation. What else the operation wants, such as a
/// right, a mode of selection or a step that has come far enough, is not asked here.
///
/// Where the versions of the reference product differ, the newer one is followed.
pub fn allows(state: ProjectState, operation: ProjectOperation) -> bool {
    use {ProjectOperation as O, ProjectState as S};
    let takes = |event: ProjectEvent| state.on(event).is_ok();
    let running = matches!(state, S::Running | S::RunningModifying | S::RunningMerging);
    match operation {
        O::Start => takes(ProjectEvent::Start),
        O::Pause => takes(ProjectEvent::Pause),
        O::Resume => takes(ProjectEvent::Resume),
        O::Release => takes(ProjectEvent::Release),
        O::Delete => takes(ProjectEvent::Delete),
        O::Edit => state == S::Init,
        O::Rename | O::ModifyParameters => {
            matches!(state, S::Init | S::Running | S::Suspend | S::Failed)
        }
        O::ModifyAlert => running || matches!(state, S::Init | S::Suspend | S::Failed),
        O::Clone | O::SetLabels | O::ViewParameters | O::DownloadObjects => state != S::Deleted,
        O::ResetIncrStart => matches!(state, S::Suspend | S::Failed),
        O::AddObjects => matches!(state, S::Init | S::Running | S::Suspend),
        O::RemoveObjects => matches!(state, S::Init | S::Running | S::Suspend | S::Failed),
        O::SkipVerification => matches!(state, S::Running | S::Suspend | S::Failed),
        O::EnterSwitchover => state == S::Running,
    }
}
