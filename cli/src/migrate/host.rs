//! sync-service in this process, on loopback, with its metadata in the data directory.

use crate::{
    fault::{Code, Fault},
    up::place::Place,
};
use oms_chassis::{
    Running, Shutdown,
    settings::{HttpSettings, InternalSettings, MetadataSettings},
    vault::VaultSettings,
};
use oms_clients::{Http, Peer, SyncClient, token::Signer};
use oms_contracts::{ServiceName, service::Capability, sync::TaskKind};
use std::{net::SocketAddr, time::Duration};
use url::Url;

/// The name of its metadata.
const SERVICE: &str = "sync";
/// A task of very many tables is one body.
const LARGEST_BODY: usize = 1 << 29;
/// How long a call may take: storing many tables takes a while.
const PATIENCE: Duration = Duration::from_secs(120);
/// How long what is under way may take to end.
const ENDING: Duration = Duration::from_secs(20);

/// The running service, and how it is asked.
#[derive(Debug)]
pub struct Host {
    pub tasks: SyncClient,
    capabilities: Vec<Capability>,
    running: Running,
    shutdown: Shutdown,
}

impl Host {
    pub async fn start(place: &Place) -> Result<Self, Fault> {
        place.check_metadata(&[SERVICE])?;
        // In this order: the internal key tells later starts that there was a vault key.
        place.keep_vault_key()?;
        let secret = place.internal_secret()?;
        let settings = sync_service::Settings {
            http: HttpSettings {
                workers: 1,
                body_limit_bytes: LARGEST_BODY,
                request_timeout_ms: 110_000,
                shutdown_ms: u64::try_from(ENDING.as_millis()).unwrap_or(u64::MAX),
                ..HttpSettings::default()
            },
            metadata: MetadataSettings {
                url: place.metadata_url(SERVICE).into(),
                connections: 4,
                ..MetadataSettings::default()
            },
            internal: InternalSettings { secret: secret.clone() },
            vault: VaultSettings { key_file: Some(place.vault_key()), ..VaultSettings::default() },
            ..sync_service::Settings::default()
        };
        let shutdown = Shutdown::default();
        let running = sync_service::start(&settings, &shutdown)
            .await
            .map_err(|error| Fault::from_error(Code::StartFailed, &error))?;
        place.note_metadata(&[SERVICE])?;
        let tasks = client(running.address, &Signer::new(&secret))?;
        let capabilities = running.instance.view().capabilities;
        Ok(Self { tasks, capabilities, running, shutdown })
    }

    /// Whether this version can do it.
    pub fn can(&self, kind: TaskKind) -> bool {
        let name = kind.to_string();
        self.capabilities.iter().any(|known| known.available && known.name == name)
    }

    /// Ends it. Tasks that run go on at the next start.
    pub async fn stop(self) -> Result<(), Fault> {
        // Idle connections of ours would be waited for.
        drop(self.tasks);
        self.shutdown.begin();
        self.running
            .until_stopped()
            .await
            .map_err(|error| Fault::from_error(Code::StopLate, &error))
    }
}

fn client(address: SocketAddr, signer: &Signer) -> Result<SyncClient, Fault> {
    let http = Http::new(ServiceName::ProjectService, signer.clone())
        .map_err(|error| Fault::from_error(Code::Runtime, &error))?;
    let base = Url::parse(&format!("http://{address}")).expect("an address makes a URL");
    Ok(SyncClient::new(Peer::new(http, ServiceName::SyncService, base, PATIENCE)))
}
