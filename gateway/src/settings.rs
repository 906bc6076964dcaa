//! Settings of gateway.

use crate::{
    access::{LimitSettings, TokenSettings, texts},
    domain::password,
};
use oms_chassis::{
    ProcessSettings,
    settings::{
        Checked, HttpSettings, InstanceSettings, InternalSettings, MetadataSettings, PeerSettings,
    },
    telemetry::TelemetrySettings,
    vault::VaultSettings,
};
use oms_contracts::ServiceName;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use std::time::Duration;
use url::Url;

const DAY: Duration = Duration::from_secs(24 * 3600);

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Settings {
    pub http: HttpSettings,
    pub telemetry: TelemetrySettings,
    pub metadata: MetadataSettings,
    pub internal: InternalSettings,
    pub instance: InstanceSettings,
    pub peers: PeerSettings,
    pub vault: VaultSettings,
    pub tokens: TokenSettings,
    pub users: UserSettings,
    pub limits: LimitSettings,
    pub audit: AuditSettings,
    pub bootstrap: BootstrapSettings,
    pub cors: CorsSettings,
}

/// `[users]`
#[derive(Debug, Clone, Deserialize)]
#[serde(default)]
pub struct UserSettings {
    /// After so many days a password has to be changed.
    pub password_valid_days: u32,
    /// How many passwords are hashed at once; each takes 19 MiB.
    pub hashes_at_once: usize,
}

impl Default for UserSettings {
    fn default() -> Self {
        Self { password_valid_days: 90, hashes_at_once: 2 }
    }
}

impl UserSettings {
    pub fn password_validity(&self) -> Duration {
        DAY * self.password_valid_days
    }

    fn faults(&self, faults: &mut Vec<String>) {
        if !(1..=3650).contains(&self.password_valid_days) {
            faults.push("users.password_valid_days must be 1 to 3650".into());
        }
        if !(1..=64).contains(&self.hashes_at_once) {
            faults.push("users.hashes_at_once must be 1 to 64".into());
        }
    }
}

/// `[audit]`
#[derive(Debug, Clone, Deserialize)]
#[serde(default)]
pub struct AuditSettings {
    /// How long records are kept, up to three years.
    pub retention_days: u32,
}

impl Default for AuditSettings {
    fn default() -> Self {
        Self { retention_days: 365 }
    }
}

impl AuditSettings {
    pub fn retention(&self) -> Duration {
        DAY * self.retention_days
    }

    fn faults(&self, faults: &mut Vec<String>) {
        if !(1..=1095).contains(&self.retention_days) {
            faults.push("audit.retention_days must be 1 to 1095".into());
        }
    }
}

/// `[bootstrap]`: the first passwords of root and admin. Without them they are made at random
/// and told once. Read at the very first start only.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct BootstrapSettings {
    pub root_password: Option<SecretString>,
    pub admin_password: Option<SecretString>,
}

impl BootstrapSettings {
    fn faults(&self, faults: &mut Vec<String>) {
        let given = [
            ("bootstrap.root_password", &self.root_password),
            ("bootstrap.admin_password", &self.admin_password),
        ];
        for (key, password) in given {
            let wrong = password.iter().flat_map(|p| password::faults(p.expose_secret()));
            faults.extend(wrong.map(|fault| format!("{key}: {fault}")));
        }
    }
}

/// `[cors]`: which web pages of other origins may call the API with a token of their own.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct CorsSettings {
    /// Such as `https://console.example.com`; a list or with commas between. None by default.
    #[serde(deserialize_with = "texts")]
    pub origins: Vec<String>,
}

impl CorsSettings {
    fn faults(&self, faults: &mut Vec<String>) {
        let is_origin = |text: &str| {
            Url::parse(text).is_ok_and(|url| {
                matches!(url.scheme(), "http" | "https")
                    && url.origin().ascii_serialization() == text
            })
        };
        for origin in self.origins.iter().filter(|text| !is_origin(text)) {
            faults.push(format!(
                "cors.origins: {origin:?} is not an origin such as https://console.example.com"
            ));
        }
    }
}

/// Whom the gateway calls.
pub const SIBLINGS: [ServiceName; 5] = [
    ServiceName::ProjectService,
    ServiceName::SyncService,
    ServiceName::VerifyService,
    ServiceName::StoreService,
    ServiceName::AlertService,
];

impl Checked for Settings {
    fn faults(&self, faults: &mut Vec<String>) {
        self.http.faults(faults);
        self.telemetry.faults(faults);
        self.metadata.faults(faults);
        self.internal.faults(faults);
        self.instance.faults(faults);
        self.peers.faults(&SIBLINGS, faults);
        self.vault.faults(faults);
        self.tokens.faults(faults);
        self.users.faults(faults);
        self.limits.faults(faults);
        self.audit.faults(faults);
        self.bootstrap.faults(faults);
        self.cors.faults(faults);
    }
}

impl ProcessSettings for Settings {
    fn telemetry(&self) -> &TelemetrySettings {
        &self.telemetry
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_contradiction_is_reported_at_once_and_no_password_is_quoted() {
        let settings = Settings {
            users: UserSettings { password_valid_days: 0, hashes_at_once: 0 },
            audit: AuditSettings { retention_days: 1096 },
            bootstrap: BootstrapSettings {
                root_password: Some("weak".to_owned().into()),
                admin_password: None,
            },
            cors: CorsSettings { origins: vec!["*".into(), "https://a.b/".into()] },
            ..Default::default()
        };
        let mut faults = Vec::new();
        settings.faults(&mut faults);
        for part in [
            "users.password_valid_days",
            "users.hashes_at_once",
            "audit.retention_days",
            "bootstrap.root_password: it must have at least 2 digits",
            "cors.origins: \"*\"",
            "cors.origins: \"https://a.b/\"",
            "peers.project_service",
            "vault.keys or vault.key_file",
        ] {
            assert!(faults.iter().any(|fault| fault.contains(part)), "{part} is not in {faults:?}");
        }
        assert!(!format!("{faults:?}{settings:?}").contains("weak"));
    }

    #[test]
    fn origins_of_web_pages_are_fine() {
        let cors = CorsSettings {
            origins: vec!["https://console.example.com".into(), "http://localhost:3000".into()],
        };
        let mut faults = Vec::new();
        cors.faults(&mut faults);
        assert_eq!(faults, Vec::<String>::new());
    }
}
