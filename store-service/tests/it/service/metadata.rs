//! The metadata on each database it can live in.

use crate::app::{id, spec_of, store};
use oms_chassis::{
    Conn,
    db::{connect, is_duplicate, migrate, revert_all},
    settings::MetadataSettings,
};
use oms_contracts::{
    ErrorCode, PageQuery,
    store::{StoreLive, StoreState},
    sync::TaskError,
};
use oms_model::change::Seq;
use oms_testkit::{
    TestDb,
    servers::{ServerKind, of_this_run},
};
use store_service::{
    domain::{Outline, Sealed, Store},
    repo::{
        self, MIGRATIONS,
        consumer::{self, Consumer},
        store as stores,
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

#[tokio::test]
async fn stores_and_consumers_are_kept_on_every_backend() {
    let dir = tempfile::tempdir().expect("a temp dir");
    for (settings, _db) in backends(dir.path()).await {
        let worked = tokio::task::spawn_blocking(move || {
            let conn = &mut connect(&settings).expect("connects");
            migrate(conn, &MIGRATIONS).expect("up");
            revert_all(conn, &MIGRATIONS).expect("down");
            migrate(conn, &MIGRATIONS).expect("up again");
            lives(conn);
            consumers(conn);
        });
        worked.await.expect("no panic");
    }
}

fn kept(name: &str, reader: u32) -> Store {
    let mut spec = spec_of(&store());
    spec.source.take_secrets();
    let outline = Outline {
        id: id(name),
        state: StoreState::Init,
        since: 1,
        created_at: 1,
        started_at: None,
        home: None,
        epoch: 0,
        revision: 1,
        reader,
        capture: format!("c{reader}"),
        error: None,
    };
    Store { outline, spec, sealed: Sealed("v1:k:sealed".into()), live: None }
}

fn lives(conn: &mut Conn) {
    let first = kept("p.one", u32::MAX);
    stores::insert(conn, &first).expect("inserts");
    for twice in [kept("p.one", 7), kept("p.two", u32::MAX)] {
        match stores::insert(conn, &twice) {
            Err(repo::Error::Query(error)) => assert!(is_duplicate(&error), "{error}"),
            other => panic!("{other:?}"),
        }
    }
    let claimed = stores::claim(conn, &first.outline, "me", 5).expect("claims").expect("is so");
    assert_eq!(stores::claim(conn, &first.outline, "me", 6).expect("claims"), None);
    let live = StoreLive { last_seq: Seq(9), ..Default::default() };
    let error = TaskError::new(ErrorCode::LogFull, "voll 🦀");
    let watched = stores::renew(conn, &claimed.fence(), &live, Some(&error)).expect("renews");
    assert_eq!(watched.expect("is run").state, StoreState::Running);
    let found = stores::find(conn, &id("p.one")).expect("finds").expect("is there");
    assert_eq!((found.live, found.outline.error), (Some(live.clone()), Some(error)));
    assert!(stores::ask_to_stop(conn, &id("p.one"), 7).expect("asks"));
    let seen = stores::at_home(conn, "me").expect("lists").remove(0);
    assert_eq!((seen.state, seen.revision), (StoreState::Stopping, 2));
    assert!(stores::end(conn, &seen, StoreState::Suspend, None, 8).expect("ends"));
    let late = stores::renew(conn, &claimed.fence(), &live, None).expect("renews");
    assert_eq!(late, None, "nobody runs it");
    let filter = stores::Filter { prefix: Some("p.".into()), state: Some(StoreState::Suspend) };
    let page = stores::list(conn, &filter, PageQuery::default().checked().expect("a page"));
    assert_eq!(page.expect("lists").1, 1);
    stores::delete(conn, &id("p.one")).expect("deletes");
    assert!(stores::outline(conn, &id("p.one")).expect("finds").is_none());
}

fn consumers(conn: &mut Conn) {
    let (of, at) = (id("p.store"), |name: &str, seq| Consumer {
        name: id(name),
        seq: Seq(seq),
        updated_at: 1,
    });
    assert!(consumer::register(conn, &of, &at("b", 7)).expect("registers"));
    assert!(!consumer::register(conn, &of, &at("b", 9)).expect("is there"));
    consumer::advance(conn, &of, &at("a", 5)).expect("registers");
    assert_eq!(consumer::slowest(conn, &of).expect("finds"), Some(Seq(5)));
    for (seq, then) in [(8, 8), (8, 8), (6, 8)] {
        consumer::advance(conn, &of, &at("a", seq)).expect("advances");
        let found = consumer::find(conn, &of, &id("a")).expect("finds").expect("is there");
        assert_eq!(found.seq, Seq(then));
    }
    let names: Vec<_> =
        consumer::list(conn, &of).expect("lists").into_iter().map(|it| it.seq.0).collect();
    assert_eq!(names, [8, 7]);
    consumer::delete(conn, &of, &id("b")).expect("deletes");
    consumer::forget(conn, &of).expect("forgets");
    assert_eq!(consumer::slowest(conn, &of).expect("finds"), None);
}
