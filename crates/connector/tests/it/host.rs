//! Where the checks run: a server of each kind, and a database of a check's own on it.

use oms_connector::{Address, Catalog, Connector, open, open_within};
use oms_model::DatabaseKind;
use oms_testkit::TestDb;
use oms_testkit::servers::{Server, ServerKind, of_this_run};
use std::time::{Duration, Instant};

/// A kind, and the server that is one.
#[derive(Debug)]
pub struct Host {
    pub kind: DatabaseKind,
    pub server_kind: ServerKind,
    /// Creates the objects that the checks look at.
    pub shapes: &'static str,
}

pub const MYSQL: Host = Host {
    kind: DatabaseKind::Mysql,
    server_kind: ServerKind::MySql,
    shapes: include_str!("shapes/mysql.sql"),
};
pub const MARIADB: Host = Host {
    kind: DatabaseKind::Mariadb,
    server_kind: ServerKind::MariaDb,
    shapes: include_str!("shapes/mariadb.sql"),
};
pub const OCEANBASE: Host = Host {
    kind: DatabaseKind::ObMysql,
    server_kind: ServerKind::OceanBase,
    shapes: include_str!("shapes/oceanbase.sql"),
};
pub const POSTGRES: Host = Host {
    kind: DatabaseKind::Postgresql,
    server_kind: ServerKind::Postgres,
    shapes: include_str!("shapes/postgres.sql"),
};

impl Host {
    pub fn is_postgres(&self) -> bool {
        self.server_kind == ServerKind::Postgres
    }

    pub fn server(&self) -> &'static Server {
        of_this_run(self.server_kind)
    }

    /// A database of the check's own, empty.
    pub async fn place(&self) -> Place<'_> {
        let db = TestDb::create(self.server()).await.unwrap();
        let schema = if self.is_postgres() { "public".to_owned() } else { db.name().to_owned() };
        Place { host: self, db, schema }
    }

    /// A database of the check's own, with the kind's shapes in it.
    pub async fn furnished(&self) -> Place<'_> {
        let place = self.place().await;
        place.db.exec(self.shapes).await.unwrap();
        place
    }
}

/// A check's own database.
#[derive(Debug)]
pub struct Place<'a> {
    pub host: &'a Host,
    pub db: TestDb,
    /// What the catalog calls it: the schema `public` on PostgreSQL.
    pub schema: String,
}

impl Place<'_> {
    /// Its address. PostgreSQL has to be told the database; the others show all of them.
    pub fn address(&self) -> Address {
        let mut address = address(self.db.server());
        address.database = self.host.is_postgres().then(|| self.db.name().to_owned());
        address
    }

    pub fn connector(&self) -> Box<dyn Connector> {
        open(self.host.kind, self.address()).unwrap()
    }

    /// Another database beside it, as the catalog sees it: a schema on PostgreSQL.
    pub async fn beside(&self, name: &str) -> String {
        let quoted = self.connector().dialect().quote(name);
        let word = if self.host.is_postgres() { "SCHEMA" } else { "DATABASE" };
        self.db.exec(&format!("CREATE {word} {quoted}")).await.unwrap();
        name.to_owned()
    }
}

/// A server's address with its own account, over a plain connection.
pub fn address(server: &Server) -> Address {
    Address {
        host: server.host.clone(),
        port: server.port,
        user: server.user.clone(),
        password: server.password.clone().into(),
        database: None,
        tls: oms_connector::Tls::mode(oms_connector::TlsMode::Disable),
    }
}

/// By when a call with a limit of one second has ended, on a machine that does other things as well.
pub const ON_TIME: Duration = Duration::from_millis(1_500);

/// Opens a connector that is expected to fail, with a limit of one second for each call.
pub fn impatient(kind: DatabaseKind, address: Address) -> Box<dyn Connector> {
    open_within(kind, address, Duration::from_secs(1)).unwrap()
}

/// Runs a call and says how long it took.
pub async fn timed<T>(call: impl Future<Output = T>) -> (T, Duration) {
    let started = Instant::now();
    (call.await, started.elapsed())
}

/// Everything the catalog lists of one database.
pub async fn names_of(catalog: &dyn Catalog, database: &str) -> Vec<String> {
    let query =
        oms_connector::ObjectQuery { search: None, kind: None, page: oms_connector::Page::ALL };
    let found = catalog.objects(database, &query).await.unwrap();
    found.items.into_iter().map(|object| object.name).collect()
}
