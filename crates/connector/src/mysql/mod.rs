//! Databases that speak the MySQL protocol: one implementation for MySQL, and a [`Member`] for
//! each relative that wraps it and overrides what differs.

mod apply;
mod catalog;
mod changes;
mod data_fault;
mod data_session;
pub mod ddl;
mod dialect;
mod encode;
mod evolve;
mod fault;
mod grants;
mod layout;
mod logical;
mod mariadb;
mod oceanbase;
mod privileges;
mod probe;
mod row;
mod schema;
mod seat;
mod seated;
mod session;
mod sketch;
mod snapshot;
mod table;
mod triggers;
mod wire;
mod writer;

use crate::Connector;
use crate::apply::ChangeWriter;
use crate::catalog::Catalog;
use crate::changes::ChangeReader;
use crate::deadline::Deadline;
use crate::dialect::Dialect;
use crate::error::ConnectError;
use crate::evolve::Evolver;
use crate::probe::Probe;
use crate::registry::Site;
use crate::schema::Schema;
use crate::snapshot::SnapshotReader;
use crate::writer::RowWriter;
use dialect::Member;
use session::Session;

pub(crate) fn connector(site: Site) -> Box<dyn Connector> {
    Box::new(Mysql { site, member: &dialect::Mysql })
}

pub(crate) fn mariadb_connector(site: Site) -> Box<dyn Connector> {
    Box::new(Mysql { site, member: &mariadb::Mariadb(dialect::Mysql) })
}

pub(crate) fn oceanbase_connector(site: Site) -> Box<dyn Connector> {
    Box::new(Mysql { site, member: &oceanbase::OceanBase(dialect::Mysql) })
}

/// A database of the family.
#[derive(Debug)]
struct Mysql {
    site: Site,
    member: &'static dyn Member,
}

impl Mysql {
    /// A session for one call, which is over by the call's deadline.
    async fn session(&self) -> Result<Session<'_>, ConnectError> {
        Session::open(&self.site, self.member, Deadline::after(self.site.limit)).await
    }
}

impl Connector for Mysql {
    fn dialect(&self) -> &dyn Dialect {
        self.member
    }

    fn probe(&self) -> &dyn Probe {
        self
    }

    fn catalog(&self) -> &dyn Catalog {
        self
    }

    fn snapshot(&self) -> Option<&dyn SnapshotReader> {
        Some(self)
    }

    fn schema(&self) -> Option<&dyn Schema> {
        Some(self)
    }

    fn changes_by_triggers(&self) -> Option<Box<dyn ChangeReader + '_>> {
        self.member.has_trigger_capture().then(|| Box::new(triggers::Triggers(self)) as Box<_>)
    }

    fn changes(&self) -> Option<&dyn ChangeReader> {
        Some(self)
    }

    fn writer(&self) -> Option<&dyn RowWriter> {
        Some(self)
    }

    fn applier(&self) -> Option<&dyn ChangeWriter> {
        Some(self)
    }

    fn evolver(&self) -> Option<&dyn Evolver> {
        Some(self)
    }
}
