//! docker-compose.yml starts what the workspace has, where the workspace expects it.

use crate::tree::{SERVICES, read, root};
use serde_json::Value;
use std::collections::BTreeSet;

fn compose() -> Value {
    serde_saphyr::from_str(&read("docker-compose.yml")).expect("docker-compose.yml is YAML")
}

fn settings(service: &Value) -> Vec<(String, String)> {
    let map = service["environment"].as_object().expect("an environment");
    map.iter().map(|(k, v)| (k.clone(), v.as_str().unwrap_or_default().to_owned())).collect()
}

#[test]
fn every_service_and_the_metadata_database_are_started() {
    let file = compose();
    let started: BTreeSet<&str> =
        file["services"].as_object().expect("services").keys().map(String::as_str).collect();
    let wanted: BTreeSet<&str> = SERVICES.into_iter().chain(["metadata"]).collect();
    assert_eq!(started, wanted);
}

#[test]
fn every_service_restarts_is_watched_and_runs_its_own_binary() {
    let file = compose();
    for name in SERVICES {
        let service = &file["services"][name];
        assert_eq!(service["restart"], "unless-stopped", "{name}");
        assert_eq!(service["command"][0], name, "{name}");
        assert!(service["healthcheck"]["test"].is_array(), "{name}");
        assert_eq!(service["depends_on"]["metadata"]["condition"], "service_healthy", "{name}");
        assert!(root().join(name).join("src/main.rs").exists());
    }
    assert!(file["services"]["metadata"]["healthcheck"]["test"].is_array());
}

#[test]
fn only_the_gateway_is_published_and_on_8089() {
    let file = compose();
    assert_eq!(file["services"]["gateway"]["ports"][0], "8089:8080");
    for name in SERVICES.iter().filter(|name| **name != "gateway") {
        assert!(file["services"][name].get("ports").is_none(), "{name} is published");
    }
}

#[test]
fn peers_point_at_the_services_and_their_port() {
    let file = compose();
    let gateway = settings(&file["services"]["gateway"]);
    for name in SERVICES.iter().filter(|name| **name != "gateway") {
        let key = format!("OMS__PEERS__{}", name.to_uppercase().replace('-', "_"));
        let url = gateway.iter().find(|(k, _)| *k == key).map(|(_, v)| v.as_str());
        assert_eq!(url, Some(format!("http://{name}:8080").as_str()), "{key}");
    }
}

#[test]
fn secrets_come_from_the_environment_file_and_are_all_in_the_example() {
    let text = read("docker-compose.yml");
    let example = read(".env.example");
    let mut used = BTreeSet::new();
    for part in text.split("${").skip(1) {
        used.insert(part.split(['}', ':']).next().expect("a name"));
    }
    assert!(!used.is_empty());
    for name in used {
        assert!(example.lines().any(|l| l.starts_with(&format!("{name}="))), "{name}");
    }
    for name in SERVICES {
        for (key, value) in settings(&compose()["services"][name]) {
            let secret = ["SECRET", "PASSWORD", "KEYS"].iter().any(|s| key.contains(s));
            assert!(!secret || value.starts_with("${"), "{name} {key} holds a secret in the file");
        }
    }
}

#[test]
fn each_service_has_a_metadata_database_of_its_own() {
    let file = compose();
    let databases: BTreeSet<String> = SERVICES
        .iter()
        .map(|name| {
            let settings = settings(&file["services"][name]);
            let url = settings.into_iter().find(|(k, _)| k == "OMS__METADATA__URL");
            url.expect("a metadata url").1.rsplit('/').next().expect("a database").to_owned()
        })
        .collect();
    assert_eq!(databases.len(), SERVICES.len());
    let created = read("docker/metadata.sql");
    assert!(databases.iter().all(|d| created.contains(&format!("EXISTS {d} "))), "{databases:?}");
}

/// The settings a service would read in its container, with every variable filled in.
fn environment(name: &str) -> std::collections::HashMap<String, String> {
    let filled = |value: String| {
        let key = "k1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
        let word = "Abcdefgh-Ijklmnop-Qrstuvwx-123##";
        let mut value = value.replace("${OMS_VAULT_KEYS", "\u{1}").replace("${", "\u{2}");
        while let Some(start) = value.find(['\u{1}', '\u{2}']) {
            let with = if value[start..].starts_with('\u{1}') { key } else { word };
            let end = start + value[start..].find('}').expect("closed") + 1;
            value.replace_range(start..end, with);
        }
        value
    };
    settings(&compose()["services"][name]).into_iter().map(|(k, v)| (k, filled(v))).collect()
}

#[test]
fn every_service_accepts_its_settings() {
    fn accepts<T>(name: &str)
    where
        T: oms_chassis::settings::Checked + oms_chassis::ProcessSettings,
    {
        let read = oms_chassis::settings::load_with::<T>(None, environment(name));
        assert!(read.is_ok(), "{name}: {}", read.err().expect("an error"));
    }
    accepts::<gateway::Settings>("gateway");
    accepts::<project_service::Settings>("project-service");
    accepts::<sync_service::Settings>("sync-service");
    accepts::<verify_service::Settings>("verify-service");
    accepts::<store_service::Settings>("store-service");
    accepts::<alert_service::Settings>("alert-service");
}
