//! Tasks, and who runs them.

use super::{claimed, first_page, stored};
use oms_chassis::{Conn, db::is_duplicate};
use oms_contracts::{
    ErrorCode,
    sync::{Limits, TaskError, TaskKind, TaskState},
};
use sync_service::{
    domain::{Live, Outline, Sealed, Task},
    repo::{self, task},
};

pub fn tasks(conn: &mut Conn) {
    let new = stored("p_1.full");
    let id = &new.outline.id;
    task::insert(conn, &new).expect("inserts");
    let twice = task::insert(conn, &new).expect_err("is there");
    assert!(matches!(&twice, repo::Error::Query(error) if is_duplicate(error)));
    for other in ["p%1.full", "pX1.full"].map(|id| id.replace('%', "-")) {
        task::insert(conn, &stored(&other)).expect("inserts");
    }
    let found = task::find(conn, id).expect("reads").expect("is there");
    assert_eq!(format!("{found:?}"), format!("{new:?}"));
    let filter = task::Filter { prefix: Some("p_1".into()), ..Default::default() };
    let (page, total) = task::list(conn, &filter, first_page()).expect("lists");
    assert_eq!((page.len(), total), (1, 1), "an underscore is itself");
    let filter =
        task::Filter { state: Some(TaskState::Init), kind: Some(TaskKind::Full), prefix: None };
    assert_eq!(task::list(conn, &filter, first_page()).expect("lists").1, 3);

    one_runs_it(conn, &new);
    let (old, fresh) = (Sealed("v1:k:sealed".into()), Sealed("v1:k2:sealed".into()));
    assert!(task::reseal(conn, id, &old, &fresh).expect("swaps"));
    assert!(!task::reseal(conn, id, &old, &fresh).expect("asks"));
    let all = task::sealed_after(conn, None, 10).expect("reads");
    assert_eq!(all.last(), Some(&(id.clone(), fresh)), "in the order of bytes");
    assert_eq!(task::sealed_after(conn, Some(id), 10).expect("reads"), []);
    task::delete(conn, id).expect("deletes");
    assert_eq!(task::outline(conn, id).expect("reads"), None);
}

fn one_runs_it(conn: &mut Conn, new: &Task) {
    let id = &new.outline.id;
    let mine = claimed(conn, &new.outline, "me", 100).expect("is claimed");
    assert_eq!((mine.state, mine.epoch, mine.started_at), (TaskState::Running, 1, Some(7)));
    assert!(claimed(conn, &new.outline, "other", 100).is_none(), "only one of two");
    assert!(!task::replace(conn, new).expect("asks"), "it was started");
    let live = Live { rows_per_second: 1.5, ..Default::default() };
    let watched = task::renew(conn, &mine.fence(), 200, &live).expect("renews").expect("is mine");
    assert_eq!((watched.state, watched.revision), (TaskState::Running, 1));
    assert!(task::set_limits(conn, id, &Limits::default()).expect("sets"));
    assert!(task::ask_to_stop(conn, id, 9).expect("asks"));
    assert!(!task::ask_to_stop(conn, id, 9).expect("asks"), "it stops already");
    let watched = task::renew(conn, &mine.fence(), 200, &live).expect("renews").expect("is mine");
    assert_eq!((watched.state, watched.revision), (TaskState::Stopping, 3));
    assert_eq!(task::find(conn, id).expect("reads").expect("is there").live, Some(live.clone()));

    let adrift = |conn: &mut Conn, who: &str, now| {
        let found = task::adrift(conn, who, now).expect("looks");
        found.into_iter().map(|task| task.epoch).collect::<Vec<_>>()
    };
    assert_eq!((adrift(conn, "other", 200), adrift(conn, "other", 201)), (vec![], vec![1]));
    assert_eq!(adrift(conn, "me", 0), [1]);
    task::release(conn, &mine.fence()).expect("releases");
    assert_eq!(adrift(conn, "other", 1), [1]);
    it_ends(conn, &mine);
}

fn it_ends(conn: &mut Conn, mine: &Outline) {
    let id = &mine.id;
    let live = Live::default();
    let seen = task::outline(conn, id).expect("reads").expect("is there");
    let error = TaskError::new(ErrorCode::TaskBroke, "why: ü");
    assert!(task::end(conn, &seen, TaskState::Failed, Some(&error), 10).expect("ends"));
    assert!(!task::end(conn, &seen, TaskState::Failed, None, 10).expect("asks"), "it has ended");
    let failed = task::outline(conn, id).expect("reads").expect("is there");
    assert_eq!((failed.state, &failed.error), (TaskState::Failed, &Some(error)));
    assert_eq!(task::renew(conn, &mine.fence(), 300, &live).expect("asks"), None);
    let again = claimed(conn, &failed, "other", 100).expect("is claimed");
    assert_eq!((again.epoch, again.error, again.owner.as_deref()), (2, None, Some("other")));
    assert!(!task::hold(conn, &mine.fence()).expect("asks"), "the first one is fenced off");
}
