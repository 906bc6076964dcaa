//! The service under test, and what asking it takes.

use crate::{
    said::{Heard, Said},
    script::Script,
};
use oms_chassis::{
    Running, Shutdown,
    settings::{InternalSettings, MetadataSettings},
    vault::VaultSettings,
};
use oms_clients::{
    ClientError, Http, Peer, StoreClient,
    store::{Changes, Delivered},
    token::{SHORTEST_SECRET, Signer},
};
use oms_contracts::{
    ErrorCode, Problem, ServiceName,
    service::headers,
    store::{ChangesQuery, StoreId, StoreSpec, StoreState, StoreView},
};
use oms_model::change::Seq;
use oms_testkit::eventually;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use std::{path::Path, sync::Arc, time::Duration};
use store_service::{
    Settings,
    runner::{Databases, Sources},
    settings::StoreSettings,
};
use tempfile::TempDir;
use tokio::{runtime::Runtime, time::timeout};

pub const PATIENCE: Duration = Duration::from_secs(30);

/// A running service, gone with this value. What it keeps stays as long as somebody holds the folder.
pub struct TestApp {
    pub base: String,
    pub dir: Arc<TempDir>,
    pub script: Script,
    sources: Arc<dyn Sources>,
    shutdown: Shutdown,
    running: Option<Running>,
    process: Option<Runtime>,
}

fn signer() -> Signer {
    Signer::new(&"s".repeat(SHORTEST_SECRET).into())
}

/// Settings for a service whose files are all in `dir`, and which looks after its stores often.
pub fn settings_in(dir: &Path) -> Settings {
    let url = format!("sqlite:{}", dir.join("meta.db").display());
    Settings {
        metadata: MetadataSettings { url: url.into(), ..Default::default() },
        internal: InternalSettings { secret: "s".repeat(SHORTEST_SECRET).into() },
        vault: VaultSettings {
            key_file: Some(dir.join("vault.key")),
            create_key_file: true,
            ..Default::default()
        },
        stores: StoreSettings {
            data_dir: dir.join("stores"),
            beat_ms: 20,
            stop_ms: 2_000,
            source_beat_ms: 50,
            reader_beat_ms: 50,
            retention_ms: 50,
            segment_bytes: 1 << 20,
            ..Default::default()
        },
        ..Default::default()
    }
}

impl TestApp {
    pub async fn start() -> Self {
        let dir = Arc::new(tempfile::tempdir().expect("a temp dir"));
        Self::in_dir(dir, Script::default(), |_| {}).await
    }

    /// Starts on databases.
    pub async fn on_databases() -> Self {
        let dir = Arc::new(tempfile::tempdir().expect("a temp dir"));
        Self::run(dir, Script::default(), Arc::new(Databases), |_| {}).await
    }

    /// Starts where another one was, on a source that goes on.
    pub async fn in_dir(
        dir: Arc<TempDir>,
        script: Script,
        change: impl FnOnce(&mut Settings),
    ) -> Self {
        let sources = Arc::new(script.clone());
        Self::run(dir, script, sources, change).await
    }

    async fn run(
        dir: Arc<TempDir>,
        script: Script,
        sources: Arc<dyn Sources>,
        change: impl FnOnce(&mut Settings),
    ) -> Self {
        let mut settings = settings_in(dir.path());
        change(&mut settings);
        oms_chassis::process::install_crypto();
        // A runtime of its own stands for the process: with it everything ends at once.
        let process = Runtime::new().expect("a runtime");
        let shutdown = Shutdown::default();
        let (end, source) = (shutdown.clone(), Arc::clone(&sources));
        let start = async move { store_service::start_with(source, &settings, &end).await };
        let running = process.spawn(start).await.expect("no panic").expect("starts");
        let base = format!("http://{}", running.address);
        let (running, process) = (Some(running), Some(process));
        Self { base, dir, script, sources, shutdown, running, process }
    }

    /// Ends as a process does that is asked to, and starts again.
    pub async fn restart(mut self) -> Self {
        self.shutdown.begin();
        let (running, process) = (self.running.take(), self.process.take());
        let (running, process) = (running.expect("runs"), process.expect("runs"));
        process.spawn(running.until_stopped()).await.expect("no panic").expect("stops");
        process.shutdown_background();
        let (dir, sources) = (Arc::clone(&self.dir), Arc::clone(&self.sources));
        Self::run(dir, self.script.clone(), sources, |_| {}).await
    }

