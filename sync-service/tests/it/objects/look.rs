//! Looking at objects.

use super::{running, take};
use crate::app::{TestApp, full, id};
use oms_contracts::{
    ErrorCode,
    sync::{
        NoteView, ObjectOperation, ObjectQuery, ObjectState, StatementKind, StatementState,
        SyncObjectKind, TaskState, paths,
    },
};
use sync_service::{
    repo::schema::{self as objects, HiddenKind, NewDeferred},
    runner::Outcome,
};

#[tokio::test]
async fn an_object_is_shown_with_all_that_became_of_it() {
    let app = TestApp::start().await;
    let run = running(&app).await;
    let task = id("p.schema");
    take(&app, &run.fence(), 1, ObjectState::Failed);
    let conn = &mut app.metadata();
    let check = NewDeferred {
        kind: StatementKind::Check,
        name: "c".into(),
        sql: "ALTER TABLE t ADD CHECK (a > 1)".into(),
    };
    objects::store_deferred(conn, &run.fence(), 1, &[check]).expect("stores");
    let parts = [
        (HiddenKind::Column, "OMS_PK_INCRMT".to_owned()),
        (HiddenKind::Index, "UK_t_OBPK_INCRMT".to_owned()),
    ];
    objects::record_hidden(conn, &run.fence(), 1, &parts).expect("records");

    let shown = app.client().object(&task, 1).await.expect("is there");
    assert_eq!((shown.object.number, shown.object.state), (1, ObjectState::Failed));
    assert_eq!(shown.source_ddl.as_deref(), Some("CREATE TABLE `t` (`ü` int) ENGINE=InnoDB"));
    assert_eq!(shown.converted_ddl.as_deref(), Some("CREATE TABLE `t` (`ü` int)"));
    let note = NoteView { code: "CLAUSE_DROPPED".into(), message: "ENGINE".into() };
    assert_eq!((&shown.notes, shown.object.note_count), (&vec![note], 1));
    assert_eq!(shown.object.error.as_ref().expect("an error").code, ErrorCode::DatabaseRefused);
    assert_eq!(shown.database_code.as_deref(), Some("1064"));
    assert_eq!(shown.database_message.as_deref(), Some("You have an error"));
    let kept = &shown.deferred[0];
    assert_eq!((kept.kind, kept.state), (StatementKind::Check, StatementState::Pending));
    assert_eq!(shown.hidden_columns, ["OMS_PK_INCRMT"]);
    assert_eq!(shown.hidden_indexes, ["UK_t_OBPK_INCRMT"]);
    let noted = ObjectQuery { noted: Some(true), ..Default::default() };
    let listed = app.client().object_details(&task, &noted).await.expect("lists");
    assert_eq!((listed.items, listed.total_count), (vec![shown.clone()], 1));
    let others = ObjectQuery { noted: Some(false), page_size: Some(2), ..Default::default() };
    let others = app.client().object_details(&task, &others).await.expect("lists");
    let numbers: Vec<u32> = others.items.iter().map(|detail| detail.object.number).collect();
    assert_eq!((numbers, others.total_count), (vec![0, 2], 4));
    assert_eq!(others.items[0].deferred, [], "what is kept for another one is not its");
    use ObjectOperation as O;
    assert_eq!(shown.object.operations, [O::View, O::Retry, O::Skip, O::Remove, O::Edit]);
    run.say(Outcome::Finished);
    app.reaches("p.schema", TaskState::Finished).await;
    let rests = app.client().object(&task, 1).await.expect("is there");
    assert_eq!(rests.object.operations, [O::View], "the task is over");
    let new = app.client().object(&task, 0).await.expect("is there");
    assert_eq!((new.object.operations, new.source_ddl), (vec![], None));
}

#[tokio::test]
async fn objects_are_found_by_state_kind_and_name() {
    let app = TestApp::start().await;
    let run = running(&app).await;
    take(&app, &run.fence(), 3, ObjectState::Completed);
    let list = async |query: ObjectQuery| {
        let page = app.client().objects(&id("p.schema"), &query).await.expect("lists");
        let numbers: Vec<u32> = page.items.iter().map(|object| object.number).collect();
        (numbers, page.total_count)
    };
    assert_eq!(list(ObjectQuery::default()).await, (vec![0, 1, 2, 3, 4], 5));
    let state = ObjectQuery { state: Some(ObjectState::Completed), ..Default::default() };
    assert_eq!(list(state).await, (vec![3], 1));
    let kind = ObjectQuery { kind: Some(SyncObjectKind::View), ..Default::default() };
    assert_eq!(list(kind).await, (vec![], 0));
    let search = ObjectQuery { search: Some("T_4".into()), ..Default::default() };
    assert_eq!(list(search).await, (vec![4], 1));
    let page = ObjectQuery { page_number: Some(2), page_size: Some(4), ..Default::default() };
    assert_eq!(list(page).await, (vec![4], 5));
}

#[tokio::test]
async fn only_schema_tasks_have_objects_and_only_those_they_have() {
    let app = TestApp::start().await;
    app.store("p.full", &full()).await;
    running(&app).await;
    app.get(&paths::objects(&id("p.full"))).await.refused(ErrorCode::WrongTaskKind);
    app.get(&paths::object(&id("p.full"), 0)).await.refused(ErrorCode::WrongTaskKind);
    for number in [5, u32::MAX] {
        let path = paths::object(&id("p.schema"), number);
        app.get(&path).await.refused(ErrorCode::NoSuchTaskObject);
    }
}
