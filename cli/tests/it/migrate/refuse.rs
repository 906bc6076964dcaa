//! What is refused, with which exit code and which advice.

use super::yard::Yard;
use crate::harness::{Ended, oms, run};
use oms_testkit::{
    TestUser,
    servers::{
        self, Server,
        ServerKind::{MariaDb, MySql, OceanBase, Postgres},
    },
};
use std::process::Stdio;

const TABLE: &str = "CREATE TABLE t (id INT PRIMARY KEY)";
const ROWS: &str = "INSERT INTO t VALUES (1), (2)";

/// A migration between two URLs.
fn between(yard: &Yard, source: &str, target: &str) -> Ended {
    let mut command = oms(yard.home.path());
    let all = yard.everything();
    command.args(["migrate", "--types", "full", "--source", source, "--target", target]);
    command.args(["--objects", &all]).stdin(Stdio::null());
    run(&mut command, None)
}

/// With its password.
fn full_url(server: &Server) -> String {
    crate::client::url_of(server, None)
}

#[tokio::test]
async fn a_side_that_cannot_be_used_ends_it_with_3() {
    let yard = Yard::between(MySql, MariaDb).await;
    yard.both(TABLE).await;
    let (source, target) = (full_url(yard.source.server()), full_url(yard.target.server()));
    let wrong = full_url(&yard.source.server().with_account("nobody", "hunter2"));
    let told = between(&yard, &wrong, &target).refused(3, "DATASOURCE-0014");
    assert!(told.contains("the source nobody@") && !told.contains("hunter2"), "{told}");
    let nowhere = full_url(&yard.target.server().with_port(1));
    let told = between(&yard, &source, &nowhere).refused(3, "DATASOURCE-0011");
    assert!(told.contains("the target "), "{told}");
    between(&yard, "mysql://u@no-such-host.invalid", &target).refused(3, "DATASOURCE-0010");
    let other_kind = source.replacen("mysql://", "mariadb://", 1);
    let told = between(&yard, &other_kind, &target).refused(3, "DATASOURCE-0015");
    assert!(told.contains("MYSQL"), "{told}");
    let no_database = format!("{source}/no_such_database");
    between(&yard, &no_database, &target).refused(3, "DATASOURCE-0016");
    let postgres = full_url(servers::of_this_run(Postgres));
    let told = between(&yard, &postgres, &target).refused(3, "DATASOURCE-0005");
    assert!(told.contains("POSTGRESQL"), "{told}");
}

#[tokio::test]
async fn missing_rights_come_with_the_statements_that_give_them() {
    let yard = Yard::between(MySql, MariaDb).await;
    yard.both(TABLE).await;
    yard.source.exec(ROWS).await.unwrap();
    let (source, target) = (full_url(yard.source.server()), full_url(yard.target.server()));
    let reads = format!("SELECT ON {}.*", yard.target.name());
    let reader = TestUser::create(yard.target.server(), "r", "pw", &[&reads]).await.unwrap();
    let told = between(&yard, &source, &full_url(reader.server())).refused(3, "CLI-0033");
    assert!(told.contains("INSERT: GRANT "), "{told}");
    assert_eq!(yard.target.value("SELECT COUNT(*) FROM t").await.unwrap().unwrap(), "0");

    let shows = format!("SHOW VIEW ON {}.*", yard.source.name());
    let blind = TestUser::create(yard.source.server(), "b", "pw", &[&shows]).await.unwrap();
    let told = between(&yard, &full_url(blind.server()), &target).refused(3, "CLI-0033");
    assert!(told.contains("SELECT: GRANT "), "{told}");

    // A view takes a right of its own, where one is moved.
    let selects = format!("SELECT ON {}.*", yard.source.name());
    let reader = TestUser::create(yard.source.server(), "v", "pw", &[&selects]).await.unwrap();
    let shown = |types: &str| {
        let mut command = oms(yard.home.path());
        let everything = yard.everything();
        command.args(["migrate", "--source", &full_url(reader.server()), "--target", &target]);
        command.args(["--types", types, "--objects", &everything]);
        run(command.stdin(Stdio::null()), None)
    };
    yard.source.exec("CREATE VIEW seen AS SELECT id FROM t").await.unwrap();
    let told = shown("schema").refused(3, "CLI-0033");
    assert!(told.contains("SHOW VIEW: GRANT "), "{told}");
    yard.source.exec("DROP VIEW seen").await.unwrap();

    // A right on the table alone is enough to read it.
    let one = format!("SELECT ON {}.t", yard.source.name());
    let narrow = TestUser::create(yard.source.server(), "n", "pw", &[&one]).await.unwrap();
    between(&yard, &full_url(narrow.server()), &target).done();

    // That one can be read says nothing of another with a longer name.
    yard.source.exec("CREATE TABLE t2 (id INT PRIMARY KEY)").await.unwrap();
    let other = format!("INSERT ON {}.t2", yard.source.name());
    let half = TestUser::create(yard.source.server(), "h", "pw", &[&one, &other]).await.unwrap();
    let told = between(&yard, &full_url(half.server()), &target).refused(3, "CLI-0033");
    assert!(told.contains("`t2`"), "{told}");
}

