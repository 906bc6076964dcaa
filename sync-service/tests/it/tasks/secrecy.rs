//! Where secrets must not be found: in the metadata file, in answers, in the logs.

use crate::app::{TestApp, full, id};
use oms_contracts::{
    ErrorCode,
    project::Resealed,
    sync::{TaskState, paths},
};
use reqwest::{Method, StatusCode};
use std::{
    io::Write,
    sync::{Arc, Mutex, PoisonError},
};
use sync_service::runner::{Failure, Outcome};
use tracing_subscriber::fmt::MakeWriter;

/// Everything that is logged, at any level.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;
    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn a_secret_is_neither_stored_nor_answered_nor_logged() {
    let log = Log::default();
    tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(log.clone())
        .init();
    let secret = "Zebra-Quartz-77";
    let app = TestApp::start().await;
    let mut body = full();
    for end in ["source", "target"] {
        body[end]["password"] = secret.into();
        body[end]["tls"] =
            serde_json::json!({ "clientCertificatePem": "cert", "clientKeyPem": secret });
    }
    let path = paths::task(&id("p.full"));
    let mut answers = vec![app.put(&path, &body).await];
    assert_eq!(answers[0].status, StatusCode::CREATED);
    answers.push(app.command(&paths::start(&id("p.full"))).await);
    let run = app.script.next().await;
    assert!(!format!("{run:?}").contains(secret), "not even by accident");
    let spec = Arc::clone(&run.context.spec);
    assert_eq!(spec.target.password.expose(), secret);
    let key = spec.source.tls.client_key_pem.as_ref().expect("a key");
    assert_eq!(key.expose(), secret);
    answers.push(app.get(&path).await);
    answers.push(app.get(paths::TASKS).await);
    body["source"]["password"] = format!("{secret}-2").into();
    answers.push(app.put(&path, &body).await);
    body["source"]["password"] = serde_json::json!([secret]);
    answers.push(app.put(&path, &body).await);
    let failure = Failure { code: ErrorCode::AccessDenied, message: "no".into() };
    run.say(Outcome::Failed(failure));
    app.reaches("p.full", TaskState::Failed).await;
    for answer in &answers {
        assert!(!answer.body.contains(secret), "{}", answer.body);
    }
    let dir = app.stop().await;
    let mut searched = 0;
    for (file, bytes) in files_of(dir.path()) {
        searched += bytes.len();
        let found = bytes.windows(secret.len()).any(|part| part == secret.as_bytes());
        assert!(!found, "in {}", file.display());
    }
    assert!(searched > 10_000, "the metadata was there to be searched");
    let logged = log.0.lock().unwrap_or_else(PoisonError::into_inner);
    let logged = String::from_utf8_lossy(&logged);
    assert!(logged.contains("the task failed") && logged.contains("p.full"), "{logged}");
    assert!(!logged.contains(secret), "in the log");
}

#[tokio::test]
async fn secrets_are_sealed_anew_when_the_key_changes() {
    let app = TestApp::start().await;
    for name in ["p.1", "p.2"] {
        app.store(name, &full()).await;
    }
    let vault = oms_chassis::Vault::open(&app.settings.vault).expect("the same file");
    let key = vault.rotate().expect("rotates");
    let first: Resealed = app.client().reseal().await.expect("seals");
    assert_eq!(first, Resealed { resealed: 2, key: key.clone() });
    let second: Resealed = app.client().reseal().await.expect("seals");
    assert_eq!(second, Resealed { resealed: 0, key });
    app.client().start(&id("p.1")).await.expect("they still open");
    let unsigned = app.unsigned(Method::POST, paths::RESEAL);
    crate::app::Answer::of(unsigned).await.refused(ErrorCode::UnsignedCall);
}

/// Everything in a folder. SQLite's last connection moves the log of its writes into the database and
/// removes it, at its leisure: whoever comes in between looks again.
fn files_of(dir: &std::path::Path) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    let read = || -> std::io::Result<Vec<_>> {
        let mut files = Vec::new();
        for file in std::fs::read_dir(dir)? {
            let path = file?.path();
            let bytes = std::fs::read(&path)?;
            files.push((path, bytes));
        }
        Ok(files)
    };
    for _ in 0..1_000 {
        match read() {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            files => return files.expect("readable"),
        }
    }
    panic!("the files of the service come and go");
}
