//! The pool, its fault codes, and write transactions, on SQLite.

use super::*;
use diesel::connection::SimpleConnection;
use diesel_migrations::{EmbeddedMigrations, embed_migrations};

fn none() -> Migrations {
    const SET: EmbeddedMigrations = embed_migrations!("tests/migrations/one");
    Migrations { sqlite: || SET, mysql: || SET, postgres: || SET }
}

fn two() -> Migrations {
    const SET: EmbeddedMigrations = embed_migrations!("tests/migrations/two");
    Migrations { sqlite: || SET, mysql: || SET, postgres: || SET }
}

fn settings(dir: &tempfile::TempDir) -> MetadataSettings {
    let url = format!("sqlite:{}", dir.path().join("meta.db").display());
    MetadataSettings { url: url.into(), connections: 4, wait_ms: 300 }
}

#[derive(Debug, thiserror::Error)]
enum TestError {
    #[error(transparent)]
    Db(#[from] DbError),
    #[error(transparent)]
    Query(#[from] diesel::result::Error),
}

fn insert(conn: &mut Conn, id: i64) -> Result<(), TestError> {
    conn.write(|conn| {
        diesel::sql_query(format!("INSERT INTO things (id) VALUES ({id})")).execute(conn)?;
        Ok(())
    })
}

async fn count(db: &Db) -> i64 {
    db.run(|conn| {
        let sql = diesel::dsl::sql::<diesel::sql_types::BigInt>("(SELECT COUNT(*) FROM things)");
        Ok::<i64, TestError>(diesel::select(sql).get_result(conn)?)
    })
    .await
    .expect("counts")
}

#[tokio::test]
async fn many_writers_at_once_lose_nothing() {
    let dir = tempfile::tempdir().expect("a temp dir");
    let db = Db::open(&MetadataSettings { wait_ms: 10_000, ..settings(&dir) }, none())
        .await
        .expect("opens");
    let writes = (0..200).map(|id| {
        let db = db.clone();
        async move { db.run(move |conn| insert(conn, id)).await }
    });
    for result in futures::future::join_all(writes).await {
        result.expect("writes");
    }
    assert_eq!(count(&db).await, 200);
}

#[tokio::test]
async fn a_failed_transaction_leaves_nothing() {
    let dir = tempfile::tempdir().expect("a temp dir");
    let db = Db::open(&settings(&dir), none()).await.expect("opens");
    let failed: Result<(), TestError> = db
        .run(|conn| {
            conn.write(|conn| {
                insert(conn, 1)?;
                Err(diesel::result::Error::RollbackTransaction.into())
            })
        })
        .await;
    assert!(failed.is_err());
    assert_eq!(count(&db).await, 0);
}

#[tokio::test]
async fn a_locked_database_is_busy_after_the_wait_and_works_again_later() {
    let dir = tempfile::tempdir().expect("a temp dir");
    let db = Db::open(&settings(&dir), none()).await.expect("opens");
    let mut other = connect(&settings(&dir)).expect("a second connection");
    other.batch_execute("BEGIN IMMEDIATE").expect("takes the lock");
    let Err(TestError::Query(error)) = db.run(|conn| insert(conn, 1)).await else {
        panic!("wrote past a lock");
    };
    assert_eq!(code_of(&error), ErrorCode::MetadataBusy);
    other.batch_execute("ROLLBACK").expect("lets go");
    db.run(|conn| insert(conn, 1)).await.expect("writes again");
}

#[tokio::test]
async fn a_full_database_is_told_apart_and_keeps_what_it_had() {
    let dir = tempfile::tempdir().expect("a temp dir");
    let db = Db::open(&MetadataSettings { connections: 1, ..settings(&dir) }, none())
        .await
        .expect("opens");
    let filled: Result<(), TestError> = db
        .run(|conn| {
            conn.batch_execute("PRAGMA max_page_count = 20")?;
            (0..100_000).try_for_each(|id| insert(conn, id))
        })
        .await;
    let Err(TestError::Query(error)) = filled else { panic!("the disk never filled") };
    assert_eq!(code_of(&error), ErrorCode::MetadataFull);
    let kept = count(&db).await;
    assert!(kept > 0);
    assert_eq!(count(&db).await, kept);
}

#[tokio::test]
async fn metadata_of_a_newer_version_is_refused() {
    let dir = tempfile::tempdir().expect("a temp dir");
    drop(Db::open(&settings(&dir), two()).await.expect("opens"));
    let older = Db::open(&settings(&dir), none()).await;
    assert!(matches!(older, Err(OpenError::Migration(MigrationError::Newer(_)))), "{older:?}");
}

#[tokio::test]
async fn replicas_that_start_together_migrate_once() {
    let dir = tempfile::tempdir().expect("a temp dir");
    let settings = MetadataSettings { wait_ms: 10_000, ..settings(&dir) };
    let starts = (0..8).map(|_| Db::open(&settings, two()));
    for start in futures::future::join_all(starts).await {
        start.expect("every replica starts");
    }
}

#[test]
fn foreign_urls_are_refused_without_their_password() {
    for url in ["", "x.db", "oracle://u:pass-word@h/x"] {
        let settings = MetadataSettings { url: url.to_owned().into(), ..Default::default() };
        let error = connect(&settings).map(drop).expect_err("refused").to_string();
        assert!(!error.contains("pass-word"), "{error}");
    }
}
