//! A small shop in real databases, for whoever needs one.

use crate::harness::{Ground, Person, Up};
use oms_testkit::{
    TestDb,
    servers::{self, Server, ServerKind},
};

const TABLES: &str = "
    CREATE TABLE orders (
        id BIGINT UNSIGNED PRIMARY KEY AUTO_INCREMENT,
        note VARCHAR(20) DEFAULT 'none',
        KEY by_note (note)
    );
    CREATE TABLE items (
        order_id BIGINT UNSIGNED, pos INT, PRIMARY KEY (order_id, pos),
        FOREIGN KEY (order_id) REFERENCES orders (id)
    );
    CREATE TABLE tmp_old (id INT PRIMARY KEY);
    CREATE VIEW latest AS SELECT id FROM orders;";

/// Somebody with a source and a target.
pub struct Shop {
    pub source: TestDb,
    /// Exists as long as the shop does.
    _target: TestDb,
    pub admin: Person,
    pub up: Up,
    pub ground: Ground,
}

impl Shop {
    /// `source` is MySQL, `target` an OceanBase kernel; both are registered under these names.
    pub async fn open() -> Self {
        let source = TestDb::create(servers::mysql()).await.expect("a database");
        let target = TestDb::create(servers::oceanbase()).await.expect("a database");
        source.exec(TABLES).await.expect("tables");
        let ground = Ground::new();
        let up = ground.up_with_passwords();
        let admin = up.person("admin");
        for (name, database) in [("source", &source), ("target", &target)] {
            add(&admin, name, &url_of(database.server(), None));
        }
        Self { source, _target: target, admin, up, ground }
    }
}

/// Registers a database.
pub fn add(person: &Person, name: &str, url: &str) {
    let mut arguments = vec!["datasource", "add", name, "--url", url];
    let has_password = url.split('@').next().is_some_and(|login| login.matches(':').count() > 1);
    if !has_password {
        arguments.push("--no-password");
    }
    person.run(&arguments).done();
}

/// The URL of a server in the words of `oms`.
pub fn url_of(server: &Server, database: Option<&str>) -> String {
    let scheme = match server.kind {
        ServerKind::MySql => "mysql",
        ServerKind::MariaDb => "mariadb",
        ServerKind::Postgres => "postgres",
        ServerKind::OceanBase => "oceanbase",
    };
    let url = match database {
        Some(name) => server.database_url(name),
        None => server.url.clone(),
    };
    let rest = url.split_once("://").expect("a URL").1;
    format!("{scheme}://{rest}")
}
