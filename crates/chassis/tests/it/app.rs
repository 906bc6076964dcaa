//! A service of three routes, started on a free port over its own SQLite file.

use actix_web::{HttpResponse, get, post};
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use oms_chassis::{
    Coded, Db, Running, ServiceParts, Shutdown, answers_with_problems,
    db::Migrations,
    http::{Access, Acting, Body, Etag, Params, Query, serve},
    instance::Instance,
    settings::{HttpSettings, MetadataSettings},
};
use oms_clients::token::{SHORTEST_SECRET, Signer};
use oms_contracts::{ErrorCode, PageQuery, Problem, ServiceName};
use oms_model::actor::{Actor, Role};
use secrecy::SecretString;
use serde::Deserialize;
use std::{sync::Arc, time::Duration};

#[derive(Debug, thiserror::Error)]
#[error("the database said something secret")]
struct Broken;
impl Coded for Broken {
    fn code(&self) -> ErrorCode {
        ErrorCode::Internal
    }
}
answers_with_problems!(Broken);

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Thing {
    name: String,
    parts: Vec<Part>,
}
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Part {
    size: u8,
}

#[utoipa::path]
#[post("/things")]
async fn create(Acting(actor): Acting, Body(thing): Body<Thing>) -> String {
    let size: u32 = thing.parts.iter().map(|part| u32::from(part.size)).sum();
    format!("{} {} {size}", actor.account, thing.name)
}

#[utoipa::path]
#[get("/things/{number}")]
async fn show(Params(number): Params<u8>, Query(page): Query<PageQuery>, tag: Etag) -> String {
    format!("{number} {:?} {}", page.page_number, tag.0)
}

#[utoipa::path]
#[get("/broken")]
async fn broken() -> Result<HttpResponse, Broken> {
    Err(Broken)
}

/// Told when a slow request is being served. One test a process waits for it.
pub static ENTERED: tokio::sync::Notify = tokio::sync::Notify::const_new();

#[utoipa::path]
#[get("/slow/{ms}")]
async fn slow(Params(ms): Params<u64>) -> &'static str {
    ENTERED.notify_one();
    tokio::time::sleep(Duration::from_millis(ms)).await;
    "done"
}

pub struct TestApp {
    pub base: String,
    pub shutdown: Shutdown,
    pub running: Option<Running>,
    pub http: reqwest::Client,
    _dir: tempfile::TempDir,
}

pub fn signer() -> Signer {
    Signer::new(&SecretString::from("s".repeat(SHORTEST_SECRET)))
}

pub fn actor() -> Actor {
    Actor {
        user: "u_00000000000000aa".parse().expect("an id"),
        account: "dba".into(),
        role: Role::Admin,
        department: "d_00000000000000aa".parse().expect("an id"),
    }
}

const MIGRATIONS: Migrations = {
    const SET: EmbeddedMigrations = embed_migrations!("tests/migrations/instances/sqlite");
    Migrations { sqlite: || SET, mysql: || SET, postgres: || SET }
};

impl TestApp {
    pub async fn start() -> Self {
        Self::with(HttpSettings { request_timeout_ms: 1_000, ..Default::default() }).await
    }

    pub async fn with(http: HttpSettings) -> Self {
        oms_chassis::process::install_crypto();
        let dir = tempfile::tempdir().expect("a temp dir");
        let url = format!("sqlite:{}", dir.path().join("meta.db").display());
        let metadata = MetadataSettings { url: url.into(), ..Default::default() };
        let db = Db::open(&metadata, MIGRATIONS).await.expect("opens");
        let instance = Instance::enrol(&db, ServiceName::StoreService, None, Vec::new())
            .await
            .expect("enrols");
        let parts = ServiceParts {
            instance,
            db,
            access: Access::Signed(signer()),
            title: "a test service",
            routes: Arc::new(|cfg| {
                cfg.service(create).service(show).service(broken).service(slow);
            }),
        };
        let shutdown = Shutdown::default();
        let running = serve(parts, &http, &shutdown).expect("serves");
        let base = format!("http://{}", running.address);
        let http = reqwest::Client::builder().no_proxy().build().expect("a client");
        Self { base, shutdown, running: Some(running), http, _dir: dir }
    }

    /// A signed request on behalf of [`actor`].
    pub fn signed(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        let token = signer()
            .sign(ServiceName::Gateway, ServiceName::StoreService, Some(&actor()))
            .expect("signs");
        self.http.request(method, format!("{}{path}", self.base)).header("x-oms-internal", token)
    }
}

/// Asserts a refusal and gives its body.
pub async fn refusal(request: reqwest::RequestBuilder, code: ErrorCode) -> Problem {
    let answer = request.send().await.expect("an answer");
    let status = answer.status().as_u16();
    let id = answer.headers()["x-request-id"].to_str().expect("text").to_owned();
    let problem: Problem = answer.json().await.expect("a problem");
    assert_eq!((status, problem.code), (code.status(), code), "{problem:?}");
    assert_eq!(problem.request_id, id, "the body names the request");
    assert_eq!(problem.advice, code.advice());
    problem
}
