//! How a server is reached: what tests pass on to the code they test.

use std::fmt;

use url::Url;

use super::{ServerError, ServerKind};

/// A running server and an account on it that may do everything.
#[derive(Clone, PartialEq, Eq)]
pub struct Server {
    pub kind: ServerKind,
    /// `mysql://` or `postgres://`, with account and password.
    pub url: String,
    pub host: String,
    pub port: u16,
    pub user: String,
    pub password: String,
}

impl Server {
    pub(crate) fn local(kind: ServerKind, port: u16, user: &str, password: &str) -> Self {
        Self {
            kind,
            url: String::new(),
            host: "127.0.0.1".to_owned(),
            port,
            user: user.to_owned(),
            password: password.to_owned(),
        }
        .with_url()
    }

    /// The same server through another account.
    #[must_use]
    pub fn with_account(&self, user: &str, password: &str) -> Self {
        Self { user: user.to_owned(), password: password.to_owned(), ..self.clone() }.with_url()
    }

    /// The same account through another address, such as a proxy's.
    #[must_use]
    pub fn with_port(&self, port: u16) -> Self {
        Self { host: "127.0.0.1".to_owned(), port, ..self.clone() }.with_url()
    }

    /// The URL of one database on this server.
    pub fn database_url(&self, database: &str) -> String {
        let mut url = self.parsed_url();
        url.set_path(database);
        url.into()
    }

    /// The URL without the password, for messages.
    pub fn shown(&self) -> String {
        let mut url = self.parsed_url();
        if url.password().is_some() {
            url.set_password(Some("***")).expect("a URL with a host can have a password");
        }
        url.into()
    }

    /// Reads a URL such as `mysql://root:secret@db.example.org:3306`.
    pub fn from_url(kind: ServerKind, url: &str) -> Result<Self, ServerError> {
        let bad = |reason: String| ServerError::BadUrl { kind, reason };
        let parsed = Url::parse(url).map_err(|error| bad(error.to_string()))?;
        let (schemes, default_port): (&[&str], u16) = match kind {
            ServerKind::Postgres => (&["postgres", "postgresql"], 5432),
            ServerKind::OceanBase => (&["mysql"], 2881),
            ServerKind::MySql | ServerKind::MariaDb => (&["mysql"], 3306),
        };
        if !schemes.contains(&parsed.scheme()) {
            return Err(bad(format!(
                "it must begin with `{}://`, not `{}://`",
                schemes[0],
                parsed.scheme()
            )));
        }
        let host = parsed.host_str().filter(|host| !host.is_empty());
        let host = host.ok_or_else(|| bad("it names no host".to_owned()))?;
        let user = decoded(parsed.username());
        if user.is_empty() {
            return Err(bad("it names no user".to_owned()));
        }
        Ok(Self {
            kind,
            url: String::new(),
            host: host.trim_matches(['[', ']']).to_owned(),
            port: parsed.port().unwrap_or(default_port),
            user,
            password: decoded(parsed.password().unwrap_or_default()),
        }
        .with_url())
    }

    fn with_url(mut self) -> Self {
        let (scheme, path) = match self.kind {
            ServerKind::Postgres => ("postgres", "/postgres"),
            _ => ("mysql", ""),
        };
        let host =
            if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        let mut url = Url::parse(&format!("{scheme}://{host}:{}{path}", self.port))
            .expect("the host came from a URL or is the loopback address");
        url.set_username(&self.user).expect("a URL with a host can have a user");
        let password = Some(self.password.as_str()).filter(|password| !password.is_empty());
        url.set_password(password).expect("a URL with a host can have a password");
        self.url = url.into();
        self
    }

    fn parsed_url(&self) -> Url {
        Url::parse(&self.url).expect("`url` was written by this module")
    }
}

/// Shows no password: failed assertions print servers.
impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Server({}, {})", self.kind, self.shown())
    }
}

/// Undoes percent encoding, which `Url` leaves in accounts and passwords.
fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_read_and_written_back() {
        let url = "mysql://ro%40ot:p%2Fw%3A%40@db.example.org:3307";
        let server = Server::from_url(ServerKind::MySql, url).unwrap();
        assert_eq!((server.user.as_str(), server.password.as_str()), ("ro@ot", "p/w:@"));
        assert_eq!((server.host.as_str(), server.port), ("db.example.org", 3307));
        assert_eq!(Server::from_url(ServerKind::MySql, &server.url).unwrap(), server);
        assert!(!format!("{server:?}").contains("p%2Fw"), "{server:?}");
    }

    #[test]
    fn the_default_port_depends_on_the_kind() {
        let port = |kind, url| Server::from_url(kind, url).unwrap().port;
        assert_eq!(port(ServerKind::OceanBase, "mysql://root@h"), 2881);
        assert_eq!(port(ServerKind::MariaDb, "mysql://root@h"), 3306);
        assert_eq!(port(ServerKind::Postgres, "postgresql://postgres@[::1]/x"), 5432);
    }

    #[test]
    fn a_bad_url_is_refused_with_the_variable_and_the_reason() {
        for (url, reason) in [
            ("", "relative URL"),
            ("postgres://root@h", "must begin with `mysql://`"),
            ("mysql://h:3306", "names no user"),
            ("mysql://root@", "empty host"),
            ("mysql://root@h:99999", "invalid port"),
        ] {
            let refusal = Server::from_url(ServerKind::MySql, url).unwrap_err().to_string();
            assert!(refusal.starts_with("OMS_TEST_MYSQL_URL is not the URL"), "{refusal}");
            assert!(refusal.contains(reason), "{url}: {refusal}");
        }
    }

    #[test]
    fn a_database_url_keeps_account_and_address() {
        let server = Server::local(ServerKind::Postgres, 5433, "postgres", "pw");
        assert_eq!(server.url, "postgres://postgres:pw@127.0.0.1:5433/postgres");
        assert_eq!(server.database_url("shop"), "postgres://postgres:pw@127.0.0.1:5433/shop");
    }
}
