//! What it says of itself, and what it does not start with.

use crate::app::{TestApp, settings_in};
use oms_chassis::{Shutdown, settings::Checked as _};
use oms_contracts::{service::paths, store::CaptureMethod};
use reqwest::Method;
use serde_json::Value;
use store_service::runner::{Databases, Sources as _};

#[tokio::test]
async fn it_says_which_methods_it_has() {
    let app = TestApp::start().await;
    let told = app.request(Method::GET, paths::INSTANCE).send().await.expect("an answer");
    let told: Value = told.json().await.expect("JSON");
    assert_eq!(told["capabilities"][0]["name"], "BINLOG");
    assert_eq!(told["capabilities"][0]["available"], true);
    assert_eq!(told["capabilities"][1]["available"], false);
    // What is shipped offers what its connectors can do.
    assert!(Databases.offers(CaptureMethod::Binlog) && Databases.offers(CaptureMethod::Trigger));
    assert!(!Databases.offers(CaptureMethod::LogicalDecoding));
}

#[tokio::test]
async fn it_wants_a_folder_and_keys() {
    let dir = tempfile::tempdir().unwrap();
    let mut settings = settings_in(dir.path());
    settings.stores.data_dir = std::path::PathBuf::new();
    settings.stores.beat_ms = 1;
    settings.stores.segment_bytes = 1;
    let mut faults = Vec::new();
    settings.faults(&mut faults);
    assert_eq!(faults.len(), 3, "{faults:?}");
    let mut keyless = settings_in(dir.path());
    keyless.vault.create_key_file = false;
    oms_chassis::process::install_crypto();
    assert!(store_service::start(&keyless, &Shutdown::default()).await.is_err());
}
