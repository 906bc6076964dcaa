//! What a test of a connection reports.

use crate::for_every_kind;
use crate::host::{Host, POSTGRES, address};
use oms_connector::{ConnectError, open, open_within, supported_kinds};
use oms_testkit::servers::ServerKind;
use std::time::Duration;

for_every_kind!(
    a_probe_reports_what_the_server_is_and_how_it_is_set,
    an_account_that_may_do_everything_lacks_nothing,
    two_addresses_of_one_server_have_one_identity,
    every_other_kind_is_told_what_answers,
    a_probe_leaves_no_session_behind,
);

async fn a_probe_reports_what_the_server_is_and_how_it_is_set(host: &Host) {
    let place = host.place().await;
    let report = place.connector().probe().probe().await.unwrap();
    let product = match host.server_kind {
        ServerKind::MySql => "MySQL 9.7",
        ServerKind::MariaDb => "MariaDB 10.11",
        ServerKind::Postgres => "PostgreSQL 15",
        ServerKind::OceanBase => "OceanBase 4",
    };
    assert!(report.server.to_string().starts_with(product), "{}", report.server);
    assert!(!report.version.is_empty());
    assert!(["utf8mb4", "UTF8"].contains(&report.charset.as_str()), "{report:?}");
    assert!(!report.collation.is_empty());
    assert!(!report.time_zone.is_empty());
    assert!(report.utc_offset_seconds.is_some_and(|offset| offset.abs() <= 14 * 3600));
    let has_case_setting = !host.is_postgres();
    assert_eq!(report.lower_case_table_names.is_some(), has_case_setting);
    assert!(report.round_trip > Duration::ZERO && report.round_trip < Duration::from_secs(1));
    assert!(!report.read_only);
    assert!(report.clock_skew_ms.abs() < 1_000, "{}", report.clock_skew_ms);
    assert_eq!(report.tls, None);
    assert!(report.warnings.is_empty(), "{:?}", report.warnings);
}

async fn an_account_that_may_do_everything_lacks_nothing(host: &Host) {
    let place = host.furnished().await;
    let mut address = place.address();
    address.database = Some(place.db.name().to_owned());
    for address in [place.address(), address] {
        let report = open(host.kind, address).unwrap().probe().probe().await.unwrap();
        assert_eq!(report.missing_privileges, []);
    }
}

async fn two_addresses_of_one_server_have_one_identity(host: &Host) {
    let ours = address(host.server());
    let mut other = ours.clone();
    other.host = "localhost".to_owned();
    let mut identities = Vec::new();
    for address in [ours, other] {
        let report = open(host.kind, address).unwrap().probe().probe().await.unwrap();
        identities.push(report.identity);
    }
    assert!(identities[0].is_some());
    assert_eq!(identities[0], identities[1]);
}

async fn every_other_kind_is_told_what_answers(host: &Host) {
    for kind in supported_kinds() {
        let limit = Duration::from_secs(2);
        let connector = open_within(kind, address(host.server()), limit).unwrap();
        let outcome = connector.probe().probe().await;
        if kind == host.kind {
            assert!(outcome.is_ok(), "{outcome:?}");
            continue;
        }
        let Err(ConnectError::WrongKind { expected, found, found_kind }) = outcome else {
            panic!("{kind} at {}: {outcome:?}", host.kind);
        };
        assert_eq!(expected, kind);
        // What was only heard, not entered, is known as far as its greeting tells.
        let told = kind != POSTGRES.kind || host.server_kind == ServerKind::MariaDb;
        assert_eq!(found_kind, told.then_some(host.kind), "{found}");
    }
}

async fn a_probe_leaves_no_session_behind(host: &Host) {
    let place = host.place().await;
    place.connector().probe().probe().await.unwrap();
    let sql = match host.server_kind {
        ServerKind::Postgres => format!(
            "SELECT count(*) FROM pg_stat_activity \
             WHERE application_name = 'oms' AND datname = '{}'",
            place.db.name()
        ),
        // Other tests' sessions are about as well: only those that are idle are left behind.
        _ => "SELECT COUNT(*) FROM information_schema.processlist \
              WHERE command = 'Sleep' AND time > 30 AND db IS NULL"
            .to_owned(),
    };
    oms_testkit::eventually(Duration::from_secs(10), || async {
        place.db.value(&sql).await.unwrap().as_deref() == Some("0")
    })
    .await;
}
