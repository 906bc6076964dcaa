//! The service under test, and what asking it takes: logins, answers that are asserted by status
//! and code, and a look at everything that is stored.

use crate::peer::Peer;
use diesel::{Connection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query};
use gateway::{Settings, Started};
use oms_chassis::{
    Db, Running, Shutdown,
    settings::{InternalSettings, MetadataSettings, PeerSettings},
    vault::VaultSettings,
};
use oms_clients::token::SHORTEST_SECRET;
use oms_contracts::{
    ErrorCode, Problem,
    gateway::{
        auth::{ChangePassword, LoginRequest, SessionView},
        department::{DepartmentView, NameDepartment},
        paths,
        user::{CreateUser, CreatedUser},
    },
    service::headers,
};
use oms_model::{Role, id::DepartmentId};
use reqwest::{Method, RequestBuilder, StatusCode, header::HeaderMap};
use secrecy::{ExposeSecret, SecretString};
use serde::{Serialize, de::DeserializeOwned};
use std::path::Path;
use tempfile::TempDir;

/// What a user of a test has after the first login.
pub const PASSWORD: &str = "Cc33dd??Dd44";
/// What its creator gave it.
pub const FIRST_PASSWORD: &str = "Aa11bb!!Bb22";

/// A running gateway with metadata of its own, gone with this value.
pub struct TestApp {
    pub base: String,
    pub http: reqwest::Client,
    pub settings: Settings,
    pub peer: Peer,
    pub first_passwords: Vec<(String, String)>,
    dir: TempDir,
    shutdown: Shutdown,
    running: Option<Running>,
}

/// What all services of a test share.
pub fn secret() -> SecretString {
    "s".repeat(SHORTEST_SECRET).into()
}

/// Settings for a gateway whose files are all in `dir` and whose siblings are at `peers`.
pub fn settings_in(dir: &Path, project_service: &str) -> Settings {
    let url = |text: &str| Some(text.parse().expect("a URL"));
    let nobody = "http://127.0.0.1:1/";
    let metadata = format!("sqlite:{}", dir.join("meta.db").display());
    Settings {
        metadata: MetadataSettings { url: metadata.into(), ..Default::default() },
        internal: InternalSettings { secret: secret() },
        vault: VaultSettings {
            key_file: Some(dir.join("vault.key")),
            create_key_file: true,
            ..Default::default()
        },
        peers: PeerSettings {
            project_service: url(project_service),
            sync_service: url(nobody),
            verify_service: url(nobody),
            store_service: url(nobody),
            alert_service: url(nobody),
            ..Default::default()
        },
        ..Default::default()
    }
}

impl TestApp {
    pub async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// Starts where all services answer that keep secrets.
    pub async fn with_sealing_services() -> Self {
        let all = |settings: &mut Settings| {
            settings.peers.sync_service = settings.peers.project_service.clone();
            settings.peers.store_service = settings.peers.project_service.clone();
        };
        Self::with(all).await
    }

