//! The service under test, and what asking it takes: signed calls on somebody's behalf, answers
//! that are asserted by status and code, and a look at everything that is stored.

use diesel::{Connection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query};
use oms_chassis::{
    Db, Running, Shutdown, Vault,
    settings::{InternalSettings, MetadataSettings},
    vault::VaultSettings,
};
use oms_clients::token::{SHORTEST_SECRET, Signer};
use oms_contracts::{
    ErrorCode, Problem, ServiceName,
    project::data_source::{DataSourceSettings, DataSourceView, paths},
    service::headers,
};
use oms_model::{Actor, DatabaseKind, Role};
use oms_testkit::servers::{Server, ServerKind};
use project_service::{Settings, repo};
use reqwest::{
    Method, RequestBuilder, StatusCode,
    header::{CONTENT_TYPE, HeaderMap, IF_MATCH},
};
use secrecy::SecretString;
use serde::{Serialize, de::DeserializeOwned};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A running service with metadata of its own, gone with this value.
pub struct TestApp {
    pub base: String,
    pub http: reqwest::Client,
    pub settings: Settings,
    pub dir: TempDir,
    shutdown: Shutdown,
    _running: Running,
}

/// What all services of a test share.
pub fn secret() -> SecretString {
    "s".repeat(SHORTEST_SECRET).into()
}

pub fn signer() -> Signer {
    Signer::new(&secret())
}

/// Somebody called `account` in department `department`, a digit.
pub fn actor(account: &str, role: Role, department: u8) -> Actor {
    let folded = account.to_ascii_lowercase().replace('_', "0");
    Actor {
        user: format!("u_{folded:0>16}").parse().expect("a user id"),
        account: account.to_owned(),
        role,
        department: format!("d_{department:0>16}").parse().expect("a department id"),
    }
}

/// A user of department 1.
pub fn user() -> Actor {
    actor("alice", Role::User, 1)
}

/// Another user of department 1.
pub fn colleague() -> Actor {
    actor("bob", Role::User, 1)
}

/// In charge of department 1.
pub fn admin() -> Actor {
    actor("admin", Role::Admin, 1)
}

/// Reads what department 1 has.
pub fn viewer() -> Actor {
    actor("victor", Role::AdminViewer, 1)
}

/// In charge of another department.
pub fn stranger() -> Actor {
    actor("stranger", Role::Admin, 2)
}

pub fn root() -> Actor {
    actor("root", Role::Root, 0)
}

/// Settings for a service whose files are all in `dir`.
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
        ..Default::default()
    }
}

