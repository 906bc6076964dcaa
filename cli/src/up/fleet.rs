//! The six services in this process: started from the last in the chain of calls to the first,
//! stopped from the first to the last, so that nobody calls a sibling that is not there.

use super::settings::UpSettings;
use oms_chassis::{Running, Shutdown, StartError, http::ServeError, settings::PeerSettings};
use oms_contracts::{
    ServiceName,
    service::{HealthView, paths},
};
use std::{
    collections::HashSet,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};
use tokio::{task::JoinSet, time::Instant};
use url::Url;

/// How long the services may take to say that they are ready.
const READY_DEADLINE: Duration = Duration::from_secs(15);
const ASK_AGAIN: Duration = Duration::from_millis(10);
/// What ending takes besides the patience each service is configured with.
const STOP_MARGIN: Duration = Duration::from_secs(3);

#[derive(Debug, thiserror::Error)]
pub enum FleetError {
    #[error("{service} does not start")]
    Start {
        service: ServiceName,
        #[source]
        source: StartError,
    },
    #[error("{service} is not ready: {}", .faults.join("; "))]
    NotReady { service: ServiceName, faults: Vec<String> },
    #[error("{service} ended by itself")]
    Ended {
        service: ServiceName,
        #[source]
        source: Option<ServeError>,
    },
    #[error("not everything ended in time: {}", names(.0))]
    Late(Vec<ServiceName>),
    #[error("the probe of the services cannot be built")]
    Probe(#[source] reqwest::Error),
}

fn names(services: &[ServiceName]) -> String {
    let names: Vec<String> = services.iter().map(ToString::to_string).collect();
    names.join(", ")
}

/// The passwords of the very first start.
pub type FirstPasswords = Vec<gateway::ops::FirstPassword>;

/// Services that run, and what ends each stage of them.
#[derive(Debug)]
pub struct Fleet {
    addresses: Vec<(ServiceName, SocketAddr)>,
    stages: Vec<Stage>,
    running: JoinSet<(ServiceName, Result<(), ServeError>)>,
    /// Who has ended.
    gone: HashSet<ServiceName>,
    patience: Duration,
}

/// Services that end together: none of them calls another.
#[derive(Debug)]
struct Stage {
    shutdown: Shutdown,
    services: Vec<ServiceName>,
}

impl Fleet {
    /// Starts all six.
    pub async fn start(mut settings: UpSettings) -> Result<(Self, FirstPasswords), FleetError> {
        let [workers, sync, project, gateway] = std::array::from_fn(|_| Shutdown::default());
        let mut fleet = Self {
            addresses: Vec::new(),
            stages: Vec::new(),
            running: JoinSet::new(),
            gone: HashSet::new(),
            patience: settings.patience(),
        };
        let (alert, store, verify) = tokio::join!(
            alert_service::start(&settings.alert, &workers),
            store_service::start(&settings.store, &workers),
            verify_service::start(&settings.verify, &workers),
        );
        let stage = [
            (ServiceName::AlertService, alert),
            (ServiceName::StoreService, store),
            (ServiceName::VerifyService, verify),
        ];
        fleet.add(workers, stage)?;
        fleet.introduce(&mut settings.sync.peers);
        let started = sync_service::start(&settings.sync, &sync).await;
        fleet.add(sync, [(ServiceName::SyncService, started)])?;
        let started = project_service::start(&settings.project, &project).await;
        fleet.add(project, [(ServiceName::ProjectService, started)])?;
        fleet.introduce(&mut settings.gateway.peers);
        let started = gateway::start(&settings.gateway, &gateway).await;
        let (started, passwords) = match started {
            Ok(started) => (Ok(started.running), started.first_passwords),
            Err(error) => (Err(error), Vec::new()),
        };
        fleet.add(gateway, [(ServiceName::Gateway, started)])?;
        Ok((fleet, passwords))
    }

    fn add<const N: usize>(
        &mut self,
        shutdown: Shutdown,
        services: [(ServiceName, Result<Running, StartError>); N],
    ) -> Result<(), FleetError> {
        let mut stage = Stage { shutdown, services: Vec::with_capacity(N) };
        for (service, started) in services {
            let running = started.map_err(|source| FleetError::Start { service, source })?;
            self.addresses.push((service, reachable(running.address)));
            stage.services.push(service);
            self.running.spawn(async move { (service, running.until_stopped().await) });
        }
        // The last to start is the first to end.
        self.stages.insert(0, stage);
        Ok(())
    }

