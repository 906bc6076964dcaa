//! A store with everything that is shown of it, and lists of stores.

use crate::{
    Error,
    app::AppState,
    domain::{Outline, Store, lifecycle::is_active},
    repo::{self, consumer::Consumer, store},
    runner::Runner,
};
use oms_chassis::Conn;
use oms_contracts::{
    Page,
    store::{StoreId, StoreLive, StoreQuery},
};

/// A store, how it goes, and who reads it.
#[derive(Debug)]
pub struct Shown {
    pub store: Store,
    pub live: StoreLive,
    pub consumers: Vec<Consumer>,
}

pub async fn find(state: &AppState, id: StoreId) -> Result<Shown, Error> {
    let runner = state.runner.clone();
    state
        .db
        .run(move |conn| {
            let store = super::require(conn, &id)?;
            shown(conn, &runner, store)
        })
        .await
}

pub(super) fn shown(conn: &mut Conn, runner: &Runner, store: Store) -> Result<Shown, Error> {
    let consumers = repo::consumer::list(conn, &store.outline.id)?;
    let live = live(runner, &store);
    Ok(Shown { store, live, consumers })
}

/// How it goes: as the run here says, or as it was last told. What is not at work stands.
fn live(runner: &Runner, store: &Store) -> StoreLive {
    let told = runner.live(&store.outline.id).or_else(|| store.live.clone()).unwrap_or_default();
    if is_active(store.outline.state) {
        return told;
    }
    StoreLive {
        lag_ms: None,
        changes_per_second: 0.0,
        source_bytes_per_second: 0.0,
        source_left_seconds: None,
        ..told
    }
}

/// A page of stores by id.
pub async fn list(state: &AppState, query: StoreQuery) -> Result<Page<Outline>, Error> {
    let slice = query.page().checked()?;
    let filter = store::Filter { state: query.state, prefix: query.prefix };
    let work = move |conn: &mut Conn| store::list(conn, &filter, slice);
    let (items, total) = state.db.run(work).await?;
    Ok(slice.page(items, total))
}
