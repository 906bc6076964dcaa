//! A store as it is kept.

use oms_contracts::{
    store::{StoreId, StoreLive, StoreSpec, StoreState},
    sync::TaskError,
};

/// What is short about a store. Times are unix milliseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    pub id: StoreId,
    pub state: StoreState,
    pub since: i64,
    pub created_at: i64,
    pub started_at: Option<i64>,
    /// The instance that keeps its log.
    pub home: Option<String>,
    pub epoch: i64,
    /// Grows with every change that a run has to look at.
    pub revision: i64,
    /// The number that the source knows it by.
    pub reader: u32,
    /// What is put in place at the source has this in its name.
    pub capture: String,
    pub error: Option<TaskError>,
}

/// All of it.
#[derive(Debug, Clone)]
pub struct Store {
    pub outline: Outline,
    /// Without its secrets.
    pub spec: StoreSpec,
    /// Those, sealed.
    pub sealed: Sealed,
    /// What its last run said last.
    pub live: Option<StoreLive>,
}

/// Secrets as the vault gave them back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed(pub String);

/// The proof of being the one who runs a store. What the bearer of an older one writes is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fence {
    pub store: StoreId,
    pub epoch: i64,
}

impl Outline {
    /// The proof of whoever has taken the store up last.
    pub fn fence(&self) -> Fence {
        Fence { store: self.id.clone(), epoch: self.epoch }
    }
}
