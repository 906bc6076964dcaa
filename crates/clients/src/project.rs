//! project-service: data sources, labels, projects.

use crate::{ClientError, Peer, Relay, Relayed};
use oms_contracts::project::{OwnedCounts, OwnerDepartment, Resealed, paths};
use oms_model::{
    actor::Actor,
    id::{DepartmentId, UserId},
};
use reqwest::Method;

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

    /// How many things a user owns.
    pub async fn owner_counts(&self, user: &UserId) -> Result<OwnedCounts, ClientError> {
        self.peer.call(Method::GET, &paths::owner_counts(user), None, None::<&()>).await
    }

    /// Lets what a user owns follow it into another department.
    pub async fn move_owner(
        &self,
        user: &UserId,
        department: &DepartmentId,
    ) -> Result<(), ClientError> {
        let body = OwnerDepartment { department_id: department.clone() };
        let path = paths::owner_department(user);
        self.peer.call(Method::PUT, &path, None, Some(&body)).await
    }

    /// Seals all secrets anew with the key that is first in the ring.
    pub async fn reseal(&self) -> Result<Resealed, ClientError> {
        self.peer.call(Method::POST, paths::RESEAL, None, None::<&()>).await
    }
}
