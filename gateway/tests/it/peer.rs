//! A service behind the gateway, scripted: it takes only calls with a valid internal token, and
//! answers with what it was sent.

use crate::app::secret;
use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer,
    dev::ServerHandle,
    web::{self, Bytes, Data},
};
use oms_clients::token::Signer;
use oms_contracts::{
    ErrorCode, Problem, ServiceName,
    project::{OwnedCounts, Resealed},
    service::{HealthView, InstanceView, headers},
};
use oms_model::actor::Actor;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use tokio::sync::watch;

/// One call as it arrived.
#[derive(Debug, Clone)]
pub struct Call {
    pub method: String,
    /// Path and query.
    pub path: String,
    pub body: Bytes,
    pub headers: Vec<(String, String)>,
    pub actor: Option<Actor>,
}

impl Call {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// What the peer says, and what it heard.
#[derive(Debug, Default)]
pub struct Script {
    /// While true, what is relayed arrives and gets no answer.
    pub holds: watch::Sender<bool>,
    pub owned: Mutex<(u64, u64)>,
    pub epoch: Mutex<u64>,
    pub openapi: Mutex<Value>,
    /// Refuses what is relayed.
    pub refusal: Mutex<Option<ErrorCode>>,
    /// Hangs up instead of answering what is relayed.
    pub hangs_up: Mutex<bool>,
    calls: Mutex<Vec<Call>>,
}

/// The scripted service, gone with this value.
#[derive(Debug)]
pub struct Peer {
    pub base: String,
    pub script: Arc<Script>,
    handle: ServerHandle,
}

/// The services that it stands for.
const PLAYED: [ServiceName; 3] =
    [ServiceName::ProjectService, ServiceName::SyncService, ServiceName::StoreService];

impl Peer {
    pub fn start() -> Self {
        let script = Arc::new(Script::default());
        let data = Data::from(script.clone());
        let server = HttpServer::new(move || {
            App::new()
                .app_data(data.clone())
                .route("/readyz", web::get().to(ready))
                .route("/openapi.json", web::get().to(openapi))
                .default_service(web::to(anything))
        })
        .workers(1)
        .disable_signals()
        .bind("127.0.0.1:0")
        .expect("a free port");
        let base = format!("http://{}/", server.addrs()[0]);
        let server = server.run();
        let handle = server.handle();
        tokio::spawn(server);
        Self { base, script, handle }
    }

    /// What was relayed, the oldest first.
    pub fn calls(&self) -> Vec<Call> {
        self.script.calls.lock().expect("not poisoned").clone()
    }

    pub fn last(&self) -> Call {
        self.calls().pop().expect("something was relayed")
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
    }
}

async fn ready() -> HttpResponse {
    let service = ServiceName::ProjectService;
    HttpResponse::Ok().json(HealthView { service, ready: true, faults: Vec::new() })
}

async fn openapi(script: Data<Script>) -> HttpResponse {
    HttpResponse::Ok().json(&*script.openapi.lock().expect("not poisoned"))
}

async fn anything(script: Data<Script>, request: HttpRequest, body: Bytes) -> HttpResponse {
    let token = request.headers().get(headers::INTERNAL_TOKEN).and_then(|t| t.to_str().ok());
    let signer = Signer::new(&secret());
    let claims = PLAYED.into_iter().find_map(|service| {
        let claims = signer.verify(service, token.unwrap_or_default()).ok()?;
        Some((service, claims.iss, claims.act))
    });
    let Some((service, ServiceName::Gateway, actor)) = claims else {
        return problem(ErrorCode::UnsignedCall);
    };
    let path = request.path().to_owned();
    match path.as_str() {
        "/internal/v1/instance" => return HttpResponse::Ok().json(instance(&script, service)),
        "/internal/v1/vault/reseal" => {
            let resealed = match service {
                ServiceName::SyncService => 3,
                ServiceName::StoreService => 5,
                _ => 7,
            };
            return HttpResponse::Ok().json(Resealed { resealed, key: "k1".into() });
        }
        path if path.starts_with("/internal/v1/owners/") => {
            let (projects, data_sources) = *script.owned.lock().expect("not poisoned");
            return HttpResponse::Ok().json(OwnedCounts { projects, data_sources });
        }
        _ => {}
    }
    let headers = request.headers().iter();
    let call = Call {
        method: request.method().to_string(),
        path: request.uri().to_string(),
        headers: headers
            .map(|(n, v)| (n.to_string(), v.to_str().unwrap_or_default().to_owned()))
            .collect(),
        body: body.clone(),
        actor,
    };
    script.calls.lock().expect("not poisoned").push(call);
    let released = script.holds.subscribe().wait_for(|holds| !holds).await.is_ok();
    assert!(released, "the script outlives its calls");
    if *script.hangs_up.lock().expect("not poisoned") {
        // A length that never comes: the connection ends before the answer does.
        return HttpResponse::Ok().no_chunking(1000).streaming(futures::stream::once(async {
            Err::<Bytes, _>(actix_web::error::ErrorInternalServerError("hung up"))
        }));
    }
    if let Some(code) = *script.refusal.lock().expect("not poisoned") {
        return problem(code);
    }
    HttpResponse::Ok()
        .insert_header(("etag", "\"7\""))
        .insert_header(("x-internal-detail", "not for callers"))
        .insert_header(("content-disposition", "attachment; filename=\"a.csv\""))
        .json(json!({ "id": "np_fresh000", "name": "fresh", "echo": request.uri().to_string() }))
}

fn instance(script: &Script, service: ServiceName) -> InstanceView {
    InstanceView {
        service,
        instance_id: "i_1".into(),
        epoch: *script.epoch.lock().expect("not poisoned"),
        version: "1.0.0".into(),
        metadata: "sqlite".into(),
        started_at: chrono::DateTime::UNIX_EPOCH,
        uptime_seconds: 1,
        capabilities: Vec::new(),
    }
}

fn problem(code: ErrorCode) -> HttpResponse {
    let status = actix_web::http::StatusCode::from_u16(code.status()).expect("a status");
    HttpResponse::build(status).json(Problem {
        code,
        message: "the peer says no".into(),
        advice: code.advice().into(),
        request_id: "from-the-peer".into(),
        details: Vec::new(),
    })
}
