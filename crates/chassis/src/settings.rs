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
    /// Names the place and what is expected there, never the value: it may be a secret.
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
    let merged = merged.map_err(|error| SettingsError::Malformed(without_values(&error)))?;

    let mut faults = Vec::new();
    let settings: T = serde_ignored::deserialize(merged, |key| {
        faults.push(format!("there is no setting {key}"));
    })
    .map_err(|error: config::ConfigError| SettingsError::Malformed(without_values(&error)))?;
    settings.faults(&mut faults);
    if faults.is_empty() { Ok(settings) } else { Err(SettingsError::Wrong(faults)) }
}

/// What is wrong, without quoting what was found.
fn without_values(error: &config::ConfigError) -> String {
    use config::ConfigError as E;
    match error {
        E::Type { expected, key, .. } => {
            let key = key.as_deref().unwrap_or("a setting");
            format!("{key} must be {expected}")
        }
        E::At { error, key, .. } => match key {
            Some(key) => format!("in {key}: {}", without_values(error)),
            None => without_values(error),
        },
        E::NotFound(key) => format!("{key} is missing"),
        _ => "a value has a form its setting does not take".into(),
    }
}

fn file_source(
    path: &Path,
) -> Result<config::File<config::FileSourceString, config::FileFormat>, SettingsError> {
    let text = std::fs::read_to_string(path).map_err(|source| match source.kind() {
        std::io::ErrorKind::NotFound => SettingsError::NoFile(path.into()),
        _ => SettingsError::Unreadable { path: path.into(), source },
    })?;
    if let Err(error) = toml::from_str::<toml::Table>(&text) {
        return Err(SettingsError::Malformed(syntax(path, &text, &error)));
    }
    Ok(config::File::from_str(&text, config::FileFormat::Toml))
}

/// Where a file stops being TOML. The parser's own text would quote the line, secret and all.
fn syntax(path: &Path, text: &str, error: &toml::de::Error) -> String {
    let line = error.span().map_or(1, |span| text[..span.start].matches('\n').count() + 1);
    format!("{} line {line}: {}", path.display(), error.message())
}

#[cfg(test)]
mod tests;
