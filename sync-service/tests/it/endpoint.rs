//! One side of a task, as its specification names it.

use oms_testkit::servers::{Server, ServerKind};
use serde_json::{Value, json};

/// A server of this run, with its own account.
pub fn endpoint(server: &Server) -> Value {
    let kind = match server.kind {
        ServerKind::MySql => "MYSQL",
        ServerKind::MariaDb => "MARIADB",
        ServerKind::OceanBase => "OB_MYSQL",
        ServerKind::Postgres => "POSTGRESQL",
    };
    json!({
        "kind": kind, "host": server.host, "port": server.port, "user": server.user,
        "password": server.password, "tls": { "mode": "disable" },
    })
}
