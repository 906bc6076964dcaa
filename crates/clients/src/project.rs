//! project-service: data sources, labels, projects.

use crate::{ClientError, Peer, Relay, Relayed};
use oms_model::actor::Actor;

/// Calls of project-service.
#[derive(Debug, Clone)]
pub struct ProjectClient {
    peer: Peer,
}

impl ProjectClient {
    pub fn new(peer: Peer) -> Self {
        Self { peer }
    }

    /// Hands on a call of the public API that project-service answers.
    pub async fn relay(&self, relay: Relay, actor: &Actor) -> Result<Relayed, ClientError> {
        self.peer.relay(relay, actor).await
    }
}
