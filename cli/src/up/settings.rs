//! The settings of all six services in one file: a section for each, and `[telemetry]` for the
//! process.
//!
//! What neither the file nor the environment says has defaults that suit one process: a thread
//! and a few connections each, SQLite files in the data directory, addresses on loopback.

use super::place::Place;
use oms_chassis::{
    settings::{Checked, SettingsError, load_with},
    telemetry::TelemetrySettings,
};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use std::{collections::HashMap, net::SocketAddr, path::Path};

/// Where the gateway listens unless told otherwise.
const LISTEN: &str = "127.0.0.1:8089";
/// Stand for what is only known once everything else is in order: a sibling's address, the secret.
const NO_ADDRESS_YET: &str = "http://127.0.0.1:9/";
const NO_SECRET_YET: &str = "the secret of the data directory comes later";

/// The services' own settings, with the process's telemetry.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct UpSettings {
    pub telemetry: TelemetrySettings,
    pub gateway: gateway::Settings,
    pub project: project_service::Settings,
    pub sync: sync_service::Settings,
    pub verify: verify_service::Settings,
    pub store: store_service::Settings,
    pub alert: alert_service::Settings,
}

const SECTIONS: [&str; 6] = ["gateway", "project", "sync", "verify", "store", "alert"];
const SEALING: [&str; 4] = ["gateway", "project", "sync", "store"];
const KEY_FILE: &str = "vault.key_file";

impl Checked for UpSettings {
    fn faults(&self, faults: &mut Vec<String>) {
        self.telemetry.faults(faults);
        let parts: [(&str, &dyn Checked); 6] = [
            ("gateway", &self.gateway),
            ("project", &self.project),
            ("sync", &self.sync),
            ("verify", &self.verify),
            ("store", &self.store),
            ("alert", &self.alert),
        ];
        for (section, settings) in parts {
            let mut found = Vec::new();
            settings.faults(&mut found);
            faults.extend(found.into_iter().map(|fault| format!("{section}.{fault}")));
        }
    }
}

/// Where settings may come from.
#[derive(Debug)]
pub struct Sources<'a> {
    pub file: Option<&'a Path>,
    pub variables: HashMap<String, String>,
    /// From the command line, above everything.
    pub listen: Option<SocketAddr>,
}

/// What the file and the variables say, to leave their keys alone.
struct Given {
    file: toml::Table,
    variables: Vec<String>,
}

impl Given {
    fn of(sources: &Sources<'_>) -> Self {
        // What is wrong with the file is said where it is read for good.
        let text = sources.file.and_then(|path| std::fs::read_to_string(path).ok());
        let file = text.and_then(|text| text.parse().ok()).unwrap_or_default();
        let variables = sources.variables.keys().map(|key| key.to_lowercase()).collect();
        Self { file, variables }
    }

    fn has(&self, key: &str) -> bool {
        let variable = variable(key).to_lowercase();
        let below = format!("{variable}__");
        self.in_file(key)
            || self.variables.iter().any(|given| *given == variable || given.starts_with(&below))
    }

    fn in_file(&self, key: &str) -> bool {
        let mut parts = key.split('.');
        let first = parts.next().and_then(|part| self.file.get(part));
        parts.fold(first, |value, part| value.and_then(|value| value.get(part))).is_some()
    }
}

fn variable(key: &str) -> String {
    format!("OMS__{}", key.replace('.', "__").to_uppercase())
}

