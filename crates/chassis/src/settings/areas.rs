//! The settings that every service has.

use oms_clients::token::SHORTEST_SECRET;
use oms_contracts::ServiceName;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use std::{net::SocketAddr, time::Duration};
use url::Url;

/// `[http]`: where a service listens and what it bears.
#[derive(Debug, Clone, Deserialize)]
#[serde(default)]
pub struct HttpSettings {
    pub listen: SocketAddr,
    pub workers: usize,
    /// A request that takes longer is answered with COMMON-0013.
    pub request_timeout_ms: u64,
    pub body_limit_bytes: usize,
    /// How long in-flight requests and tasks may take to end.
    pub shutdown_ms: u64,
}

impl Default for HttpSettings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            workers: 2,
            request_timeout_ms: 30_000,
            body_limit_bytes: 4 << 20,
            shutdown_ms: 10_000,
        }
    }
}

impl HttpSettings {
    pub fn request_timeout(&self) -> Duration {
        Duration::from_millis(self.request_timeout_ms)
    }
    pub fn shutdown(&self) -> Duration {
        Duration::from_millis(self.shutdown_ms)
    }
    pub fn faults(&self, faults: &mut Vec<String>) {
        if self.workers == 0 || self.workers > 256 {
            faults.push(format!("http.workers must be 1 to 256, not {}", self.workers));
        }
        if !(1_000..=3_600_000).contains(&self.request_timeout_ms) {
            faults.push("http.request_timeout_ms must be 1000 to 3600000".into());
        }
        if !(1 << 10..=1 << 30).contains(&self.body_limit_bytes) {
            faults.push("http.body_limit_bytes must be 1024 to 1073741824".into());
        }
        if !(100..=600_000).contains(&self.shutdown_ms) {
            faults.push("http.shutdown_ms must be 100 to 600000".into());
        }
    }
}

/// `[metadata]`: the service's own database.
#[derive(Debug, Clone, Deserialize)]
#[serde(default)]
pub struct MetadataSettings {
    /// `sqlite:FILE`, `mysql://…` (MySQL and OceanBase) or `postgres://…`.
    pub url: SecretString,
    pub connections: u32,
    /// How long a call waits for a free connection, and a locked database is waited for.
    pub wait_ms: u64,
}

impl Default for MetadataSettings {
    fn default() -> Self {
        Self { url: SecretString::default(), connections: 8, wait_ms: 5_000 }
    }
}

impl MetadataSettings {
    pub fn faults(&self, faults: &mut Vec<String>) {
        if self.url.expose_secret().is_empty() {
            faults.push("metadata.url is missing: sqlite:FILE, mysql://… or postgres://…".into());
        }
        if !(1..=1_000).contains(&self.connections) {
            faults.push("metadata.connections must be 1 to 1000".into());
        }
        if !(1..=600_000).contains(&self.wait_ms) {
            faults.push("metadata.wait_ms must be 1 to 600000".into());
        }
    }
}

/// `[internal]`: the secret the services share.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct InternalSettings {
    pub secret: SecretString,
}

impl InternalSettings {
    pub fn faults(&self, faults: &mut Vec<String>) {
        if self.secret.expose_secret().len() < SHORTEST_SECRET {
            faults.push(format!(
                "internal.secret must have at least {SHORTEST_SECRET} characters, \
                 the same for every service"
            ));
        }
    }
}

/// `[instance]`: which replica this is.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct InstanceSettings {
    /// Needed when several replicas share one metadata database; must outlive restarts.
    pub id: Option<String>,
}

impl InstanceSettings {
    pub fn faults(&self, faults: &mut Vec<String>) {
        let fine = |id: &String| {
            (1..=64).contains(&id.len())
                && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        };
        if self.id.as_ref().is_some_and(|id| !fine(id)) {
            faults.push("instance.id must be 1 to 64 letters, digits, - or _".into());
        }
    }
}

/// `[peers]`: where the other services are.
#[derive(Debug, Clone, Deserialize)]
#[serde(default)]
pub struct PeerSettings {
    pub project_service: Option<Url>,
    pub sync_service: Option<Url>,
    pub verify_service: Option<Url>,
    pub store_service: Option<Url>,
    pub alert_service: Option<Url>,
    pub deadline_ms: u64,
}

impl Default for PeerSettings {
    fn default() -> Self {
        Self {
            project_service: None,
            sync_service: None,
            verify_service: None,
            store_service: None,
            alert_service: None,
            deadline_ms: 20_000,
        }
    }
}

impl PeerSettings {
    pub fn deadline(&self) -> Duration {
        Duration::from_millis(self.deadline_ms)
    }

    /// The address of a sibling. The gateway has none: nobody calls it.
    pub fn of(&self, service: ServiceName) -> Option<&Url> {
        match service {
            ServiceName::Gateway => None,
            ServiceName::ProjectService => self.project_service.as_ref(),
            ServiceName::SyncService => self.sync_service.as_ref(),
            ServiceName::VerifyService => self.verify_service.as_ref(),
            ServiceName::StoreService => self.store_service.as_ref(),
            ServiceName::AlertService => self.alert_service.as_ref(),
        }
    }

    /// Every service a caller needs must have an address.
    pub fn faults(&self, needed: &[ServiceName], faults: &mut Vec<String>) {
        if !(100..=600_000).contains(&self.deadline_ms) {
            faults.push("peers.deadline_ms must be 100 to 600000".into());
        }
        for service in needed {
            if self.of(*service).is_none() {
                let key = service.as_ref().replace('-', "_");
                faults.push(format!("peers.{key} is missing: the address of {service}"));
            }
        }
    }
}
