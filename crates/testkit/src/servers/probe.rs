//! Whether a server answers: a real connection, a real login, a real query.

use std::time::Duration;

use super::{Server, ServerError, recipe::Identity};
use crate::sql::{Session, SqlError, block_on};

/// One attempt may hang in a server that accepts before it can answer.
const ATTEMPT: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(20);

/// How a wait for a server ended.
pub(crate) enum Outcome {
    Ready,
    /// The server's process has ended.
    Died,
    /// Another server answers on its port.
    Foreign,
    /// The deadline passed; the last thing that went wrong.
    Late(String),
}

/// Asks until the server answers as `identity` says it must, ends, or `deadline` has passed.
pub(crate) fn await_ready(
    server: &Server,
    identity: &Identity,
    is_alive: impl Fn() -> bool + Sync,
    deadline: Duration,
) -> Outcome {
    let attempts = async {
        let end = tokio::time::Instant::now() + deadline;
        loop {
            let refusal = match answer(server, identity.sql).await {
                Ok(found) if found == identity.answer => return Outcome::Ready,
                Ok(_) => return Outcome::Foreign,
                Err(refusal) => refusal,
            };
            if !is_alive() {
                return Outcome::Died;
            }
            if tokio::time::Instant::now() > end {
                return Outcome::Late(refusal);
            }
            tokio::time::sleep(PAUSE).await;
        }
    };
    block_on(attempts)
}

/// The version that a server reports.
pub fn version(server: &Server) -> Result<String, ServerError> {
    let sql = if server.kind.speaks_mysql() { "SELECT VERSION()" } else { "SHOW server_version" };
    block_on(answer(server, sql))
        .map_err(|reason| ServerError::Unreachable { kind: server.kind, reason })
}

pub(crate) fn execute(server: &Server, sql: &str) -> Result<(), ServerError> {
    let executed = async {
        let mut session = Session::open(server, None).await?;
        session.exec(sql).await?;
        session.close().await;
        Ok(())
    };
    block_on(executed).map_err(|error: SqlError| ServerError::Unexpected(with_cause(&error)))
}

async fn answer(server: &Server, sql: &str) -> Result<String, String> {
    let asked = async {
        let mut session = Session::open(server, None).await?;
        let rows = session.rows(sql).await?;
        session.close().await;
        Ok(rows)
    };
    let rows = tokio::time::timeout(ATTEMPT, asked)
        .await
        .map_err(|_| format!("no answer within {} s", ATTEMPT.as_secs()))?
        .map_err(|error: SqlError| with_cause(&error))?;
    let value = rows.into_iter().flatten().next().flatten();
    value.ok_or_else(|| format!("an empty answer to `{sql}`"))
}

fn with_cause(error: &SqlError) -> String {
    let cause = std::error::Error::source(error);
    cause.map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"))
}
