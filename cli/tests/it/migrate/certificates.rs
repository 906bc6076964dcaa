//! Certificates: the server's, and the client's.

use super::yard::{Yard, url_of};
use crate::harness::{Ended, oms, run};
use oms_testkit::{
    TestUser,
    servers::ServerKind::{MariaDb, MySql},
};
use std::process::Stdio;

#[tokio::test]
async fn a_certificate_is_verified_against_the_file_that_is_given() {
    let yard = Yard::between(MySql, MariaDb).await;
    yard.both("CREATE TABLE t (id INT PRIMARY KEY)").await;
    let ca = yard.source.value("SELECT CONCAT(@@datadir, @@ssl_ca)").await.expect("a path");
    let everything = yard.everything();
    let verified = |ca: &str| {
        let url = format!("{}?tls=verify-ca", url_of(yard.source.server()));
        let mut command = oms(yard.home.path());
        command.args(["migrate", "--source", &url, "--target", &url_of(yard.target.server())]);
        command.env("OMS_TARGET_PASSWORD", &yard.target.server().password);
        command.args(["--types", "full", "--objects", &everything, "--source-ca", ca]);
        run(command.stdin(Stdio::null()), None)
    };
    verified("/nowhere/ca.pem").refused(2, "CLI-0003");
    let other = yard.home.path().join("other.pem");
    std::fs::write(&other, include_str!("other-ca.pem")).expect("a file");
    let told = verified(other.to_str().expect("a path"));
    assert_eq!(told.code, Some(3), "{told:?}");
    assert!(told.stderr.contains("certificate"), "{}", told.stderr);
    verified(&ca.expect("a server with TLS")).done();
}

#[tokio::test]
async fn a_server_that_asks_for_a_certificate_is_shown_one() {
    let yard = Yard::between(MySql, MariaDb).await;
    yard.both("CREATE TABLE t (id INT PRIMARY KEY)").await;
    yard.source.exec("INSERT INTO t VALUES (1), (2)").await.expect("rows");
    let rights = format!("SELECT ON {}.*", yard.source.name());
    let user = TestUser::create(yard.source.server(), "x", "pw", &[&rights]).await.unwrap();
    let demands = format!("ALTER USER '{}'@'%' REQUIRE X509", user.name());
    yard.source.exec(&demands).await.expect("it is altered");
    let data = yard.source.value("SELECT @@datadir").await.expect("a path").expect("a path");
    let file = |name: &str| format!("{data}{name}");
    let (cert, key) = (file("client-cert.pem"), file("client-key.pem"));
    let url = url_of(user.server());
    let everything = yard.everything();
    let shown = |verb: &str, mode: &str, files: &[&str]| -> Ended {
        let mut command = oms(yard.home.path());
        command.env("OMS_SOURCE_PASSWORD", "pw");
        command.env("OMS_TARGET_PASSWORD", &yard.target.server().password);
        command.args([verb, "--source", &format!("{url}?tls={mode}")]);
        command.args(["--target", &url_of(yard.target.server()), "--objects", &everything]);
        let steps = if verb == "migrate" { ["--types", "full"] } else { ["--mode", "count"] };
        run(command.args(steps).args(files).stdin(Stdio::null()), None)
    };
    shown("migrate", "require", &[]).refused(3, "DATASOURCE-0014");
    let told = shown("migrate", "require", &["--source-cert", &cert]).misused();
    assert!(told.contains("--source-key"), "{told}");
    let both = ["--source-cert", &cert, "--source-key", &key];
    shown("migrate", "disable", &both).refused(2, "CLI-0001");
    let missing = ["--source-cert", &cert, "--source-key", "/nowhere/key.pem"];
    shown("migrate", "require", &missing).refused(2, "CLI-0003");
    let swapped = ["--source-cert", &key, "--source-key", &cert];
    let told = shown("migrate", "require", &swapped).refused(2, "CLI-0003");
    assert!(told.contains("holds no certificate"), "{told}");
    shown("migrate", "require", &both).done();
    shown("verify", "require", &both).done();
}
