//! All six services in one process, each on a free port over its own SQLite file, reading their
//! settings the way a deployment gives them.

use oms_chassis::{Running, Shutdown, settings::load_with};
use oms_clients::token::SHORTEST_SECRET;
use serde_json::Value;
use std::{collections::HashMap, net::SocketAddr, path::Path};

/// The first password of root and admin.
pub const FIRST_PASSWORD: &str = "First-House-27##";

/// The running services.
#[derive(Debug)]
pub struct House {
    addresses: HashMap<&'static str, SocketAddr>,
    running: Vec<Running>,
    shutdown: Shutdown,
    http: reqwest::Client,
    dir: tempfile::TempDir,
}

impl House {
    pub async fn start() -> Self {
        oms_chassis::process::install_crypto();
        let dir = tempfile::tempdir().expect("a temp dir");
        let http = reqwest::Client::builder().no_proxy().build().expect("a client");
        let (addresses, running) = (HashMap::new(), Vec::new());
        let mut house = Self { addresses, running, shutdown: Shutdown::default(), http, dir };
        house.start_workers().await;
        house.start_front().await;
        house
    }

    async fn start_workers(&mut self) {
        let end = self.shutdown.clone();
        let settings = read(&self.variables("alert-service"));
        self.add("alert-service", alert_service::start(&settings, &end).await.expect("starts"));
        let settings = read(&self.variables("store-service"));
        self.add("store-service", store_service::start(&settings, &end).await.expect("starts"));
        let settings = read(&self.variables("verify-service"));
        self.add("verify-service", verify_service::start(&settings, &end).await.expect("starts"));
        let settings = read(&self.variables("sync-service"));
        self.add("sync-service", sync_service::start(&settings, &end).await.expect("starts"));
    }

    async fn start_front(&mut self) {
        let end = self.shutdown.clone();
        let settings = read(&self.variables("project-service"));
        let project = project_service::start(&settings, &end).await.expect("starts");
        self.add("project-service", project);
        let settings = read(&self.variables("gateway"));
        let started = gateway::start(&settings, &end).await.expect("starts");
        self.add("gateway", started.running);
    }

    fn add(&mut self, service: &'static str, running: Running) {
        self.addresses.insert(service, running.address);
        self.running.push(running);
    }

    /// What a deployment would put into the environment of a service.
    fn variables(&self, service: &str) -> HashMap<String, String> {
        let path = |name: &str| self.dir.path().join(name).display().to_string();
        let mut all = vec![
            ("METADATA__URL".to_owned(), format!("sqlite:{}", path(&format!("{service}.db")))),
            ("INTERNAL__SECRET".to_owned(), "s".repeat(SHORTEST_SECRET)),
        ];
        if service == "store-service" {
            all.push(("STORES__DATA_DIR".to_owned(), path("stores")));
        }
        if ["gateway", "project-service", "sync-service", "store-service"].contains(&service) {
            all.push(("VAULT__KEY_FILE".to_owned(), path("vault.key")));
            all.push(("VAULT__CREATE_KEY_FILE".to_owned(), "true".to_owned()));
        }
        if service == "gateway" {
            for user in ["ROOT", "ADMIN"] {
                let password = FIRST_PASSWORD.to_owned();
                all.push((format!("BOOTSTRAP__{user}_PASSWORD"), password));
            }
            for (peer, address) in &self.addresses {
                let key = peer.to_uppercase().replace('-', "_");
                all.push((format!("PEERS__{key}"), format!("http://{address}")));
            }
        }
        all.into_iter().map(|(key, value)| (format!("OMS__{key}"), value)).collect()
    }

    pub fn url(&self, service: &str, path: &str) -> String {
        format!("http://{}{path}", self.addresses[service])
    }

    pub fn http(&self) -> &reqwest::Client {
        &self.http
    }

    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// A service's own description.
    pub async fn openapi(&self, service: &str) -> Value {
        self.json(&self.url(service, "/openapi.json")).await
    }

    /// The description of the whole public API.
    pub async fn public_openapi(&self) -> Value {
        self.json(&self.url("gateway", "/api/v1/openapi.json")).await
    }

    async fn json(&self, url: &str) -> Value {
        let answer = self.http.get(url).send().await.expect("an answer");
        assert!(answer.status().is_success(), "{url}: {}", answer.status());
        answer.json().await.expect("JSON")
    }

    /// Whether the gateway has a route, asked without an account: a known one wants a login.
    pub async fn knows_route(&self, verb: &str, path: &str) -> bool {
        let path = path.replace("{id}", "np_00000000000000aa").replace(['{', '}'], "x");
        let verb = verb.to_uppercase().parse().expect("a method");
        let request = self.http.request(verb, self.url("gateway", &path));
        let status = request.send().await.expect("an answer").status().as_u16();
        !matches!(status, 404 | 405)
    }

    /// Ends all services and waits for them.
    pub async fn stop(self) {
        self.shutdown.begin();
        for running in self.running {
            running.until_stopped().await.expect("stops cleanly");
        }
    }
}

fn read<T>(variables: &HashMap<String, String>) -> T
where
    T: serde::de::DeserializeOwned + oms_chassis::settings::Checked,
{
    load_with(None, variables.clone()).expect("good settings")
}
