//! The schema goes up, down and up again on every database it can live in.

use super::backends::{database, sqlite_in};
use oms_chassis::{
    db::{connect, migrate, revert_all},
    settings::MetadataSettings,
};
use oms_testkit::servers::ServerKind;

async fn up_down_up(url: String) {
    let worked = tokio::task::spawn_blocking(move || {
        let settings = MetadataSettings { url: url.into(), ..Default::default() };
        let conn = &mut connect(&settings).expect("connects");
        migrate(conn, &gateway::repo::MIGRATIONS).expect("up");
        revert_all(conn, &gateway::repo::MIGRATIONS).expect("down");
        migrate(conn, &gateway::repo::MIGRATIONS).expect("up again");
    });
    worked.await.expect("no panic");
}

#[tokio::test]
async fn on_sqlite() {
    let dir = tempfile::tempdir().expect("a temp dir");
    up_down_up(sqlite_in(dir.path())).await;
}

#[tokio::test]
async fn on_mysql() {
    let db = database(ServerKind::MySql).await;
    up_down_up(db.url()).await;
}

#[tokio::test]
async fn on_mariadb() {
    let db = database(ServerKind::MariaDb).await;
    up_down_up(db.url()).await;
}

#[tokio::test]
async fn on_postgresql() {
    let db = database(ServerKind::Postgres).await;
    up_down_up(db.url()).await;
}

#[tokio::test]
async fn on_the_oceanbase_kernel() {
    let db = database(ServerKind::OceanBase).await;
    up_down_up(db.url()).await;
}
