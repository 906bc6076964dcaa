//! The end: requests in flight finish, and a second signal does not wait for them.

use crate::harness::{Ended, FIRST, Ground, Up};
use oms_testkit::{eventually, peer::HangingServer};
use std::{
    net::TcpStream,
    process::{Child, Stdio},
    time::Duration,
};

const SOON: Duration = Duration::from_secs(20);

/// An `oms up` that gives databases so long, and a request under way in it: the test of a database
/// that takes the connection and says nothing.
async fn busy(ground: &Ground, database_timeout_ms: u32) -> (Up, HangingServer, Child) {
    let mut command = ground.command();
    command.env("OMS__PROJECT__LIMITS__DATABASE_TIMEOUT_MS", database_timeout_ms.to_string());
    command.env("OMS__GATEWAY__BOOTSTRAP__ADMIN_PASSWORD", FIRST);
    let up = Up::start(command, ground.log());
    let (admin, database) = (up.person("admin"), HangingServer::start().expect("a server"));
    let url = format!("mysql://u@{}", database.address());
    let mut command = admin.command(&["datasource", "test", "--no-password", "--url", &url]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let request = command.spawn().expect("the binary runs");
    eventually(SOON, async || database.accepted() > 0).await;
    (up, database, request)
}

#[tokio::test]
async fn a_request_in_flight_is_answered_before_the_end() {
    let ground = Ground::new();
    let (mut up, _database, request) = busy(&ground, 2_000).await;
    up.signal("-TERM");
    assert_eq!(up.ended().code(), Some(0), "{}", up.logged());
    let answer: Ended = request.wait_with_output().unwrap().into();
    answer.refused(4, "DATASOURCE-0012");
}

#[tokio::test]
async fn a_second_signal_ends_it_at_once() {
    let ground = Ground::new();
    let (mut up, _database, request) = busy(&ground, 12_000).await;
    let address = up.url.trim_start_matches("http://").to_owned();
    up.signal("-INT");
    eventually(SOON, async || TcpStream::connect(&address).is_err()).await;
    up.signal("-INT");
    assert_eq!(up.ended().code(), Some(130), "{}", up.logged());
    let answer: Ended = request.wait_with_output().unwrap().into();
    answer.refused(4, "CLI-0012");
    // What was durable is: the next start has no first passwords to tell.
    assert_eq!(ground.up().ready.get("firstPasswords"), None);
}

#[test]
fn both_signals_end_it_in_order_and_the_directory_is_free_again() {
    let ground = Ground::new();
    for signal in ["-TERM", "-INT"] {
        let mut up = ground.up();
        up.signal(signal);
        assert_eq!(up.ended().code(), Some(0), "{}", up.logged());
    }
    let log = std::fs::read_to_string(ground.log()).unwrap();
    let stopped: Vec<&str> = log
        .lines()
        .filter(|line| line.contains(r#""message":"stopped""#))
        .map(|line| line.split(r#""service":""#).nth(1).unwrap().split('"').next().unwrap())
        .collect();
    assert_eq!(stopped.len(), 12, "{log}");
    assert_eq!(stopped[..2], ["gateway", "project-service"], "callers end before the called");
}
