//! The metadata: on each database it can live in, locked, and full.

use crate::{
    app::{TestApp, actor, user},
    data_sources::{store, unreached},
    labels::{attach, list, make, named},
};
use diesel::connection::SimpleConnection;
use oms_chassis::{
    Conn,
    db::{connect, migrate, revert_all},
    settings::MetadataSettings,
};
use oms_contracts::{
    ErrorCode, Page,
    project::{
        data_source::{self, DataSourceSettings, DataSourceView},
        label,
    },
};
use oms_model::{Right, Role};
use oms_testkit::{
    TestDb,
    servers::{ServerKind, of_this_run},
};
use project_service::{
    domain::data_source::{Sealed, Secrets, Slot},
    repo::{
        self, MIGRATIONS,
        data_source::{Change, Filter},
    },
};
use reqwest::StatusCode;
use std::time::{Duration, Instant};

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
async fn the_schema_goes_up_down_and_up_on_every_backend() {
    let dir = tempfile::tempdir().expect("a temp dir");
    for (settings, _db) in backends(dir.path()).await {
        let worked = tokio::task::spawn_blocking(move || {
            let conn = &mut connect(&settings).expect("connects");
            migrate(conn, &MIGRATIONS).expect("up");
            revert_all(conn, &MIGRATIONS).expect("down");
            migrate(conn, &MIGRATIONS).expect("up again");
        });
        worked.await.expect("no panic");
    }
}

/// Everything the repositories say, said to a backend.
fn exercise(conn: &mut Conn) {
    let (alice, bob) = (actor("alice", Role::User, 1), actor("bob", Role::User, 2));
    let mut source = unreached(&alice, "Größe_1", "a.example");
    source.sealed.password = Some(Sealed("v1:k:old".into()));
    let other = unreached(&bob, "other", "b.example");
    repo::data_source::insert(conn, &source).expect("inserts");
    repo::data_source::insert(conn, &other).expect("inserts");
    let same = unreached(&bob, "GRÖSSE_1", "c.example");
    repo::data_source::insert(conn, &same).expect("ß and ss are two letters");
    let twin = unreached(&bob, "grÖßE_1", "d.example");
    let twice = repo::data_source::insert(conn, &twin).expect_err("the name is taken");
    assert!(matches!(&twice, repo::Error::Query(e) if oms_chassis::db::is_duplicate(e)));
    let found = repo::data_source::find(conn, &source.id).expect("reads").expect("is there");
    assert_eq!(found, source);

    let slice = oms_contracts::PageQuery::default().checked().expect("a page");
    let filter = Filter { search: Some("GRÖßE_".into()), ..Default::default() };
    let (page, total) = repo::data_source::list(conn, &alice, &filter, slice).expect("lists");
    assert_eq!((page, total), (vec![source.clone()], 1));
    let admin = actor("admin", Role::Admin, 2);
    let filter = Filter { kinds: vec![other.settings.kind], ..Default::default() };
    let (page, total) = repo::data_source::list(conn, &admin, &filter, slice).expect("lists");
    assert_eq!((page.len(), total), (2, 2), "a department's");
    let hidden = repo::data_source::find_within(conn, &bob, Right::ReadWork, &source.id);
    assert_eq!(hidden.expect("reads"), None);

    source.settings.description = Some("🦀".into());
    source.revision = 2;
    let keep = source.sealed.map(|_, _| Change::Keep);
    assert!(repo::data_source::update(conn, &source, &keep, 1).expect("updates"));
    assert!(!repo::data_source::update(conn, &source, &keep, 1).expect("is stale"));
    let (old, new) = (Sealed("v1:k:old".into()), Sealed("v1:k2:new".into()));
    let swap = |conn: &mut Conn| {
        repo::data_source::reseal(conn, &source.id, Slot::Password, &old, &new).expect("swaps")
    };
    assert!(swap(conn) && !swap(conn));
    let sealed = repo::data_source::sealed_after(conn, None, 10).expect("reads");
    assert_eq!(sealed.len(), 3);
    let clear = Secrets { password: Change::Clear, ..source.sealed.map(|_, _| Change::Keep) };
    source.revision = 3;
    assert!(repo::data_source::update(conn, &source, &clear, 2).expect("updates"));
    assert_eq!(repo::data_source::count_of(conn, &alice.user).expect("counts"), 1);
    conn.write(|conn| {
        assert!(repo::data_source::hold(conn, &source.id)?);
        repo::data_source::forget_partner(conn, &source.id)?;
        repo::data_source::delete(conn, &source.id)
    })
    .expect("deletes");
    assert!(!repo::data_source::hold(conn, &source.id).expect("asks"));
}

#[tokio::test]
async fn the_repositories_work_on_every_backend() {
    let dir = tempfile::tempdir().expect("a temp dir");
    for (settings, _db) in backends(dir.path()).await {
        let worked = tokio::task::spawn_blocking(move || {
            let conn = &mut connect(&settings).expect("connects");
            migrate(conn, &MIGRATIONS).expect("up");
            exercise(conn);
        });
        worked.await.expect("no panic");
    }
}

