//! The metadata on each database it can live in: the schema, and everything the repositories say.

use oms_chassis::{
    Conn,
    db::{connect, is_duplicate, migrate, revert_all},
    settings::MetadataSettings,
};
use oms_contracts::{
    ErrorCode, PageQuery,
    page::Slice,
    sync::{
        Limits, ObjectState, StatementKind, StatementState, SyncObjectKind, TableState, TaskError,
        TaskId, TaskKind, TaskSpec, TaskState,
    },
};
use oms_model::ObjectName;
use oms_testkit::{
    TestDb,
    servers::{ServerKind, of_this_run},
};
use serde_json::json;
use std::{sync::Arc, time::Instant};
use sync_service::{
    domain::{Fence, Live, Outline, Sealed, Task, object::ObjectEvent},
    repo::{
        self, MIGRATIONS,
        full::{self, Advance, Begin, Failure, NewTable, OpenRange},
        schema::{self, Change, HiddenKind, NewDeferred, NewObject, Note, Seen, Step},
        task::{self, Claim},
    },
};

/// A database of its own on each backend; SQLite in `dir`.
async fn backends(dir: &std::path::Path) -> Vec<(MetadataSettings, Option<TestDb>)> {
    let file = format!("sqlite:{}", dir.join("meta.db").display());
    let mut all = vec![(MetadataSettings { url: file.into(), ..Default::default() }, None)];
    for kind in
        [ServerKind::MySql, ServerKind::MariaDb, ServerKind::Postgres, ServerKind::OceanBase]
    {
        let db = TestDb::create(of_this_run(kind)).await.expect("a database");
        all.push((MetadataSettings { url: db.url().into(), ..Default::default() }, Some(db)));
    }
    all
}

async fn on_each(work: fn(&mut Conn)) {
    let dir = tempfile::tempdir().expect("a temp dir");
    for (settings, _db) in backends(dir.path()).await {
        let worked = tokio::task::spawn_blocking(move || {
            let conn = &mut connect(&settings).expect("connects");
            migrate(conn, &MIGRATIONS).expect("up");
            work(conn);
        });
        worked.await.expect("no panic");
    }
}

#[tokio::test]
async fn the_schema_goes_up_down_and_up_on_every_backend() {
    on_each(|conn| {
        revert_all(conn, &MIGRATIONS).expect("down");
        migrate(conn, &MIGRATIONS).expect("up again");
    })
    .await;
}

#[tokio::test]
async fn tasks_are_kept_on_every_backend() {
    on_each(tasks).await;
}

#[tokio::test]
async fn the_ledger_is_kept_on_every_backend() {
    on_each(ledger).await;
}

#[tokio::test]
async fn schema_objects_are_kept_on_every_backend() {
    on_each(objects).await;
}

fn spec() -> TaskSpec {
    let end = json!({ "kind": "MYSQL", "host": "h", "port": 3306, "user": "ü🦀" });
    let name = json!({ "database": "d", "name": "t" });
    serde_json::from_value(json!({
        "kind": "FULL", "source": end, "target": end,
        "objects": [{ "kind": "TABLE", "source": name, "target": name }],
    }))
    .expect("a specification")
}

fn stored(id: &str) -> Task {
    Task {
        outline: Outline {
            id: TaskId::parse(id).expect("an id"),
            kind: TaskKind::Full,
            state: TaskState::Init,
            since: 1,
            created_at: 1,
            started_at: None,
            objects: 1,
            owner: None,
            lease_until: 0,
            epoch: 0,
            revision: 1,
            error: None,
        },
        spec: spec(),
        sealed: Sealed("v1:k:sealed".into()),
        limits: Limits::default(),
        live: None,
    }
}

fn first_page() -> Slice {
    PageQuery::default().checked().expect("a page")
}

/// A task that runs here.
fn running(conn: &mut Conn, id: &str) -> Fence {
    let task = stored(id);
    task::insert(conn, &task).expect("inserts");
    claimed(conn, &task.outline, "me", 100).expect("is claimed").fence()
}

fn claimed(conn: &mut Conn, seen: &Outline, owner: &str, lease_until: i64) -> Option<Outline> {
    task::claim(conn, seen, Claim { owner, lease_until, now: 7 }).expect("claims")
}

fn tasks(conn: &mut Conn) {
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

    let mine = claimed(conn, &new.outline, "me", 100).expect("is claimed");
    assert_eq!((mine.state, mine.epoch, mine.started_at), (TaskState::Running, 1, Some(7)));
    assert!(claimed(conn, &new.outline, "other", 100).is_none(), "only one of two");
    assert!(!task::replace(conn, &new).expect("asks"), "it was started");
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

    let (old, fresh) = (Sealed("v1:k:sealed".into()), Sealed("v1:k2:sealed".into()));
    assert!(task::reseal(conn, id, &old, &fresh).expect("swaps"));
    assert!(!task::reseal(conn, id, &old, &fresh).expect("asks"));
    let all = task::sealed_after(conn, None, 10).expect("reads");
    assert_eq!(all.last(), Some(&(id.clone(), fresh)), "in the order of bytes");
    assert_eq!(task::sealed_after(conn, Some(id), 10).expect("reads"), []);
    task::delete(conn, id).expect("deletes");
    assert_eq!(task::outline(conn, id).expect("reads"), None);
}

