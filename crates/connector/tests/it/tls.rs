//! What each mode demands of a server's certificate, on servers with certificates made for it.

use crate::certificates::{Authority, Issued};
use crate::host::address;
use oms_connector::{
    Address, ClientCertificate, ConnectError, ProbeReport, Tls, TlsFailure, TlsMode, open,
};
use oms_model::DatabaseKind;
use oms_testkit::TestUser;
use oms_testkit::servers::{Instance, ServerKind};
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A server with a certificate of the test's choice.
struct Secured {
    kind: DatabaseKind,
    instance: Instance,
    authority: Authority,
    _files: TempDir,
}

impl Secured {
    fn start(server: ServerKind, authority: Authority, issued: &Issued) -> Self {
        let files = tempfile::tempdir().unwrap();
        fs::set_permissions(files.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let ca = write(files.path(), "ca.pem", &authority.pem());
        let certificate = write(files.path(), "server.pem", &issued.certificate);
        let key = write(files.path(), "server.key", &issued.key);
        let arguments = match server {
            ServerKind::Postgres => vec![
                "-cssl=on".to_owned(),
                format!("-cssl_cert_file={}", certificate.display()),
                format!("-cssl_key_file={}", key.display()),
                format!("-cssl_ca_file={}", ca.display()),
            ],
            _ => vec![
                format!("--ssl-cert={}", certificate.display()),
                format!("--ssl-key={}", key.display()),
                format!("--ssl-ca={}", ca.display()),
            ],
        };
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let instance = Instance::start_with(server, &arguments).unwrap();
        let kind = match server {
            ServerKind::Postgres => DatabaseKind::Postgresql,
            _ => DatabaseKind::Mariadb,
        };
        Self { kind, instance, authority, _files: files }
    }

    fn address(&self, mode: TlsMode, ca_pem: Option<String>) -> Address {
        Address { tls: Tls { mode, ca_pem, client: None }, ..address(&self.instance.server) }
    }

    async fn probe(&self, address: Address) -> Result<ProbeReport, ConnectError> {
        open(self.kind, address).unwrap().probe().probe().await
    }

    /// The outcome in one mode, with the server's own authority trusted.
    async fn outcome(&self, mode: TlsMode) -> Result<Option<String>, TlsFailure> {
        self.outcome_of(self.address(mode, Some(self.authority.pem()))).await
    }

    async fn outcome_of(&self, address: Address) -> Result<Option<String>, TlsFailure> {
        match self.probe(address).await {
            Ok(report) => Ok(report.tls),
            Err(ConnectError::Tls(failure)) => Err(failure),
            Err(other) => panic!("{other:?}"),
        }
    }
}

/// Readable for the server alone. PostgreSQL runs as nobody where the test is root, and checks whose
/// its key is.
fn write(folder: &Path, name: &str, text: &str) -> PathBuf {
    const NOBODY: u32 = 65_534;
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    if fs::metadata(&path).unwrap().uid() == 0 {
        chown(&path, None, Some(NOBODY)).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    } else {
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    }
    path
}

fn is_encrypted(outcome: &Result<Option<String>, TlsFailure>) -> bool {
    matches!(outcome, Ok(Some(tls)) if tls.starts_with("TLSv1."))
}

async fn a_true_certificate_passes_every_mode(server: ServerKind) {
    let authority = Authority::new("ours");
    let issued = authority.issue(&["localhost", "127.0.0.1"]);
    let secured = Secured::start(server, authority, &issued);
    assert_eq!(secured.outcome(TlsMode::Disable).await, Ok(None));
    for mode in [TlsMode::Prefer, TlsMode::Require, TlsMode::VerifyCa, TlsMode::VerifyFull] {
        let outcome = secured.outcome(mode).await;
        assert!(is_encrypted(&outcome), "{mode}: {outcome:?}");
    }
    let mut by_name = secured.address(TlsMode::VerifyFull, Some(secured.authority.pem()));
    by_name.host = "localhost".to_owned();
    assert!(is_encrypted(&secured.outcome_of(by_name).await));

    let strangers = Some(Authority::new("strangers").pem());
    for mode in [TlsMode::VerifyCa, TlsMode::VerifyFull] {
        let address = secured.address(mode, strangers.clone());
        assert_eq!(secured.outcome_of(address).await, Err(TlsFailure::Untrusted), "{mode}");
    }
    // Public authorities did not sign it either.
    let public = secured.address(TlsMode::VerifyFull, None);
    assert_eq!(secured.outcome_of(public).await, Err(TlsFailure::Untrusted));
    let nobody = secured.address(TlsMode::VerifyCa, None);
    assert_eq!(secured.outcome_of(nobody).await, Err(TlsFailure::NoAuthority));
}

async fn a_certificate_for_another_host_passes_all_but_verify_full(server: ServerKind) {
    let authority = Authority::new("ours");
    let issued = authority.issue(&["db.example"]);
    let secured = Secured::start(server, authority, &issued);
    for mode in [TlsMode::Prefer, TlsMode::Require, TlsMode::VerifyCa] {
        let outcome = secured.outcome(mode).await;
        assert!(is_encrypted(&outcome), "{mode}: {outcome:?}");
    }
    let outcome = secured.outcome(TlsMode::VerifyFull).await;
    assert!(matches!(outcome, Err(TlsFailure::WrongName(_))), "{outcome:?}");
}

async fn an_expired_certificate_passes_only_where_none_is_verified(server: ServerKind) {
    let authority = Authority::new("ours");
    let issued = authority.issue_expired(&["localhost", "127.0.0.1"]);
    let secured = Secured::start(server, authority, &issued);
    for mode in [TlsMode::Prefer, TlsMode::Require] {
        let outcome = secured.outcome(mode).await;
        assert!(is_encrypted(&outcome), "{mode}: {outcome:?}");
    }
    for mode in [TlsMode::VerifyCa, TlsMode::VerifyFull] {
        let outcome = secured.outcome(mode).await;
        assert!(matches!(outcome, Err(TlsFailure::OutOfDate(_))), "{mode}: {outcome:?}");
    }
}

mod mariadb {
    use super::*;

