//! What a server that this process starts is like.

use oms_testkit::{
    TestDb,
    servers::{Instance, Server, ServerError, ServerKind, version},
};

fn start(kind: ServerKind) -> Instance {
    Instance::start(kind).unwrap_or_else(|error| panic!("{}", error.with_causes()))
}

/// The local addresses, as the kernel writes them, on which anyone listens on a port.
fn listening_addresses(port: u16) -> Vec<String> {
    let mut found = Vec::new();
    for table in ["/proc/net/tcp", "/proc/net/tcp6"] {
        for line in std::fs::read_to_string(table).unwrap().lines().skip(1) {
            let fields: Vec<&str> = line.split_whitespace().collect();
            let (address, local_port) = fields[1].rsplit_once(':').unwrap();
            if fields[3] == "0A" && u16::from_str_radix(local_port, 16).unwrap() == port {
                found.push(address.to_owned());
            }
        }
    }
    found
}

async fn values(server: &Server, questions: &[&str]) -> Vec<String> {
    let db = TestDb::create(server).await.unwrap();
    let mut answers = Vec::new();
    for question in questions {
        answers.push(db.value(question).await.unwrap().unwrap());
    }
    answers
}

#[tokio::test]
async fn mysql_is_of_the_9_series_and_writes_a_row_binlog_for_loopback_only() {
    let instance = start(ServerKind::MySql);
    assert!(version(&instance.server).unwrap().starts_with("9."));
    assert_eq!(listening_addresses(instance.server.port), ["0100007F"]);
    let settings = ["SELECT @@log_bin", "SELECT @@binlog_format", "SELECT @@local_infile"];
    assert_eq!(values(&instance.server, &settings).await, ["1", "ROW", "1"]);
}

#[tokio::test]
async fn mariadb_is_10_11_and_writes_a_row_binlog_for_loopback_only() {
    let instance = start(ServerKind::MariaDb);
    assert!(version(&instance.server).unwrap().starts_with("10.11."));
    assert_eq!(listening_addresses(instance.server.port), ["0100007F"]);
    let settings = ["SELECT @@log_bin", "SELECT @@binlog_format", "SELECT @@local_infile"];
    assert_eq!(values(&instance.server, &settings).await, ["1", "ROW", "1"]);
}

#[tokio::test]
async fn postgres_is_15_and_ready_for_logical_replication_for_loopback_only() {
    let instance = start(ServerKind::Postgres);
    assert!(version(&instance.server).unwrap().starts_with("15."));
    assert_eq!(listening_addresses(instance.server.port), ["0100007F"]);
    let settings = ["SHOW wal_level", "SHOW max_replication_slots", "SHOW max_wal_senders"];
    assert_eq!(values(&instance.server, &settings).await, ["logical", "10", "10"]);
}

#[tokio::test]
async fn the_oceanbase_kernel_lets_nobody_in_without_its_password() {
    let instance = start(ServerKind::OceanBase);
    assert!(version(&instance.server).unwrap().contains("OceanBase"));
    let questions = ["SELECT @@local_infile", "SHOW PARAMETERS LIKE 'log_disk_size'"];
    assert_eq!(values(&instance.server, &questions[..1]).await, ["1"]);
    let without = instance.server.with_account("root", "");
    assert!(TestDb::create(&without).await.is_err(), "it listens on every address");
}

#[test]
fn two_servers_of_one_kind_have_ports_and_identities_of_their_own() {
    let both = Instance::start_all(&[ServerKind::MySql, ServerKind::MySql]);
    let both: Vec<Instance> = both.into_iter().map(Result::unwrap).collect();
    assert_ne!(both[0].server.port, both[1].server.port);
    assert_ne!(both[0].home(), both[1].home());
    let identities: Vec<Vec<String>> = both
        .iter()
        .map(|instance| {
            let runtime = tokio::runtime::Runtime::new().unwrap();
            let questions = ["SELECT @@server_uuid", "SELECT @@server_id"];
            runtime.block_on(values(&instance.server, &questions))
        })
        .collect();
    assert_ne!(identities[0][0], identities[1][0]);
    assert_ne!(identities[0][1], identities[1][1]);
}

#[tokio::test]
async fn further_arguments_reach_the_server() {
    let arguments = ["--gtid-mode=ON", "--enforce-gtid-consistency=ON"];
    let instance = Instance::start_with(ServerKind::MySql, &arguments).unwrap();
    assert_eq!(values(&instance.server, &["SELECT @@gtid_mode"]).await, ["ON"]);
}

#[test]
fn a_server_that_cannot_start_says_why_and_keeps_its_log() {
    let failure = Instance::start_with(ServerKind::MariaDb, &["--no-such-option"]).unwrap_err();
    let ServerError::Died { logs, tail, .. } = &failure else { panic!("{failure}") };
    assert!(tail.contains("no-such-option"), "{tail}");
    let kept = std::fs::read_to_string(logs.join("server.log")).unwrap();
    assert!(kept.contains("no-such-option"), "{kept}");
    let home = std::env::temp_dir().join(logs.file_name().unwrap());
    assert!(!home.exists(), "{} is still there", home.display());
    std::fs::remove_dir_all(logs).unwrap();
}
