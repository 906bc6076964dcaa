//! TLS as servers offer it untouched: MySQL with the certificates it made itself, which carry no
//! name, and servers that offer none.

use crate::host::{Host, MYSQL, OCEANBASE, POSTGRES, address};
use oms_connector::{Address, ConnectError, Tls, TlsFailure, TlsMode, open};
use oms_testkit::TestDb;

async fn outcome(host: &Host, mode: TlsMode, ca_pem: Option<String>) -> Result<bool, TlsFailure> {
    let tls = Tls { mode, ca_pem, client: None };
    let address = Address { tls, ..address(host.server()) };
    match open(host.kind, address).unwrap().probe().probe().await {
        Ok(report) => Ok(report.tls.is_some()),
        Err(ConnectError::Tls(failure)) => Err(failure),
        Err(other) => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_certificates_mysql_makes_itself_pass_verify_ca_and_not_verify_full() {
    let db = TestDb::create(MYSQL.server()).await.unwrap();
    let ca = db.value("SELECT LOAD_FILE(CONCAT(@@datadir, 'ca.pem'))").await.unwrap();
    assert!(ca.as_ref().is_some_and(|pem| pem.contains("BEGIN CERTIFICATE")));
    for mode in [TlsMode::Prefer, TlsMode::Require, TlsMode::VerifyCa] {
        assert_eq!(outcome(&MYSQL, mode, ca.clone()).await, Ok(true), "{mode}");
    }
    let failure = outcome(&MYSQL, TlsMode::VerifyFull, ca).await.unwrap_err();
    assert!(matches!(failure, TlsFailure::WrongName(_)), "{failure:?}");
    let strangers = crate::certificates::Authority::new("strangers").pem();
    let failure = outcome(&MYSQL, TlsMode::VerifyCa, Some(strangers)).await;
    assert_eq!(failure, Err(TlsFailure::Untrusted));
}

#[tokio::test]
async fn a_server_without_tls_is_used_in_plain_text_only_by_prefer() {
    for host in [OCEANBASE, POSTGRES] {
        assert_eq!(outcome(&host, TlsMode::Prefer, None).await, Ok(false), "{}", host.kind);
        for mode in [TlsMode::Require, TlsMode::VerifyFull] {
            let failure = outcome(&host, mode, None).await;
            assert_eq!(failure, Err(TlsFailure::NotOffered), "{}: {mode}", host.kind);
        }
        let tls = Tls::mode(TlsMode::Prefer);
        let address = Address { tls, ..address(host.server()) };
        let report = open(host.kind, address).unwrap().probe().probe().await.unwrap();
        assert!(report.warnings[0].contains("plain text"), "{:?}", report.warnings);
    }
}
