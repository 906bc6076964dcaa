//! Logins that a real server, or the way to it, refuses: each reason is an error of its own.

use crate::account::Account;
use crate::for_every_kind;
use crate::host::{Host, Place, address, timed};
use oms_connector::{Address, CatalogError, ConnectError, DatabaseScope, open};
use oms_testkit::peer::ClosedPort;
use oms_testkit::servers::ServerKind;
use std::time::Duration;

for_every_kind!(
    a_wrong_password_is_named,
    a_user_that_does_not_exist_looks_like_a_wrong_password,
    a_database_that_does_not_exist_is_named,
    an_unknown_host_is_named,
    a_closed_port_is_named,
    a_locked_account_is_not_a_wrong_password,
    an_account_at_its_limit_is_too_many_connections,
);

/// What a probe and a look into the catalog fail with: the same, and in time.
async fn failure(host: &Host, address: Address) -> ConnectError {
    let connector = open(host.kind, address).unwrap();
    let (probed, took) = timed(connector.probe().probe()).await;
    let error = probed.unwrap_err();
    assert!(took < Duration::from_secs(5), "{took:?}: {error:?}");
    let browsed = connector.catalog().names(&DatabaseScope::All).await;
    let Err(CatalogError::Connect(other)) = browsed else { panic!("{browsed:?}") };
    assert_eq!(std::mem::discriminant(&error), std::mem::discriminant(&other), "{other:?}");
    error
}

async fn a_wrong_password_is_named(host: &Host) {
    let place = host.place().await;
    let account = Account::create(&place, "right").await;
    let mut address = account.address(&place);
    for wrong in ["wrong", ""] {
        address.password = wrong.to_owned().into();
        let error = failure(host, address.clone()).await;
        let ConnectError::WrongPassword { user } = &error else { panic!("{error:?}") };
        assert_eq!(user, &address.user);
        assert!(!format!("{error:?} {error}").contains("right"));
    }
    account.leave(&place).await;
}

async fn a_user_that_does_not_exist_looks_like_a_wrong_password(host: &Host) {
    // MySQL answers each such user with one method or another, chosen by the name.
    for user in ["nobody", "anna", "bob", "carol", "dave", "it's", "ünï"] {
        let mut address = address(host.server());
        address.user = user.to_owned();
        address.password = "secret".to_owned().into();
        let error = failure(host, address).await;
        assert!(matches!(error, ConnectError::WrongPassword { .. }), "{user}: {error:?}");
    }
}

async fn a_database_that_does_not_exist_is_named(host: &Host) {
    let mut address = address(host.server());
    address.database = Some("no_such_database".to_owned());
    let error = failure(host, address).await;
    let ConnectError::UnknownDatabase { database } = error else { panic!("{error:?}") };
    assert_eq!(database, "no_such_database");
}

async fn an_unknown_host_is_named(host: &Host) {
    let mut address = address(host.server());
    // Reserved for exactly this.
    address.host = "no-such-host.invalid".to_owned();
    let error = failure(host, address).await;
    assert!(matches!(error, ConnectError::UnknownHost { .. }), "{error:?}");
}

async fn a_closed_port_is_named(host: &Host) {
    let closed = ClosedPort::reserve().unwrap();
    let mut address = address(host.server());
    address.port = closed.address().port();
    for name in ["127.0.0.1", "localhost"] {
        address.host = name.to_owned();
        let error = failure(host, address.clone()).await;
        let ConnectError::Refused { host, port } = error else { panic!("{error:?}") };
        assert_eq!((host.as_str(), port), (name, address.port));
    }
}

async fn a_locked_account_is_not_a_wrong_password(host: &Host) {
    let place = host.place().await;
    let account = Account::create(&place, "right").await;
    let lock = match host.server_kind {
        ServerKind::Postgres => format!("ALTER ROLE {} NOLOGIN", account.in_sql()),
        _ => format!("ALTER USER {} ACCOUNT LOCK", account.in_sql()),
    };
    place.db.exec(&lock).await.unwrap();
    let error = failure(host, account.address(&place)).await;
    assert!(matches!(error, ConnectError::LoginBarred { .. }), "{error:?}");
    account.leave(&place).await;
}

async fn an_account_at_its_limit_is_too_many_connections(host: &Host) {
    let place = host.place().await;
    let account = Account::create(&place, "right").await;
    let who = account.in_sql();
    let limit = match host.server_kind {
        ServerKind::Postgres => format!("ALTER ROLE {who} CONNECTION LIMIT 0"),
        // One connection an hour, and it is used up below.
        _ => format!("ALTER USER {who} WITH MAX_CONNECTIONS_PER_HOUR 1"),
    };
    place.db.exec(&limit).await.unwrap();
    if !host.is_postgres() {
        use_up(&place, &account).await;
    }
    let error = failure(host, account.address(&place)).await;
    assert!(matches!(error, ConnectError::TooManyConnections), "{error:?}");
    account.leave(&place).await;
}

async fn use_up(place: &Place<'_>, account: &Account) {
    let connector = open(place.host.kind, account.address(place)).unwrap();
    connector.catalog().names(&DatabaseScope::All).await.unwrap();
}
