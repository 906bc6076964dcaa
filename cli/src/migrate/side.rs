//! A database on the command line: its URL, its password, and how it is opened.

use crate::{
    cmd::data_source::add::pem,
    fault::{Code, Exit, Fault},
};
use oms_connector::{
    Address, CatalogError, ClientCertificate, Connector, DataError, TlsMode, open_within,
};
use oms_contracts::{ErrorCode, Secret, project::data_source::TlsSettings, sync::Endpoint};
use oms_model::DatabaseKind;
use project_service::ops::data_source::Error as Refusal;
use secrecy::ExposeSecret;
use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

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

/// The files that go with an encrypted connection.
#[derive(Debug, Clone, Copy, Default)]
pub struct Papers<'a> {
    /// Who signed the server's certificate.
    pub ca: Option<&'a PathBuf>,
    /// What is shown to the server, and the key of that; both or none.
    pub client: Option<(&'a PathBuf, &'a PathBuf)>,
}

impl Side {
    /// Reads a URL. The password may be in an environment variable instead.
    pub fn read(role: &'static str, url: &str, papers: Papers<'_>) -> Result<Self, Fault> {
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
        if papers.client.is_some() && address.tls.mode == TlsMode::Disable {
            let message = format!("--{role}-cert needs an encrypted connection");
            return Err(Fault::new(Code::Usage, message)
                .advise(format!("give --{role} another mode than tls=disable")));
        }
        address.tls.ca_pem = papers.ca.map(|file| pem(file)).transpose()?;
        address.tls.client = papers.client.map(|(cert, key)| client(cert, key)).transpose()?;
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
        let client = self.address.tls.client.as_ref();
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
                client_certificate_pem: client.map(|client| client.chain_pem.clone()),
                client_key_pem: client.map(|client| Secret::from(client.key_pem.clone())),
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

/// A certificate and its key, as they will be shown.
fn client(cert: &Path, key: &Path) -> Result<ClientCertificate, Fault> {
    let found = |path: &Path, what: &str| {
        let text = pem(path)?;
        match text.contains(&format!("{what}-----")) {
            true => Ok(text),
            false => {
                let what = what.to_lowercase();
                let message = format!("{} holds no {what} in PEM", path.display());
                Err(Fault::new(Code::BadFile, message))
            }
        }
    };
    let (chain_pem, key_pem) = (found(cert, "CERTIFICATE")?, found(key, "PRIVATE KEY")?.into());
    Ok(ClientCertificate { chain_pem, key_pem })
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
        let side =
            Side::read("source", "mysql://u:hunter2@h:7/d?tls=require", Papers::default()).unwrap();
        assert_eq!(side.shown(), "MYSQL u@h:7/d");
        assert!(!format!("{side:?} {:?}", side.endpoint()).contains("hunter2"));
        assert_eq!(side.endpoint().password.expose(), "hunter2");
        assert_eq!(side.endpoint().tls.mode.to_string(), "require");
    }

    #[test]
    fn a_wrong_url_names_its_flag_and_not_its_password() {
        let told = Side::read("target", "mysql://u:hunter2@h/a/b", Papers::default()).unwrap_err();
        let told = told.lines().join("\n");
        assert!(told.contains("--target: ") && !told.contains("hunter2"), "{told}");
        assert!(told.starts_with("error[CLI-0001]"), "{told}");
    }
}
