//! The service under test, and what asking it takes: signed calls, answers that are asserted by
//! status and code, and a look at everything that is stored.

use crate::script::Script;
use diesel::{Connection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query};
use oms_chassis::{
    Conn, Running, Shutdown,
    db::connect,
    settings::{InternalSettings, MetadataSettings},
    vault::VaultSettings,
};
use oms_clients::{
    Http, Peer, SyncClient,
    token::{SHORTEST_SECRET, Signer},
};
use oms_contracts::{
    ErrorCode, Problem, ServiceName,
    service::headers,
    sync::{TaskId, TaskKind, TaskSpec, TaskState, TaskView},
};
use oms_testkit::eventually;
use reqwest::{
    Method, RequestBuilder, StatusCode,
    header::{CONTENT_TYPE, HeaderMap},
};
use secrecy::SecretString;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use std::{path::Path, sync::Arc, time::Duration};
use sync_service::{Settings, runner::Drivers, settings::TaskSettings};
use tempfile::TempDir;
use tokio::runtime::Runtime;

pub const PATIENCE: Duration = Duration::from_secs(20);

/// A running service, gone with this value. Its metadata stays as long as somebody holds the folder.
pub struct TestApp {
    pub base: String,
    pub http: reqwest::Client,
    pub settings: Settings,
    pub dir: Arc<TempDir>,
    pub script: Script,
    shutdown: Shutdown,
    running: Option<Running>,
    process: Option<Runtime>,
}

/// What all services of a test share.
pub fn secret() -> SecretString {
    "s".repeat(SHORTEST_SECRET).into()
}

pub fn signer() -> Signer {
    Signer::new(&secret())
}

/// Settings for a service whose files are all in `dir`, and which looks after its tasks often.
pub fn settings_in(dir: &Path) -> Settings {
    let url = format!("sqlite:{}", dir.join("meta.db").display());
    Settings {
        metadata: MetadataSettings { url: url.into(), ..Default::default() },
        internal: InternalSettings { secret: secret() },
        vault: VaultSettings {
            key_file: Some(dir.join("vault.key")),
            create_key_file: true,
            ..Default::default()
        },
        tasks: TaskSettings { beat_ms: 20, lease_ms: 1_500, stop_ms: 500 },
        ..Default::default()
    }
}

impl TestApp {
    pub async fn start() -> Self {
        Self::in_dir(Arc::new(tempfile::tempdir().expect("a temp dir")), |_| {}).await
    }

