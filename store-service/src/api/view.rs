//! What is shown of stores.

use crate::{domain::Outline, ops::store::Shown, repo::consumer::Consumer};
use chrono::{DateTime, Utc};
use oms_contracts::{
    store::{ConsumerView, StoreSummary, StoreView},
    sync::EndpointView,
};

pub fn store(shown: Shown) -> StoreView {
    let Shown { store, live, consumers } = shown;
    let (spec, capture) = (store.spec, store.outline.capture.clone());
    StoreView {
        summary: summary(store.outline),
        source: EndpointView::from(&spec.source),
        method: spec.method,
        objects: spec.objects,
        start: spec.start,
        retention: spec.retention,
        leave_out_own: spec.leave_out_own,
        heartbeat: spec.heartbeat,
        capture,
        live,
        consumers: consumers.into_iter().map(consumer).collect(),
    }
}

pub fn summary(store: Outline) -> StoreSummary {
    StoreSummary {
        id: store.id,
        state: store.state,
        since: time(store.since),
        created_at: time(store.created_at),
        started_at: store.started_at.map(time),
        epoch: store.epoch.unsigned_abs(),
        home: store.home,
        error: store.error,
    }
}

fn consumer(consumer: Consumer) -> ConsumerView {
    let Consumer { name, seq, updated_at } = consumer;
    ConsumerView { name, seq, updated_at: time(updated_at) }
}

/// A time as the metadata keeps it.
fn time(unix_ms: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(unix_ms).unwrap_or_default()
}
