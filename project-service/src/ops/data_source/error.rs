//! Why something about a data source is refused.

use crate::{ops::first_of, repo::project::LiveProject};
use oms_chassis::vault::VaultError;
use oms_connector::{CatalogError, ConnectError, NotSupportedYet};
use oms_contracts::{Detail, ErrorCode};
use oms_model::EndpointId;
use std::error::Error as _;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("there is no data source {0}")]
    NoSuch(EndpointId),
    #[error("the data source cannot be used like that: {}", first_of(.0))]
    Invalid(Vec<Detail>),
    #[error("another data source is called {0:?}")]
    NameTaken(String),
    #[error("the account {login} at {place} is registered already")]
    AccountTaken {
        login: String,
        place: String,
        /// Who has it, where the actor may know.
        by: Option<(EndpointId, String)>,
    },
    #[error("the data source was changed after revision {0}")]
    Stale(i64),
    #[error("{} projects that are not released use the data source", .0.len())]
    InUse(Vec<LiveProject>),
    #[error(transparent)]
    NotSupported(#[from] NotSupportedYet),
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    #[error("{0} is asked too many things at once")]
    Busy(String),
    #[error("the secrets of {} data sources cannot be opened", .ids.len())]
    Unsealable {
        ids: Vec<EndpointId>,
        /// Why the first of them cannot.
        #[source]
        source: VaultError,
    },
    #[error("the secrets change faster than they can be sealed anew")]
    Restless,
}

impl From<ConnectError> for Error {
    fn from(error: ConnectError) -> Self {
        Self::Catalog(error.into())
    }
}

impl Error {
    pub fn invalid(field: &str, message: impl std::fmt::Display) -> Self {
        Self::Invalid(vec![Detail::new(field, message.to_string())])
    }

    pub fn code(&self) -> ErrorCode {
        match self {
            Self::NoSuch(_) => ErrorCode::NoSuchDataSource,
            Self::Invalid(_) => ErrorCode::Invalid,
            Self::NameTaken(_) => ErrorCode::DataSourceNameTaken,
            Self::AccountTaken { .. } => ErrorCode::DataSourceTaken,
            Self::Stale(_) => ErrorCode::Stale,
            Self::InUse(_) => ErrorCode::DataSourceInUse,
            Self::NotSupported(_) => ErrorCode::KindNotSupported,
            Self::Catalog(CatalogError::NoSuchDatabase(_)) => ErrorCode::NoSuchDatabase,
            Self::Catalog(CatalogError::NoSuchTable { .. }) => ErrorCode::NoSuchTable,
            Self::Catalog(CatalogError::Connect(error)) => of_connection(error),
            Self::Busy(_) => ErrorCode::DatabaseBusy,
            Self::Unsealable { source, .. } => source.code(),
            Self::Restless => ErrorCode::MetadataBusy,
        }
    }

    pub fn details(&self) -> Vec<Detail> {
        match self {
            Self::Invalid(details) => details.clone(),
            Self::AccountTaken { by: Some((id, name)), .. } => {
                vec![Detail::new(id.as_str(), name)]
            }
            Self::InUse(projects) => {
                projects.iter().map(|p| Detail::new(p.id.as_str(), &p.name)).collect()
            }
            Self::Catalog(CatalogError::Connect(error)) => reason(error),
            Self::Unsealable { ids, source } => {
                ids.iter().map(|id| Detail::new(id.as_str(), source.to_string())).collect()
            }
            Self::NoSuch(_)
            | Self::NameTaken(_)
            | Self::AccountTaken { by: None, .. }
            | Self::Stale(_)
            | Self::NotSupported(_)
            | Self::Catalog(CatalogError::NoSuchDatabase(_) | CatalogError::NoSuchTable { .. })
            | Self::Busy(_)
            | Self::Restless => Vec::new(),
        }
    }
}

fn of_connection(error: &ConnectError) -> ErrorCode {
    use oms_connector::Phase;
    match error {
        ConnectError::UnknownHost { .. } => ErrorCode::UnknownHost,
        ConnectError::Refused { .. } => ErrorCode::ConnectionRefused,
        ConnectError::Unreachable { .. } => ErrorCode::HostUnreachable,
        ConnectError::Timeout { phase: Phase::Query, .. } => ErrorCode::DatabaseSlow,
        ConnectError::Timeout {
            phase: Phase::Resolve | Phase::Connect | Phase::Handshake, ..
        } => ErrorCode::ConnectTimedOut,
        ConnectError::Tls(_) => ErrorCode::TlsFailed,
        ConnectError::WrongPassword { .. }
        | ConnectError::LoginBarred { .. }
        | ConnectError::LoginMethod { .. } => ErrorCode::AccessDenied,
        ConnectError::UnknownDatabase { .. } => ErrorCode::UnknownDatabase,
        ConnectError::TooManyConnections => ErrorCode::TooManyConnections,
        ConnectError::WrongKind { .. } => ErrorCode::WrongKind,
        ConnectError::Protocol { .. } | ConnectError::Dropped => ErrorCode::NotADatabase,
        ConnectError::TooMuch { .. } => ErrorCode::DatabaseTooMuch,
        ConnectError::Forbidden { .. } | ConnectError::Server { .. } => ErrorCode::DatabaseRefused,
    }
}

/// The field to look at, with what lies behind the failure: a certificate's fault, say.
fn reason(error: &ConnectError) -> Vec<Detail> {
    let field = match error {
        ConnectError::UnknownHost { .. } | ConnectError::Unreachable { .. } => "host",
        ConnectError::Refused { .. }
        | ConnectError::Timeout { .. }
        | ConnectError::Protocol { .. }
        | ConnectError::Dropped => "port",
        ConnectError::Tls(_) => "tls",
        ConnectError::WrongPassword { .. } => "password",
        ConnectError::LoginBarred { .. }
        | ConnectError::LoginMethod { .. }
        | ConnectError::Forbidden { .. } => "username",
        ConnectError::UnknownDatabase { .. } => "database",
        ConnectError::WrongKind { .. } => "kind",
        ConnectError::TooManyConnections
        | ConnectError::TooMuch { .. }
        | ConnectError::Server { .. } => return Vec::new(),
    };
    let mut message = String::new();
    let mut cause = error.source();
    while let Some(inner) = cause {
        if !message.is_empty() {
            message.push_str(": ");
        }
        message.push_str(&inner.to_string());
        cause = inner.source();
    }
    if message.is_empty() {
        message = error.to_string();
    }
    vec![Detail::new(field, message)]
}
