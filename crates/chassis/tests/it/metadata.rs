//! Metadata on each database it may live in: replicas that start together, and the epoch.
//!
//! What a service's own migrations need is tested beside them; this is what all rely on.

use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use futures::future::join_all;
use oms_chassis::{
    Db,
    db::{self, Migrations},
    instance::Instance,
    settings::MetadataSettings,
};
use oms_contracts::ServiceName;
use oms_testkit::{TestDb, servers};
use secrecy::SecretString;

const SQLITE: EmbeddedMigrations = embed_migrations!("tests/migrations/instances/sqlite");
const MYSQL: EmbeddedMigrations = embed_migrations!("tests/migrations/instances/mysql");
const POSTGRES: EmbeddedMigrations = embed_migrations!("tests/migrations/instances/postgres");
const MIGRATIONS: Migrations =
    Migrations { sqlite: || SQLITE, mysql: || MYSQL, postgres: || POSTGRES };

fn at(url: &str) -> MetadataSettings {
    MetadataSettings { url: SecretString::from(url.to_owned()), connections: 2, wait_ms: 15_000 }
}

/// Six replicas start at once on an empty database, and each takes an epoch of its own.
async fn replicas_start_together(settings: MetadataSettings) {
    let starts = (0..6).map(|_| async {
        let db = Db::open(&settings, MIGRATIONS).await.expect("opens");
        let id = Some("replica-a".to_owned());
        let instance =
            Instance::enrol(&db, ServiceName::SyncService, id, Vec::new()).await.expect("enrols");
        db.ping().await.expect("answers");
        instance.epoch
    });
    let mut epochs = join_all(starts).await;
    epochs.sort_unstable();
    assert_eq!(epochs, [1, 2, 3, 4, 5, 6]);
}

/// Their rows are new and lie side by side, where databases lock the gap between rows.
async fn replicas_of_their_own_names_start_together(settings: MetadataSettings) {
    let db = Db::open(&MetadataSettings { connections: 8, ..settings }, MIGRATIONS).await;
    let db = db.expect("opens");
    for round in 0..10 {
        let starts = (0..6).map(|number| {
            let id = Some(format!("replica-{round}-{number}"));
            Instance::enrol(&db, ServiceName::SyncService, id, Vec::new())
        });
        for instance in join_all(starts).await {
            assert_eq!(instance.expect("enrols").epoch, 1);
        }
    }
}

async fn migrations_go_up_down_and_up(settings: MetadataSettings) {
    tokio::task::spawn_blocking(move || {
        let mut conn = db::connect(&settings).expect("connects");
        db::migrate(&mut conn, &MIGRATIONS).expect("up");
        db::revert_all(&mut conn, &MIGRATIONS).expect("down");
        db::migrate(&mut conn, &MIGRATIONS).expect("up again");
        db::migrate(&mut conn, &MIGRATIONS).expect("nothing to do");
    })
    .await
    .expect("ran");
}

/// On an empty database first: that is where starters meet.
async fn holds_on(settings: MetadataSettings) {
    replicas_start_together(settings.clone()).await;
    replicas_of_their_own_names_start_together(settings.clone()).await;
    migrations_go_up_down_and_up(settings).await;
}

#[tokio::test]
async fn it_lives_in_sqlite() {
    let dir = tempfile::tempdir().expect("a temp dir");
    holds_on(at(&format!("sqlite:{}", dir.path().join("meta.db").display()))).await;
}

#[tokio::test]
async fn it_lives_in_mysql() {
    let db = TestDb::create(servers::mysql()).await.expect("a database");
    holds_on(at(&db.url())).await;
}

#[tokio::test]
async fn it_lives_in_mariadb() {
    let db = TestDb::create(servers::mariadb()).await.expect("a database");
    holds_on(at(&db.url().replacen("mariadb://", "mysql://", 1))).await;
}

#[tokio::test]
async fn it_lives_in_oceanbase() {
    let db = TestDb::create(servers::oceanbase()).await.expect("a database");
    holds_on(at(&db.url().replacen("oceanbase://", "mysql://", 1))).await;
}

#[tokio::test]
async fn it_lives_in_postgresql() {
    let db = TestDb::create(servers::postgres()).await.expect("a database");
    holds_on(at(&db.url())).await;
}

#[tokio::test]
async fn a_wrong_password_of_the_metadata_is_not_shown() {
    let server = servers::mysql().with_account("nobody", "a-wrong-password");
    let settings = MetadataSettings { wait_ms: 1_000, ..at(&server.database_url("mysql")) };
    let error = Db::open(&settings, MIGRATIONS).await.expect_err("refused");
    assert!(!format!("{error:?}").contains("a-wrong-password"));
}
