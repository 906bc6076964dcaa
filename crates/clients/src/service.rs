//! What can be asked of any service.

use crate::{ClientError, Peer};
use oms_contracts::{
    ServiceName,
    service::{InstanceView, paths},
};
use reqwest::Method;

/// A service of which only the common questions are asked.
#[derive(Debug, Clone)]
pub struct ServiceClient {
    peer: Peer,
}

impl ServiceClient {
    pub fn new(peer: Peer) -> Self {
        Self { peer }
    }

    pub fn service(&self) -> ServiceName {
        self.peer.service()
    }

    /// The instance that answers at the service's address.
    pub async fn instance(&self) -> Result<InstanceView, ClientError> {
        self.peer.call(Method::GET, paths::INSTANCE, None, None::<&()>).await
    }

    /// The service's own description of its API.
    pub async fn openapi(&self) -> Result<serde_json::Value, ClientError> {
        self.peer.open_call(paths::OPENAPI).await
    }

    pub fn peer(&self) -> &Peer {
        &self.peer
    }
}
