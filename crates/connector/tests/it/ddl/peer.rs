//! A database on a server, and what the conversion has to know of it.

use crate::host::Host;
use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Opts, OptsBuilder, Row, Value};
use oms_connector::mysql_ddl::{Quoting, Target};
use oms_connector::product::{Product, Server, Version};
use oms_testkit::TestDb;
use oms_testkit::servers::ServerKind;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Table,
    View,
    Sequence,
}

/// Something in the database, as the server prints it.
#[derive(Debug)]
pub struct Object {
    pub name: String,
    pub kind: Kind,
    pub sql: Vec<u8>,
}

pub struct Peer<'a> {
    pub host: &'a Host,
    pub db: TestDb,
    pub server: Server,
    pub target: Target,
    conn: Conn,
}

/// What files and folders call the server.
pub fn name(host: &Host) -> &'static str {
    match host.server_kind {
        ServerKind::MySql => "mysql",
        ServerKind::MariaDb => "mariadb",
        _ => "oceanbase",
    }
}

impl<'a> Peer<'a> {
    pub async fn new(host: &'a Host) -> Self {
        let db = TestDb::create(host.server()).await.unwrap();
        let opts = OptsBuilder::from_opts(Opts::from_url(&db.url()).unwrap()).prefer_socket(false);
        let mut conn = Conn::new(opts).await.unwrap();
        let mut settings = "SET NAMES utf8mb4, sql_mode = '', time_zone = '+00:00'".to_owned();
        if host.server_kind == ServerKind::OceanBase {
            settings.push_str(", ob_query_timeout = 300000000");
        }
        conn.query_drop(settings).await.unwrap();
        let server = server(host.server_kind, &mut conn).await;
        let target = target(&server, &mut conn).await;
        Self { host, db, server, target, conn }
    }

    pub async fn run(&mut self, sql: &str) -> Result<(), mysql_async::Error> {
        self.conn.query_drop(sql).await
    }

    pub async fn objects(&mut self) -> Vec<Object> {
        let rows: Vec<Row> = self.conn.query("SHOW FULL TABLES").await.unwrap();
        let mut found = Vec::new();
        for row in rows {
            let name = String::from_utf8(bytes(&row, 0)).unwrap();
            let (kind, word) = match bytes(&row, 1).as_slice() {
                b"VIEW" => (Kind::View, "VIEW"),
                b"SEQUENCE" => (Kind::Sequence, "SEQUENCE"),
                _ => (Kind::Table, "TABLE"),
            };
            let sql = self.definition(word, &name).await.unwrap();
            found.push(Object { name, kind, sql });
        }
        found
    }

    /// What the server prints to a session that is in another database.
    pub async fn definition(&mut self, word: &str, name: &str) -> Option<Vec<u8>> {
        let place = format!("`{}`.`{}`", self.db.name(), name.replace('`', "``"));
        self.conn.query_drop("USE information_schema").await.unwrap();
        let row: Result<Option<Row>, _> =
            self.conn.query_first(format!("SHOW CREATE {word} {place}")).await;
        self.conn.query_drop(format!("USE `{}`", self.db.name())).await.unwrap();
        row.ok().flatten().map(|row| bytes(&row, 1))
    }
}

fn bytes(row: &Row, column: usize) -> Vec<u8> {
    match row.as_ref(column) {
        Some(Value::Bytes(bytes)) => bytes.clone(),
        other => panic!("{other:?} is no text"),
    }
}

async fn server(kind: ServerKind, conn: &mut Conn) -> Server {
    let (version, comment): (String, String) =
        conn.query_first("SELECT VERSION(), @@version_comment").await.unwrap().unwrap();
    let (product, release) = match kind {
        ServerKind::MySql => (Product::Mysql, version),
        ServerKind::MariaDb => (Product::Mariadb, version.replace("-MariaDB", "")),
        // `OceanBase 4.3.5.3 seekdb (…)`
        _ => (Product::OceanBase, comment.split_whitespace().nth(1).unwrap().to_owned()),
    };
    let digits = |text: &str| text.chars().take_while(char::is_ascii_digit).collect::<String>();
    let numbers: Vec<u16> = release.split('.').filter_map(|n| digits(n).parse().ok()).collect();
    let version = Version(numbers[0], numbers[1], numbers[2]);
    Server { product, version, release }
}

async fn target(server: &Server, conn: &mut Conn) -> Target {
    let charsets: Vec<Row> = conn.query("SHOW CHARACTER SET").await.unwrap();
    let collations: Vec<Row> = conn.query("SHOW COLLATION").await.unwrap();
    let text = |row: &Row, column| String::from_utf8(bytes(row, column)).unwrap();
    let lower: u8 = conn.query_first("SELECT @@lower_case_table_names").await.unwrap().unwrap();
    Target {
        server: server.clone(),
        charsets: charsets.iter().map(|row| (text(row, 0), text(row, 2))).collect(),
        collations: collations.iter().map(|row| text(row, 0)).collect(),
        lower_case_table_names: lower,
        spatial_references: server.product == Product::Mysql,
        quoting: Quoting::default(),
    }
}
