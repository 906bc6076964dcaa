//! Who may do what with whose projects.

use super::Stage;
use crate::app::{Answer, actor, admin, colleague, root, stranger, user, viewer};
use oms_contracts::{
    ErrorCode, Page,
    project::project::{ProjectSummary, paths},
};
use oms_model::{Actor, Role};
use reqwest::{Method, StatusCode};
use serde_json::json;

/// What a caller is to somebody else's project.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Reach {
    Changes,
    Sees,
    Nothing,
}

fn everybody() -> [(Actor, Reach); 8] {
    use Reach::{Changes, Nothing, Sees};
    [
        (user(), Changes),
        (colleague(), Nothing),
        (admin(), Changes),
        (viewer(), Sees),
        (stranger(), Nothing),
        (actor("olga", Role::AdminViewer, 2), Nothing),
        (root(), Changes),
        (actor("rv", Role::RootViewer, 0), Sees),
    ]
}

#[tokio::test]
async fn every_role_reads_what_it_reaches_and_for_others_it_is_not_there() {
    let stage = Stage::of(&user()).await;
    let made = stage.draft(user(), "orders").await;
    for (who, reach) in everybody() {
        let caller = stage.app.by(who.clone());
        let listed: Page<ProjectSummary> = caller.get(paths::ALL).await.ok(StatusCode::OK);
        let answer = caller.get(&paths::one(&made.id)).await;
        let objects = caller.get(&paths::objects(&made.id)).await;
        if reach == Reach::Nothing {
            assert_eq!((listed.items.len(), listed.total_count), (0, 0), "{}", who.account);
            answer.refused(ErrorCode::NoSuchProject);
            objects.refused(ErrorCode::NoSuchProject);
        } else {
            assert_eq!((listed.items.len(), listed.total_count), (1, 1), "{}", who.account);
            assert_eq!(answer.status, StatusCode::OK);
            assert_eq!(objects.status, StatusCode::OK);
        }
    }
}

#[tokio::test]
async fn every_role_changes_what_it_reaches_and_nothing_else() {
    let stage = Stage::of(&user()).await;
    for (who, reach) in everybody() {
        let name = format!("of-{}", who.account);
        let made = stage.draft(user(), &name).await;
        let before = stage.app.stored();
        let caller = stage.app.by(who.clone());
        let (one, new) = (paths::one(&made.id), json!({ "name": format!("new-{}", who.account) }));
        let labels = caller.request(Method::PUT, &paths::labels(&made.id));
        let answers = [
            caller.put(&one, 1, &made.spec).await,
            Answer::of(labels.json(&json!({ "labelIds": [] }))).await,
            caller.post(&paths::act(&made.id, "rename"), &new).await,
            caller.delete(&format!("{one}?name=new-{}", who.account)).await,
        ];
        for answer in answers {
            match reach {
                Reach::Changes => {
                    assert!(answer.status.is_success(), "{}: {}", who.account, answer.body);
                }
                Reach::Sees => drop(answer.refused(ErrorCode::Forbidden)),
                Reach::Nothing if who.may_write() => drop(answer.refused(ErrorCode::NoSuchProject)),
                Reach::Nothing => drop(answer.refused(ErrorCode::Forbidden)),
            }
        }
        if reach != Reach::Changes {
            assert_eq!(stage.app.stored(), before, "{}", who.account);
        }
    }
}

#[tokio::test]
async fn viewers_make_nothing() {
    let stage = Stage::of(&user()).await;
    let made = stage.draft(user(), "orders").await;
    let before = stage.app.stored();
    for who in [viewer(), actor("rv", Role::RootViewer, 0)] {
        let caller = stage.app.by(who);
        caller.post(paths::ALL, &stage.body("x")).await.refused(ErrorCode::Forbidden);
        let name = json!({ "name": "x" });
        caller.post(&paths::act(&made.id, "clone"), &name).await.refused(ErrorCode::Forbidden);
    }
    assert_eq!(stage.app.stored(), before);
}

#[tokio::test]
async fn calls_without_somebody_behind_them_are_not_for_people() {
    let stage = Stage::of(&user()).await;
    let sibling = stage.app.sibling();
    sibling.get(paths::ALL).await.refused(ErrorCode::UnsignedCall);
    sibling.post(paths::ALL, &stage.body("x")).await.refused(ErrorCode::UnsignedCall);
    let bare = stage.app.unsigned(Method::GET, paths::ALL);
    Answer::of(bare).await.refused(ErrorCode::UnsignedCall);
}

#[tokio::test]
async fn somebody_who_moved_still_sees_what_they_made_before() {
    let stage = Stage::of(&user()).await;
    stage.draft(user(), "orders").await;
    let moved = Actor { department: stranger().department, ..user() };
    let listed: Page<ProjectSummary> = stage.app.by(moved).get(paths::ALL).await.ok(StatusCode::OK);
    assert_eq!(listed.total_count, 1, "one's own stays one's own");
}