#[tokio::test]
async fn labels_work_on_every_backend_and_races_end_in_their_codes() {
    let dir = tempfile::tempdir().expect("a temp dir");
    for (metadata, _db) in backends(dir.path()).await {
        let app = TestApp::with(|settings| settings.metadata.url = metadata.url).await;
        let caller = app.by(user());
        let (same, last) = (named("same"), named("last"));
        let answers =
            futures::future::join_all((0..5).map(|_| caller.post(label::paths::ALL, &same))).await;
        let (won, lost): (Vec<_>, Vec<_>) =
            answers.into_iter().partition(|answer| answer.status == StatusCode::CREATED);
        assert_eq!(won.len(), 1);
        for answer in lost {
            answer.refused(ErrorCode::LabelTaken);
        }
        for n in 0..98 {
            make(&app, user(), &format!("n{n}")).await;
        }
        let other = named("other");
        let (a, b) = tokio::join!(
            caller.post(label::paths::ALL, &last),
            caller.post(label::paths::ALL, &other)
        );
        let lost = if a.status == StatusCode::CREATED { b } else { a };
        lost.refused(ErrorCode::TooManyLabels);
        assert_eq!(list(&app, user(), "search=N1").await.total_count, 11);
    }
}

#[tokio::test]
async fn locked_metadata_is_busy_within_the_wait_and_unchanged() {
    let app = TestApp::with(|settings| settings.metadata.wait_ms = 400).await;
    let source = unreached(&user(), "x", "x.example");
    store(&app, std::slice::from_ref(&source));
    let label = make(&app, user(), "label").await;
    let before = app.stored();
    let mut other = app.metadata();
    other.batch_execute("BEGIN IMMEDIATE").expect("locks");
    let (caller, one) = (app.by(user()), label::paths::one(&label.id));
    let path = data_source::paths::one(&source.id);
    let mut edit = DataSourceSettings::new(
        "renamed",
        source.settings.kind,
        source.settings.host.as_str(),
        source.settings.port,
        &source.settings.login.user,
    );
    edit.description = Some("renamed".into());
    let started = Instant::now();
    caller.post(label::paths::ALL, &named("x")).await.refused(ErrorCode::MetadataBusy);
    caller.patch(&one, &named("y")).await.refused(ErrorCode::MetadataBusy);
    caller.delete(&one).await.refused(ErrorCode::MetadataBusy);
    caller.put(&path, 1, &edit).await.refused(ErrorCode::MetadataBusy);
    caller.delete(&path).await.refused(ErrorCode::MetadataBusy);
    let took = started.elapsed();
    assert!(took > Duration::from_millis(5 * 350) && took < Duration::from_secs(5), "{took:?}");
    // Readers are not held up by a writer.
    let _: Page<DataSourceView> = caller.get(data_source::paths::ALL).await.ok(StatusCode::OK);
    other.batch_execute("ROLLBACK").expect("lets go");
    assert_eq!(app.stored(), before);
    let _: DataSourceView = caller.put(&path, 1, &edit).await.ok(StatusCode::OK);
}

#[tokio::test]
async fn a_full_disk_is_said_so_and_nothing_is_half_done() {
    let app = TestApp::on(|conn| {
        let source = unreached(&user(), "x", "x.example");
        repo::data_source::insert(conn, &source).expect("inserts");
        // As many pages as there are: whatever needs another finds the disk full.
        conn.batch_execute("PRAGMA max_page_count = 1").expect("limits");
    })
    .await;
    let caller = app.by(user());
    let listed: Page<DataSourceView> = caller.get(data_source::paths::ALL).await.ok(StatusCode::OK);
    let source = &listed.items[0];
    let before = app.stored();
    let path = data_source::paths::one(&source.id);
    let mut large =
        DataSourceSettings::new("x", source.kind, &source.host, source.port, &source.username);
    large.conn_extra_attributes =
        serde_json::json!({ "fill": "x".repeat(8_000) }).as_object().cloned();
    caller.put(&path, 1, &large).await.refused(ErrorCode::MetadataFull);
    // Labels fit until their page is full.
    let mut made = 0;
    let refused = loop {
        let answer = caller.post(label::paths::ALL, &named(&format!("label-{made}"))).await;
        if answer.status != StatusCode::CREATED {
            break answer;
        }
        made += 1;
        assert!(made < 100, "the disk never filled");
    };
    refused.refused(ErrorCode::MetadataFull);
    assert_eq!(list(&app, user(), "").await.total_count, made);
    let unchanged: DataSourceView = caller.get(&path).await.ok(StatusCode::OK);
    assert_eq!(&unchanged, source);
    assert!(app.stored().contains("x.example") && before.contains("x.example"));
}

#[tokio::test]
async fn a_row_that_nobody_can_have_written_is_an_internal_error() {
    let app = TestApp::start().await;
    let source = unreached(&user(), "x", "x.example");
    store(&app, std::slice::from_ref(&source));
    let label = make(&app, user(), "label").await;
    attach(&app, &label.id, "np_00000001");
    let damage = "UPDATE data_sources SET options = '{'";
    app.metadata().batch_execute(damage).expect("damages");
    let answer = app.by(user()).get(&data_source::paths::one(&source.id)).await;
    let problem = answer.refused(ErrorCode::Internal);
    assert!(problem.message.contains(source.id.as_str()), "{problem:?}");
    assert_eq!(list(&app, user(), "").await.total_count, 1, "the rest works");
}