fn key(bytes: &[u8]) -> Option<Arc<[u8]>> {
    Some(bytes.into())
}

fn ledger(conn: &mut Conn) {
    let fence = running(conn, "p.full");
    let (task, name) = (&fence.task, ObjectName::new("D\\b_1", "Größe%"));
    let new = |number| NewTable { number, source: name.clone(), target: name.clone() };
    let tables: Vec<NewTable> = (0..10_000).map(new).collect();
    let started = Instant::now();
    conn.write(|conn| full::insert_tables(conn, task, &tables)).expect("inserts");
    let took = started.elapsed();
    assert!(took.as_secs() < 10, "10,000 tables took {took:?}");

    let whole = OpenRange { table: 3, ..Default::default() };
    let first = OpenRange { number: 0, upto: key(b"\0\xff'"), ..whole.clone() };
    let second = OpenRange {
        number: 1,
        after: key(b"\0\xff'"),
        partition: Some("p\"0".into()),
        ..whole.clone()
    };
    let begin = Begin { plan: "{\"key\":\"ü\"}".into(), estimate: 100, ranges: vec![first] };
    full::begin_table(conn, &fence, 3, &begin).expect("begins");
    full::open_ranges(conn, &fence, std::slice::from_ref(&second)).expect("opens");
    let advance = |range, done, finished| Advance {
        table: 3,
        range,
        done,
        finished,
        rows: 10,
        bytes: u64::from(u32::MAX),
    };
    let steps = [advance(0, None, true), advance(1, key(b"\x01"), false)];
    full::advance(conn, &fence, &steps).expect("advances");
    let third = OpenRange { number: 2, after: key(b"\x09"), ..whole.clone() };
    let narrowed = OpenRange { upto: key(b"\x09"), ..second.clone() };
    full::narrow(conn, &fence, &narrowed, std::slice::from_ref(&third)).expect("narrows");
    let ledger = full::load(conn, &fence).expect("loads");
    let left = OpenRange { done: key(b"\x01"), ..narrowed };
    assert_eq!(ledger.ranges, [left, third]);
    let table = &ledger.tables[3];
    assert_eq!((table.rows, table.bytes, table.estimate), (20, 2 * u64::from(u32::MAX), 100));
    assert_eq!((table.attempts, table.plan.as_deref()), (1, Some(&*begin.plan)));
    assert_eq!((ledger.tables.len(), &table.source), (10_000, &name));

    let failure = Failure { code: ErrorCode::DatabaseRefused, message: "id=7: zü".into() };
    for number in [3, 4] {
        full::fail_table(conn, &fence, number, &failure).expect("fails");
    }
    full::set_estimates(conn, &fence, &[(5, 7), (6, 8)]).expect("estimates");
    full::begin_table(conn, &fence, 5, &Begin::default()).expect("begins");
    let shown = full::shown_tables(conn, task, 2).expect("lists");
    assert_eq!(shown.iter().map(|table| table.number).collect::<Vec<_>>(), [5, 3]);
    let error = shown[1].error.as_ref().expect("an error");
    assert_eq!((error.code, &error.message), (failure.code, &failure.message));
    let filter = full::Filter { state: Some(TableState::Failed), search: Some("GRÖßE%".into()) };
    let (page, total) = full::list_tables(conn, task, &filter, first_page()).expect("lists");
    assert_eq!((page.len(), total), (2, 2));
    assert_eq!(full::reopen_failed(conn, task).expect("reopens"), 2);
    let states = [3, 4].map(|number| {
        full::find_table(conn, task, number).expect("reads").expect("is there").state
    });
    assert_eq!(states, [TableState::Running, TableState::Init], "what was begun goes on");
    full::finish_table(conn, &fence, 3).expect("finishes");
    let sums = full::sums(conn, task).expect("sums");
    assert_eq!((sums.total, sums.done, sums.failed), (10_000, 1, 0));
    assert_eq!((sums.rows, sums.estimate), (20, 28), "a finished table is no estimate");
    assert_eq!(full::load(conn, &fence).expect("loads").ranges, []);

    let keys = ["id=1", "id=2 🦀", "id=1"].map(ToOwned::to_owned);
    full::record_conflicts(conn, &fence, 5, &keys).expect("records");
    let (page, total) = full::conflicts(conn, task, Some(5), first_page()).expect("lists");
    let mut met: Vec<(String, u64)> = page.into_iter().map(|row| (row.key, row.met)).collect();
    met.sort();
    assert_eq!((met, total), (vec![("id=1".into(), 2), ("id=2 🦀".into(), 1)], 2));
    assert_eq!(full::sums(conn, task).expect("sums").conflicts, 3);
    fenced(conn, &fence);
    task::delete(conn, task).expect("deletes");
    assert_eq!(full::sums(conn, task).expect("sums"), full::Sums::default());
}

