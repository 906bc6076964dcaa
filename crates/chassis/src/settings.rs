//! Settings: defaults in code, then a TOML file, then `OMS__SECTION__KEY` variables.
//!
//! Unknown keys are refused, and whatever is wrong is reported at once, so that an operator
//! repairs a file in one go. Each area's struct lives beside its code; a service composes them.

mod areas;

pub use areas::{HttpSettings, InstanceSettings, InternalSettings, MetadataSettings, PeerSettings};

use serde::de::DeserializeOwned;
use std::path::{Path, PathBuf};

#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    #[error("the settings file {0} does not exist")]
    NoFile(PathBuf),
    #[error("the settings file {path} cannot be read")]
    Unreadable {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    /// Carries the reader's own text: it names the key, and settings are the operator's own.
    #[error("the settings cannot be understood: {0}")]
    Malformed(String),
    #[error("the settings are wrong: {}", .0.join("; "))]
    Wrong(Vec<String>),
}

/// Settings that know their own contradictions.
pub trait Checked {
    /// Adds one line for each thing that cannot be.
    fn faults(&self, faults: &mut Vec<String>);
}

/// Reads settings from `file`, when given, and from the environment of the process.
pub fn load<T: DeserializeOwned + Checked>(file: Option<&Path>) -> Result<T, SettingsError> {
    load_with(file, std::env::vars().collect())
}

/// The same with a given environment.
pub fn load_with<T: DeserializeOwned + Checked>(
    file: Option<&Path>,
    variables: std::collections::HashMap<String, String>,
) -> Result<T, SettingsError> {
    let mut sources = config::Config::builder();
    if let Some(path) = file {
        sources = sources.add_source(file_source(path)?);
    }
    // Values stay texts: a password of digits must not become a number.
    let environment = config::Environment::with_prefix("OMS").separator("__");
    let known = variables.into_iter().filter(|(key, _)| key.starts_with("OMS__")).collect();
    let merged = sources.add_source(environment.source(Some(known))).build();
    let merged = merged.map_err(|e| SettingsError::Malformed(e.to_string()))?;

    let mut faults = Vec::new();
    let settings: T = serde_ignored::deserialize(merged, |key| {
        faults.push(format!("there is no setting {key}"));
    })
    .map_err(|e: config::ConfigError| SettingsError::Malformed(e.to_string()))?;
    settings.faults(&mut faults);
    if faults.is_empty() { Ok(settings) } else { Err(SettingsError::Wrong(faults)) }
}

fn file_source(
    path: &Path,
) -> Result<config::File<config::FileSourceString, config::FileFormat>, SettingsError> {
    let text = std::fs::read_to_string(path).map_err(|source| match source.kind() {
        std::io::ErrorKind::NotFound => SettingsError::NoFile(path.into()),
        _ => SettingsError::Unreadable { path: path.into(), source },
    })?;
    Ok(config::File::from_str(&text, config::FileFormat::Toml))
}

#[cfg(test)]
mod tests;
