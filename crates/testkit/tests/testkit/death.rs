//! No server outlives its owner, and none leaves a directory behind.

use std::{
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use oms_testkit::{
    eventually,
    servers::{Instance, ServerKind},
};
use serde_json::Value;

const DEADLINE: Duration = Duration::from_secs(30);

/// `servers up --json` with servers of its own, whatever the environment of this test run names.
fn servers_up(kinds: &[ServerKind]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_servers"));
    command.args(["up", "--json"]).args(kinds.iter().map(|kind| kind.name()));
    for kind in ServerKind::ALL {
        command.env_remove(kind.variable());
    }
    command.stdout(Stdio::piped()).stderr(Stdio::null());
    command
}

/// Waits for the servers and gives the process id and the directory of each.
fn pids_and_directories(owner: &mut Child) -> Vec<(u64, PathBuf)> {
    let mut line = String::new();
    BufReader::new(owner.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let answer: Value = serde_json::from_str(&line).unwrap();
    let servers = answer["servers"].as_array().unwrap().iter();
    servers
        .map(|server| {
            let directory = PathBuf::from(server["directory"].as_str().unwrap());
            (server["pid"].as_u64().unwrap(), directory)
        })
        .collect()
}

fn is_running(pid: u64) -> bool {
    Path::new(&format!("/proc/{pid}")).exists()
}

async fn all_gone(servers: &[(u64, PathBuf)]) {
    eventually(DEADLINE, || async {
        let left: Vec<_> =
            servers.iter().filter(|(pid, home)| is_running(*pid) || home.exists()).collect();
        if left.is_empty() { Ok(()) } else { Err(format!("still there: {left:?}")) }
    })
    .await;
}

#[tokio::test]
async fn all_servers_die_with_an_owner_that_is_killed_outright() {
    let mut owner = servers_up(&ServerKind::ALL).spawn().unwrap();
    let servers = pids_and_directories(&mut owner);
    assert_eq!(servers.len(), ServerKind::ALL.len());
    for (pid, home) in &servers {
        assert!(is_running(*pid) && home.is_dir(), "{pid} in {}", home.display());
    }
    owner.kill().unwrap();
    owner.wait().unwrap();
    all_gone(&servers).await;
}

#[tokio::test]
async fn a_server_that_is_still_starting_dies_with_its_owner_too() {
    let temp = tempfile::tempdir().unwrap();
    let mut owner = servers_up(&[ServerKind::MySql]).env("TMPDIR", temp.path()).spawn().unwrap();
    let begun = || async {
        std::fs::read_dir(temp.path()).unwrap().find_map(|home| {
            let pid = std::fs::read_to_string(home.unwrap().path().join("server.pid")).ok()?;
            pid.trim().parse::<u64>().ok()
        })
    };
    let pid = eventually(DEADLINE, begun).await;
    owner.kill().unwrap();
    owner.wait().unwrap();
    eventually(DEADLINE, || async {
        !is_running(pid) && std::fs::read_dir(temp.path()).unwrap().next().is_none()
    })
    .await;
}

#[tokio::test]
async fn a_told_owner_stops_its_servers_before_it_ends() {
    let mut owner = servers_up(&[ServerKind::MariaDb, ServerKind::Postgres]).spawn().unwrap();
    let servers = pids_and_directories(&mut owner);
    let pid = rustix::process::Pid::from_child(&owner);
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    assert!(owner.wait().unwrap().success());
    for (pid, home) in &servers {
        assert!(!is_running(*pid) && !home.exists(), "{pid} in {}", home.display());
    }
}

#[test]
fn a_dropped_instance_is_gone_at_once() {
    for kind in ServerKind::ALL {
        let instance = Instance::start(kind).unwrap();
        let (pid, home) = (instance.pid().unwrap(), instance.home().to_owned());
        drop(instance);
        assert!(!is_running(pid.into()), "{kind} still runs as {pid}");
        assert!(!home.exists(), "{} is still there", home.display());
    }
}
