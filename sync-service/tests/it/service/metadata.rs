//! The metadata on each database it can live in: the schema, and everything the repositories say.

mod ledger;
mod objects;
mod tasks;

use oms_chassis::{
    Conn,
    db::{connect, migrate, revert_all},
    settings::MetadataSettings,
};
use oms_contracts::{
    PageQuery,
    page::Slice,
    sync::{Limits, TaskId, TaskKind, TaskSpec, TaskState},
};
use oms_testkit::{
    TestDb,
    servers::{ServerKind, of_this_run},
};
use serde_json::json;
use sync_service::{
    domain::{Fence, Outline, Sealed, Task},
    repo::{
        MIGRATIONS,
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
    on_each(tasks::tasks).await;
}

#[tokio::test]
async fn the_ledger_is_kept_on_every_backend() {
    on_each(ledger::ledger).await;
}

#[tokio::test]
async fn schema_objects_are_kept_on_every_backend() {
    on_each(objects::objects).await;
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
