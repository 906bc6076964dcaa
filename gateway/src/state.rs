//! What every handler of the gateway shares.

use crate::{
    Settings,
    access::{Hasher, Limits, Sessions, TokenSettings, Tokens},
    domain::{address::Network, throttle::Patience},
    ops::{Tolerance, describe::Description},
    settings::SIBLINGS,
};
use oms_chassis::{Db, Vault, settings::PeerSettings};
use oms_clients::{Http, Peer, ProjectClient, ServiceClient, StoreClient, SyncClient};
use oms_contracts::ServiceName;
use std::{sync::Arc, time::Duration};

/// How long a service may take to say how it is.
const STATUS_DEADLINE: Duration = Duration::from_secs(2);

#[derive(Debug)]
pub struct AppState {
    pub db: Db,
    pub vault: Vault,
    pub tokens: Arc<Tokens>,
    pub sessions: Sessions,
    pub hasher: Hasher,
    pub limits: Limits,
    pub siblings: Siblings,
    pub description: Description,
    pub lifetimes: TokenSettings,
    pub password_validity: Duration,
    pub tolerance: Tolerance,
    pub retention: Duration,
    /// What began longer ago than this is over, however it ended: calls have deadlines.
    pub longest_call: Duration,
    pub proxies: Vec<Network>,
    pub origins: Vec<String>,
}

impl AppState {
    pub fn new(
        settings: &Settings,
        db: Db,
        vault: Vault,
        tokens: Tokens,
        siblings: Siblings,
    ) -> Self {
        let tokens = Arc::new(tokens);
        let password_validity = settings.users.password_validity();
        let tolerance = Tolerance {
            account: Patience { free: settings.limits.free_failures_per_account },
            address: Patience { free: settings.limits.free_failures_per_address },
        };
        Self {
            sessions: Sessions::new(db.clone(), tokens.clone(), password_validity),
            hasher: Hasher::new(settings.users.hashes_at_once),
            limits: Limits::new(&settings.limits),
            description: Description::default(),
            lifetimes: settings.tokens.clone(),
            password_validity,
            tolerance,
            retention: settings.audit.retention(),
            longest_call: settings.http.request_timeout()
                + settings.peers.deadline()
                + settings.http.shutdown(),
            proxies: settings.limits.proxies(),
            origins: settings.cors.origins.clone(),
            db,
            vault,
            tokens,
            siblings,
        }
    }
}

/// A service behind the gateway.
#[derive(Debug)]
pub struct Sibling {
    pub address: String,
    /// For calls that are handed on.
    pub peer: Peer,
    /// For questions about the service itself, which have little time.
    pub status: ServiceClient,
}

/// The services behind the gateway.
#[derive(Debug)]
pub struct Siblings {
    all: Vec<(ServiceName, Sibling)>,
    pub project: ProjectClient,
    pub sync: SyncClient,
    pub store: StoreClient,
}

#[derive(Debug, thiserror::Error)]
#[error("peers.{0} is missing")]
pub struct NoAddress(ServiceName);

impl Siblings {
    pub fn new(http: &Http, peers: &PeerSettings) -> Result<Self, NoAddress> {
        let client = |service| {
            let base = peers.of(service).ok_or(NoAddress(service))?;
            let peer = |deadline| Peer::new(http.clone(), service, base.clone(), deadline);
            let sibling = Sibling {
                address: base.to_string(),
                peer: peer(peers.deadline()),
                status: ServiceClient::new(peer(STATUS_DEADLINE)),
            };
            Ok((service, sibling))
        };
        let all = SIBLINGS.into_iter().map(client).collect::<Result<Vec<_>, NoAddress>>()?;
        let peer = |service| {
            let base = peers.of(service).ok_or(NoAddress(service))?;
            Ok(Peer::new(http.clone(), service, base.clone(), peers.deadline()))
        };
        Ok(Self {
            all,
            project: ProjectClient::new(peer(ServiceName::ProjectService)?),
            sync: SyncClient::new(peer(ServiceName::SyncService)?),
            store: StoreClient::new(peer(ServiceName::StoreService)?),
        })
    }

    pub fn all(&self) -> impl Iterator<Item = (ServiceName, &Sibling)> {
        self.all.iter().map(|(name, sibling)| (*name, sibling))
    }

    /// The gateway is no sibling of itself.
    pub fn of(&self, service: ServiceName) -> Option<&Sibling> {
        self.all().find(|(name, _)| *name == service).map(|(_, sibling)| sibling)
    }
}