/// Reads the settings for a place.
pub fn read(sources: Sources<'_>, place: &Place) -> Result<UpSettings, SettingsError> {
    let given = Given::of(&sources);
    let Sources { file, mut variables, listen } = sources;
    for (key, value) in defaults(place) {
        // Keys that are given win over a key file, and then there is none to look for.
        let needless = key.ends_with(KEY_FILE) && given.has(&key.replace(KEY_FILE, "vault.keys"));
        if !needless && !given.has(&key) {
            variables.insert(variable(&key), value);
        }
    }
    if let Some(listen) = listen {
        // The file and the environment may spell the key differently; this is what counts.
        variables.retain(|key, _| !key.eq_ignore_ascii_case(&variable("gateway.http.listen")));
        variables.insert(variable("gateway.http.listen"), listen.to_string());
    }
    let mut faults = without_effect(&given);
    match load_with::<UpSettings>(file, variables) {
        Ok(settings) if faults.is_empty() => Ok(settings),
        Ok(_) => Err(SettingsError::Wrong(faults)),
        Err(SettingsError::Wrong(more)) => {
            faults.extend(more);
            Err(SettingsError::Wrong(faults))
        }
        Err(other) => Err(other),
    }
}

/// Settings that a service by itself has, and that mean nothing here.
fn without_effect(given: &Given) -> Vec<String> {
    const NEEDLESS: [(&str, &str); 3] = [
        ("telemetry", "all services log as [telemetry] says"),
        ("internal", "the services share the secret of the data directory"),
        ("peers", "the services find each other by themselves"),
    ];
    let keys = SECTIONS
        .iter()
        .flat_map(|section| NEEDLESS.map(|(key, reason)| (format!("{section}.{key}"), reason)));
    keys.filter(|(key, _)| given.has(key))
        .map(|(key, reason)| format!("{key} has no effect in oms up: {reason}"))
        .collect()
}

fn defaults(place: &Place) -> Vec<(String, String)> {
    let mut defaults = vec![
        ("gateway.http.listen".into(), LISTEN.into()),
        // Actix tells about every worker it starts.
        ("telemetry.log".into(), "info,actix_server=warn".into()),
    ];
    for section in SECTIONS {
        let mut set = |key: &str, value: String| defaults.push((format!("{section}.{key}"), value));
        set("http.workers", "1".into());
        set("http.shutdown_ms", "5000".into());
        set("metadata.url", place.metadata_url(section));
        set("metadata.connections", "4".into());
        set("internal.secret", NO_SECRET_YET.into());
    }
    for section in SEALING {
        let key = format!("{section}.{KEY_FILE}");
        defaults.push((key, place.vault_key().display().to_string()));
    }
    defaults.push(("store.stores.data_dir".into(), place.change_logs().display().to_string()));
    for sibling in ["project", "sync", "verify", "store", "alert"] {
        defaults.push((format!("gateway.peers.{sibling}_service"), NO_ADDRESS_YET.into()));
    }
    defaults
}

impl UpSettings {
    /// Whether a service's secrets are sealed with this key file.
    pub fn seals_with(&self, key_file: &Path) -> bool {
        let sealing =
            [&self.gateway.vault, &self.project.vault, &self.sync.vault, &self.store.vault];
        sealing.iter().any(|vault| {
            vault.keys.expose_secret().is_empty() && vault.key_file.as_deref() == Some(key_file)
        })
    }

    /// Whose metadata is in the data directory.
    pub fn at_home(&self, place: &Place) -> Vec<&'static str> {
        let metadata = [
            &self.gateway.metadata,
            &self.project.metadata,
            &self.sync.metadata,
            &self.verify.metadata,
            &self.store.metadata,
            &self.alert.metadata,
        ];
        let at_home = SECTIONS
            .into_iter()
            .zip(metadata)
            .filter(|(section, own)| own.url.expose_secret() == place.metadata_url(section));
        at_home.map(|(section, _)| section).collect()
    }

    /// Gives every service the secret they share.
    pub fn share(&mut self, secret: &SecretString) {
        for internal in [
            &mut self.gateway.internal,
            &mut self.project.internal,
            &mut self.sync.internal,
            &mut self.verify.internal,
            &mut self.store.internal,
            &mut self.alert.internal,
        ] {
            internal.secret = secret.clone();
        }
    }
}

#[cfg(test)]
mod tests;
