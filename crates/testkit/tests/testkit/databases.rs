//! Databases and accounts of a test's own, on all four servers.

use std::error::Error as _;

use oms_testkit::{
    SqlError, TestDb, TestUser,
    servers::{Server, ServerKind, mysql, of_this_run},
};

fn cause(error: &SqlError) -> String {
    error.source().unwrap().to_string()
}

fn text(value: &str) -> Option<String> {
    Some(value.to_owned())
}

async fn databases_on(server: &Server) -> Vec<String> {
    let db = TestDb::create(server).await.unwrap();
    let sql = match server.kind {
        ServerKind::Postgres => "SELECT datname FROM pg_database",
        _ => "SELECT schema_name FROM information_schema.schemata",
    };
    db.rows(sql).await.unwrap().into_iter().flatten().flatten().collect()
}

async fn statements_run_and_answers_come_back(kind: ServerKind) {
    let db = TestDb::create(of_this_run(kind)).await.unwrap();
    db.exec(
        "CREATE TABLE shelf (id INT PRIMARY KEY, label VARCHAR(20));
         INSERT INTO shelf VALUES (1, 'top'), (2, NULL)",
    )
    .await
    .unwrap();
    let rows = db.rows("SELECT id, label FROM shelf ORDER BY id").await.unwrap();
    assert_eq!(rows, [vec![text("1"), text("top")], vec![text("2"), None]]);
    assert_eq!(db.value("SELECT COUNT(*) FROM shelf").await.unwrap(), text("2"));
    assert_eq!(db.value("SELECT label FROM shelf WHERE id = 2").await.unwrap(), None);
    assert_eq!(db.value("SELECT id FROM shelf WHERE id = 3").await.unwrap(), None);
}

async fn databases_are_apart_and_vanish(kind: ServerKind) {
    let server = of_this_run(kind);
    let (one, two) = (TestDb::create(server).await.unwrap(), TestDb::create(server).await.unwrap());
    one.exec("CREATE TABLE shelf (id INT PRIMARY KEY)").await.unwrap();
    two.exec("CREATE TABLE shelf (id INT PRIMARY KEY)").await.unwrap();
    let names = [one.name().to_owned(), two.name().to_owned()];
    let there = databases_on(server).await;
    assert!(names.iter().all(|name| there.contains(name)), "{names:?} in {there:?}");
    drop((one, two));
    let left = databases_on(server).await;
    assert!(!names.iter().any(|name| left.contains(name)), "{names:?} in {left:?}");
}

async fn a_refusal_shows_the_statement_and_its_reason(kind: ServerKind) {
    let db = TestDb::create(of_this_run(kind)).await.unwrap();
    let refusal = db.exec("INSERT INTO nowhere VALUES (1)").await.unwrap_err();
    assert!(refusal.to_string().contains("INSERT INTO nowhere"), "{refusal}");
    assert!(!cause(&refusal).is_empty());
}

async fn a_wrong_password_is_refused(kind: ServerKind) {
    let server = of_this_run(kind);
    let refusal = TestDb::create(&server.with_account(&server.user, "wrong")).await.unwrap_err();
    assert!(matches!(refusal, SqlError::Connect { .. }), "{refusal}");
    assert!(!refusal.to_string().contains("wrong"), "{refusal} shows the password");
}

/// One module a server, so that a failure names it.
macro_rules! on_each_server {
    ($($server:ident: $kind:expr),* $(,)?) => {$(
        mod $server {
            use super::*;

            #[tokio::test]
            async fn statements_run_and_answers_come_back() {
                super::statements_run_and_answers_come_back($kind).await;
            }

            #[tokio::test]
            async fn databases_are_apart_and_vanish_with_their_tests() {
                databases_are_apart_and_vanish($kind).await;
            }

            #[tokio::test]
            async fn a_refusal_shows_the_statement_and_its_reason() {
                super::a_refusal_shows_the_statement_and_its_reason($kind).await;
            }

            #[tokio::test]
            async fn a_wrong_password_is_refused() {
                super::a_wrong_password_is_refused($kind).await;
            }
        }
    )*};
}

on_each_server! {
    on_mysql: ServerKind::MySql,
    on_mariadb: ServerKind::MariaDb,
    on_postgres: ServerKind::Postgres,
    on_oceanbase: ServerKind::OceanBase,
}

#[tokio::test]
async fn a_database_is_dropped_even_with_connections_open() {
    let server = of_this_run(ServerKind::Postgres);
    let db = TestDb::create(server).await.unwrap();
    let name = db.name().to_owned();
    let (client, connection) =
        tokio_postgres::connect(&db.url(), tokio_postgres::NoTls).await.unwrap();
    let connection = tokio::spawn(connection);
    drop(db);
    assert!(!databases_on(server).await.contains(&name));
    assert!(connection.await.unwrap().is_err(), "the server ended the other connection");
    drop(client);
}

#[tokio::test]
async fn a_panicking_test_leaves_no_database() {
    let server = mysql();
    let (tell, told) = tokio::sync::oneshot::channel();
    let panicked = tokio::spawn(async move {
        let db = TestDb::create(server).await.unwrap();
        tell.send(db.name().to_owned()).unwrap();
        assert_eq!(db.value("SELECT 1").await.unwrap(), text("2"), "a test that fails");
    });
    assert!(panicked.await.unwrap_err().is_panic());
    assert!(!databases_on(server).await.contains(&told.await.unwrap()));
}

#[tokio::test]
async fn options_reach_the_new_database() {
    let db = TestDb::create_with(mysql(), "CHARACTER SET gbk").await.unwrap();
    assert_eq!(db.value("SELECT @@character_set_database").await.unwrap(), text("gbk"));
}

#[tokio::test]
async fn a_user_may_do_what_was_granted_and_no_more() {
    for kind in [ServerKind::MySql, ServerKind::MariaDb, ServerKind::OceanBase] {
        let db = TestDb::create(of_this_run(kind)).await.unwrap();
        db.exec("CREATE TABLE shelf (id INT PRIMARY KEY)").await.unwrap();
        let (may_read, create) = (format!("SELECT ON {}.*", db.name()), "CREATE ON *.*");
        let grants = [may_read.as_str(), create];
        let user =
            TestUser::create(db.server(), "reader", "it's \\ secret", &grants).await.unwrap();
        assert!(user.name().len() <= 32, "{}", user.name());
        let own = TestDb::create(user.server()).await;
        let own = own.unwrap_or_else(|error| panic!("{kind}: {error}: {}", cause(&error)));
        let read = format!("SELECT COUNT(*) FROM {}.shelf", db.name());
        assert_eq!(own.value(&read).await.unwrap(), text("0"), "{kind}");
        let write = format!("INSERT INTO {}.shelf VALUES (1)", db.name());
        let refusal = cause(&own.exec(&write).await.unwrap_err());
        assert!(refusal.contains("denied"), "{kind}: {refusal}");
        db.exec(&format!("DROP DATABASE {}", own.name())).await.unwrap();
    }
}

#[tokio::test]
async fn a_user_vanishes_with_its_test() {
    let user = TestUser::create(mysql(), "passer_by", "secret", &[]).await.unwrap();
    let (name, server) = (user.name().to_owned(), user.server().clone());
    drop(user);
    let db = TestDb::create(mysql()).await.unwrap();
    let count = format!("SELECT COUNT(*) FROM mysql.user WHERE user = '{name}'");
    assert_eq!(db.value(&count).await.unwrap(), text("0"));
    assert!(TestDb::create(&server).await.is_err());
}
