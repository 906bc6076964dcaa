//! What is noted of a run, under the proof of being the one who runs the task.

use super::fault::Halt;
use crate::{
    domain::Fence,
    repo::{
        self,
        schema::{self, Deferred, Kept, SchemaObject, Statements, Step},
    },
    runner::Failure,
};
use oms_chassis::{Coded, Conn, Db};
use oms_contracts::{
    Retry,
    sync::{StatementKind, StatementState},
};
use std::time::{Duration, Instant};

#[derive(Debug, Clone)]
pub struct Book {
    pub db: Db,
    pub fence: Fence,
}

/// How long the metadata may be away.
const PATIENCE: Duration = Duration::from_secs(60);

impl Book {
    async fn run<T: Send + 'static>(
        &self,
        work: impl Fn(&mut Conn, &Fence) -> Result<T, repo::Error> + Clone + Send + 'static,
    ) -> Result<T, Halt> {
        let (since, mut pause) = (Instant::now(), Duration::from_millis(50));
        loop {
            let (fence, work) = (self.fence.clone(), work.clone());
            let done = self.db.run(move |conn| work(conn, &fence).map_err(crate::Error::from));
            match done.await {
                Ok(value) => return Ok(value),
                Err(error) if error.code().retry() == Retry::Soon && since.elapsed() < PATIENCE => {
                    tracing::warn!(%error, "is noted again");
                }
                Err(error) => {
                    let (code, message) = (error.code(), error.to_string());
                    return Err(Halt::Broken(Failure { code, message }));
                }
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(5));
        }
    }

    /// Fails once somebody else runs the task.
    pub async fn hold(&self) -> Result<(), Halt> {
        self.run(|conn, fence| repo::full::advance(conn, fence, &[])).await
    }

    /// Takes what an earlier run left half way to where it can go on.
    pub async fn interrupt(&self) -> Result<(), Halt> {
        self.run(|conn, fence| schema::interrupt(conn, fence).map(drop)).await
    }

    pub async fn objects(&self) -> Result<Vec<SchemaObject>, Halt> {
        self.run(|conn, fence| schema::objects(conn, &fence.task)).await
    }

    pub async fn statements(&self, object: u32) -> Result<Statements, Halt> {
        let found = self.run(move |conn, fence| schema::statements(conn, &fence.task, &[object]));
        Ok(found.await?.remove(&object).unwrap_or_default())
    }

    /// Whether something was added to a table to tell its rows apart.
    pub async fn has_hidden(&self, object: u32) -> Result<bool, Halt> {
        let hidden = move |conn: &mut Conn, fence: &Fence| {
            Ok(!schema::hidden_of(conn, &fence.task, &[object])?.is_empty())
        };
        self.run(hidden).await
    }

    pub async fn forget_hidden(&self, object: u32) -> Result<(), Halt> {
        self.run(move |conn, fence| schema::forget_hidden(conn, fence, object)).await
    }

    /// Gives the numbers of those that users have moved meanwhile.
    pub async fn record(&self, steps: Vec<Step>, kept: Vec<Kept>) -> Result<Vec<u32>, Halt> {
        if steps.is_empty() {
            return Ok(vec![]);
        }
        self.run(move |conn, fence| schema::record(conn, fence, &steps, &kept)).await
    }

    pub async fn indexes(&self) -> Result<Vec<Deferred>, Halt> {
        self.run(|conn, fence| schema::deferred(conn, &fence.task, &[StatementKind::Index])).await
    }

    pub async fn set_statement(
        &self,
        place: (u32, u32),
        state: StatementState,
        error: Option<String>,
    ) -> Result<(), Halt> {
        let set = move |conn: &mut Conn, fence: &Fence| {
            schema::set_deferred(conn, fence, place, state, error.as_deref())
        };
        self.run(set).await
    }
}
