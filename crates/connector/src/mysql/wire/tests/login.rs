//! Logins: by every method, over every kind of connection, and what servers refuse.

use super::{enter, on_every_server, options, site_of, texts, wire};
use crate::address::{ClientCertificate, TlsMode};
use crate::deadline::Deadline;
use crate::error::ConnectError;
use crate::mysql::wire::{Options, Wire};
use crate::registry::Site;
use crate::tls::TlsFailure;
use oms_testkit::servers::{Instance, ServerKind, of_this_run};
use oms_testkit::{TestDb, TestUser};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use std::fs;
use std::os::unix::fs::PermissionsExt;

on_every_server!(
    a_connection_says_who_it_is,
    a_user_with_a_password_and_a_database_enters,
    refusals_are_told_apart,
    a_user_that_does_not_exist_looks_like_a_wrong_password,
    names_with_a_nul_are_not_sent,
    tls_that_is_not_offered_is_done_without_only_by_prefer,
    found_rows_are_counted_on_request,
);

fn site(kind: ServerKind, mode: TlsMode) -> Site {
    site_of(of_this_run(kind), mode)
}

async fn a_connection_says_who_it_is(kind: ServerKind) {
    let mut wire = wire(kind).await;
    let table = wire.query(b"SELECT @@character_set_client").await.unwrap();
    assert_eq!(texts(&table), [[Some("utf8mb4")]]);
    if kind == ServerKind::MySql {
        let sql = "SELECT ATTR_VALUE FROM performance_schema.session_connect_attrs \
                   WHERE PROCESSLIST_ID = CONNECTION_ID() AND ATTR_NAME = 'program_name'";
        assert_eq!(wire.query(sql.as_bytes()).await.unwrap().value().unwrap(), Some("oms"));
    }
}

async fn a_user_with_a_password_and_a_database_enters(kind: ServerKind) {
    let db = TestDb::create(of_this_run(kind)).await.unwrap();
    let grant = format!("ALL ON {}.*", db.name());
    for password in ["", "p", "pass'word ünï 🦀"] {
        let user = TestUser::create(db.server(), "me", password, &[&grant]).await.unwrap();
        let mut site = site_of(user.server(), TlsMode::Disable);
        site.address.database = Some(db.name().to_owned());
        for _ in 0..2 {
            let mut wire = enter(&site).await.unwrap();
            let table = wire.query(b"SELECT DATABASE()").await.unwrap();
            assert_eq!(table.value().unwrap(), Some(db.name()));
            wire.quit().await;
        }
        site.address.password = "wrong".to_owned().into();
        let error = enter(&site).await.unwrap_err();
        assert!(matches!(error, ConnectError::WrongPassword { .. }), "{error:?}");
    }
}

async fn refusals_are_told_apart(kind: ServerKind) {
    let db = TestDb::create(of_this_run(kind)).await.unwrap();
    let user = TestUser::create(db.server(), "few", "pw", &[]).await.unwrap();
    let mut site = site_of(user.server(), TlsMode::Prefer);
    site.address.database = Some(db.name().to_owned());
    let error = enter(&site).await.unwrap_err();
    assert!(matches!(error, ConnectError::Forbidden { .. }), "{error:?}");
    let mut admin = self::site(kind, TlsMode::Disable);
    admin.address.database = Some("no_such_database".to_owned());
    let error = enter(&admin).await.unwrap_err();
    assert!(matches!(error, ConnectError::UnknownDatabase { .. }), "{error:?}");
    site.address.database = None;
    if kind != ServerKind::OceanBase {
        let limit = format!("ALTER USER '{}'@'%' WITH MAX_USER_CONNECTIONS 1", user.name());
        db.exec(&limit).await.unwrap();
        let _first = enter(&site).await.unwrap();
        let error = enter(&site).await.unwrap_err();
        assert!(matches!(error, ConnectError::TooManyConnections), "{error:?}");
    }
    db.exec(&format!("ALTER USER '{}'@'%' ACCOUNT LOCK", user.name())).await.unwrap();
    let error = enter(&site).await.unwrap_err();
    assert!(matches!(error, ConnectError::LoginBarred { .. }), "{error:?}");
}

