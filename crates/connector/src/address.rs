//! Where a database is and how to log in to it: the value, its URL form, its wishes for TLS.
//! Nothing here touches the network or a file.

use crate::registry;
use oms_model::DatabaseKind;
use percent_encoding::percent_decode_str;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use std::fmt;
use url::Url;

#[cfg(test)]
mod tests;

/// A database and the account to use on it. `Debug` and `Display` never show a secret.
#[derive(Debug, Clone)]
pub struct Address {
    /// A name or an IP address, an IPv6 address without brackets.
    pub host: String,
    pub port: u16,
    /// With the tenant, and the cluster behind it, where the database has such: `user@tenant`.
    pub user: String,
    pub password: SecretString,
    /// The database to enter. PostgreSQL connects to exactly one: without this it is the one named
    /// like the user. The others show everything the account may see.
    pub database: Option<String>,
    pub tls: Tls,
}

/// How far a connection must be protected. The names are libpq's.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Default,
    Serialize,
    Deserialize,
    strum::Display,
    strum::EnumString,
    strum::EnumIter,
    strum::IntoStaticStr,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum TlsMode {
    /// Plain text.
    Disable,
    /// Encrypted where the server offers it, without asking who it is. Plain text only when the
    /// server says it has no TLS: a handshake that fails is an error, not a reason to go without.
    #[default]
    Prefer,
    /// Encrypted, without asking who the server is.
    Require,
    /// Encrypted, to a server whose certificate the given authority signed, under any name.
    VerifyCa,
    /// Encrypted, to a server whose certificate is trusted and carries the host's name.
    VerifyFull,
}

/// The wishes for TLS.
#[derive(Debug, Clone, Default)]
pub struct Tls {
    pub mode: TlsMode,
    /// The authorities to trust, PEM. Without it `verify-full` trusts the public ones (Mozilla's
    /// list); `verify-ca` demands it, since a public authority signs for anybody.
    pub ca_pem: Option<String>,
    /// What to show to a server that asks clients for a certificate.
    pub client: Option<ClientCertificate>,
}

/// A client's certificate and its key.
#[derive(Debug, Clone)]
pub struct ClientCertificate {
    /// The certificate, then any intermediates, PEM.
    pub chain_pem: String,
    /// PKCS#8, PKCS#1 or SEC1, PEM.
    pub key_pem: SecretString,
}

impl Tls {
    /// A mode with nothing else.
    pub fn mode(mode: TlsMode) -> Self {
        Self { mode, ..Self::default() }
    }
}

/// A URL that names no database. The text never repeats the URL: it may hold a password.
#[derive(Debug, thiserror::Error)]
pub enum UrlError {
    #[error(
        "this is not a URL; characters such as # / ? @ in a user or password must be percent-encoded"
    )]
    Malformed(#[source] url::ParseError),
    #[error("the scheme {scheme:?} names no kind of database; known are {}", registry::schemes().join(", "))]
    UnknownScheme { scheme: String },
    #[error("the URL names no host")]
    NoHost,
    #[error("the URL names no user")]
    NoUser,
    #[error("0 is not a port")]
    NoPort,
    #[error("what is percent-encoded in the {0} is not UTF-8")]
    Encoding(&'static str),
    #[error("the URL may name one database, without a slash; percent-encode slashes in its name")]
    DeepPath,
    #[error("the URL has a fragment; percent-encode # as %23")]
    Fragment,
    #[error("the parameter {0:?} is unknown; known is tls")]
    UnknownParameter(String),
    #[error("the parameter {0:?} is given twice")]
    RepeatedParameter(String),
    #[error("{value:?} is no value of the parameter {name:?}; known are {known}")]
    BadParameter { name: &'static str, value: String, known: String },
}

impl Address {
    /// Reads `scheme://user:password@host:port/database?tls=mode`. Everything but scheme, user and
    /// host may be left out.
    pub fn parse(text: &str) -> Result<(DatabaseKind, Self), UrlError> {
        let url = Url::parse(text).map_err(UrlError::Malformed)?;
        let scheme = registry::scheme(url.scheme())
            .ok_or_else(|| UrlError::UnknownScheme { scheme: url.scheme().to_owned() })?;
        if url.fragment().is_some() {
            return Err(UrlError::Fragment);
        }
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or(UrlError::NoHost)?;
        let port = url.port().unwrap_or(scheme.default_port);
        let user = decoded(url.username(), "user")?;
        if user.is_empty() {
            return Err(UrlError::NoUser);
        }
        let address = Self {
            host: bare(&decoded(host, "host")?).to_owned(),
            port: if port == 0 { return Err(UrlError::NoPort) } else { port },
            user,
            password: decoded(url.password().unwrap_or_default(), "password")?.into(),
            database: database(path_as_written(text))?,
            tls: Tls::mode(tls_mode(&url)?),
        };
        Ok((scheme.kind, address))
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (open, close) = if self.host.contains(':') { ("[", "]") } else { ("", "") };
        write!(f, "{}@{open}{}{close}:{}", self.user, self.host, self.port)?;
        self.database.as_ref().map_or(Ok(()), |database| write!(f, "/{database}"))
    }
}

fn decoded(part: &str, of: &'static str) -> Result<String, UrlError> {
    let text = percent_decode_str(part).decode_utf8().map_err(|_| UrlError::Encoding(of))?;
    Ok(text.into_owned())
}

/// An IPv6 address without the brackets a URL puts around it.
fn bare(host: &str) -> &str {
    host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host)
}

/// The path without its slash. Parsed as a web address's it would lose names such as `.` and `..`.
fn path_as_written(url: &str) -> &str {
    let behind_scheme = url.split_once("://").map_or("", |(_, rest)| rest);
    let end = behind_scheme.find(['?', '#']).unwrap_or(behind_scheme.len());
    behind_scheme[..end].split_once('/').map_or("", |(_, path)| path.trim_end())
}

fn database(path: &str) -> Result<Option<String>, UrlError> {
    match path {
        "" => Ok(None),
        name if name.contains('/') => Err(UrlError::DeepPath),
        name => decoded(name, "database").map(Some),
    }
}

fn tls_mode(url: &Url) -> Result<TlsMode, UrlError> {
    let mut mode = None;
    for (name, value) in url.query_pairs() {
        if name != "tls" {
            return Err(UrlError::UnknownParameter(name.into_owned()));
        }
        if mode.is_some() {
            return Err(UrlError::RepeatedParameter(name.into_owned()));
        }
        mode = Some(value.parse().map_err(|_| {
            UrlError::BadParameter {
                name: "tls",
                value: value.into_owned(),
                known: <TlsMode as strum::IntoEnumIterator>::iter()
                    .map(<&str>::from)
                    .collect::<Vec<_>>()
                    .join(", "),
            }
        })?);
    }
    Ok(mode.unwrap_or_default())
}
