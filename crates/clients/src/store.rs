//! store-service: stores, and the changes in them.

mod changes;

pub use changes::{Changes, Delivered, DeliveredBlock, StreamError};

use crate::{ClientError, Peer};
use oms_contracts::{
    Page,
    project::Resealed,
    store::{
        ChangesQuery, ConsumerName, RegisterConsumer, SeqQuery, SeqView, StoreId, StoreQuery,
        StoreSpec, StoreSummary, StoreView, paths,
    },
};
use oms_model::change::Seq;
use reqwest::Method;
use serde::de::DeserializeOwned;

/// Calls of store-service. Every one may be repeated.
#[derive(Debug, Clone)]
pub struct StoreClient {
    peer: Peer,
}

impl StoreClient {
    pub fn new(peer: Peer) -> Self {
        Self { peer }
    }

    /// Makes a store, or makes one that is there what is sent.
    pub async fn put_store(
        &self,
        id: &StoreId,
        spec: &StoreSpec,
    ) -> Result<StoreView, ClientError> {
        self.peer.call(Method::PUT, &paths::store(id), None, Some(spec)).await
    }

    pub async fn store(&self, id: &StoreId) -> Result<StoreView, ClientError> {
        self.peer.call(Method::GET, &paths::store(id), None, None::<&()>).await
    }

    pub async fn stores(&self, query: &StoreQuery) -> Result<Page<StoreSummary>, ClientError> {
        self.peer.ask(paths::STORES, query).await
    }

    /// Removes every trace of a store, at its source as well. Succeeds when there is none.
    pub async fn delete_store(&self, id: &StoreId) -> Result<(), ClientError> {
        self.peer.call(Method::DELETE, &paths::store(id), None, None::<&()>).await
    }

    /// The same, whatever becomes of what it put in place at the source.
    pub async fn abandon_store(&self, id: &StoreId) -> Result<(), ClientError> {
        let path = format!("{}?force=true", paths::store(id));
        self.peer.call(Method::DELETE, &path, None, None::<&()>).await
    }

    /// Starts a store or goes on with it.
    pub async fn start(&self, id: &StoreId) -> Result<StoreView, ClientError> {
        self.command(paths::start(id)).await
    }

    /// Asks a store to stop. It has stopped once its state says so.
    pub async fn stop(&self, id: &StoreId) -> Result<StoreView, ClientError> {
        self.command(paths::stop(id)).await
    }

    /// Reads what follows a change, and goes on as the store grows. Whoever reads asks again when it
    /// ends.
    pub async fn changes(
        &self,
        id: &StoreId,
        query: &ChangesQuery,
    ) -> Result<Changes, ClientError> {
        let (answer, silence) = self.peer.stream(&paths::changes(id), query).await?;
        Ok(Changes::new(answer, silence))
    }

    /// The change behind which everything committed at a moment or later comes; or, of a place of the
    /// source, the last one that is up to it. Whoever asks for a place asks again as long as the store
    /// is not there yet (`STORE-0024`).
    pub async fn seq(&self, id: &StoreId, query: &SeqQuery) -> Result<SeqView, ClientError> {
        self.peer.ask(&paths::seq(id), query).await
    }

    /// Says how far a consumer is, so that what follows is kept for it.
    pub async fn advance_consumer(
        &self,
        id: &StoreId,
        name: &ConsumerName,
        seq: Seq,
    ) -> Result<StoreView, ClientError> {
        let (path, body) = (paths::consumer(id, name), RegisterConsumer { seq });
        self.peer.call(Method::POST, &path, None, Some(&body)).await
    }

    /// Forgets a consumer. Succeeds when there is none.
    pub async fn delete_consumer(
        &self,
        id: &StoreId,
        name: &ConsumerName,
    ) -> Result<(), ClientError> {
        self.peer.call(Method::DELETE, &paths::consumer(id, name), None, None::<&()>).await
    }

    /// Seals all secrets anew with the key that is first in the ring.
    pub async fn reseal(&self) -> Result<Resealed, ClientError> {
        self.command(paths::RESEAL.to_owned()).await
    }

    async fn command<T: DeserializeOwned>(&self, path: String) -> Result<T, ClientError> {
        self.peer.call(Method::POST, &path, None, None::<&()>).await
    }
}
