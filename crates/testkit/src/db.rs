//! A database of a test's own on a shared server, and accounts with few rights.
//!
//! Names are unique across processes, so tests run at the same time on one server. What a value
//! made is dropped with it, also when the test panics.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use tokio::sync::{Mutex, MutexGuard};

use crate::{
    servers::{Server, ServerKind},
    sql::{Row, Session, SqlError, block_on},
};

/// A test that froze its server's network must end all the same.
const DROPPING: Duration = Duration::from_secs(20);

/// A database (on MySQL: a schema) that exists as long as this value.
#[derive(Debug)]
pub struct TestDb {
    name: String,
    session: Mutex<Session>,
    created: Created,
}

impl TestDb {
    /// Creates a database with the server's default character set.
    pub async fn create(server: &Server) -> Result<Self, SqlError> {
        Self::create_with(server, "").await
    }

    /// Creates a database with options of `CREATE DATABASE`, such as `CHARACTER SET gbk`.
    pub async fn create_with(server: &Server, options: &str) -> Result<Self, SqlError> {
        let name = unique("oms");
        let mut admin = Session::open(server, None).await?;
        admin.exec(&format!("CREATE DATABASE {name} {options}")).await?;
        admin.close().await;
        let created = Created { on: server.clone(), drop: drop_database(server.kind, &name) };
        let session = Session::open(server, Some(&name)).await?;
        Ok(Self { name, session: Mutex::new(session), created })
    }

    /// A database that is there, and stays.
    pub async fn open(server: &Server, name: &str) -> Result<Self, SqlError> {
        let session = Session::open(server, Some(name)).await?;
        let created = Created { on: server.clone(), drop: String::new() };
        Ok(Self { name: name.to_owned(), session: Mutex::new(session), created })
    }

    /// Opens another session, when the server has ended the one there was.
    pub async fn reconnect(&self) -> Result<(), SqlError> {
        *self.session().await = Session::open(self.server(), Some(&self.name)).await?;
        Ok(())
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn server(&self) -> &Server {
        &self.created.on
    }

    /// The URL of this database, with the server's account.
    pub fn url(&self) -> String {
        self.server().database_url(&self.name)
    }

    /// Runs one or several statements in this database.
    pub async fn exec(&self, sql: &str) -> Result<(), SqlError> {
        self.session().await.exec(sql).await
    }

    /// All rows of one statement's answer, as text.
    pub async fn rows(&self, sql: &str) -> Result<Vec<Row>, SqlError> {
        self.session().await.rows(sql).await
    }

    /// The first column of the first row; `None` if it is NULL or there is no row.
    pub async fn value(&self, sql: &str) -> Result<Option<String>, SqlError> {
        Ok(self.rows(sql).await?.into_iter().flatten().next().flatten())
    }

    async fn session(&self) -> MutexGuard<'_, Session> {
        self.session.lock().await
    }
}

/// An account on a server of the MySQL family with just the rights it was given.
#[derive(Debug)]
pub struct TestUser {
    server: Server,
    _created: Created,
}

impl TestUser {
    /// Creates an account whose name begins with `name`. Each grant is what stands between `GRANT`
    /// and `TO`, such as `SELECT ON shop.*`; without any the account may only log in.
    ///
    /// # Panics
    /// On PostgreSQL, whose roles and rights are of another kind: use [`TestDb::exec`] there.
    pub async fn create(
        server: &Server,
        name: &str,
        password: &str,
        grants: &[&str],
    ) -> Result<Self, SqlError> {
        assert!(server.kind.speaks_mysql(), "{} has roles, not users", server.kind);
        let user = unique(name);
        let mut admin = Session::open(server, None).await?;
        let quoted = password.replace('\\', "\\\\").replace('\'', "''");
        // The name is new: if it is there, OceanBase has made it and said "try again" all the same.
        let made = format!("CREATE USER IF NOT EXISTS '{user}'@'%' IDENTIFIED BY '{quoted}'");
        admin.exec(&made).await?;
        let created = Created { on: server.clone(), drop: format!("DROP USER '{user}'@'%'") };
        for grant in grants {
            admin.exec(&format!("GRANT {grant} TO '{user}'@'%'")).await?;
        }
        admin.close().await;
        Ok(Self { server: server.with_account(&user, password), _created: created })
    }

    pub fn name(&self) -> &str {
        &self.server.user
    }

    /// The server as this account reaches it.
    pub fn server(&self) -> &Server {
        &self.server
    }
}

/// Something on a server that is dropped with this value, on a connection and a runtime of its own:
/// the test's may be gone by then.
#[derive(Debug)]
struct Created {
    on: Server,
    /// Nothing for what stays.
    drop: String,
}

impl Drop for Created {
    fn drop(&mut self) {
        if self.drop.is_empty() {
            return;
        }
        let dropping = async {
            let mut session = Session::open(&self.on, None).await?;
            session.exec(&self.drop).await?;
            session.close().await;
            Ok::<(), SqlError>(())
        };
        match block_on(async { tokio::time::timeout(DROPPING, dropping).await }) {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!("{error}"),
            Err(_) => tracing::warn!("no answer to `{}` from {}", self.drop, self.on.shown()),
        }
    }
}

fn drop_database(kind: ServerKind, name: &str) -> String {
    match kind {
        // The code under test may have connections open.
        ServerKind::Postgres => format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
        _ => format!("DROP DATABASE IF EXISTS {name}"),
    }
}

/// A name that no other test has, at most 32 characters for prefixes up to nine: process ids repeat,
/// so part of it is random.
fn unique(prefix: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let mut random = [0; 4];
    getrandom::fill(&mut random).expect("the operating system has random numbers");
    let random = u32::from_ne_bytes(random);
    format!("{prefix}_{:x}_{count:x}_{random:08x}", std::process::id())
}