    /// Ends as a process does that is killed, and starts again.
    pub async fn die_and_return(mut self) -> Self {
        self.process.take().expect("runs").shutdown_background();
        let script = self.script.clone();
        eventually(PATIENCE, || async { script.streams() == 0 }).await;
        let (dir, sources) = (Arc::clone(&self.dir), Arc::clone(&self.sources));
        Self::run(dir, script, sources, |_| {}).await
    }

    /// The calls of a sibling, as it makes them.
    pub fn client(&self) -> StoreClient {
        let http = Http::new(ServiceName::SyncService, signer()).expect("a client");
        let base = self.base.parse().expect("an address");
        StoreClient::new(Peer::new(http, ServiceName::StoreService, base, PATIENCE))
    }

    /// A signed request to go on with.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let http = reqwest::Client::builder().no_proxy().build().expect("a client");
        let token = signer()
            .sign(ServiceName::SyncService, ServiceName::StoreService, None)
            .expect("signs");
        http.request(method, format!("{}{path}", self.base)).header(headers::INTERNAL_TOKEN, token)
    }

    /// Keeps a store and starts it; it has begun then.
    pub async fn begin(&self, store: &str, body: &Value) -> StoreView {
        self.client().put_store(&id(store), &spec_of(body)).await.expect("is kept");
        self.client().start(&id(store)).await.expect("starts");
        self.sees(store, |view| view.live.has_begun && !self.script.followed().is_empty()).await
    }

    /// Waits until a store is as it should be.
    pub async fn sees(&self, store: &str, is: impl Fn(&StoreView) -> bool) -> StoreView {
        let client = self.client();
        eventually(PATIENCE, || async {
            let view = client.store(&id(store)).await.expect("is there");
            if is(&view) { Ok(view) } else { Err(view) }
        })
        .await
    }

    pub async fn reaches(&self, store: &str, state: StoreState) -> StoreView {
        self.sees(store, |view| view.summary.state == state).await
    }

    /// Reads from behind a change.
    pub async fn reads(&self, store: &str, after: u64) -> Reading {
        let query = ChangesQuery { after: Seq(after), consumer: None };
        let changes = self.client().changes(&id(store), &query).await.expect("is read");
        Reading { changes, heard: Heard::default() }
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.shutdown.begin();
        if let Some(process) = self.process.take() {
            process.shutdown_background();
        }
    }
}

/// A stream of changes, and what was heard of it.
pub struct Reading {
    changes: Changes,
    pub heard: Heard,
}

impl Reading {
    /// Reads until so many transactions have come.
    pub async fn until(&mut self, count: usize) -> Vec<Said> {
        while self.heard.all.len() < count {
            self.step().await;
        }
        self.heard.all.iter().map(|(_, said)| said.clone()).collect()
    }

    /// Reads what comes next.
    pub async fn step(&mut self) {
        let next = timeout(PATIENCE, self.changes.next()).await.expect("it is not silent");
        match next.expect("a frame") {
            Delivered::Defined(defined) => self.heard.define(&defined),
            Delivered::Block(block) => self.heard.block(&block.items),
            Delivered::Alive { .. } => self.heard.alive += 1,
        }
    }

    /// Reads until it ends.
    pub async fn ends(&mut self) {
        while let Ok(_frame) = timeout(PATIENCE, self.changes.next()).await.expect("not silent") {}
    }
}

pub fn id(text: &str) -> StoreId {
    StoreId::parse(text).expect("an id")
}

/// A store of the tables of the database `d`.
pub fn store() -> Value {
    json!({
        "source": { "kind": "MYSQL", "host": "h", "port": 3306, "user": "u", "password": "hunter2" },
        "method": "BINLOG",
        "objects": { "mode": "WILDCARD", "tableAndViewWhiteList": ["d.*"] },
    })
}

pub fn spec_of(body: &Value) -> StoreSpec {
    serde_json::from_value(body.clone()).expect("a specification")
}

/// The problem of a refusal.
#[track_caller]
pub fn refused<T: std::fmt::Debug>(answer: Result<T, ClientError>, code: ErrorCode) -> Problem {
    match answer {
        Err(ClientError::Refused { problem, .. }) => {
            assert_eq!(problem.code, code, "{problem:?}");
            *problem
        }
        other => panic!("{other:?}"),
    }
}
