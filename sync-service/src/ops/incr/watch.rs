//! Beside a sync: tells the store how far it is, hears how the store is, and how many rows were not as
//! expected. None of it may hold the sync up.

use super::meter::Meter;
use crate::domain::Fence;
use crate::repo::incr as rows;
use crate::runner::TaskContext;
use oms_chassis::{Conn, Db};
use oms_clients::{ClientError, StoreClient};
use oms_contracts::store::{StoreId, StoreState, StoreView};
use oms_model::change::Seq;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;

const EVERY: Duration = Duration::from_secs(2);

/// What was seen last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    pub store_error: Option<String>,
    pub drifted: u64,
}

/// Ends with its value, or in good order by [`Watch::end`].
#[derive(Debug)]
pub struct Watch {
    looker: Looker,
    seen: watch::Receiver<Seen>,
    looking: JoinHandle<()>,
}

#[derive(Debug, Clone)]
struct Looker {
    stores: StoreClient,
    store: StoreId,
    fence: Fence,
    db: Db,
    meter: Arc<Meter>,
}

impl Watch {
    pub fn begin(
        stores: StoreClient,
        task: &TaskContext,
        store: &StoreId,
        meter: Arc<Meter>,
    ) -> Self {
        let looker = Looker {
            stores,
            store: store.clone(),
            fence: task.fence.clone(),
            db: task.db.clone(),
            meter,
        };
        let (sender, seen) = watch::channel(Seen::default());
        let looking = tokio::spawn(looker.clone().look(sender));
        Self { looker, seen, looking }
    }

    pub fn seen(&self) -> Seen {
        self.seen.borrow().clone()
    }

    /// The last word to the store.
    pub async fn end(self) {
        self.looking.abort();
        // It only frees what the store would keep a little longer.
        let _ = tokio::time::timeout(EVERY, self.looker.advance()).await;
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.looking.abort();
    }
}

impl Looker {
    async fn look(self, sender: watch::Sender<Seen>) {
        let mut tick = tokio::time::interval(EVERY);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tick.tick().await;
            let store_error = match self.advance().await {
                Ok(Some(store)) => fault(&store),
                Ok(None) => sender.borrow().store_error.clone(),
                Err(error) => Some(error.to_string()),
            };
            let drifted = self.drifted().await.unwrap_or(sender.borrow().drifted);
            sender.send_replace(Seen { store_error, drifted });
        }
    }

    /// Says what need not be kept any more.
    async fn advance(&self) -> Result<Option<StoreView>, ClientError> {
        let recorded = self.meter.recorded_seq();
        if recorded == Seq::START {
            return self.stores.store(&self.store).await.map(Some);
        }
        self.stores.advance_consumer(&self.store, &self.fence.task, recorded).await.map(Some)
    }

    async fn drifted(&self) -> Option<u64> {
        let task = self.fence.task.clone();
        let work = move |conn: &mut Conn| rows::find(conn, &task).map_err(crate::Error::from);
        let begun = self.db.run(work).await.ok()??;
        Some(begun.drifted)
    }
}

/// Why nothing new may come from a store.
fn fault(store: &StoreView) -> Option<String> {
    let summary = &store.summary;
    match (&summary.error, summary.state) {
        (Some(error), state) => {
            Some(format!("the store is {state}: {} ({})", error.message, error.code.as_str()))
        }
        (None, StoreState::Running) => None,
        (None, state) => Some(format!("the store is {state}")),
    }
}
