//! Bodies and paths of store-service. All of it is internal: siblings ask, with a signed token.
//!
//! The stream of changes is no JSON: it is frames, as `oms_model::change::frame` says.

mod consumer;
mod spec;
mod view;

pub use consumer::{ChangesQuery, ConsumerView, RegisterConsumer, SeqQuery, SeqView};
pub use spec::{CaptureMethod, Start, StoreHeartbeat, StoreRetention, StoreSpec};
pub use view::{DeleteStore, StoreLive, StoreQuery, StoreState, StoreSummary, StoreView};

/// A store is named like a task, by who wants it: `{project}.{step}`.
pub use crate::sync::TaskId as StoreId;
/// A consumer is named like a task, mostly by the one that it is.
pub use crate::sync::TaskId as ConsumerName;

/// Where stores and what belongs to them are.
pub mod paths {
    use super::{ConsumerName, StoreId};

    pub const STORES: &str = "/internal/v1/stores";
    pub const RESEAL: &str = crate::project::paths::RESEAL;

    pub fn store(id: &StoreId) -> String {
        format!("{STORES}/{id}")
    }

    pub fn start(id: &StoreId) -> String {
        format!("{STORES}/{id}/start")
    }

    pub fn stop(id: &StoreId) -> String {
        format!("{STORES}/{id}/stop")
    }

    /// The stream of changes.
    pub fn changes(id: &StoreId) -> String {
        format!("{STORES}/{id}/changes")
    }

    /// The number for a moment, or for a place of the source.
    pub fn seq(id: &StoreId) -> String {
        format!("{STORES}/{id}/seq")
    }

    pub fn consumer(id: &StoreId, name: &ConsumerName) -> String {
        format!("{STORES}/{id}/consumers/{name}")
    }
}

#[cfg(test)]
mod tests;
