//! PostgreSQL. What other databases call a database is a schema here: a connection sees one
//! database, and all the schemas in it.

mod catalog;
mod dialect;
mod fault;
mod privileges;
mod probe;
mod session;
mod table;

use crate::Connector;
use crate::catalog::Catalog;
use crate::deadline::Deadline;
use crate::dialect::Dialect;
use crate::error::ConnectError;
use crate::probe::Probe;
use crate::registry::Site;
use session::Session;

pub(crate) fn connector(site: Site) -> Box<dyn Connector> {
    Box::new(Postgres { site })
}

/// A PostgreSQL database.
#[derive(Debug)]
struct Postgres {
    site: Site,
}

impl Postgres {
    /// A session for one call, which is over by the call's deadline.
    async fn session(&self) -> Result<Session<'_>, ConnectError> {
        Session::open(&self.site, Deadline::after(self.site.limit)).await
    }
}

impl Connector for Postgres {
    fn dialect(&self) -> &dyn Dialect {
        &dialect::Postgres
    }

    fn probe(&self) -> &dyn Probe {
        self
    }

    fn catalog(&self) -> &dyn Catalog {
        self
    }
}
