//! One SQL connection to any of the servers, with answers as text: what tests and start-up need.

use std::error::Error;

use mysql_async::prelude::Queryable as _;
use tokio_postgres::{NoTls, SimpleQueryMessage};

use crate::servers::{Server, ServerKind};

/// A row of an answer; SQL's NULL is `None`.
pub type Row = Vec<Option<String>>;

type Cause = Box<dyn Error + Send + Sync>;

#[derive(Debug, thiserror::Error)]
pub enum SqlError {
    #[error("cannot connect to {server}")]
    Connect {
        server: String,
        #[source]
        source: Cause,
    },
    #[error("the server refused: {sql}")]
    Statement {
        sql: String,
        #[source]
        source: Cause,
    },
}

/// Runs one or several statements on a server, outside any database.
pub async fn run_sql(server: &Server, sql: &str) -> Result<(), SqlError> {
    let mut session = Session::open(server, None).await?;
    let result = session.exec(sql).await;
    session.close().await;
    result
}

#[derive(Debug)]
pub(crate) enum Session {
    MySql(mysql_async::Conn),
    Postgres(tokio_postgres::Client),
}

impl Session {
    /// Connects to one database, or to the server's default without one.
    pub(crate) async fn open(server: &Server, database: Option<&str>) -> Result<Self, SqlError> {
        let opened = if server.kind.speaks_mysql() {
            open_mysql(server, database).await
        } else {
            open_postgres(server, database).await
        };
        opened.map_err(|source| SqlError::Connect { server: server.shown(), source })
    }

    /// Runs one or several statements.
    pub(crate) async fn exec(&mut self, sql: &str) -> Result<(), SqlError> {
        match self {
            Self::MySql(conn) => exec_mysql(conn, sql).await,
            Self::Postgres(client) => client.batch_execute(sql).await.map_err(Cause::from),
        }
        .map_err(|source| SqlError::Statement { sql: sql.to_owned(), source })
    }

    /// All rows of one statement's answer.
    pub(crate) async fn rows(&mut self, sql: &str) -> Result<Vec<Row>, SqlError> {
        match self {
            Self::MySql(conn) => conn
                .query::<mysql_async::Row, _>(sql)
                .await
                .map(|rows| rows.into_iter().map(mysql_row).collect())
                .map_err(Cause::from),
            Self::Postgres(client) => client
                .simple_query(sql)
                .await
                .map(|messages| messages.iter().filter_map(postgres_row).collect())
                .map_err(Cause::from),
        }
        .map_err(|source| SqlError::Statement { sql: sql.to_owned(), source })
    }

    /// Says goodbye, so that the server does not log an aborted connection.
    pub(crate) async fn close(self) {
        if let Self::MySql(conn) = self {
            // The server has answered all it was asked: a failure to part changes nothing.
            let _ = conn.disconnect().await;
        }
    }
}

/// OceanBase answers "try again" to definitions while others are being made, and means it: mostly
/// nothing was done. Of several statements some may be done, so those are not repeated.
async fn exec_mysql(conn: &mut mysql_async::Conn, sql: &str) -> Result<(), Cause> {
    const TRY_AGAIN: u16 = 4023;
    let is_single = !sql.trim_end_matches([';', ' ', '\n']).contains(';');
    let mut attempts = 0;
    loop {
        match conn.query_drop(sql).await {
            Err(mysql_async::Error::Server(said))
                if said.code == TRY_AGAIN && is_single && attempts < 50 =>
            {
                attempts += 1;
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            }
            outcome => return outcome.map_err(Cause::from),
        }
    }
}

async fn open_mysql(server: &Server, database: Option<&str>) -> Result<Session, Cause> {
    let mut options = mysql_async::OptsBuilder::default()
        .ip_or_hostname(&server.host)
        .tcp_port(server.port)
        .user(Some(&server.user))
        .pass(Some(&server.password).filter(|password| !password.is_empty()))
        .db_name(database)
        .prefer_socket(false);
    if server.kind == ServerKind::OceanBase {
        // Ten seconds by default, which a loaded machine can exceed.
        options = options.init(vec!["SET SESSION ob_query_timeout = 300000000"]);
    }
    Ok(Session::MySql(mysql_async::Conn::new(options).await?))
}

async fn open_postgres(server: &Server, database: Option<&str>) -> Result<Session, Cause> {
    let mut options = tokio_postgres::Config::new();
    options
        .host(&server.host)
        .port(server.port)
        .user(&server.user)
        .password(&server.password)
        .dbname(database.unwrap_or("postgres"));
    let (client, connection) = options.connect(NoTls).await?;
    // Ends when the client is dropped; what goes wrong on it also fails the client's next call.
    tokio::spawn(connection);
    Ok(Session::Postgres(client))
}

fn mysql_row(row: mysql_async::Row) -> Row {
    let text = |value| match value {
        mysql_async::Value::NULL => None,
        mysql_async::Value::Bytes(bytes) => Some(String::from_utf8_lossy(&bytes).into_owned()),
        other => Some(other.as_sql(true)),
    };
    row.unwrap().into_iter().map(text).collect()
}

fn postgres_row(message: &SimpleQueryMessage) -> Option<Row> {
    let SimpleQueryMessage::Row(row) = message else { return None };
    Some((0..row.len()).map(|column| row.get(column).map(str::to_owned)).collect())
}

/// Runs `future` to its end on a thread and runtime of its own, whatever runtime the caller is in.
pub(crate) fn block_on<F>(future: F) -> F::Output
where
    F: Future + Send,
    F::Output: Send,
{
    std::thread::scope(|scope| {
        let worker = scope.spawn(|| {
            tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime needs only a few file descriptors")
                .block_on(future)
        });
        worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}
