//! Where secrets must not be found: in the metadata file, in answers, in the logs.

use crate::app::{TestApp, settings_of, user};
use oms_contracts::project::data_source::{DataSourceSettings, DataSourceView, paths};
use oms_testkit::{TestUser, servers::mysql};
use reqwest::StatusCode;
use std::{
    io::Write,
    sync::{Arc, Mutex, PoisonError},
};
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
async fn a_password_is_neither_stored_nor_answered_nor_logged() {
    let log = Log::default();
    tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(log.clone())
        .init();
    let secret = "Zebra-Quartz-77";
    let app = TestApp::start().await;
    let account = TestUser::create(mysql(), "secretive", secret, &[]).await.expect("a user");
    let body = DataSourceSettings {
        drc_user: Some("drc".into()),
        drc_password: Some(secret.into()),
        inner_drc_password: Some(secret.into()),
        ..settings_of("x", account.server())
    };
    let caller = app.by(user());
    let mut answers = vec![caller.post(paths::ALL, &body).await];
    let made: DataSourceView = serde_json::from_str(&answers[0].body).expect("a view");
    assert_eq!(answers[0].status, StatusCode::CREATED);
    answers.push(caller.get(&paths::one(&made.id)).await);
    answers.push(caller.get(paths::ALL).await);
    answers.push(caller.command(&paths::test(&made.id)).await);
    answers.push(caller.post(paths::TEST, &body).await);
    answers.push(caller.get(&paths::databases(&made.id)).await);
    // Refusals quote what was wrong, never the secret beside it.
    answers.push(caller.post(paths::ALL, &body).await);
    let odd = serde_json::json!({ "password": [secret], "name": 7 });
    answers.push(caller.post(paths::ALL, &odd).await);
    let wrong = DataSourceSettings { username: "nobody".into(), ..body.clone() };
    answers.push(caller.post(paths::TEST, &wrong).await);
    let elsewhere = DataSourceSettings { host: "no-such-host.invalid".into(), ..body };
    answers.push(caller.put(&paths::one(&made.id), 1, &elsewhere).await);
    for answer in &answers {
        assert!(!answer.body.contains(secret), "{}", answer.body);
    }

    let mut searched = 0;
    for file in std::fs::read_dir(app.dir.path()).expect("the service's files") {
        let file = file.expect("an entry").path();
        let bytes = std::fs::read(&file).expect("readable");
        searched += bytes.len();
        let found = bytes.windows(secret.len()).any(|part| part == secret.as_bytes());
        assert!(!found, "in {}", file.display());
    }
    assert!(searched > 10_000, "the metadata was there to be searched");
    let logged = log.0.lock().unwrap_or_else(PoisonError::into_inner);
    let logged = String::from_utf8_lossy(&logged);
    assert!(logged.contains("request") && logged.contains("data-sources"), "{logged}");
    assert!(!logged.contains(secret), "in the log");
}
