//! Commands that end otherwise than they should: late, killed, broken off, given up.

use super::{PATIENCE, enter, impatient, lives, on_every_server, site_of, wire};
use crate::address::TlsMode;
use crate::mysql::wire::{BinaryRows, Limits, Prepared, Waiting, Wire, WireError};
use oms_testkit::eventually;
use oms_testkit::peer::CutProxy;
use oms_testkit::servers::{ServerKind, of_this_run};
use std::time::{Duration, Instant};

on_every_server!(
    a_statement_that_does_not_end_times_out,
    a_killed_connection_is_told_from_a_refusal,
    rows_given_up_half_way_leave_the_connection_unusable,
    a_command_given_up_half_way_leaves_the_connection_unusable,
    an_error_among_the_rows_ends_them_and_nothing_else,
    a_network_that_freezes_among_the_rows_is_noticed,
);

const SOON: Duration = Duration::from_millis(300);

/// Enough rows that no buffer holds them: a million.
fn many_rows() -> String {
    let digits = "(SELECT 0 n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL \
                  SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL \
                  SELECT 8 UNION ALL SELECT 9)";
    let tables: Vec<String> = (0..6).map(|at| format!("{digits} d{at}")).collect();
    format!("SELECT d0.n, REPEAT('x', 200) FROM {}", tables.join(", "))
}

async fn many(wire: &mut Wire) -> Prepared {
    wire.prepare(many_rows().as_bytes()).await.unwrap()
}

async fn a_statement_that_does_not_end_times_out(kind: ServerKind) {
    let mut wire = impatient(kind, Limits { statement: SOON, idle: PATIENCE }).await;
    let (id, started) = (wire.number().await, Instant::now());
    let error = wire.execute(b"DO SLEEP(60)").await.unwrap_err();
    let WireError::TimedOut { waiting: Waiting::Answer, limit } = error else { panic!("{error}") };
    assert_eq!(limit, SOON);
    assert!(started.elapsed() < SOON + Duration::from_secs(1), "{:?}", started.elapsed());
    assert!(!wire.is_usable());
    let error = wire.ping().await.unwrap_err();
    assert!(matches!(error, WireError::Unusable { .. }), "{error}");
    let mut other = super::wire(kind).await;
    // Some servers notice only when the statement ends that nobody waits for it.
    let _ = other.execute(format!("KILL {id}").as_bytes()).await;
    eventually(PATIENCE, || async {
        let mut other = super::wire(kind).await;
        !lives(&mut other, id).await
    })
    .await;
}

async fn a_killed_connection_is_told_from_a_refusal(kind: ServerKind) {
    let (mut wire, mut other) = (wire(kind).await, super::wire(kind).await);
    let id = wire.number().await;
    other.execute(format!("KILL {id}").as_bytes()).await.unwrap();
    eventually(PATIENCE, || async {
        let mut other = super::wire(kind).await;
        !lives(&mut other, id).await
    })
    .await;
    let error = wire.ping().await.unwrap_err();
    assert!(matches!(error, WireError::Dropped | WireError::Server { .. }), "{error:?}");
    let again = wire.ping().await.unwrap_err();
    assert!(matches!(again, WireError::Unusable { .. } | WireError::Dropped), "{again:?}");
    assert!(!wire.is_usable());
}

async fn rows_given_up_half_way_leave_the_connection_unusable(kind: ServerKind) {
    let mut wire = wire(kind).await;
    let id = wire.number().await;
    let statement = many(&mut wire).await;
    let mut rows = wire.read(&statement, &[]).await.unwrap();
    for _ in 0..10 {
        assert!(rows.next().await.unwrap().is_some());
    }
    drop(rows);
    assert!(!wire.is_usable());
    let error = wire.ping().await.unwrap_err();
    assert!(matches!(error, WireError::Unusable { .. }), "{error}");
    // Closed by the attempt, so that the server stops as well.
    eventually(PATIENCE, || async {
        let mut other = super::wire(kind).await;
        !lives(&mut other, id).await
    })
    .await;
}

async fn a_command_given_up_half_way_leaves_the_connection_unusable(kind: ServerKind) {
    let mut wire = wire(kind).await;
    let command = wire.query(b"SELECT SLEEP(5)");
    assert!(tokio::time::timeout(SOON, command).await.is_err());
    assert!(!wire.is_usable());
    assert!(matches!(wire.ping().await, Err(WireError::Unusable { .. })));
    assert!(matches!(wire.ping().await, Err(WireError::Unusable { .. })));
}

async fn an_error_among_the_rows_ends_them_and_nothing_else(kind: ServerKind) {
    let mut wire = wire(kind).await;
    let failing = many_rows().replace(
        "REPEAT('x', 200)",
        "IF(d5.n = 7, (SELECT 1 UNION ALL SELECT d5.n), REPEAT('x', 200))",
    );
    let statement = wire.prepare(failing.as_bytes()).await.unwrap();
    let outcome = match wire.read(&statement, &[]).await {
        Err(error) => Err(error),
        Ok(rows) => drained(rows).await,
    };
    assert_eq!(outcome.unwrap_err().code(), Some(1_242));
    wire.ping().await.unwrap();
}

/// Reads to the end, or to the error that ends the rows.
async fn drained(mut rows: BinaryRows<'_>) -> Result<(), WireError> {
    let outcome = loop {
        match rows.next().await {
            Ok(Some(_)) => {}
            Ok(None) => break Ok(()),
            Err(error) => break Err(error),
        }
    };
    assert!(rows.next().await.unwrap().is_none());
    outcome
}

async fn a_network_that_freezes_among_the_rows_is_noticed(kind: ServerKind) {
    let server = of_this_run(kind);
    let proxy = CutProxy::start(format!("{}:{}", server.host, server.port)).unwrap();
    let mut site = site_of(server, TlsMode::Disable);
    site.address.port = proxy.address().port();
    let mut wire = enter(&site).await.unwrap();
    wire.limits = Limits { statement: PATIENCE, idle: SOON };
    let statement = many(&mut wire).await;
    let mut rows = wire.read(&statement, &[]).await.unwrap();
    assert!(rows.next().await.unwrap().is_some());
    proxy.freeze();
    let error = loop {
        if let Err(error) = rows.next().await {
            break error;
        }
    };
    assert!(matches!(error, WireError::TimedOut { waiting: Waiting::Rows, .. }), "{error:?}");
    assert!(!wire.is_usable());
    proxy.restore();
    let mut wire = enter(&site).await.unwrap();
    proxy.cut();
    let error = wire.ping().await.unwrap_err();
    assert!(matches!(error, WireError::Dropped), "{error:?}");
}