/// As where an administrator gives no more than what is used.
#[tokio::test]
async fn rights_on_single_tables_of_the_target_are_enough() {
    for target in [MySql, MariaDb, OceanBase] {
        let yard = Yard::between(MySql, target).await;
        yard.both("CREATE TABLE t (id INT PRIMARY KEY); CREATE TABLE u (id INT PRIMARY KEY)").await;
        yard.source.exec(ROWS).await.unwrap();
        let on =
            |table: &str| format!("SELECT, INSERT, UPDATE, DELETE ON {}", yard.at_target(table));
        let user = TestUser::create(yard.target.server(), "n", "pw", &[&on("t")]).await.unwrap();
        let source = full_url(yard.source.server());
        let told = between(&yard, &source, &full_url(user.server())).refused(3, "CLI-0033");
        let named = format!("  - DELETE, INSERT, SELECT, UPDATE on `{}`.`u`: ", yard.target.name());
        assert!(told.contains(&named) && !told.contains("`t`"), "{target}: {told}");
        let grant = told.lines().find_map(|line| line.strip_prefix(&named)).unwrap();
        yard.target.exec(grant).await.unwrap();
        between(&yard, &source, &full_url(user.server())).done();
        assert_eq!(yard.target.value("SELECT COUNT(*) FROM t").await.unwrap().unwrap(), "2");
    }
}

/// Also where a server has no identity, and is called by two names.
#[tokio::test]
async fn one_server_is_one_under_any_name() {
    for server in [MySql, MariaDb, OceanBase] {
        let yard = Yard::between(server, server).await;
        yard.source.exec(TABLE).await.unwrap();
        yard.source.exec(ROWS).await.unwrap();
        let url = full_url(yard.source.server());
        let other = url.replace("127.0.0.1", "localhost");
        assert_ne!(url, other);
        let mut command = oms(yard.home.path());
        command.args(["migrate", "--types", "full", "--source", &url, "--target", &other]);
        command.args(["--objects", &yard.at_source("*"), "--allow-nonempty"]).stdin(Stdio::null());
        let told = run(&mut command, None).refused(3, "CLI-0034");
        assert!(told.contains(&yard.at_source("t")), "{server}: {told}");
    }
}

#[tokio::test]
async fn a_table_is_not_written_onto_itself() {
    let yard = Yard::between(MySql, MySql).await;
    yard.source.exec(TABLE).await.unwrap();
    let all = yard.at_source("*");
    let told = yard.load(&["--objects", &all]).refused(3, "CLI-0034");
    assert!(told.contains(&yard.at_source("t")), "{told}");
}

#[tokio::test]
async fn a_table_that_is_missing_fails_alone() {
    let yard = Yard::between(MySql, MariaDb).await;
    yard.both(TABLE).await;
    yard.source.exec(&format!("{ROWS}; CREATE TABLE u (id INT PRIMARY KEY)")).await.unwrap();
    let everything = yard.everything();
    let ended = yard.load(&["--objects", &everything]);
    assert_eq!(ended.code, Some(4), "{ended:?}");
    assert!(ended.stderr.contains("error[SYNC-0010]: 1 of 2 tables"), "{}", ended.stderr);
    assert!(
        ended.stderr.contains(&format!("  - {}: MOVE-0004: ", yard.at_source("u"))),
        "{ended:?}"
    );
    assert_eq!(yard.target.value("SELECT COUNT(*) FROM t").await.unwrap().unwrap(), "2");
    // The cause is gone, so the same command ends well.
    yard.target.exec("CREATE TABLE u (id INT PRIMARY KEY)").await.unwrap();
    yard.load(&["--objects", &everything]).done();
}

#[tokio::test]
async fn a_directory_is_about_one_migration() {
    let yard = Yard::between(MySql, MariaDb).await;
    yard.both(TABLE).await;
    yard.source.exec(ROWS).await.unwrap();
    let (everything, data) = (yard.everything(), yard.data());
    let data = data.to_str().unwrap();
    let begun = ["--objects", &everything, "--data-dir", data];
    yard.load(&begun).done();
    let condition = format!("{}: id > 1", yard.at_source("t"));
    let told = yard.load(&[&begun[..], &["--where", &condition]].concat()).refused(2, "CLI-0032");
    assert!(told.contains("--where: it was begun with []"), "{told}");
    let told = yard.load(&[&begun[..], &["--allow-nonempty"]].concat()).refused(2, "CLI-0032");
    assert!(told.contains("--allow-nonempty: it was begun with false"), "{told}");
    // How much of the machines it takes may change.
    yard.load(&[&begun[..], &["--concurrency", "2", "--rows-per-second", "100"]].concat()).done();

    let foreign = yard.home.path().join("foreign");
    std::fs::create_dir(&foreign).unwrap();
    std::fs::write(foreign.join("thesis.tex"), "x").unwrap();
    let there = ["--objects", &everything, "--data-dir", foreign.to_str().unwrap()];
    yard.load(&there).refused(4, "CLI-0020");
}

