//! Calls that are cut off after the login: by their deadline, or by the network.

use crate::host::{MARIADB, MYSQL, ON_TIME, POSTGRES, address, impatient, timed};
use oms_connector::{CatalogError, ConnectError, DatabaseScope, ObjectQuery, Page, Phase, open};
use oms_testkit::peer::CutProxy;
use oms_testkit::servers::{Instance, ServerKind};
use oms_testkit::{TestUser, eventually};
use std::time::Duration;

#[tokio::test]
async fn a_statement_of_the_mysql_family_that_does_not_end_times_out() {
    // Runs before the first statement of every account that is not an administrator's.
    let slow = ["--init-connect=DO SLEEP(60)"];
    let instance = Instance::start_with(ServerKind::MariaDb, &slow).unwrap();
    let user = TestUser::create(&instance.server, "slow", "pw", &[]).await.unwrap();
    let connector = impatient(MARIADB.kind, address(user.server()));
    let (outcome, took) = timed(connector.probe().probe()).await;
    let error = outcome.unwrap_err();
    assert!(matches!(error, ConnectError::Timeout { phase: Phase::Query, .. }), "{error:?}");
    assert!(took < ON_TIME, "{took:?}");
    eventually(Duration::from_secs(5), || async {
        tokio::runtime::Handle::current().metrics().num_alive_tasks() == 0
    })
    .await;
}

#[tokio::test]
async fn a_statement_of_postgresql_that_does_not_end_times_out_on_both_sides() {
    let place = POSTGRES.furnished().await;
    place.db.exec("BEGIN; LOCK TABLE pg_description IN ACCESS EXCLUSIVE MODE").await.unwrap();
    let connector = impatient(POSTGRES.kind, place.address());
    let query = ObjectQuery { search: None, kind: None, page: Page::ALL };
    let (outcome, took) = timed(connector.catalog().objects(&place.schema, &query)).await;
    let error = outcome.unwrap_err();
    let CatalogError::Connect(ConnectError::Timeout { phase: Phase::Query, .. }) = error else {
        panic!("{error:?}")
    };
    assert!(took < ON_TIME, "{took:?}");
    // The server gives up as well, though the lock is still held. Seen from elsewhere: inside its
    // transaction the locking session always sees the same statistics.
    let elsewhere = POSTGRES.place().await;
    let running = format!(
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'oms' AND datname = '{}'",
        place.db.name()
    );
    eventually(Duration::from_secs(5), || async {
        elsewhere.db.value(&running).await.unwrap().as_deref() == Some("0")
    })
    .await;
    place.db.exec("ROLLBACK").await.unwrap();
}

#[tokio::test]
async fn a_network_that_freezes_is_noticed_by_the_deadline() {
    for host in [MYSQL, POSTGRES] {
        let server = host.server();
        let proxy = CutProxy::start(format!("{}:{}", server.host, server.port)).unwrap();
        let mut through = address(server);
        through.port = proxy.address().port();
        let connector = impatient(host.kind, through);
        assert!(connector.probe().probe().await.is_ok());
        proxy.freeze();
        let (outcome, took) = timed(connector.probe().probe()).await;
        let error = outcome.unwrap_err();
        assert!(matches!(error, ConnectError::Timeout { .. }), "{error:?}");
        assert!(took < ON_TIME, "{took:?}");
        proxy.restore();
        assert!(connector.probe().probe().await.is_ok(), "nothing broken is kept");
        proxy.cut();
        let error = connector.probe().probe().await.unwrap_err();
        assert!(matches!(error, ConnectError::Dropped), "{error:?}");
    }
}

#[tokio::test]
async fn a_call_that_its_caller_gives_up_closes_its_connection() {
    for host in [MYSQL, POSTGRES] {
        let server = host.server();
        let proxy = CutProxy::start(format!("{}:{}", server.host, server.port)).unwrap();
        let mut through = address(server);
        through.port = proxy.address().port();
        let connector = open(host.kind, through).unwrap();
        for patience in (0..40).map(Duration::from_millis) {
            let scope = DatabaseScope::All;
            let _ = tokio::time::timeout(patience, connector.catalog().names(&scope)).await;
        }
        eventually(Duration::from_secs(5), || async { proxy.open_connections() == 0 }).await;
    }
}
