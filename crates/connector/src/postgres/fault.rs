//! What the driver and the server report, in our terms.

use crate::error::{ConnectError, Phase};
use crate::net;
use crate::registry::Site;
use crate::tls::TlsFailure;
use std::error::Error as _;
use std::io;
use tokio_postgres::Error;
use tokio_postgres::error::DbError;

/// An error of the driver.
pub(super) fn of_driver(error: &Error, site: &Site) -> ConnectError {
    if let Some(said) = error.as_db_error() {
        return of_server(said, site);
    }
    if let Some(failure) = TlsFailure::find(error) {
        return ConnectError::Tls(failure);
    }
    if error.is_closed() {
        return ConnectError::Dropped;
    }
    // The driver owns the cause; its kind and text are all that is needed of it.
    if let Some(cause) = error.source().and_then(|cause| cause.downcast_ref::<io::Error>()) {
        return net::of_io(&site.address, io::Error::new(cause.kind(), cause.to_string()));
    }
    let cause = error.source().map(|cause| format!(": {cause}")).unwrap_or_default();
    ConnectError::protocol(format!("{error}{cause}"))
}

/// An error message of the server.
fn of_server(said: &DbError, site: &Site) -> ConnectError {
    let user = site.address.user.clone();
    let reason = said.message().to_owned();
    match said.code().code() {
        "28P01" => ConnectError::WrongPassword { user },
        // No entry in pg_hba.conf admits us, the only one demands TLS, or the role may not log in.
        "28000" if reason.contains("does not exist") => ConnectError::WrongPassword { user },
        "28000" => ConnectError::LoginBarred { user, reason },
        "3D000" => {
            let database = site.address.database.clone().unwrap_or(user);
            ConnectError::UnknownDatabase { database }
        }
        "42501" => ConnectError::Forbidden { user, reason },
        "53300" => ConnectError::TooManyConnections,
        "57014" => ConnectError::Timeout { phase: Phase::Query, limit: site.limit },
        "57P01" | "57P02" | "57P05" => ConnectError::Dropped,
        code => ConnectError::Server { code: code.to_owned(), message: reason },
    }
}
