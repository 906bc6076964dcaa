//! What people decide about statements on definitions, and what they are told, in the service's
//! metadata.

use super::{Decision, Decisions, Fate, Notice, Notices, Undecided};
use crate::domain::Fence;
use crate::ops::now;
use crate::repo::incr::{Told, decided, tell};
use async_trait::async_trait;
use oms_chassis::{Conn, Db};
use oms_contracts::sync::{DecideStatement, RemarkView, StatementFate};
use oms_model::change::Seq;

/// Writes under the proof of being the one who runs the task.
#[derive(Debug, Clone)]
pub struct StatementBook {
    pub db: Db,
    pub fence: Fence,
}

impl StatementBook {
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Conn, &Fence) -> Result<T, crate::repo::Error> + Send + 'static,
    ) -> Result<T, Undecided> {
        let fence = self.fence.clone();
        let outcome = self.db.run(move |conn| work(conn, &fence).map_err(crate::Error::from)).await;
        outcome.map_err(|error| Undecided(error.to_string()))
    }
}

#[async_trait]
impl Decisions for StatementBook {
    async fn decided(&self, seq: Seq) -> Result<Option<Decision>, Undecided> {
        let found = self.run(move |conn, fence| decided(conn, &fence.task, seq)).await?;
        Ok(found.map(|decision| match decision {
            DecideStatement::Skip { .. } => Decision::Skip,
            DecideStatement::Run { statements } => Decision::Run(statements),
        }))
    }
}

#[async_trait]
impl Notices for StatementBook {
    async fn tell(&self, notice: Notice) -> Result<(), Undecided> {
        let Notice { seq, database, statement, fate, ran, remarks } = notice;
        let fate = match fate {
            Fate::Replicated => StatementFate::Replicated,
            Fate::Passed => StatementFate::Passed,
            Fate::Held => StatementFate::Held,
            Fate::Skipped => StatementFate::Skipped,
            Fate::Edited => StatementFate::Edited,
        };
        let remarks = remarks.into_iter();
        let remarks = remarks.map(|remark| RemarkView { what: remark.what, why: remark.why });
        let remarks = remarks.collect();
        let told = Told { seq, database, statement, fate, ran, remarks, told_at: now() };
        self.run(move |conn, fence| tell(conn, fence, &told)).await
    }
}
