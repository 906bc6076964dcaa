//! The services that a migration takes, in this process, on loopback, with their metadata in the data
//! directory: sync-service, and store-service where changes are followed.

use crate::{
    fault::{Code, Fault},
    up::place::Place,
};
use oms_chassis::{
    Running, Shutdown,
    settings::{HttpSettings, InternalSettings, MetadataSettings, PeerSettings},
    vault::VaultSettings,
};
use oms_clients::{Http, Peer, StoreClient, SyncClient, token::Signer};
use oms_contracts::{ServiceName, service::Capability, sync::TaskKind};
use secrecy::SecretString;
use std::{net::SocketAddr, time::Duration};
use store_service::settings::StoreSettings;
use url::Url;

/// The names of their metadata.
const SYNC: &str = "sync";
const STORE: &str = "store";
/// A task of very many tables is one body.
const LARGEST_BODY: usize = 1 << 29;
/// How long a call may take: storing many tables takes a while.
const PATIENCE: Duration = Duration::from_secs(120);
/// How long what is under way may take to end.
const ENDING: Duration = Duration::from_secs(20);
/// How often a store hears that nothing happened: that is how late an idle source is seen to be idle.
const BEAT_MS: u64 = 200;

/// The running services, and how they are asked.
#[derive(Debug)]
pub struct Host {
    pub tasks: SyncClient,
    /// Where changes are followed.
    pub stores: Option<StoreClient>,
    capabilities: Vec<Capability>,
    /// In the order in which they end.
    stages: Vec<(Running, Shutdown)>,
}

impl Host {
    pub async fn start(place: &Place, follows: bool) -> Result<Self, Fault> {
        let names: &[&str] = if follows { &[SYNC, STORE] } else { &[SYNC] };
        place.check_metadata(names)?;
        // In this order: the internal key tells later starts that there was a vault key.
        place.keep_vault_key()?;
        let common = Common { place, secret: place.internal_secret()? };
        let mut peers = PeerSettings::default();
        let (mut stages, mut stores) = (Vec::new(), None);
        if follows {
            let shutdown = Shutdown::default();
            let running = store_service::start(&common.store(), &shutdown).await;
            let running = running.map_err(|error| Fault::from_error(Code::StartFailed, &error))?;
            let peer = common.peer(ServiceName::StoreService, running.address)?;
            peers.store_service = Some(url(running.address));
            stores = Some(StoreClient::new(peer));
            stages.push((running, shutdown));
        }
        let shutdown = Shutdown::default();
        let running = sync_service::start(&common.sync(peers), &shutdown).await;
        let running = running.map_err(|error| Fault::from_error(Code::StartFailed, &error))?;
        place.note_metadata(names)?;
        let tasks = SyncClient::new(common.peer(ServiceName::SyncService, running.address)?);
        let capabilities = running.instance.view().capabilities;
        // What is asked by the other ends after it.
        stages.insert(0, (running, shutdown));
        Ok(Self { tasks, stores, capabilities, stages })
    }

    /// Whether this version can do it.
    pub fn can(&self, kind: TaskKind) -> bool {
        let name = kind.to_string();
        self.capabilities.iter().any(|known| known.available && known.name == name)
    }

    /// Ends it. Tasks that run go on at the next start.
    pub async fn stop(self) -> Result<(), Fault> {
        // Idle connections of ours would be waited for.
        drop((self.tasks, self.stores));
        for (running, shutdown) in self.stages {
            shutdown.begin();
            let stopped = running.until_stopped().await;
            stopped.map_err(|error| Fault::from_error(Code::StopLate, &error))?;
        }
        Ok(())
    }
}

/// What the services share.
struct Common<'p> {
    place: &'p Place,
    secret: SecretString,
}

impl Common<'_> {
    fn http() -> HttpSettings {
        HttpSettings {
            workers: 1,
            body_limit_bytes: LARGEST_BODY,
            request_timeout_ms: 110_000,
            shutdown_ms: u64::try_from(ENDING.as_millis()).unwrap_or(u64::MAX),
            ..HttpSettings::default()
        }
    }

    fn metadata(&self, name: &str) -> MetadataSettings {
        MetadataSettings {
            url: self.place.metadata_url(name).into(),
            connections: 4,
            ..MetadataSettings::default()
        }
    }

    fn vault(&self) -> VaultSettings {
        VaultSettings { key_file: Some(self.place.vault_key()), ..VaultSettings::default() }
    }

    fn sync(&self, peers: PeerSettings) -> sync_service::Settings {
        sync_service::Settings {
            http: Self::http(),
            metadata: self.metadata(SYNC),
            internal: InternalSettings { secret: self.secret.clone() },
            vault: self.vault(),
            peers,
            ..sync_service::Settings::default()
        }
    }

    fn store(&self) -> store_service::Settings {
        store_service::Settings {
            http: Self::http(),
            metadata: self.metadata(STORE),
            internal: InternalSettings { secret: self.secret.clone() },
            vault: self.vault(),
            stores: StoreSettings {
                data_dir: self.place.change_logs(),
                source_beat_ms: BEAT_MS,
                reader_beat_ms: BEAT_MS,
                ..StoreSettings::default()
            },
            ..store_service::Settings::default()
        }
    }

    fn peer(&self, service: ServiceName, address: SocketAddr) -> Result<Peer, Fault> {
        let http = Http::new(ServiceName::ProjectService, Signer::new(&self.secret))
            .map_err(|error| Fault::from_error(Code::Runtime, &error))?;
        Ok(Peer::new(http, service, url(address), PATIENCE))
    }
}

fn url(address: SocketAddr) -> Url {
    Url::parse(&format!("http://{address}")).expect("an address makes a URL")
}