impl TestApp {
    pub async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// Starts with settings that differ.
    pub async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let dir = tempfile::tempdir().expect("a temp dir");
        let mut settings = settings_in(dir.path());
        change(&mut settings);
        oms_chassis::process::install_crypto();
        let shutdown = Shutdown::default();
        let running = project_service::start(&settings, &shutdown).await.expect("starts");
        Self::around(settings, dir, shutdown, running)
    }

    /// Starts on metadata that was tampered with after it was opened.
    pub async fn on(prepared: impl FnOnce(&mut oms_chassis::Conn) + Send + 'static) -> Self {
        let dir = tempfile::tempdir().expect("a temp dir");
        let mut settings = settings_in(dir.path());
        // One connection, so that what was done to it holds for every call.
        settings.metadata.connections = 1;
        oms_chassis::process::install_crypto();
        let shutdown = Shutdown::default();
        let vault = Vault::open(&settings.vault).expect("a key file");
        let db = Db::open(&settings.metadata, repo::MIGRATIONS).await.expect("opens");
        db.run(move |conn| {
            prepared(conn);
            Ok::<_, project_service::Error>(())
        })
        .await
        .expect("prepares");
        let running =
            project_service::app::start_on(db, vault, &settings, &shutdown).await.expect("starts");
        Self::around(settings, dir, shutdown, running)
    }

    fn around(settings: Settings, dir: TempDir, shutdown: Shutdown, running: Running) -> Self {
        let base = format!("http://{}", running.address);
        let http = reqwest::Client::builder().no_proxy().build().expect("a client");
        Self { base, http, settings, dir, shutdown, _running: running }
    }

    /// Calls made on somebody's behalf.
    pub fn by(&self, actor: Actor) -> Caller<'_> {
        Caller { app: self, actor: Some(actor) }
    }

    /// Calls that a sibling makes for itself.
    pub fn sibling(&self) -> Caller<'_> {
        Caller { app: self, actor: None }
    }

    /// A request without a token.
    pub fn unsigned(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base))
    }

    pub fn metadata_file(&self) -> PathBuf {
        self.dir.path().join("meta.db")
    }

    /// A connection to the metadata beside the service's own.
    pub fn metadata(&self) -> SqliteConnection {
        let file = self.metadata_file();
        SqliteConnection::establish(file.to_str().expect("a UTF-8 path")).expect("opens")
    }

    /// Everything that is stored, for asserting that nothing changed.
    pub fn stored(&self) -> String {
        let conn = &mut self.metadata();
        let tables = texts(
            conn,
            "SELECT name AS text FROM sqlite_master WHERE type = 'table' \
             AND name NOT IN ('instances', '__diesel_schema_migrations') ORDER BY name",
        );
        let dump = |table: &String, conn: &mut SqliteConnection| {
            let columns = texts(
                conn,
                &format!("SELECT '\"' || name || '\"' AS text FROM pragma_table_info('{table}')"),
            );
            let rows = texts(
                conn,
                &format!(
                    "SELECT json_array({}) AS text FROM {table} ORDER BY 1",
                    columns.join(",")
                ),
            );
            format!("{table}:\n{}\n", rows.join("\n"))
        };
        tables.iter().map(|table| dump(table, conn)).collect()
    }

    /// Registers a server's database as a data source.
    pub async fn register(&self, by: Actor, name: &str, server: &Server) -> DataSourceView {
        let body = settings_of(name, server);
        self.by(by).post(paths::ALL, &body).await.ok(StatusCode::CREATED)
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.shutdown.begin();
    }
}

/// One column of text.
#[derive(QueryableByName)]
struct Text {
    #[diesel(sql_type = diesel::sql_types::Text)]
    text: String,
}

/// The column `text` of a query on the metadata.
pub fn texts(conn: &mut SqliteConnection, sql: &str) -> Vec<String> {
    let rows: Vec<Text> = sql_query(sql).load(conn).expect("a query");
    rows.into_iter().map(|row| row.text).collect()
}

/// The kind of data source a server is.
pub fn kind_of(server: &Server) -> DatabaseKind {
    match server.kind {
        ServerKind::MySql => DatabaseKind::Mysql,
        ServerKind::MariaDb => DatabaseKind::Mariadb,
        ServerKind::Postgres => DatabaseKind::Postgresql,
        ServerKind::OceanBase => DatabaseKind::ObMysql,
    }
}

/// The settings of a data source for a server and its account.
pub fn settings_of(name: &str, server: &Server) -> DataSourceSettings {
    DataSourceSettings {
        password: Some(server.password.as_str().into()),
        ..DataSourceSettings::new(name, kind_of(server), &server.host, server.port, &server.user)
    }
}

/// Who calls.
pub struct Caller<'a> {
    app: &'a TestApp,
    actor: Option<Actor>,
}

impl Caller<'_> {
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

    pub async fn put(&self, path: &str, revision: i64, body: &impl Serialize) -> Answer {
        let tag = format!("\"{revision}\"");
        Answer::of(self.request(Method::PUT, path).header(IF_MATCH, tag).json(body)).await
    }

    pub async fn patch(&self, path: &str, body: &impl Serialize) -> Answer {
        Answer::of(self.request(Method::PATCH, path).json(body)).await
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
            .sign(ServiceName::Gateway, ServiceName::ProjectService, self.actor.as_ref())
            .expect("signs");
        self.app.unsigned(method, path).header(headers::INTERNAL_TOKEN, token)
    }
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