    /// Starts with settings that differ.
    pub async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        oms_chassis::process::install_crypto();
        let dir = tempfile::tempdir().expect("a temp dir");
        let peer = Peer::start();
        let mut settings = settings_in(dir.path(), &peer.base);
        change(&mut settings);
        let shutdown = Shutdown::default();
        let started = gateway::start(&settings, &shutdown).await.expect("starts");
        Self::around(settings, peer, dir, shutdown, started)
    }

    /// Starts on metadata with one connection, so that what is done to it holds for every call.
    pub async fn on_one_connection() -> (Self, Db) {
        oms_chassis::process::install_crypto();
        let dir = tempfile::tempdir().expect("a temp dir");
        let peer = Peer::start();
        let mut settings = settings_in(dir.path(), &peer.base);
        settings.metadata.connections = 1;
        let shutdown = Shutdown::default();
        let db = Db::open(&settings.metadata, gateway::repo::MIGRATIONS).await.expect("opens");
        let started = gateway::app::start_on(db.clone(), &settings, &shutdown).await;
        (Self::around(settings, peer, dir, shutdown, started.expect("starts")), db)
    }

    fn around(
        settings: Settings,
        peer: Peer,
        dir: TempDir,
        shutdown: Shutdown,
        started: Started,
    ) -> Self {
        let Started { running, first_passwords } = started;
        let first_passwords = first_passwords
            .into_iter()
            .map(|first| (first.account.to_owned(), first.password.expose_secret().to_owned()))
            .collect();
        Self {
            base: format!("http://{}", running.address),
            http: reqwest::Client::builder().no_proxy().build().expect("a client"),
            settings,
            peer,
            first_passwords,
            dir,
            shutdown,
            running: Some(running),
        }
    }

    /// Another gateway on the same metadata.
    pub async fn replica(&self) -> Replica {
        let mut settings = self.settings.clone();
        settings.instance.id = Some("replica-2".into());
        let shutdown = Shutdown::default();
        let started = gateway::start(&settings, &shutdown).await.expect("starts");
        assert!(started.first_passwords.is_empty(), "only the first start makes passwords");
        let base = format!("http://{}", started.running.address);
        Replica { base, shutdown, _running: started.running }
    }

    /// Stops the gateway as a signal would, and starts it again on the same metadata.
    pub async fn restart(&mut self) {
        self.shutdown.begin();
        self.running.take().expect("it runs").until_stopped().await.expect("stops");
        self.shutdown = Shutdown::default();
        let started = gateway::start(&self.settings, &self.shutdown).await.expect("starts again");
        self.base = format!("http://{}", started.running.address);
        self.running = Some(started.running);
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base))
    }

    /// Calls without a login.
    pub fn nobody(&self) -> Caller<'_> {
        Caller { app: self, token: None }
    }

    /// Calls with an access token.
    pub fn with_token(&self, token: &str) -> Caller<'_> {
        Caller { app: self, token: Some(token.to_owned()) }
    }

    /// Calls in a session.
    pub fn by(&self, session: &SessionView) -> Caller<'_> {
        self.with_token(session.access_token.expose())
    }

    pub async fn login(&self, account: &str, password: &str) -> Answer {
        let body = LoginRequest { account: account.into(), password: password.into() };
        self.nobody().post(paths::LOGIN, &body).await
    }

    /// The first password of a built-in account.
    pub fn first_password(&self, account: &str) -> &str {
        let found = self.first_passwords.iter().find(|(known, _)| known == account);
        &found.expect("it was made up").1
    }

    /// Logs in and chooses [`PASSWORD`], which is what everybody has to do first.
    pub async fn settle(&self, account: &str, first: &str) -> SessionView {
        let session: SessionView = self.login(account, first).await.ok(StatusCode::OK);
        assert!(session.password_change_required);
        let change = ChangePassword { old_password: first.into(), new_password: PASSWORD.into() };
        self.by(&session).post(paths::PASSWORD, &change).await.ok(StatusCode::OK)
    }

    pub async fn root(&self) -> SessionView {
        self.settle("root", self.first_password("root")).await
    }

    pub async fn admin(&self) -> SessionView {
        self.settle("admin", self.first_password("admin")).await
    }

    /// Creates a user and logs it in for good.
    pub async fn user(
        &self,
        creator: &SessionView,
        account: &str,
        role: Role,
        department: Option<&DepartmentId>,
    ) -> SessionView {
        let wanted = new_user(account, role, department);
        let _: CreatedUser =
            self.by(creator).post(paths::USERS, &wanted).await.ok(StatusCode::CREATED);
        self.settle(account, FIRST_PASSWORD).await
    }

    pub async fn department(&self, root: &SessionView, name: &str) -> DepartmentView {
        let body = NameDepartment { name: name.into() };
        self.by(root).post(paths::DEPARTMENTS, &body).await.ok(StatusCode::CREATED)
    }

    /// A connection to the metadata beside the service's own.
    pub fn metadata(&self) -> SqliteConnection {
        let file = self.dir.path().join("meta.db");
        SqliteConnection::establish(file.to_str().expect("a UTF-8 path")).expect("opens")
    }

    /// Changes the metadata behind the service's back.
    pub fn sql(&self, sql: &str) {
        sql_query(sql).execute(&mut self.metadata()).expect("a statement");
    }

    /// The column `text` of a query on the metadata.
    pub fn texts(&self, sql: &str) -> Vec<String> {
        let rows: Vec<Text> = sql_query(sql).load(&mut self.metadata()).expect("a query");
        rows.into_iter().map(|row| row.text).collect()
    }

    /// Everything that is stored but the audit log and the counters of failures, for asserting
    /// that nothing changed.
    pub fn stored(&self) -> String {
        let tables = self.texts(
            "SELECT name AS text FROM sqlite_master WHERE type = 'table' AND name NOT IN \
             ('instances', '__diesel_schema_migrations', 'audit_log', 'login_throttles') \
             ORDER BY name",
        );
        let dump = |table: &String| {
            let columns = self.texts(&format!(
                "SELECT '\"' || name || '\"' AS text FROM pragma_table_info('{table}')"
            ));
            let rows = self.texts(&format!(
                "SELECT json_array({}) AS text FROM {table} ORDER BY 1",
                columns.join(",")
            ));
            format!("{table}:\n{}\n", rows.join("\n"))
        };
        tables.iter().map(dump).collect()
    }

    /// The records of the audit log, the oldest first: who, what, result, code.
    pub fn records(&self) -> Vec<String> {
        self.texts(
            "SELECT account || ' ' || target || ' ' || operation || ' ' || result || \
             coalesce(' ' || code, '') AS text FROM audit_log ORDER BY id",
        )
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.shutdown.begin();
    }
}

/// Another gateway on the same metadata, gone with this value.
pub struct Replica {
    pub base: String,
    shutdown: Shutdown,
    _running: Running,
}

impl Drop for Replica {
    fn drop(&mut self) {
        self.shutdown.begin();
    }
}

#[derive(QueryableByName)]
struct Text {
    #[diesel(sql_type = diesel::sql_types::Text)]
    text: String,
}

pub fn new_user(account: &str, role: Role, department: Option<&DepartmentId>) -> CreateUser {
    CreateUser {
        account: account.into(),
        role,
        department_id: department.cloned(),
        password: Some(FIRST_PASSWORD.into()),
        email: None,
        mobile: None,
        description: None,
    }
}

/// Who calls.
pub struct Caller<'a> {
    app: &'a TestApp,
    token: Option<String>,
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

    pub async fn patch(&self, path: &str, body: &impl Serialize) -> Answer {
        Answer::of(self.request(Method::PATCH, path).json(body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::DELETE, path)).await
    }

    /// Sends bytes that claim to be JSON.
    pub async fn send(&self, method: Method, path: &str, body: impl Into<reqwest::Body>) -> Answer {
        let request = self.request(method, path).header("content-type", "application/json");
        Answer::of(request.body(body)).await
    }

    /// A request to go on with.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.app.request(method, path);
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
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

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("text"))
    }
}

/// The fields that a problem blames.
pub fn fields(problem: &Problem) -> Vec<&str> {
    problem.details.iter().map(|detail| detail.field.as_str()).collect()
}