async fn a_user_that_does_not_exist_looks_like_a_wrong_password(kind: ServerKind) {
    for mode in [TlsMode::Disable, TlsMode::Prefer] {
        // MySQL answers each such user with one method or another, chosen by the name.
        for user in ["nobody", "anna", "bob", "carol", "dave", "it's", "ünï"] {
            let mut site = site(kind, mode);
            site.address.user = user.to_owned();
            site.address.password = "secret".to_owned().into();
            let error = enter(&site).await.unwrap_err();
            let as_expected = matches!(error, ConnectError::WrongPassword { .. });
            assert!(as_expected, "{mode} {user}: {error:?}");
        }
    }
}

async fn names_with_a_nul_are_not_sent(kind: ServerKind) {
    let mut site = site(kind, TlsMode::Disable);
    site.address.database = Some("a\0b".to_owned());
    let error = enter(&site).await.unwrap_err();
    assert!(matches!(error, ConnectError::UnknownDatabase { .. }), "{error:?}");
    site.address.user += "\0x";
    let error = enter(&site).await.unwrap_err();
    assert!(matches!(error, ConnectError::LoginBarred { .. }), "{error:?}");
}

async fn tls_that_is_not_offered_is_done_without_only_by_prefer(kind: ServerKind) {
    let preferred = enter(&site(kind, TlsMode::Prefer)).await.unwrap();
    if kind == ServerKind::MySql {
        assert!(preferred.is_encrypted());
        assert!(enter(&site(kind, TlsMode::Require)).await.unwrap().is_encrypted());
        return;
    }
    assert!(!preferred.is_encrypted());
    for mode in [TlsMode::Require, TlsMode::VerifyFull] {
        let error = enter(&site(kind, mode)).await.unwrap_err();
        assert!(matches!(error, ConnectError::Tls(TlsFailure::NotOffered)), "{mode}: {error:?}");
    }
}

async fn found_rows_are_counted_on_request(kind: ServerKind) {
    let db = TestDb::create(of_this_run(kind)).await.unwrap();
    db.exec("CREATE TABLE t (a INT); INSERT INTO t VALUES (1), (1)").await.unwrap();
    for found_rows in [false, true] {
        let options = Options { found_rows, ..options() };
        let site = site(kind, TlsMode::Disable);
        let mut wire = Wire::connect(&site, &options, Deadline::after(site.limit)).await.unwrap();
        let sql = format!("UPDATE {}.t SET a = 1", db.name());
        let done = wire.execute(sql.as_bytes()).await.unwrap();
        assert_eq!(done.affected, if found_rows { 2 } else { 0 });
    }
}

/// An account that logs in by one method, in every mode that its server offers.
async fn enters_by(kind: ServerKind, create: &str) {
    let db = TestDb::create(of_this_run(kind)).await.unwrap();
    let user = format!("m_{}", db.name());
    db.exec(&create.replace("{user}", &format!("'{user}'@'%'"))).await.unwrap();
    for mode in [TlsMode::Disable, TlsMode::Prefer] {
        let mut site = site(kind, mode);
        site.address.user = user.clone();
        site.address.password = "se'cret".to_owned().into();
        // The second time, a server may know the password from the first.
        for _ in 0..2 {
            let mut wire = enter(&site).await.unwrap_or_else(|error| panic!("{mode}: {error:?}"));
            wire.ping().await.unwrap();
        }
        site.address.password = "wrong".to_owned().into();
        let error = enter(&site).await.unwrap_err();
        assert!(matches!(error, ConnectError::WrongPassword { .. }), "{mode}: {error:?}");
    }
    db.exec(&format!("DROP USER '{user}'@'%'")).await.unwrap();
}

#[tokio::test]
async fn caching_sha2_password_is_a_method() {
    let create = "CREATE USER {user} IDENTIFIED WITH caching_sha2_password BY 'se''cret'";
    enters_by(ServerKind::MySql, create).await;
}

