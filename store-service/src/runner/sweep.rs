//! Finding stores that should run and do not, after a restart; and removing what is old.

use super::{Runner, pool::Taken};
use crate::{
    Error,
    domain::{Outline, lifecycle, lifecycle::StoreEvent},
    log::{ChangeLog, Retention},
    ops, repo,
};
use oms_chassis::{Coded, Conn, on_worker_thread};
use oms_contracts::{
    ErrorCode,
    store::{StoreId, StoreState},
    sync::TaskError,
};
use std::{sync::Arc, time::Duration};

impl Runner {
    /// Looks after stores until the end begins, then waits for those that run here.
    pub(super) async fn watch(self) {
        let inner = &self.inner;
        let logs = Arc::clone(&inner.logs);
        // What it cannot remove, it says.
        let _ = on_worker_thread(move || logs.clear()).await;
        while !inner.parts.shutdown.has_begun() {
            match self.sweep().await {
                Ok(stores) => self.trim_all(stores).await,
                Err(error) => tracing::warn!(%error, "stores could not be looked after"),
            }
            tokio::select! {
                () = inner.parts.shutdown.begun() => {}
                () = inner.wake.notified() => {}
                () = tokio::time::sleep(inner.parts.settings.retention()) => {}
            }
        }
        inner.tracker.close();
        inner.tracker.wait().await;
    }

    /// Takes up what should run. Gives the stores that were ever begun here.
    async fn sweep(&self) -> Result<Vec<StoreId>, Error> {
        let _claiming = self.inner.claims.lock().await;
        let parts = &self.inner.parts;
        let me = parts.instance.clone();
        let mut stores = Vec::new();
        let found = parts.db.run(move |conn| repo::store::at_home(conn, &me)).await?;
        for seen in found {
            stores.push(seen.id.clone());
            if !lifecycle::is_active(seen.state) || self.runs_here(&seen.id) {
                continue;
            }
            if parts.shutdown.has_begun() {
                break;
            }
            let id = seen.id.clone();
            if let Err(error) = self.adopt(seen).await {
                tracing::warn!(store = %id, %error, "a store could not be gone on with");
            }
        }
        Ok(stores)
    }

    async fn adopt(&self, seen: Outline) -> Result<(), Error> {
        let runner = self.clone();
        let work = move |conn: &mut Conn| runner.adopted(conn, &seen);
        if let Some(taken) = self.inner.parts.db.run(work).await? {
            tracing::info!(store = %taken.outline.id, epoch = taken.outline.epoch, "going on");
            self.launch(taken);
        }
        Ok(())
    }

    fn adopted(&self, conn: &mut Conn, seen: &Outline) -> Result<Option<Taken>, Error> {
        let end = |conn: &mut Conn, event, error: Option<&TaskError>| -> Result<_, Error> {
            let next = lifecycle::next(seen.state, event).map_err(ops::store::Error::from)?;
            repo::store::end(conn, seen, next, error, ops::now())?;
            Ok(None)
        };
        if seen.state == StoreState::Stopping {
            // Whoever was to stop is gone, so it has stopped.
            return end(conn, StoreEvent::Halt, None);
        }
        let Some(store) = repo::store::find(conn, &seen.id)? else { return Ok(None) };
        if (store.outline.state, store.outline.epoch) != (seen.state, seen.epoch) {
            return Ok(None);
        }
        match self.claim(conn, &store) {
            // One that nobody can go on with says so, instead of standing still.
            Err(error @ (Error::Vault(_) | Error::Store(_))) => {
                let error = TaskError::new(error.code(), error.to_string());
                end(conn, StoreEvent::Fail, Some(&error))
            }
            other => other,
        }
    }

    async fn trim_all(&self, stores: Vec<StoreId>) {
        for id in stores {
            if self.inner.parts.shutdown.has_begun() {
                return;
            }
            if let Err(error) = self.trim(&id).await {
                tracing::warn!(store = %id, %error, "what is old could not be removed");
            }
        }
    }

    /// Removes what a store need not keep.
    async fn trim(&self, id: &StoreId) -> Result<(), Error> {
        // Nothing is deleted meanwhile, and nothing comes back that was.
        let _claiming = self.inner.claims.lock().await;
        let of = id.clone();
        let read = move |conn: &mut Conn| -> Result<_, Error> {
            let store = repo::store::find(conn, &of)?;
            Ok((store, repo::consumer::slowest(conn, &of)?))
        };
        let (Some(store), floor) = self.inner.parts.db.run(read).await? else { return Ok(()) };
        let kept = store.spec.retention;
        let age = Duration::from_secs(kept.seconds);
        let log = self.inner.logs.get(id).await?;
        let trimmed = log.trim(Retention { age, bytes: kept.bytes, floor }).await?;
        if trimmed.bytes > 0 {
            tracing::info!(store = %id, bytes = trimmed.bytes, "what is old was removed");
        }
        if trimmed.held && !self.is_held(id) {
            let code = ErrorCode::RetentionHeld.as_str();
            tracing::warn!(store = %id, code, "a consumer has yet to read what is old");
        }
        self.set_held(id, trimmed.held);
        Ok(())
    }
}
