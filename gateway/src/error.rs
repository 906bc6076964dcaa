//! Why gateway refuses or fails.

use crate::{
    access::{HashError, SessionError, TokenError},
    domain::{password::PasswordFault, route::NoRoute},
    repo::RepoError,
};
use oms_chassis::{Cancelled, Coded, DbError, instance::InstanceError, vault::VaultError};
use oms_clients::ClientError;
use oms_contracts::{Detail, ErrorCode, page::PageError};

#[derive(Debug, thiserror::Error)]
pub enum Error {
    // Who you are.
    #[error("the call carries no access token")]
    Unauthenticated,
    #[error(transparent)]
    Session(#[from] SessionError),
    /// Says the same for an unknown account and a wrong password.
    #[error("account or password is wrong")]
    WrongCredentials,
    #[error("the account is disabled")]
    UserDisabled,
    #[error("too many failed logins: wait {}", seconds_in_words(*seconds))]
    LoginThrottled { seconds: u64 },
    #[error("the refresh token was used before")]
    RefreshReused,
    #[error("the refresh token is not valid")]
    RefreshInvalid,
    // What you may do.
    #[error("the password has to be changed first")]
    PasswordChangeRequired,
    #[error("{0}")]
    Forbidden(&'static str),
    #[error("too many requests: wait {}", seconds_in_words(*seconds))]
    RateLimited { seconds: u64 },
    #[error("the call cannot be recorded, so it was not made")]
    AuditUnavailable(#[source] Box<Error>),
    // Passwords.
    #[error("the password is too weak")]
    PasswordTooWeak { field: &'static str, faults: Vec<PasswordFault> },
    #[error("the new password is the old one")]
    PasswordUnchanged,
    #[error("the old password is wrong")]
    WrongOldPassword,
    // Users, departments, keys.
    #[error("there is no such user")]
    NoSuchUser,
    #[error("the account {0} exists")]
    AccountTaken(String),
    #[error("{0} is built in")]
    BuiltInUser(String),
    #[error("the user owns {projects} projects and {data_sources} data sources")]
    UserOwnsObjects { projects: u64, data_sources: u64 },
    #[error("users of the role {0} stay in their department")]
    DepartmentFixed(oms_model::Role),
    #[error("there is no such department")]
    NoSuchDepartment,
    #[error("the department {0} exists")]
    DepartmentTaken(String),
    #[error("the department has users")]
    DepartmentNotEmpty,
    #[error("the department default is built in")]
    BuiltInDepartment,
    #[error("there is no such API key")]
    NoSuchApiKey,
    #[error("the user has {0} API keys, which is all it may have")]
    TooManyApiKeys(u64),
    // Requests.
    #[error("the body holds invalid values")]
    Invalid(Vec<Detail>),
    #[error("{0}")]
    InvalidParameter(String),
    #[error(transparent)]
    Page(#[from] PageError),
    #[error(transparent)]
    Route(#[from] NoRoute),
    #[error("the body is larger than the gateway accepts")]
    BodyTooLarge,
    #[error("the body could not be read to its end")]
    BodyCut,
    #[error("the body is compressed")]
    BodyEncoded,
    // What we depend on.
    #[error(transparent)]
    Client(#[from] ClientError),
    #[error(transparent)]
    Repo(#[from] RepoError),
    #[error(transparent)]
    Hash(#[from] HashError),
    #[error(transparent)]
    Token(#[from] TokenError),
    #[error(transparent)]
    Vault(#[from] VaultError),
    #[error(transparent)]
    Instance(#[from] InstanceError),
    #[error(transparent)]
    Db(#[from] DbError),
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    #[error("the call came to no end")]
    Lost(#[source] tokio::task::JoinError),
    #[error("a page of the documentation cannot be made: {0}")]
    Docs(String),
}

impl From<diesel::result::Error> for Error {
    fn from(error: diesel::result::Error) -> Self {
        Self::Repo(error.into())
    }
}

impl Coded for Error {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Unauthenticated => ErrorCode::Unauthenticated,
            Self::Session(error) => session_code(error),
            Self::WrongCredentials => ErrorCode::WrongCredentials,
            Self::UserDisabled => ErrorCode::UserDisabled,
            Self::LoginThrottled { .. } => ErrorCode::LoginThrottled,
            Self::RefreshReused => ErrorCode::RefreshReused,
            Self::RefreshInvalid => ErrorCode::RefreshInvalid,
            Self::PasswordChangeRequired => ErrorCode::PasswordChangeRequired,
            Self::Forbidden(_) => ErrorCode::Forbidden,
            Self::RateLimited { .. } => ErrorCode::RateLimited,
            Self::AuditUnavailable(cause) => audit_code(cause.code()),
            Self::PasswordTooWeak { .. } => ErrorCode::PasswordTooWeak,
            Self::PasswordUnchanged => ErrorCode::PasswordUnchanged,
            Self::WrongOldPassword => ErrorCode::WrongOldPassword,
            Self::NoSuchUser => ErrorCode::NoSuchUser,
            Self::AccountTaken(_) => ErrorCode::AccountTaken,
            Self::BuiltInUser(_) => ErrorCode::BuiltInUser,
            Self::UserOwnsObjects { .. } => ErrorCode::UserOwnsObjects,
            Self::DepartmentFixed(_) => ErrorCode::DepartmentFixed,
            Self::NoSuchDepartment => ErrorCode::NoSuchDepartment,
            Self::DepartmentTaken(_) => ErrorCode::DepartmentTaken,
            Self::DepartmentNotEmpty => ErrorCode::DepartmentNotEmpty,
            Self::BuiltInDepartment => ErrorCode::BuiltInDepartment,
            Self::NoSuchApiKey => ErrorCode::NoSuchApiKey,
            Self::TooManyApiKeys(_) => ErrorCode::TooManyApiKeys,
            Self::Invalid(_) => ErrorCode::Invalid,
            Self::InvalidParameter(_) | Self::Page(_) => ErrorCode::InvalidParameter,
            Self::Route(NoRoute::Unknown) => ErrorCode::NoSuchRoute,
            Self::Route(NoRoute::Method(_)) => ErrorCode::MethodNotAllowed,
            Self::Route(NoRoute::Path(_) | NoRoute::Id(_)) => ErrorCode::InvalidParameter,
            Self::BodyTooLarge => ErrorCode::BodyTooLarge,
            Self::BodyCut => ErrorCode::MalformedBody,
            Self::BodyEncoded => ErrorCode::UnsupportedMediaType,
            Self::Client(error) => client_code(error),
            Self::Repo(error) => error.code(),
            Self::Hash(HashError::Busy) => ErrorCode::TimedOut,
            Self::Hash(HashError::Hash(_)) | Self::Docs(_) | Self::Lost(_) => ErrorCode::Internal,
            Self::Token(error) => token_code(error),
            Self::Vault(error) => error.code(),
            Self::Instance(error) => error.code(),
            Self::Db(error) => error.code(),
            Self::Hash(HashError::Cancelled(_)) | Self::Cancelled(_) => ErrorCode::ShuttingDown,
        }
    }

    fn details(&self) -> Vec<Detail> {
        match self {
            Self::Invalid(details) => details.clone(),
            Self::PasswordTooWeak { field, faults } => {
                faults.iter().map(|fault| Detail::new(*field, fault.to_string())).collect()
            }
            Self::UserOwnsObjects { projects, data_sources } => vec![
                Detail::new("projects", projects.to_string()),
                Detail::new("dataSources", data_sources.to_string()),
            ],
            Self::Client(ClientError::Refused { problem, .. }) => problem.details.clone(),
            _ => Vec::new(),
        }
    }

    fn allow(&self) -> Option<String> {
        let Self::Route(NoRoute::Method(verbs)) = self else { return None };
        let verbs: Vec<String> = verbs.iter().map(ToString::to_string).collect();
        Some(verbs.join(", "))
    }

    fn retry_after_seconds(&self) -> Option<u64> {
        match self {
            Self::LoginThrottled { seconds } | Self::RateLimited { seconds } => Some(*seconds),
            _ => None,
        }
    }
}

fn session_code(error: &SessionError) -> ErrorCode {
    match error {
        SessionError::Ended => ErrorCode::TokenInvalid,
        SessionError::Outdated => ErrorCode::TokenExpired,
        SessionError::Token(error) => token_code(error),
        SessionError::Repo(error) => error.code(),
        SessionError::Db(error) => error.code(),
    }
}

fn token_code(error: &TokenError) -> ErrorCode {
    match error {
        TokenError::Expired => ErrorCode::TokenExpired,
        TokenError::Invalid(_) | TokenError::UnknownKey => ErrorCode::TokenInvalid,
        TokenError::Unsigned(_) | TokenError::NoKey => ErrorCode::Internal,
        TokenError::Vault(error) => error.code(),
        TokenError::Repo(error) => error.code(),
        TokenError::Db(error) => error.code(),
    }
}

fn client_code(error: &ClientError) -> ErrorCode {
    match error {
        ClientError::Unreachable { .. } | ClientError::Silent { .. } => {
            ErrorCode::ServiceUnreachable
        }
        ClientError::Refused { problem, .. } => problem.code,
        ClientError::OffContract { .. } => ErrorCode::ServiceOffContract,
        ClientError::Unsigned { .. } => ErrorCode::Internal,
    }
}

/// A lock or a full disk has a better name and advice than a log that cannot be written.
fn audit_code(cause: ErrorCode) -> ErrorCode {
    match cause {
        ErrorCode::MetadataBusy | ErrorCode::MetadataFull | ErrorCode::ShuttingDown => cause,
        _ => ErrorCode::AuditUnavailable,
    }
}

fn seconds_in_words(seconds: u64) -> String {
    let unit = if seconds == 1 { "second" } else { "seconds" };
    format!("{seconds} {unit}")
}

oms_chassis::answers_with_problems!(Error);
