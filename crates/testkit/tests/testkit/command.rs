//! The command `servers`, run as people and pipelines run it.

use std::{
    io::{BufRead as _, BufReader},
    process::{Command, Output, Stdio},
};

use oms_testkit::{
    peer::ClosedPort,
    servers::{ServerKind, mysql},
};
use rustix::process::{Pid, Signal, kill_process};

/// `servers`, with only the MySQL server of this test run in its environment.
fn servers(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_servers"));
    for kind in ServerKind::ALL {
        command.env_remove(kind.variable());
    }
    command.env(ServerKind::MySql.variable(), &mysql().url).args(arguments).stdin(Stdio::null());
    command
}

fn run(arguments: &[&str]) -> Output {
    servers(arguments).output().unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn exec_gives_the_command_its_urls_and_passes_its_exit_code_on() {
    let script = r#"printf %s "$OMS_TEST_MYSQL_URL"; exit 7"#;
    let output = run(&["exec", "--only", "mysql", "--", "sh", "-c", script]);
    assert_eq!(output.status.code(), Some(7));
    assert_eq!(String::from_utf8(output.stdout.clone()).unwrap(), mysql().url);
    assert!(stderr(&output).contains("from OMS_TEST_MYSQL_URL"), "{}", stderr(&output));
}

#[test]
fn exec_starts_what_the_environment_does_not_name_and_says_which_is_which() {
    let script = r#"printf %s "$OMS_TEST_MARIADB_URL""#;
    let output = run(&["exec", "--only", "mysql,mariadb", "--", "sh", "-c", script]);
    assert!(output.status.success(), "{}", stderr(&output));
    let url = String::from_utf8(output.stdout.clone()).unwrap();
    assert!(url.starts_with("mysql://root@127.0.0.1:"), "{url}");
    let told = stderr(&output);
    let line = |kind: &str| told.lines().find(|line| line.contains(kind)).unwrap().to_owned();
    assert!(line("MariaDB 10.11").contains("started for this run"), "{told}");
    assert!(line("MySQL").contains("from OMS_TEST_MYSQL_URL"), "{told}");
}

#[test]
fn exec_reports_the_signal_that_ended_the_command_as_shells_do() {
    let output = run(&["exec", "--only", "mysql", "--", "sh", "-c", "kill -KILL $$"]);
    assert_eq!(output.status.code(), Some(128 + 9));
}

#[test]
fn exec_passes_signals_on_and_waits_for_the_commands_own_end() {
    for (signal, name) in [(Signal::TERM, "TERM"), (Signal::INT, "INT"), (Signal::HUP, "HUP")] {
        let script = format!("trap 'exit 9' {name}; echo ready; read _");
        let mut process = servers(&["exec", "--only", "mysql", "--", "sh", "-c", &script])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line, "ready\n");
        kill_process(Pid::from_child(&process), signal).unwrap();
        // The command's standard input stays open: only the signal can have ended it.
        let stdin = process.stdin.take();
        assert_eq!(process.wait().unwrap().code(), Some(9), "{name}");
        drop(stdin);
    }
}

#[test]
fn a_failed_command_keeps_the_logs_of_the_servers_it_had() {
    let output = run(&["exec", "--only", "mariadb", "--", "false"]);
    assert_eq!(output.status.code(), Some(1));
    let told = stderr(&output);
    let (_, path) = told.split_once("logs are kept in ").expect("the path");
    let path = std::path::Path::new(path.lines().next().unwrap());
    let log = std::fs::read_to_string(path.join("server.log")).unwrap();
    assert!(log.contains("ready for connections"), "{log}");
    std::fs::remove_dir_all(path).unwrap();
}

#[test]
fn a_command_that_does_not_exist_is_an_error_of_its_own() {
    let output = run(&["exec", "--only", "mysql", "--", "no-such-command"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("cannot run `no-such-command`"), "{}", stderr(&output));
}

#[test]
fn a_named_server_that_does_not_answer_fails_the_run_before_the_command() {
    let nobody = ClosedPort::reserve().unwrap();
    let url = format!("mysql://root:secret@{}", nobody.address());
    let output = servers(&["exec", "--only", "mysql", "--", "echo", "ran"])
        .env(ServerKind::MySql.variable(), url)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    let told = stderr(&output);
    assert!(told.contains("OMS_TEST_MYSQL_URL names does not answer"), "{told}");
    assert!(!told.contains("secret"), "{told}");
}

#[test]
fn a_url_of_another_kind_of_server_is_refused() {
    let output = servers(&["up", "mysql"])
        .env(ServerKind::MySql.variable(), "postgres://postgres@127.0.0.1")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("it must begin with `mysql://`"), "{}", stderr(&output));
}

#[test]
fn an_unknown_server_is_refused_with_the_names_of_those_there_are() {
    let output = run(&["up", "oracle"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("mysql, mariadb, postgres and oceanbase"));
}

#[test]
fn a_server_that_cannot_be_fetched_fails_the_run_with_advice() {
    let cache = tempfile::tempdir().unwrap();
    let output = servers(&["exec", "--only", "oceanbase", "--", "echo", "ran"])
        .env("OMS_SERVER_CACHE", cache.path())
        .env("PATH", "/nonexistent")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    let told = stderr(&output);
    assert!(told.contains("cannot fetch OceanBase kernel"), "{told}");
    assert!(told.contains("OMS_TEST_OCEANBASE_URL"), "{told}");
}
