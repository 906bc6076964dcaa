//! URLs that name a database, and URLs that do not.

use super::*;
use proptest::prelude::*;
use secrecy::ExposeSecret;

fn parsed(url: &str) -> (String, Address) {
    let (kind, address) = Address::parse(url).unwrap();
    (kind.to_string(), address)
}

fn refusal(url: &str) -> String {
    Address::parse(url).unwrap_err().to_string()
}

#[test]
fn each_scheme_has_its_kind_and_port() {
    let of = |url| {
        let (kind, address) = parsed(url);
        (kind, address.port)
    };
    assert_eq!(of("mysql://u@h"), ("MYSQL".into(), 3306));
    assert_eq!(of("mariadb://u@h"), ("MARIADB".into(), 3306));
    assert_eq!(of("oceanbase://u@h"), ("OB_MYSQL".into(), 2881));
    assert_eq!(of("postgres://u@h"), ("POSTGRESQL".into(), 5432));
    assert_eq!(of("postgresql://u@h:6432"), ("POSTGRESQL".into(), 6432));
}

#[test]
fn every_part_is_read_and_decoded() {
    let (_, address) = parsed(
        "oceanbase://root%40sys%23c1:p%3A%2F%40%20%25@db.example:2883/my%2Fdb?tls=verify-ca",
    );
    assert_eq!(address.user, "root@sys#c1");
    assert_eq!(address.password.expose_secret(), "p:/@ %");
    assert_eq!(address.host, "db.example");
    assert_eq!(address.database.as_deref(), Some("my/db"));
    assert_eq!(address.tls.mode, TlsMode::VerifyCa);
    assert_eq!(address.to_string(), "root@sys#c1@db.example:2883/my/db");
}

#[test]
fn what_is_left_out_has_a_default() {
    let (_, address) = parsed("mysql://u@h/");
    assert_eq!(address.password.expose_secret(), "");
    assert_eq!(address.database, None);
    assert_eq!(address.tls.mode, TlsMode::Prefer);
}

#[test]
fn a_database_may_be_named_like_a_step_in_a_path() {
    for (path, name) in [("/.", "."), ("/..?tls=disable", ".."), ("/%2e%2e", "..")] {
        let (_, address) = parsed(&format!("mysql://u@h{path}"));
        assert_eq!(address.database.as_deref(), Some(name), "{path}");
    }
    // A slash behind the question mark is part of no path.
    assert!(refusal("mysql://u@h?tls=a/b").contains("\"a/b\" is no value"));
}

#[test]
fn an_ipv6_host_loses_its_brackets_and_shows_them_again() {
    let (_, address) = parsed("mysql://u@[fe80::1]:3307");
    assert_eq!(address.host, "fe80::1");
    assert_eq!(address.to_string(), "u@[fe80::1]:3307");
}

#[test]
fn each_mistake_is_named() {
    for (url, words) in [
        ("localhost:3306", "the scheme \"localhost\" names no kind"),
        ("just text", "this is not a URL"),
        ("kafka://u@h", "the scheme \"kafka\" names no kind of database; known are mysql"),
        ("mysql://u:p#w@h", "percent-encode"),
        ("mysql://u:p/w@h", "percent-encoded"),
        ("mysql://h/db", "the URL names no user"),
        ("mysql:///db", "the URL names no host"),
        ("mysql://u@h:0", "0 is not a port"),
        ("mysql://u@h:65536", "this is not a URL"),
        ("mysql://u%FF@h", "in the user is not UTF-8"),
        ("mysql://u@h/a/b", "may name one database"),
        ("mysql://u@h/a#b", "percent-encode # as %23"),
        ("mysql://u@h?ssl=1", "the parameter \"ssl\" is unknown; known is tls"),
        ("mysql://u@h?tls=disable&tls=require", "given twice"),
        (
            "mysql://u@h?tls=yes",
            "\"yes\" is no value of the parameter \"tls\"; \
             known are disable, prefer, require, verify-ca, verify-full",
        ),
    ] {
        assert!(refusal(url).contains(words), "{url}: {}", refusal(url));
    }
}

#[test]
fn a_password_is_shown_nowhere() {
    let (_, address) = parsed("mysql://u:hunter2@h/db");
    assert!(!format!("{address:?} {address}").contains("hunter2"));
    for url in ["mysql://u:hunter2@h/a/b", "mysql://u:hunter2@h:99999", "x://u:hunter2@h"] {
        let error = Address::parse(url).unwrap_err();
        assert!(!format!("{error:?} {error}").contains("hunter2"), "{error:?}");
    }
}

#[test]
fn tls_modes_are_spelled_the_same_in_urls_and_json() {
    assert_eq!("verify-full".parse(), Ok(TlsMode::VerifyFull));
    assert_eq!(TlsMode::VerifyCa.to_string(), "verify-ca");
    let json = serde_json::to_string(&TlsMode::VerifyFull).unwrap();
    assert_eq!(json, "\"verify-full\"");
}

proptest! {
    #[test]
    fn any_user_password_and_database_survives_the_url(
        user in "\\PC{1,20}", password in "\\PC{0,20}", database in "\\PC{1,20}",
    ) {
        let encode = |text: &str| {
            percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
        };
        let url = format!("mysql://{}:{}@h/{}", encode(&user), encode(&password), encode(&database));
        let (_, address) = parsed(&url);
        prop_assert_eq!(address.user, user);
        prop_assert_eq!(address.password.expose_secret(), &password);
        prop_assert_eq!(address.database, Some(database));
    }

    #[test]
    fn no_text_makes_the_parser_panic(url in "\\PC{0,40}") {
        let _ = Address::parse(&url);
    }
}