    pub async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        Self::in_dir(Arc::new(tempfile::tempdir().expect("a temp dir")), change).await
    }

    /// Starts where another one was.
    pub async fn in_dir(dir: Arc<TempDir>, change: impl FnOnce(&mut Settings)) -> Self {
        let script = Script::new();
        let drivers = Drivers::default()
            .with(TaskKind::Full, script.clone())
            .with(TaskKind::Schema, script.clone());
        Self::driven_by(drivers, script, dir, change).await
    }

    /// Starts as it is shipped.
    pub async fn as_built() -> Self {
        Self::as_built_in(Arc::new(tempfile::tempdir().expect("a temp dir"))).await
    }

    /// Starts as it is shipped, on what is in a folder already.
    pub async fn as_built_in(dir: Arc<TempDir>) -> Self {
        Self::driven_by(Drivers::built_in(None), Script::new(), dir, |_| {}).await
    }

    /// Starts with nobody to drive anything.
    pub async fn without_drivers() -> Self {
        let dir = Arc::new(tempfile::tempdir().expect("a temp dir"));
        Self::driven_by(Drivers::default(), Script::new(), dir, |_| {}).await
    }

    async fn driven_by(
        drivers: Drivers,
        script: Script,
        dir: Arc<TempDir>,
        change: impl FnOnce(&mut Settings),
    ) -> Self {
        let mut settings = settings_in(dir.path());
        change(&mut settings);
        oms_chassis::process::install_crypto();
        // A runtime of its own stands for the process: with it everything ends at once.
        let process = Runtime::new().expect("a runtime");
        let (shutdown, given) = (Shutdown::default(), settings.clone());
        let end = shutdown.clone();
        let start = async move { sync_service::start_with(drivers, &given, &end).await };
        let running = process.spawn(start).await.expect("no panic").expect("starts");
        let base = format!("http://{}", running.address);
        let http = reqwest::Client::builder().no_proxy().build().expect("a client");
        let (running, process) = (Some(running), Some(process));
        Self { base, http, settings, dir, script, shutdown, running, process }
    }

    /// Ends as a process does that is asked to, and waits for that.
    pub async fn stop(mut self) -> Arc<TempDir> {
        self.shutdown.begin();
        let (running, process) = (self.running.take(), self.process.take());
        let (running, process) = (running.expect("runs"), process.expect("runs"));
        process.spawn(running.until_stopped()).await.expect("no panic").expect("stops");
        process.shutdown_background();
        Arc::clone(&self.dir)
    }

    /// Ends as a process does that is killed.
    pub async fn kill(mut self) -> Arc<TempDir> {
        let script = self.script.clone();
        self.process.take().expect("runs").shutdown_background();
        eventually(PATIENCE, || async { script.alive() == 0 }).await;
        Arc::clone(&self.dir)
    }

    /// The calls of a sibling, as it makes them.
    pub fn client(&self) -> SyncClient {
        let http = Http::new(ServiceName::ProjectService, signer()).expect("a client");
        let base = self.base.parse().expect("an address");
        SyncClient::new(Peer::new(http, ServiceName::SyncService, base, PATIENCE))
    }

    pub async fn get(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, body: &impl Serialize) -> Answer {
        Answer::of(self.request(Method::POST, path).json(body)).await
    }

    /// A `POST` without a body.
    pub async fn command(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::POST, path)).await
    }

    pub async fn put(&self, path: &str, body: &impl Serialize) -> Answer {
        Answer::of(self.request(Method::PUT, path).json(body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::DELETE, path)).await
    }

    /// Sends bytes that claim to be JSON.
    pub async fn send(&self, method: Method, path: &str, body: impl Into<reqwest::Body>) -> Answer {
        let request = self.request(method, path).header(CONTENT_TYPE, "application/json");
        Answer::of(request.body(body)).await
    }

    /// A signed request to go on with.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let token = signer()
            .sign(ServiceName::ProjectService, ServiceName::SyncService, None)
            .expect("signs");
        self.unsigned(method, path).header(headers::INTERNAL_TOKEN, token)
    }

    /// A request without a token.
    pub fn unsigned(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base))
    }

    /// Stores a task.
    pub async fn store(&self, task: &str, spec: &Value) -> TaskView {
        let spec: TaskSpec = serde_json::from_value(spec.clone()).expect("a specification");
        self.client().put_task(&id(task), &spec).await.expect("is stored")
    }

    /// Waits until a task is in a state.
    pub async fn reaches(&self, task: &str, state: TaskState) -> TaskView {
        let client = self.client();
        eventually(PATIENCE, || async {
            let view = client.task(&id(task)).await.expect("is there");
            if view.summary.state == state { Ok(view) } else { Err(view.summary) }
        })
        .await
    }

    /// A connection to the metadata, for what a driver does.
    pub fn metadata(&self) -> Conn {
        connect(&self.settings.metadata).expect("connects")
    }

    /// Everything that is stored but what changes by itself, for asserting that nothing changed.
    pub fn stored(&self) -> String {
        let file = self.dir.path().join("meta.db");
        let conn = &mut SqliteConnection::establish(file.to_str().expect("UTF-8")).expect("opens");
        let tables = texts(
            conn,
            "SELECT name AS text FROM sqlite_master WHERE type = 'table' \
             AND name NOT IN ('instances', '__diesel_schema_migrations') ORDER BY name",
        );
        let dump = |table: &String, conn: &mut SqliteConnection| {
            let columns = texts(
                conn,
                &format!(
                    "SELECT 'hex(\"' || name || '\")' AS text FROM pragma_table_info('{table}') \
                     WHERE name NOT IN ('lease_until', 'live')"
                ),
            );
            let columns = columns.join(" || ',' || ");
            let rows = texts(conn, &format!("SELECT {columns} AS text FROM {table} ORDER BY 1"));
            format!("{table}:\n{}\n", rows.join("\n"))
        };
        tables.iter().map(|table| dump(table, conn)).collect()
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

/// One column of text.
#[derive(QueryableByName)]
struct Text {
    #[diesel(sql_type = diesel::sql_types::Text)]
    text: String,
}

fn texts(conn: &mut SqliteConnection, sql: &str) -> Vec<String> {
    let rows: Vec<Text> = sql_query(sql).load(conn).expect("a query");
    rows.into_iter().map(|row| row.text).collect()
}

pub fn id(text: &str) -> TaskId {
    TaskId::parse(text).expect("an id")
}

/// A task of some kind with so many objects.
pub fn spec(kind: TaskKind, objects: u32) -> Value {
    let end = |host: &str| json!({ "kind": "MYSQL", "host": host, "port": 3306, "user": "u" });
    let object = |number: u32| {
        let name = json!({ "database": "db", "name": format!("t_{number}") });
        json!({ "kind": "TABLE", "source": name, "target": name })
    };
    let objects: Vec<Value> = (0..objects).map(object).collect();
    json!({ "kind": kind, "source": end("a"), "target": end("b"), "objects": objects })
}

pub fn full() -> Value {
    spec(TaskKind::Full, 3)
}

pub fn schema() -> Value {
    spec(TaskKind::Schema, 5)
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub async fn of(request: RequestBuilder) -> Self {
        let answer = request.send().await.expect("an answer");
        let (status, headers) = (answer.status(), answer.headers().clone());
        Self { status, headers, body: answer.text().await.expect("a text") }
    }

    /// The body of a success.
    #[track_caller]
    pub fn ok<T: DeserializeOwned>(self, status: StatusCode) -> T {
        assert_eq!(self.status, status, "{}", self.body);
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// A success without a body.
    #[track_caller]
    pub fn done(self) {
        assert_eq!((self.status, self.body.as_str()), (StatusCode::NO_CONTENT, ""));
    }

    /// The problem of a refusal: status, code, advice and request id are those of the catalogue.
    #[track_caller]
    pub fn refused(self, code: ErrorCode) -> Problem {
        let problem: Problem = serde_json::from_str(&self.body)
            .unwrap_or_else(|error| panic!("{}: {error}: {}", self.status, self.body));
        assert_eq!((self.status.as_u16(), problem.code), (code.status(), code), "{problem:?}");
        assert_eq!(problem.advice, code.advice());
        assert_eq!(self.headers[headers::REQUEST_ID].to_str().ok(), Some(&*problem.request_id));
        problem
    }
}

/// The fields that a problem blames.
pub fn fields(problem: &Problem) -> Vec<&str> {
    problem.details.iter().map(|detail| detail.field.as_str()).collect()
}
