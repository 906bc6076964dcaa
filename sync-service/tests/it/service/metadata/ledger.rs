//! The tables of a load, its ledger and its conflicts.

use super::{first_page, running};
use oms_chassis::Conn;
use oms_contracts::{ErrorCode, sync::TableState};
use oms_model::ObjectName;
use std::{sync::Arc, time::Instant};
use sync_service::{
    domain::Fence,
    repo::{
        self,
        full::{self, Advance, Begin, Failure, NewTable, OpenRange},
        schema, task,
    },
};

fn key(bytes: &[u8]) -> Option<Arc<[u8]>> {
    Some(bytes.into())
}

pub fn ledger(conn: &mut Conn) {
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
    full::begin_tables(conn, &fence, &[(3, begin.clone())]).expect("begins");
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
    full::begin_tables(conn, &fence, &[(5, Begin::default())]).expect("begins");
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
    full::finish_tables(conn, &fence, &[3]).expect("finishes");
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
        full::begin_tables(conn, &old, &[(5, Begin::default())]),
        full::finish_tables(conn, &old, &[5]),
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
