//! The objects of a schema task and what belongs to them.

use super::{first_page, running};
use oms_chassis::Conn;
use oms_contracts::{
    ErrorCode,
    sync::{ObjectState, StatementKind, StatementState, SyncObjectKind},
};
use oms_model::ObjectName;
use sync_service::{
    domain::{Fence, object::ObjectEvent},
    repo::{
        self,
        schema::{self, Change, HiddenKind, NewDeferred, NewObject, Note, Seen, Step},
    },
};

pub fn objects(conn: &mut Conn) {
    let fence = running(conn, "p.schema");
    let task = &fence.task;
    let new = |number, name: &str, kind| NewObject {
        number,
        kind,
        source: ObjectName::new("d", name),
        target: ObjectName::new("e", name),
    };
    let all = [
        new(0, "Größe", SyncObjectKind::Table),
        new(1, "b", SyncObjectKind::View),
        new(2, "c", SyncObjectKind::Sequence),
    ];
    schema::insert_objects(conn, task, &all).expect("inserts");
    let obtained = Step {
        change: Change { source_ddl: Some("CREATE TABLE `ü🦀`".into()), ..Default::default() },
        ..Step::new(0, ObjectEvent::Obtained)
    };
    let note = Note { code: "CLAUSE_DROPPED".into(), message: "ENGINE".into() };
    let converted = Step {
        change: Change {
            converted_ddl: Some("CREATE TABLE x".into()),
            notes: Some(vec![note.clone()]),
            ..Default::default()
        },
        ..Step::new(0, ObjectEvent::Converted)
    };
    let refused = Step {
        change: Change {
            error: Some((ErrorCode::DatabaseRefused, "refused".into())),
            database: Some(("1064".into(), "You have an error".into())),
            ..Default::default()
        },
        ..Step::new(0, ObjectEvent::Refused)
    };
    let steps = [obtained, converted.clone(), Step::new(0, ObjectEvent::Begun), refused];
    assert_eq!(schema::advance(conn, &fence, &steps).expect("advances"), [0; 0]);
    let object = schema::find_object(conn, task, 0).expect("reads").expect("is there");
    assert_eq!((object.state, object.notes, object.edited), (ObjectState::Failed, 1, false));
    assert_eq!(object.error.expect("an error").code, ErrorCode::DatabaseRefused);
    let statements =
        schema::statements(conn, task, &[0]).expect("reads").remove(&0).expect("is there");
    assert_eq!(statements.source_ddl.as_deref(), Some("CREATE TABLE `ü🦀`"));
    assert_eq!(statements.converted_ddl.as_deref(), Some("CREATE TABLE x"));
    assert_eq!((statements.notes, statements.database_code), (vec![note], Some("1064".into())));
    assert_eq!(schema::failed_objects(conn, task).expect("lists"), [0]);
    users(conn, &fence, &converted);
    kept_for_later(conn, &fence);
    found_and_removed(conn, &fence);
}

fn users(conn: &mut Conn, fence: &Fence, converted: &Step) {
    let task = &fence.task;
    let seen = Seen { number: 0, state: ObjectState::Failed };
    let ready = ObjectState::Ready;
    assert!(schema::set_object(conn, task, seen, ready, Some("CREATE mine")).expect("edits"));
    assert!(!schema::set_object(conn, task, seen, ready, None).expect("asks"), "it has moved");
    let late = schema::advance(conn, fence, std::slice::from_ref(converted));
    assert_eq!(late.expect("is passed over"), [0], "the user was there first");
    let mine = schema::statements(conn, task, &[0]).expect("reads")[&0].converted_ddl.clone();
    assert_eq!(mine.as_deref(), Some("CREATE mine"));
    let illegal = schema::advance(conn, fence, &[Step::new(1, ObjectEvent::Obtained)])
        .and_then(|_| schema::advance(conn, fence, &[Step::new(1, ObjectEvent::Created)]));
    assert!(matches!(illegal, Err(repo::Error::Object(_))), "{illegal:?}");
    assert_eq!(schema::interrupt(conn, fence).expect("goes back"), 1);
}

fn kept_for_later(conn: &mut Conn, fence: &Fence) {
    let task = &fence.task;
    let index =
        NewDeferred { kind: StatementKind::Index, name: "i".into(), sql: "CREATE INDEX".into() };
    let check = NewDeferred { kind: StatementKind::Check, ..index.clone() };
    schema::store_deferred(conn, fence, 0, &[index.clone(), check.clone()]).expect("stores");
    schema::store_deferred(conn, fence, 0, &[check, index]).expect("stores again");
    let failed = StatementState::Failed;
    schema::set_deferred(conn, fence, (0, 1), failed, Some("no")).expect("sets");
    let indexes = schema::deferred(conn, task, &[StatementKind::Index]).expect("lists");
    assert_eq!((indexes.len(), indexes[0].error.as_deref()), (1, Some("no")));
    assert_eq!(schema::deferred_of(conn, task, &[0]).expect("lists").len(), 2);
    assert_eq!(schema::deferred_sums(conn, task).expect("sums").len(), 2);
    let parts = [
        (HiddenKind::Column, "OMS_PK_INCRMT".to_owned()),
        (HiddenKind::Index, "UK_x_OBPK_INCRMT".to_owned()),
    ];
    schema::record_hidden(conn, fence, 0, &parts).expect("records");
    schema::record_hidden(conn, fence, 0, &parts).expect("records again");
    assert_eq!(schema::hidden(conn, task).expect("lists").len(), 2);
    assert_eq!(schema::hidden_of(conn, task, &[0]).expect("lists")[1].kind, HiddenKind::Index);
    schema::forget_hidden(conn, fence, 0).expect("forgets");
    assert_eq!(schema::hidden(conn, task).expect("lists"), []);
}

fn found_and_removed(conn: &mut Conn, fence: &Fence) {
    let task = &fence.task;
    let filter = schema::Filter {
        kind: Some(SyncObjectKind::Table),
        search: Some("E.GRÖ".into()),
        ..Default::default()
    };
    let (page, total) = schema::list_objects(conn, task, &filter, first_page()).expect("lists");
    assert_eq!((page.len(), total), (1, 1), "found by its name at the target");
    let seen = Seen { number: 0, state: ObjectState::Ready };
    assert!(schema::remove_object(conn, task, seen).expect("removes"));
    assert_eq!(schema::find_object(conn, task, 0).expect("reads"), None);
    assert_eq!(schema::deferred_of(conn, task, &[0]).expect("lists"), [], "its indexes go with it");
    assert_eq!(schema::objects(conn, task).expect("lists").len(), 2);
    let gone = schema::advance(conn, fence, &[Step::new(0, ObjectEvent::Begun)]);
    assert_eq!(gone.expect("is passed over"), [0]);
    let states = schema::states(conn, task).expect("counts");
    assert_eq!(states.into_iter().collect::<Vec<_>>(), [(ObjectState::Initializing, 2)]);
}
