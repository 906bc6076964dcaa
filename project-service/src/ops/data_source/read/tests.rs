//! What settings are refused for, and how the accepted ones are read.

use super::*;
use oms_model::DatabaseKind;

fn body() -> DataSourceSettings {
    DataSourceSettings::new("orders", DatabaseKind::ObMysql, "db.example", 2881, "root@sys")
}

fn faults(body: DataSourceSettings) -> Vec<String> {
    match settings(body) {
        Err(Error::Invalid(details)) => details.into_iter().map(|detail| detail.field).collect(),
        other => panic!("refused as invalid, not {other:?}"),
    }
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[test]
fn everything_wrong_is_said_at_once() {
    let wrong = DataSourceSettings {
        name: "has blank".into(),
        host: "/tmp/mysql.sock".into(),
        port: 0,
        username: "root@sys".into(),
        tenant: some("other"),
        description: some(&"x".repeat(129)),
        region: some(&"x".repeat(65)),
        drc_password: Some("secret".into()),
        config_url: some("ftp://x/"),
        ..body()
    };
    assert_eq!(
        faults(wrong),
        ["name", "host", "port", "tenant", "description", "region", "drcPassword", "configUrl"]
    );
}

#[test]
fn names_of_33_characters_are_refused_and_of_32_emoji_taken() {
    assert_eq!(faults(DataSourceSettings { name: "x".repeat(33), ..body() }), ["name"]);
    assert_eq!(faults(DataSourceSettings { name: "x".repeat(65), ..body() }), ["name"]);
    assert_eq!(faults(DataSourceSettings { name: String::new(), ..body() }), ["name"]);
    assert!(settings(DataSourceSettings { name: "🦀".repeat(32), ..body() }).is_ok());
}

#[test]
fn tenants_belong_to_databases_that_have_them() {
    let (read, _) = settings(body()).expect("fine");
    assert_eq!((read.login.user.as_str(), read.login.tenant.as_deref()), ("root", Some("sys")));
    let mysql = DataSourceSettings { kind: DatabaseKind::Mysql, ..body() };
    let (read, _) = settings(mysql.clone()).expect("fine");
    assert_eq!(read.login.composed(), "root@sys", "an @ in a user of MySQL is just that");
    assert_eq!(faults(DataSourceSettings { tenant: some("sys"), ..mysql }), ["tenant"]);
}

#[test]
fn the_entered_database_is_part_of_the_account_where_there_is_only_one() {
    let key = |kind, database: Option<&str>| {
        let body = DataSourceSettings {
            kind,
            username: "app".into(),
            database: database.map(str::to_owned),
            ..body()
        };
        settings(body).expect("fine").0.account_key
    };
    let (pg, my) = (DatabaseKind::Postgresql, DatabaseKind::Mysql);
    assert_ne!(key(pg, Some("a")), key(pg, Some("b")));
    assert_eq!(key(pg, Some("app")), key(pg, None));
    assert_eq!(key(my, Some("a")), key(my, None));
}

#[test]
fn kinds_without_a_connector_are_refused_before_anything_else() {
    let body = DataSourceSettings { kind: DatabaseKind::Oracle, name: String::new(), ..body() };
    assert!(matches!(settings(body), Err(Error::NotSupported(_))));
}

#[test]
fn absent_secrets_stay_and_empty_ones_go() {
    let given = |password: Option<&str>| {
        let body = DataSourceSettings { password: password.map(Secret::from), ..body() };
        settings(body).expect("fine").1.password
    };
    assert!(matches!(given(None), Given::Unchanged));
    assert!(matches!(given(Some("")), Given::Nothing));
    assert!(matches!(given(Some(" ")), Given::Secret(_)), "a blank is a password");
    for wrong in ["a\0b".to_owned(), "x".repeat(1_025)] {
        let body = DataSourceSettings { password: Some(wrong.into()), ..body() };
        assert_eq!(faults(body), ["password"]);
    }
}

#[test]
fn certificates_are_certificates_and_keys_are_kept_apart() {
    let tls = |tls| faults(DataSourceSettings { tls: Some(tls), ..body() });
    let certificate = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let key = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
    let none = TlsSettings::default;
    assert_eq!(tls(TlsSettings { ca_pem: some("CA"), ..none() }), ["tls.caPem"]);
    assert_eq!(tls(TlsSettings { mode: TlsMode::VerifyCa, ..none() }), ["tls.caPem"]);
    let both = format!("{certificate}{key}");
    assert_eq!(
        tls(TlsSettings { client_certificate_pem: some(&both), ..none() }),
        ["tls.clientCertificatePem"]
    );
    assert_eq!(
        tls(TlsSettings { client_key_pem: Some(key.into()), ..none() }),
        ["tls.clientKeyPem"]
    );
    let whole = TlsSettings {
        client_certificate_pem: some(certificate),
        client_key_pem: Some(key.into()),
        ..none()
    };
    let (read, given) = settings(DataSourceSettings { tls: Some(whole), ..body() }).expect("fine");
    assert!(read.options.client_certificate_pem.is_some());
    assert!(matches!(given.client_key, Given::Secret(_)));
}

#[test]
fn facts_about_the_connection_hold_no_secrets() {
    let extra = |json: &str| {
        let map = serde_json::from_str(json).expect("an object");
        settings(DataSourceSettings { conn_extra_attributes: Some(map), ..body() })
    };
    assert!(extra(r#"{"endpoint":"a:1","saslMechanism":"PLAIN"}"#).is_ok());
    for json in [r#"{"Password":"x"}"#, r#"{"a":[{"clientSecret":"x"}]}"#] {
        assert!(matches!(extra(json), Err(Error::Invalid(_))), "{json}");
    }
    let large = format!(r#"{{"a":"{}"}}"#, "x".repeat(9_000));
    assert!(matches!(extra(&large), Err(Error::Invalid(_))));
    let url = some("http://user:pw@config/");
    assert_eq!(faults(DataSourceSettings { config_url: url, ..body() }), ["configUrl"]);
}