#[tokio::test]
async fn sha256_password_is_a_method() {
    let create = "CREATE USER {user} IDENTIFIED WITH sha256_password BY 'se''cret'";
    enters_by(ServerKind::MySql, create).await;
}

#[tokio::test]
async fn mysql_native_password_is_a_method() {
    let create =
        "CREATE USER {user} IDENTIFIED VIA mysql_native_password USING PASSWORD('se''cret')";
    enters_by(ServerKind::MariaDb, create).await;
}

#[tokio::test]
async fn one_of_several_methods_is_enough() {
    let create = "CREATE USER {user} IDENTIFIED VIA unix_socket OR mysql_native_password \
                  USING PASSWORD('se''cret')";
    enters_by(ServerKind::MariaDb, create).await;
}

#[tokio::test]
async fn the_certificates_mysql_makes_itself_pass_verify_ca_and_not_verify_full() {
    let mut wire = wire(ServerKind::MySql).await;
    let ca = wire.query(b"SELECT LOAD_FILE(CONCAT(@@datadir, 'ca.pem'))").await.unwrap();
    let ca = ca.value().unwrap().unwrap();
    let mut site = site(ServerKind::MySql, TlsMode::VerifyCa);
    site.address.tls.ca_pem = Some(ca.to_owned());
    assert!(enter(&site).await.unwrap().is_encrypted());
    site.address.tls.ca_pem = Some(Authority::new().0.pem());
    let error = enter(&site).await.unwrap_err();
    assert!(matches!(error, ConnectError::Tls(TlsFailure::Untrusted)), "{error:?}");
    site.address.tls.mode = TlsMode::VerifyFull;
    site.address.tls.ca_pem = Some(ca.to_owned());
    let error = enter(&site).await.unwrap_err();
    assert!(matches!(error, ConnectError::Tls(TlsFailure::WrongName(_))), "{error:?}");
}

#[tokio::test]
async fn both_sides_can_be_asked_for_certificates() {
    let authority = Authority::new();
    let files = tempfile::tempdir().unwrap();
    fs::set_permissions(files.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let (certificate, key) = authority.issue("127.0.0.1");
    let mut arguments = Vec::new();
    for (name, text) in [("ca", authority.0.pem()), ("cert", certificate), ("key", key)] {
        let path = files.path().join(name);
        fs::write(&path, text).unwrap();
        arguments.push(format!("--ssl-{name}={}", path.display()));
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let instance = Instance::start_with(ServerKind::MariaDb, &arguments).unwrap();
    let user = TestUser::create(&instance.server, "x", "pw", &[]).await.unwrap();
    let db = TestDb::create(&instance.server).await.unwrap();
    db.exec(&format!("ALTER USER '{}'@'%' REQUIRE X509", user.name())).await.unwrap();
    let mut site = site_of(user.server(), TlsMode::VerifyFull);
    site.address.tls.ca_pem = Some(authority.0.pem());
    let error = enter(&site).await.unwrap_err();
    assert!(matches!(error, ConnectError::WrongPassword { .. }), "{error:?}");
    let (chain_pem, key_pem) = authority.issue("me");
    site.address.tls.client = Some(ClientCertificate { chain_pem, key_pem: key_pem.into() });
    let mut wire = enter(&site).await.unwrap();
    assert!(wire.is_encrypted());
    // More than one TLS record each way, from slices.
    let text = "x".repeat(100_000);
    let sql = [&b"SET @a = '"[..], text.as_bytes(), b"'"];
    wire.execute_parts(&sql).await.unwrap();
    let table = wire.query(b"SELECT @a, LENGTH(@a)").await.unwrap();
    assert_eq!(texts(&table), [[Some(text.as_str()), Some("100000")]]);
    wire.quit().await;
}

struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(rcgen::DnType::CommonName, "authority of a test");
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    fn issue(&self, name: &str) -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        (params.signed_by(&key, &self.0).unwrap().pem(), key.serialize_pem())
    }
}