    #[tokio::test]
    async fn a_true_certificate_passes_every_mode() {
        super::a_true_certificate_passes_every_mode(ServerKind::MariaDb).await;
    }

    #[tokio::test]
    async fn a_certificate_for_another_host_passes_all_but_verify_full() {
        super::a_certificate_for_another_host_passes_all_but_verify_full(ServerKind::MariaDb).await;
    }

    #[tokio::test]
    async fn an_expired_certificate_passes_only_where_none_is_verified() {
        super::an_expired_certificate_passes_only_where_none_is_verified(ServerKind::MariaDb).await;
    }

    #[tokio::test]
    async fn a_client_certificate_is_shown_to_a_server_that_asks() {
        let authority = Authority::new("ours");
        let issued = authority.issue(&["127.0.0.1"]);
        let client = authority.issue(&["client"]);
        let secured = Secured::start(ServerKind::MariaDb, authority, &issued);
        let user = TestUser::create(&secured.instance.server, "cert", "pw", &[]).await.unwrap();
        let admin = oms_testkit::TestDb::create(&secured.instance.server).await.unwrap();
        let sql = format!("ALTER USER '{}'@'%' REQUIRE X509", user.name());
        admin.exec(&sql).await.unwrap();
        let with = |client: Option<ClientCertificate>| Address {
            tls: Tls { mode: TlsMode::Require, ca_pem: None, client },
            ..address(user.server())
        };
        let refused = secured.probe(with(None)).await.unwrap_err();
        assert!(matches!(refused, ConnectError::WrongPassword { .. }), "{refused:?}");
        let shown = ClientCertificate {
            chain_pem: client.certificate.clone(),
            key_pem: client.key.clone().into(),
        };
        assert!(secured.probe(with(Some(shown))).await.is_ok());
        let broken = ClientCertificate { chain_pem: client.certificate, key_pem: "no key".into() };
        let error = secured.probe(with(Some(broken))).await.unwrap_err();
        assert!(
            matches!(error, ConnectError::Tls(TlsFailure::BadClientCertificate(_))),
            "{error:?}"
        );
    }
}

mod postgres {
    use super::*;

    #[tokio::test]
    async fn a_true_certificate_passes_every_mode() {
        super::a_true_certificate_passes_every_mode(ServerKind::Postgres).await;
    }

    #[tokio::test]
    async fn a_certificate_for_another_host_passes_all_but_verify_full() {
        super::a_certificate_for_another_host_passes_all_but_verify_full(ServerKind::Postgres)
            .await;
    }

    #[tokio::test]
    async fn an_expired_certificate_passes_only_where_none_is_verified() {
        super::an_expired_certificate_passes_only_where_none_is_verified(ServerKind::Postgres)
            .await;
    }
}
