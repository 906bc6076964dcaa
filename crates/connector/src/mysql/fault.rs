//! What the wire and the servers of this family report, in our terms.

use super::wire::WireError;
use crate::allowance::MOST_ROWS;
use crate::error::{ConnectError, Phase};
use crate::net;
use crate::product::{Product, Server};
use crate::registry::Site;
use crate::tls::TlsFailure;

/// An error of a connection.
pub(super) fn of_wire(error: WireError, site: &Site) -> ConnectError {
    match error {
        WireError::Server { code, message, .. } => of_server(code, message, site),
        WireError::Io(error) => match TlsFailure::find(&error) {
            Some(failure) => ConnectError::Tls(failure),
            None => net::of_io(&site.address, error),
        },
        WireError::TimedOut { .. } => {
            ConnectError::Timeout { phase: Phase::Query, limit: site.limit }
        }
        WireError::Dropped | WireError::Unusable { .. } => ConnectError::Dropped,
        WireError::TooLarge { limit } => {
            ConnectError::TooMuch { rows: MOST_ROWS, mebibytes: limit >> 20 }
        }
        WireError::Protocol(reason) => ConnectError::protocol(reason),
        WireError::UnexpectedRows
        | WireError::NoRows
        | WireError::ForeignStatement
        | WireError::Parameters { .. }
        | WireError::UninvitedFile { .. }
        | WireError::Source(_) => ConnectError::protocol(error.to_string()),
    }
}

/// A method of login that we do not know.
pub(super) fn of_method(name: &[u8], site: &Site) -> ConnectError {
    let method = String::from_utf8_lossy(name).into_owned();
    ConnectError::LoginMethod { user: site.address.user.clone(), method }
}

/// An error packet of the server.
fn of_server(code: u16, reason: String, site: &Site) -> ConnectError {
    let user = site.address.user.clone();
    match code {
        1045 | 1698 => ConnectError::WrongPassword { user },
        // Blocked after too many errors, host not allowed, password expired, account locked.
        1129 | 1130 | 1820 | 1862 | 3118 | 4151 => ConnectError::LoginBarred { user, reason },
        1251 | 1524 => ConnectError::LoginMethod { user, method: reason },
        1049 => {
            let database = site.address.database.clone().unwrap_or_default();
            ConnectError::UnknownDatabase { database }
        }
        1044 | 1142 | 1143 | 1227 | 1370 => ConnectError::Forbidden { user, reason },
        1040 | 1203 | 1226 => ConnectError::TooManyConnections,
        3159 => ConnectError::Tls(TlsFailure::Demanded),
        // The statement's own limit: MySQL's, MariaDB's, OceanBase's.
        3024 | 1969 | 4012 => ConnectError::Timeout { phase: Phase::Query, limit: site.limit },
        1235 if reason.contains("Oracle tenant") => {
            site.wrong_kind(&Server::unversioned(Product::OceanBaseOracle))
        }
        code => ConnectError::Server { code: code.to_string(), message: reason },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::{self, DEFAULT_LIMIT};

    fn site() -> Site {
        let (kind, address) = crate::Address::parse("oceanbase://me@h/shop").unwrap();
        assert!(registry::open(kind, address.clone()).is_ok());
        Site { kind, address, limit: DEFAULT_LIMIT, waits: crate::Waits::default() }
    }

    fn server(code: u16, message: &str) -> String {
        of_server(code, message.to_owned(), &site()).to_string()
    }

    #[test]
    fn codes_become_the_errors_a_person_can_act_on() {
        for (code, text) in [
            (1045, "access denied for the user \"me\""),
            (1049, "the database \"shop\" does not exist"),
            (1040, "the database takes no more connections"),
            (1130, "the user \"me\" may not log in: m"),
            (1142, "the user \"me\" may not do that: m"),
            (3024, "no answer within 5s, in the phase query"),
            (3159, "the TLS connection could not be made"),
            (1064, "the database answered 1064: m"),
        ] {
            assert_eq!(server(code, "m"), text);
        }
    }

    #[test]
    fn an_oracle_tenant_is_a_wrong_kind() {
        let text = server(1235, "Oracle tenant for current client driver is not supported");
        assert_eq!(
            text,
            "a OB_MYSQL was expected, but OceanBase in Oracle mode (kind OB_ORACLE) answers"
        );
    }

    #[test]
    fn what_comes_in_too_large_a_piece_is_too_much() {
        let error = of_wire(WireError::TooLarge { limit: 16 << 20 }, &site());
        assert_eq!(
            error.to_string(),
            "one call was answered with more than 1000000 rows or 16 MiB"
        );
    }
}
