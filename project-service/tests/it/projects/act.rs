//! Starting and the like, before there is anything to run a project: checked, refused, unchanged.

use super::{Stage, put_into};
use crate::app::{colleague, user, viewer};
use oms_contracts::{ErrorCode, project::project::paths};
use project_service::domain::lifecycle::{ProjectEvent, ProjectState};
use strum::IntoEnumIterator;

const VERBS: [(&str, ProjectEvent); 4] = [
    ("start", ProjectEvent::Start),
    ("pause", ProjectEvent::Pause),
    ("resume", ProjectEvent::Resume),
    ("release", ProjectEvent::Release),
];

#[tokio::test]
async fn what_the_state_takes_is_not_available_yet_and_all_else_is_illegal() {
    let stage = Stage::of(&user()).await;
    for state in ProjectState::iter() {
        let made = stage.draft(user(), &state.to_string()).await;
        put_into(&stage.app, &made.id, state);
        let before = stage.app.stored();
        for (verb, event) in VERBS {
            let answer = stage.app.by(user()).command(&paths::act(&made.id, verb)).await;
            match state.on(event) {
                _ if state == ProjectState::Deleted => {
                    drop(answer.refused(ErrorCode::NoSuchProject));
                }
                Ok(_) => {
                    let problem = answer.refused(ErrorCode::NotAvailableYet);
                    assert_eq!(problem.message, format!("{event} is not available yet"));
                }
                Err(illegal) => {
                    let problem = answer.refused(ErrorCode::IllegalTransition);
                    assert_eq!(problem.message, illegal.to_string());
                }
            }
        }
        assert_eq!(stage.app.stored(), before, "{state}");
    }
}

#[tokio::test]
async fn who_does_not_see_a_project_cannot_tell_it_from_one_that_is_not_there() {
    let stage = Stage::of(&user()).await;
    let made = stage.draft(user(), "orders").await;
    for (verb, _) in VERBS {
        let path = paths::act(&made.id, verb);
        stage.app.by(colleague()).command(&path).await.refused(ErrorCode::NoSuchProject);
        stage.app.by(viewer()).command(&path).await.refused(ErrorCode::Forbidden);
    }
}