    /// Tells a service where those are that run already.
    fn introduce(&self, peers: &mut PeerSettings) {
        for (service, address) in &self.addresses {
            let url = Url::parse(&format!("http://{address}")).expect("an address makes a URL");
            match service {
                ServiceName::Gateway => {}
                ServiceName::ProjectService => peers.project_service = Some(url),
                ServiceName::SyncService => peers.sync_service = Some(url),
                ServiceName::VerifyService => peers.verify_service = Some(url),
                ServiceName::StoreService => peers.store_service = Some(url),
                ServiceName::AlertService => peers.alert_service = Some(url),
            }
        }
    }

    /// Where this machine reaches the gateway.
    pub fn gateway(&self) -> SocketAddr {
        let gateway = self.addresses.iter().find(|(service, _)| *service == ServiceName::Gateway);
        gateway.expect("the fleet has a gateway").1
    }

    /// Waits until every service says that it can do its work.
    pub async fn ready(&self) -> Result<(), FleetError> {
        // Dropped afterwards: an idle connection of ours would delay the end of a service.
        let probe = reqwest::Client::builder()
            .no_proxy()
            .timeout(READY_DEADLINE)
            .build()
            .map_err(FleetError::Probe)?;
        let deadline = Instant::now() + READY_DEADLINE;
        for (service, address) in &self.addresses {
            while let Err(faults) = ask(&probe, *address).await {
                if Instant::now() >= deadline {
                    return Err(FleetError::NotReady { service: *service, faults });
                }
                tokio::time::sleep(ASK_AGAIN).await;
            }
        }
        Ok(())
    }

    /// Waits for a service to end by itself, which none should.
    pub async fn ended(&mut self) -> FleetError {
        match self.running.join_next().await {
            Some(Ok((service, result))) => {
                self.gone.insert(service);
                FleetError::Ended { service, source: result.err() }
            }
            Some(Err(_)) | None => {
                FleetError::Ended { service: ServiceName::Gateway, source: None }
            }
        }
    }

    /// Ends all, the gateway first, and waits until they have, but not for ever.
    pub async fn stop(mut self) -> Result<(), FleetError> {
        let patience = self.patience;
        match tokio::time::timeout(patience, self.stop_in_order()).await {
            Ok(failed) => failed.map_or(Ok(()), Err),
            Err(_) => {
                let left = self.stages.into_iter().flat_map(|stage| stage.services).collect();
                Err(FleetError::Late(left))
            }
        }
    }

    async fn stop_in_order(&mut self) -> Option<FleetError> {
        let mut failed = None;
        while let Some(stage) = self.stages.first() {
            stage.shutdown.begin();
            while stage.services.iter().any(|service| !self.gone.contains(service)) {
                match self.running.join_next().await {
                    Some(Ok((service, result))) => {
                        self.gone.insert(service);
                        if let Err(source) = result {
                            let source = Some(source);
                            failed.get_or_insert(FleetError::Ended { service, source });
                        }
                    }
                    Some(Err(_)) => {}
                    None => break,
                }
            }
            self.stages.remove(0);
        }
        failed
    }
}

impl UpSettings {
    /// The stages end one after the other.
    fn patience(&self) -> Duration {
        let workers = [&self.sync.http, &self.verify.http, &self.store.http, &self.alert.http];
        let workers = workers.map(|http| http.shutdown_ms).into_iter().max().unwrap_or_default();
        let stages = [self.gateway.http.shutdown_ms, self.project.http.shutdown_ms, workers];
        stages
            .into_iter()
            .fold(STOP_MARGIN, |sum, ms| sum.saturating_add(Duration::from_millis(ms)))
    }
}

/// An address that listens everywhere is reached on loopback.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

async fn ask(probe: &reqwest::Client, address: SocketAddr) -> Result<(), Vec<String>> {
    let silent = |error: reqwest::Error| vec![error.to_string()];
    let url = format!("http://{address}{}", paths::READYZ);
    let answer = probe.get(url).send().await.map_err(silent)?;
    let view: HealthView = answer.json().await.map_err(silent)?;
    if view.ready { Ok(()) } else { Err(view.faults) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_listens_everywhere_is_reached_on_loopback() {
        let of = |text: &str| reachable(text.parse().unwrap()).to_string();
        assert_eq!(of("0.0.0.0:1"), "127.0.0.1:1");
        assert_eq!(of("[::]:1"), "[::1]:1");
        assert_eq!(of("10.0.0.1:1"), "10.0.0.1:1");
    }

    #[test]
    fn the_patience_covers_the_stages_one_after_the_other() {
        let mut settings = UpSettings::default();
        for http in [&mut settings.gateway.http, &mut settings.project.http] {
            http.shutdown_ms = 1_000;
        }
        for http in [&mut settings.sync.http, &mut settings.verify.http] {
            http.shutdown_ms = 0;
        }
        settings.store.http.shutdown_ms = 500;
        settings.alert.http.shutdown_ms = 2_000;
        assert_eq!(settings.patience(), STOP_MARGIN + Duration::from_secs(4));
    }
}
