//! How far a task is, as it is told.

use crate::app::{PATIENCE, TestApp, full, id, schema, spec};
use oms_contracts::{
    ErrorCode,
    sync::{
        Bottleneck, ConflictQuery, ObjectState, StatementKind, StatementState, TableQuery,
        TableState, TaskKind, TaskState, Widths, paths,
    },
};
use oms_testkit::eventually;
use std::sync::Arc;
use sync_service::{
    domain::{Live, LiveTable, object::ObjectEvent},
    repo::{full as ledger, schema as objects},
    runner::Outcome,
};

#[tokio::test]
async fn a_load_tells_how_far_and_how_fast_it_is() {
    let app = TestApp::start().await;
    app.store("p.full", &full()).await;
    app.client().start(&id("p.full")).await.expect("starts");
    let run = app.script.next().await;
    let (conn, fence) = (&mut app.metadata(), run.fence());
    ledger::set_estimates(conn, &fence, &[(0, 1_000), (1, 500), (2, 10)]).expect("estimates");
    let range = ledger::OpenRange { table: 1, ..Default::default() };
    let begin = ledger::Begin { estimate: 500, ranges: vec![range], ..Default::default() };
    ledger::begin_tables(conn, &fence, &[(1, begin.clone())]).expect("begins");
    let step = ledger::Advance {
        table: 1,
        range: 0,
        done: None,
        finished: false,
        rows: 300,
        bytes: 9_000,
    };
    ledger::advance(conn, &fence, &[step]).expect("advances");
    ledger::finish_tables(conn, &fence, &[2]).expect("finishes");
    ledger::record_conflicts(conn, &fence, 1, &["id=1".into(), "id=2".into()]).expect("records");
    let live = Live {
        bottleneck: Bottleneck::Write,
        widths: Widths { read: 2, write: 4 },
        batch_bytes: 1 << 19,
        rows_per_second: 100.0,
        bytes_per_second: 3_000.0,
        tables: vec![LiveTable { number: 1, rows_per_second: 50.0 }],
        incr: None,
    };
    run.context.live.send_replace(live.clone());

    let view = app.client().task(&id("p.full")).await.expect("is there");
    let progress = &view.progress;
    assert_eq!((progress.total, progress.done, progress.failed), (3, 1, 0));
    assert_eq!((progress.rows, progress.bytes, progress.estimated_rows), (300, 9_000, 1_500));
    assert_eq!((progress.remaining_seconds, progress.conflicts), (Some(12), 2));
    assert_eq!(progress.live, live.view());
    let table = &progress.tables[0];
    assert_eq!((table.number, table.state, table.rows), (1, TableState::Running, 300));
    assert_eq!((table.rows_per_second, table.remaining_seconds), (50.0, Some(4)));
    assert_eq!((table.conflicts, table.attempts), (2, 1));

    // Another instance tells the same, from what the owner has noted.
    let replica = |settings: &mut sync_service::Settings| settings.instance.id = Some("two".into());
    let other = TestApp::in_dir(Arc::clone(&app.dir), replica).await;
    eventually(PATIENCE, || async {
        let told = other.client().task(&id("p.full")).await.expect("is there");
        told.progress == *progress
    })
    .await;
    run.say(Outcome::Finished);
    let done = app.reaches("p.full", TaskState::Finished).await;
    assert_eq!((done.progress.live, done.progress.remaining_seconds), (Default::default(), None));
}

#[tokio::test]
async fn tables_are_found_by_state_and_name_and_paged() {
    let app = TestApp::start().await;
    app.store("p.full", &spec(TaskKind::Full, 25)).await;
    let list = async |query: TableQuery| {
        let page = app.client().tables(&id("p.full"), &query).await.expect("lists");
        let numbers: Vec<u32> = page.items.iter().map(|table| table.number).collect();
        (numbers, page.total_count)
    };
    assert_eq!(list(TableQuery::default()).await, ((0..10).collect(), 25));
    let third = TableQuery { page_number: Some(3), ..Default::default() };
    assert_eq!(list(third).await, ((20..25).collect(), 25));
    let named = TableQuery { search: Some("DB.T_7".into()), ..Default::default() };
    assert_eq!(list(named).await, (vec![7], 1));
    let odd = TableQuery { search: Some("%".into()), ..Default::default() };
    assert_eq!(list(odd).await, (vec![], 0));
    let state = TableQuery { state: Some(TableState::Finished), ..Default::default() };
    assert_eq!(list(state).await, (vec![], 0));
}

#[tokio::test]
async fn conflicts_are_told_with_their_keys() {
    let app = TestApp::start().await;
    app.store("p.full", &full()).await;
    app.client().start(&id("p.full")).await.expect("starts");
    let fence = app.script.next().await.fence();
    let conn = &mut app.metadata();
    let keys: Vec<String> = (0..12).map(|n| format!("id={n}")).collect();
    ledger::record_conflicts(conn, &fence, 1, &keys).expect("records");
    ledger::record_conflicts(conn, &fence, 2, &keys[..1]).expect("records");
    let all = app.client().conflicts(&id("p.full"), &ConflictQuery::default()).await;
    let all = all.expect("lists");
    assert_eq!((all.items.len(), all.total_count), (10, 13));
    let query = ConflictQuery { number: Some(2), ..Default::default() };
    let one = app.client().conflicts(&id("p.full"), &query).await.expect("lists");
    assert_eq!((one.items[0].key.as_str(), one.items[0].count), ("id=0", 1));
    assert_eq!(one.items[0].target.to_string(), "db.t_2");
}

#[tokio::test]
async fn a_schema_task_counts_its_objects_and_what_is_kept_for_later() {
    let app = TestApp::start().await;
    app.store("p.schema", &schema()).await;
    app.client().start(&id("p.schema")).await.expect("starts");
    let fence = app.script.next().await.fence();
    let conn = &mut app.metadata();
    let steps = [
        (0, ObjectEvent::Obtained),
        (0, ObjectEvent::Converted),
        (0, ObjectEvent::Created),
        (1, ObjectEvent::Unobtainable),
        (2, ObjectEvent::Obtained),
        (2, ObjectEvent::Unsupported),
    ]
    .map(|(number, event)| objects::Step::new(number, event));
    objects::advance(conn, &fence, &steps).expect("advances");
    let index = objects::NewDeferred {
        kind: StatementKind::Index,
        name: "i".into(),
        sql: "CREATE INDEX i".into(),
    };
    objects::store_deferred(conn, &fence, 0, &[index.clone(), index]).expect("stores");
    objects::set_deferred(conn, &fence, (0, 1), StatementState::Done, None).expect("sets");
    let progress = app.client().task(&id("p.schema")).await.expect("is there").progress;
    assert_eq!((progress.total, progress.done, progress.failed), (5, 1, 2));
    let schema = progress.schema.expect("of a schema task");
    assert_eq!((schema.deferred, schema.deferred_done, schema.deferred_failed), (2, 1, 0));
    let states: Vec<(ObjectState, u64)> = schema.objects.into_iter().collect();
    let wanted = [
        (ObjectState::Initializing, 2),
        (ObjectState::Completed, 1),
        (ObjectState::DdlFailed, 1),
        (ObjectState::NotSupported, 1),
    ];
    assert_eq!(states, wanted);
    for path in [paths::tables(&id("p.schema")), paths::conflicts(&id("p.schema"))] {
        app.get(&path).await.refused(ErrorCode::WrongTaskKind);
    }
}
