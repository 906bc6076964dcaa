//! A database on the command line: its URL, its password, and how it is opened.

use crate::{
    cmd::data_source::add::pem,
    fault::{Code, Exit, Fault},
};
use oms_connector::{Address, CatalogError, Connector, DataError, open_within};
use oms_contracts::{ErrorCode, Secret, project::data_source::TlsSettings, sync::Endpoint};
use oms_model::DatabaseKind;
use project_service::ops::data_source::Error as Refusal;
use secrecy::ExposeSecret;
use std::{path::Path, sync::Arc, time::Duration};

/// How long a look at a database may take.
const LIMIT: Duration = Duration::from_secs(60);

/// The source or the target.
#[derive(Debug, Clone)]
pub struct Side {
    /// What messages call it.
    pub role: &'static str,
    pub kind: DatabaseKind,
    pub address: Address,
}

impl Side {
    /// Reads a URL. The password may be in an environment variable instead.
    pub fn read(role: &'static str, url: &str, ca: Option<&Path>) -> Result<Self, Fault> {
        let (kind, mut address) = Address::parse(url).map_err(|error| {
            Fault::new(Code::Usage, format!("--{role}: {error}")).advise(
                "give a URL such as mysql://user@host:3306/?tls=verify-full, with special \
                 characters percent-encoded"
                    .into(),
            )
        })?;
        let variable = format!("OMS_{}_PASSWORD", role.to_uppercase());
        if address.password.expose_secret().is_empty()
            && let Some(given) = std::env::var_os(&variable)
        {
            let text = given.into_string().map_err(|_| {
                Fault::new(Code::Usage, format!("the variable {variable} is not UTF-8"))
            })?;
            address.password = text.into();
        }
        address.tls.ca_pem = ca.map(pem).transpose()?;
        Ok(Self { role, kind, address })
    }

    /// Prepares its use. Nobody is asked yet.
    pub fn open(&self) -> Result<Arc<dyn Connector>, Fault> {
        self.open_at(self.address.clone())
    }

    /// The same, entering a database.
    pub fn open_in(&self, database: &str) -> Result<Arc<dyn Connector>, Fault> {
        self.open_at(Address { database: Some(database.to_owned()), ..self.address.clone() })
    }

    fn open_at(&self, address: Address) -> Result<Arc<dyn Connector>, Fault> {
        let opened = open_within(self.kind, address, LIMIT);
        opened.map(Arc::from).map_err(|error| {
            Fault::of(ErrorCode::KindNotSupported, error.to_string()).exiting(Exit::Precheck)
        })
    }

    /// As a task is told.
    pub fn endpoint(&self) -> Endpoint {
        let mode: &str = self.address.tls.mode.into();
        // Both enums carry libpq's names.
        let mode = mode.parse().expect("the modes of addresses are those of endpoints");
        Endpoint {
            kind: self.kind,
            host: self.address.host.clone(),
            port: self.address.port,
            user: self.address.user.clone(),
            password: Secret::from(self.address.password.clone()),
            database: self.address.database.clone(),
            tls: TlsSettings {
                mode,
                ca_pem: self.address.tls.ca_pem.clone(),
                ..TlsSettings::default()
            },
        }
    }

    /// Which database it is and who logs in, without any secret.
    pub fn shown(&self) -> String {
        format!("{} {}", self.kind, self.address)
    }

    /// Why it could not be looked at.
    pub fn unusable(&self, error: impl Into<CatalogError>) -> Fault {
        let refusal = Refusal::from(error.into());
        let message = format!("the {} {} cannot be used: {refusal}", self.role, self.address);
        let fault = Fault::of(refusal.code(), message).exiting(Exit::Precheck);
        fault.because(std::error::Error::source(&refusal)).listing(refusal.details())
    }

    /// Why rows could not be read, or counted.
    pub fn broken(&self, error: DataError) -> Fault {
        match error {
            DataError::Connect(error) => self.unusable(error).exiting(Exit::Failed),
            error => {
                let message = format!("the {} {}: {error}", self.role, self.address);
                Fault::of(code_of(&error), message).because(std::error::Error::source(&error))
            }
        }
    }
}

fn code_of(error: &DataError) -> ErrorCode {
    match error {
        DataError::Forbidden { .. } => ErrorCode::MoveForbidden,
        DataError::Full { .. } => ErrorCode::TargetFull,
        DataError::BadFilter { .. } => ErrorCode::FilterRefused,
        DataError::Passing { .. } | DataError::Broken { .. } => ErrorCode::MoveUnreachable,
        DataError::Connect(_) | DataError::Server { .. } => ErrorCode::MoveFailed,
        DataError::NoSuchTable { .. }
        | DataError::NoSuchDatabase(_)
        | DataError::Changed { .. }
        | DataError::Unsupported(_) => ErrorCode::TableUnusable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_has_no_password() {
        let side = Side::read("source", "mysql://u:hunter2@h:7/d?tls=require", None).unwrap();
        assert_eq!(side.shown(), "MYSQL u@h:7/d");
        assert!(!format!("{side:?} {:?}", side.endpoint()).contains("hunter2"));
        assert_eq!(side.endpoint().password.expose(), "hunter2");
        assert_eq!(side.endpoint().tls.mode.to_string(), "require");
    }

    #[test]
    fn a_wrong_url_names_its_flag_and_not_its_password() {
        let told =
            Side::read("target", "mysql://u:hunter2@h/a/b", None).unwrap_err().lines().join("\n");
        assert!(told.contains("--target: ") && !told.contains("hunter2"), "{told}");
        assert!(told.starts_with("error[CLI-0001]"), "{told}");
    }
}
