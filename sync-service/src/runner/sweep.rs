//! Finding tasks that should be at work and are not: after a restart, and when another instance is
//! gone.

use super::Runner;
use crate::{
    Error,
    domain::{Outline, lifecycle, lifecycle::TaskEvent},
    ops, repo,
};
use oms_chassis::{Coded, Conn};
use oms_contracts::sync::{TaskError, TaskState};

impl Runner {
    /// Looks after tasks until the end begins, then waits for those that run here.
    pub(super) async fn watch(self) {
        let inner = &self.inner;
        while !inner.parts.shutdown.has_begun() {
            if let Err(error) = self.sweep().await {
                tracing::warn!(%error, "tasks that should run could not be looked for");
            }
            tokio::select! {
                () = inner.parts.shutdown.begun() => {}
                () = inner.wake.notified() => {}
                () = tokio::time::sleep(inner.parts.settings.sweep()) => {}
            }
        }
        inner.tracker.close();
        inner.tracker.wait().await;
    }

    async fn sweep(&self) -> Result<(), Error> {
        let _claiming = self.inner.claims.lock().await;
        let parts = &self.inner.parts;
        let me = parts.instance.clone();
        let found = move |conn: &mut Conn| repo::task::adrift(conn, &me, ops::now());
        for seen in parts.db.run(found).await? {
            if parts.shutdown.has_begun() {
                return Ok(());
            }
            if self.runs_here(&seen.id) {
                continue;
            }
            let id = seen.id.clone();
            if let Err(error) = self.adopt(seen).await {
                tracing::warn!(task = %id, %error, "a task could not be gone on with");
            }
        }
        Ok(())
    }

    async fn adopt(&self, seen: Outline) -> Result<(), Error> {
        if seen.state == TaskState::Running && !self.drives(seen.kind) {
            return Ok(());
        }
        let runner = self.clone();
        let work = move |conn: &mut Conn| {
            if seen.state == TaskState::Stopping {
                // Whoever was to stop is gone, so it has stopped.
                let next = lifecycle::next(seen.state, TaskEvent::Halt);
                let next = next.map_err(ops::task::Error::from)?;
                repo::task::end(conn, &seen, next, None, ops::now())?;
                return Ok(None);
            }
            let Some(task) = repo::task::find(conn, &seen.id)? else { return Ok(None) };
            if (task.outline.state, task.outline.epoch) != (seen.state, seen.epoch) {
                return Ok(None);
            }
            match runner.claim(conn, task) {
                Err(error @ (Error::Vault(_) | Error::Task(_))) => give_up(conn, &seen, &error),
                other => other,
            }
        };
        if let Some(taken) = self.inner.parts.db.run(work).await? {
            tracing::info!(task = %taken.outline.id, epoch = taken.outline.epoch, "going on");
            self.launch(taken);
        }
        Ok(())
    }
}

/// A task that nobody can go on with says so, instead of standing still.
fn give_up<T>(conn: &mut Conn, seen: &Outline, error: &Error) -> Result<Option<T>, Error> {
    let next = lifecycle::next(seen.state, TaskEvent::Fail).map_err(ops::task::Error::from)?;
    let error = TaskError::new(error.code(), error.to_string());
    repo::task::end(conn, seen, next, Some(&error), ops::now())?;
    Ok(None)
}