/// Whoever lost the task writes nothing more.
fn fenced(conn: &mut Conn, fence: &Fence) {
    let old = Fence { epoch: fence.epoch - 1, ..fence.clone() };
    let before = full::load(conn, fence).expect("loads");
    let advance = Advance { table: 5, range: 0, done: None, finished: true, rows: 1, bytes: 1 };
    let failure = Failure { code: ErrorCode::Internal, message: String::new() };
    let open = OpenRange { table: 5, ..Default::default() };
    for refused in [
        full::advance(conn, &old, &[advance]),
        full::open_ranges(conn, &old, std::slice::from_ref(&open)),
        full::narrow(conn, &old, &open, &[]),
        full::begin_table(conn, &old, 5, &Begin::default()),
        full::finish_table(conn, &old, 5),
        full::fail_table(conn, &old, 5, &failure),
        full::set_estimates(conn, &old, &[(5, 9)]),
        full::record_conflicts(conn, &old, 5, &["x".to_owned()]),
        schema::record_hidden(conn, &old, 5, &[]),
        schema::store_deferred(conn, &old, 5, &[]),
        schema::advance(conn, &old, &[]).map(drop),
        schema::interrupt(conn, &old).map(drop),
    ] {
        assert!(matches!(refused, Err(repo::Error::Fenced(_))), "{refused:?}");
    }
    assert_eq!(full::load(conn, fence).expect("loads"), before);
}

fn objects(conn: &mut Conn) {
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
    let statements = schema::statements(conn, task, 0).expect("reads");
    assert_eq!(statements.source_ddl.as_deref(), Some("CREATE TABLE `ü🦀`"));
    assert_eq!(statements.converted_ddl.as_deref(), Some("CREATE TABLE x"));
    assert_eq!((statements.notes, statements.database_code), (vec![note], Some("1064".into())));
    assert_eq!(schema::failed_objects(conn, task).expect("lists"), [0]);

    let seen = Seen { number: 0, state: ObjectState::Failed };
    let ready = ObjectState::Ready;
    assert!(schema::set_object(conn, task, seen, ready, Some("CREATE mine")).expect("edits"));
    assert!(!schema::set_object(conn, task, seen, ready, None).expect("asks"), "it has moved");
    let late = schema::advance(conn, &fence, std::slice::from_ref(&converted));
    assert_eq!(late.expect("is passed over"), [0], "the user was there first");
    let mine = schema::statements(conn, task, 0).expect("reads").converted_ddl;
    assert_eq!(mine.as_deref(), Some("CREATE mine"));
    let illegal = schema::advance(conn, &fence, &[Step::new(1, ObjectEvent::Obtained)])
        .and_then(|_| schema::advance(conn, &fence, &[Step::new(1, ObjectEvent::Created)]));
    assert!(matches!(illegal, Err(repo::Error::Object(_))), "{illegal:?}");
    assert_eq!(schema::interrupt(conn, &fence).expect("goes back"), 1);

    let index =
        NewDeferred { kind: StatementKind::Index, name: "i".into(), sql: "CREATE INDEX".into() };
    let check = NewDeferred { kind: StatementKind::Check, ..index.clone() };
    schema::store_deferred(conn, &fence, 0, &[index.clone(), check.clone()]).expect("stores");
    schema::store_deferred(conn, &fence, 0, &[check, index]).expect("stores again");
    let failed = StatementState::Failed;
    schema::set_deferred(conn, &fence, (0, 1), failed, Some("no")).expect("sets");
    let indexes = schema::deferred(conn, task, &[StatementKind::Index]).expect("lists");
    assert_eq!((indexes.len(), indexes[0].error.as_deref()), (1, Some("no")));
    assert_eq!(schema::deferred_of(conn, task, 0).expect("lists").len(), 2);
    assert_eq!(schema::deferred_sums(conn, task).expect("sums").len(), 2);
    let parts = [
        (HiddenKind::Column, "OMS_PK_INCRMT".to_owned()),
        (HiddenKind::Index, "UK_x_OBPK_INCRMT".to_owned()),
    ];
    schema::record_hidden(conn, &fence, 0, &parts).expect("records");
    schema::record_hidden(conn, &fence, 0, &parts).expect("records again");
    assert_eq!(schema::hidden(conn, task).expect("lists").len(), 2);
    assert_eq!(schema::hidden_of(conn, task, 0).expect("lists")[1].kind, HiddenKind::Index);
    schema::forget_hidden(conn, &fence, 0).expect("forgets");
    assert_eq!(schema::hidden(conn, task).expect("lists"), []);

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
    assert_eq!(schema::deferred_of(conn, task, 0).expect("lists"), [], "its indexes go with it");
    assert_eq!(schema::objects(conn, task).expect("lists").len(), 2);
    let gone = schema::advance(conn, &fence, &[Step::new(0, ObjectEvent::Begun)]);
    assert_eq!(gone.expect("is passed over"), [0]);
    let states = schema::states(conn, task).expect("counts");
    assert_eq!(states.into_iter().collect::<Vec<_>>(), [(ObjectState::Initializing, 2)]);
}