#[tokio::test]
async fn wrong_command_lines_end_with_2_and_reach_nobody() {
    let yard = Yard::between(MySql, MariaDb).await;
    let misused = |arguments: &[&str]| {
        let told = run(&mut yard.command("migrate", arguments), None).misused();
        assert!(!told.is_empty(), "{arguments:?}");
    };
    misused(&[]);
    misused(&["--objects"]);
    for wrong in [
        ["--types", "all"],
        ["--speed", "warp"],
        ["--memory", "1"],
        ["--readers", "0"],
        ["--concurrency", "257"],
        ["--rows-per-second", "0"],
        ["--index", "later"],
        ["--until", "whenever"],
        ["--mode", "odd"],
        ["--on-drift", "look-away"],
        ["--ddl", "guess"],
        ["--skip-ddl", "-1"],
        ["--edit-ddl", "ALTER TABLE t"],
        ["--colour", "red"],
        ["--source", "mysql://twice@h"],
        ["--target", "mysql://twice@h"],
    ] {
        misused(&[&["--objects", "a.*"], &wrong[..]].concat());
    }
    for (wrong, part) in [
        (["--types=full", "--index=after-load"], "--types does not create any"),
        (["--types=schema", "--index=after-load"], "waits for a load"),
        (["--objects=b.*", "--map=a.b"], "names nothing anew"),
    ] {
        let arguments = [&["--objects", "a.*"], &wrong[..]].concat();
        let told = run(&mut yard.command("migrate", &arguments), None).refused(2, "CLI-0001");
        assert!(told.contains(part), "{told}");
    }
    let later = ["--objects", "a.*", "--types", "verify"];
    run(&mut yard.command("migrate", &later), None).refused(4, "COMMON-0012");
    let mut command = oms(yard.home.path());
    command.args(["migrate", "--source", "mysql://u:hunter2@h/a/b", "--target", "x://y"]);
    let told = run(command.args(["--objects", "a.*"]).stdin(Stdio::null()), None);
    let told = told.refused(2, "CLI-0001");
    assert!(told.contains("--source: ") && !told.contains("hunter2"), "{told}");
}

#[tokio::test]
async fn another_password_cannot_go_on_with_a_migration_under_way() {
    let yard = Yard::between(MySql, MariaDb).await;
    yard.both(TABLE).await;
    let grants = format!("ALL PRIVILEGES ON {}.*", yard.source.name());
    let user = TestUser::create(yard.source.server(), "p", "hunter-1", &[&grants]).await.unwrap();
    let (name, target) = (user.name().to_owned(), full_url(yard.target.server()));
    between(&yard, &full_url(user.server()), &target).done();
    let admin = yard.source.server();
    let migrations = yard.home.path().join(".local/share/oms/migrations");
    let data = migrations.read_dir().unwrap().next().unwrap().unwrap().path();
    let kept = std::fs::read_to_string(data.join("migration.json")).unwrap();
    assert!(kept.contains(&name) && !kept.contains("hunter"), "{kept}");
    let change = format!("ALTER USER '{name}'@'%' IDENTIFIED BY 'hunter-2'");
    yard.source.exec(&change).await.unwrap();
    let other = full_url(&admin.with_account(&name, "hunter-2"));
    let told = between(&yard, &other, &target).refused(4, "CLI-0037");
    assert!(told.contains("  - the password in --source or OMS_SOURCE_PASSWORD: "), "{told}");
    assert!(!told.contains("hunter"), "{told}");
    // What is not the password is not called so.
    yard.source.exec(&change.replace("hunter-2", "hunter-1")).await.unwrap();
    let secured = format!("{}?tls=require", full_url(user.server()));
    let told = between(&yard, &secured, &target).refused(4, "CLI-0037");
    assert!(told.contains("  - tls= in --source: it was "), "{told}");
    assert!(!told.contains("password") && !told.contains("hunter"), "{told}");
    between(&yard, &full_url(user.server()), &target).done();
}

#[tokio::test]
async fn a_capture_is_one_that_the_source_offers_and_goes_with_changes() {
    let yard = Yard::between(MySql, MariaDb).await;
    yard.both(TABLE).await;
    let all = yard.everything();
    let asked = |more: &[&str]| {
        run(&mut yard.command("migrate", &[&["--objects", &all], more].concat()), None)
    };
    let told = asked(&["--capture", "trigger"]).refused(2, "CLI-0001");
    assert!(told.contains("--capture"), "{told}");
    asked(&["--end-capture"]).misused();
    let told =
        asked(&["--until", "caught-up", "--capture", "trigger"]).refused(3, "DATASOURCE-0005");
    assert!(told.contains("captured by TRIGGER"), "{told}");
}
