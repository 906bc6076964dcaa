//! Places: by time, removed ones, and sources that fall silent.

use super::{Here, PATIENCE, new_reader};
use crate::host;
use oms_connector::changes::{Headway, Step};
use oms_connector::{ChangeError, open};
use oms_model::{DatabaseKind, Position};
use oms_testkit::peer::CutProxy;
use oms_testkit::servers::{Instance, Server, ServerKind, mariadb, mysql, oceanbase};
use oms_testkit::{TestUser, eventually};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::time::timeout;

async fn now(here: &Here) -> SystemTime {
    let micros = here.db.value("SELECT FLOOR(UNIX_TIMESTAMP(NOW(6)) * 1000000)").await.unwrap();
    UNIX_EPOCH + Duration::from_micros(micros.unwrap().parse().unwrap())
}

/// Waits for the server's next second: some logs know no parts of one.
async fn next_second(here: &Here) -> SystemTime {
    let second = |time: SystemTime| time.duration_since(UNIX_EPOCH).unwrap().as_secs();
    let before = second(now(here).await);
    eventually(PATIENCE, || async { second(now(here).await) > before }).await;
    now(here).await
}

/// `exactly`: the log says when transactions were committed.
async fn a_moment_is_found(server: &Server, exactly: bool) {
    let here = Here::on(server).await;
    here.exec("CREATE TABLE t(id INT PRIMARY KEY)").await;
    let mut moments = vec![next_second(&here).await];
    for id in 1..=4 {
        here.exec(&format!("INSERT INTO t VALUES ({id})")).await;
        if id % 2 == 0 {
            here.exec("FLUSH BINARY LOGS").await;
        }
        moments.push(next_second(&here).await);
    }
    here.mark().await;
    let reader = here.connector.changes().unwrap();
    for (at, moment) in moments.iter().enumerate() {
        let place = reader.at(*moment, &Headway::default()).await.unwrap();
        let mut listener = here.follow(&place).await;
        listener.reach_the_mark().await;
        let expected: Vec<String> = (at + 1..=4).map(|id| format!("t:  > {id}")).collect();
        match exactly {
            true => assert_eq!(listener.said(), expected, "{place}"),
            false => assert!(listener.said().ends_with(&expected), "{place}"),
        }
        assert!(reader.horizon(&place).await.unwrap().reaches);
    }
    a_long_statement_is_found(&here).await;
    the_ends_of_the_log_are_found(&here, moments[0]).await;
}

/// A statement that began long before a moment, and ended behind it.
async fn a_long_statement_is_found(here: &Here) {
    let reader = here.connector.changes().unwrap();
    let moment = next_second(here).await;
    here.exec(
        "SET timestamp = UNIX_TIMESTAMP() - 600; INSERT INTO t VALUES (5); SET timestamp = DEFAULT",
    )
    .await;
    here.exec("INSERT INTO t VALUES (6)").await;
    here.mark().await;
    let mut listener = here.follow(&reader.at(moment, &Headway::default()).await.unwrap()).await;
    while !listener.said().ends_with(&["t:  > 5".into(), "t:  > 6".into()]) {
        listener.step().await.unwrap();
    }
}

/// Long ago is the beginning of the log, and what comes later its end.
async fn the_ends_of_the_log_are_found(here: &Here, begun: SystemTime) {
    let reader = here.connector.changes().unwrap();
    let first = reader.at(UNIX_EPOCH, &Headway::default()).await.unwrap();
    let horizon = reader.horizon(&first).await.unwrap();
    assert!(horizon.reaches && horizon.oldest.unwrap() <= begun);
    let later = reader
        .at(SystemTime::now() + Duration::from_secs(10_000), &Headway::default())
        .await
        .unwrap();
    let mut listener = here.follow(&later).await;
    here.exec("INSERT INTO t VALUES (9)").await;
    here.mark().await;
    listener.reach_the_mark().await;
    assert_eq!(listener.said().last().unwrap(), "t:  > 9");
}

#[tokio::test]
async fn mysql_moments() {
    a_moment_is_found(mysql(), true).await;
}

/// Servers that do not name transactions have bytes of files for places.
#[tokio::test]
async fn mysql_places_without_names() {
    let instance = Instance::start_with(ServerKind::MySql, &["--gtid-mode=OFF"]).unwrap();
    let server = &instance.server;
    let end = Here::on(server).await.end().await;
    assert!(end.to_string().starts_with("binlog-file:binlog.0"), "{end}");
    super::transactions::each_step_is_a_place_to_go_on_from(server).await;
    a_moment_is_found(server, true).await;
    let here = Here::on(server).await;
    let refusal = here.try_follow(here.follow_as(&"mysql-gtid-set:".parse().unwrap(), 7)).await;
    let refusal = refusal.err().unwrap();
    assert!(matches!(refusal, ChangeError::Foreign { .. }), "{refusal}");
}

#[tokio::test]
async fn mariadb_moments() {
    a_moment_is_found(mariadb(), false).await;
}

#[tokio::test]
async fn what_was_removed_is_told_from_what_never_was() {
    for kind in [ServerKind::MySql, ServerKind::MariaDb] {
        let instance = Instance::start(kind).unwrap();
        let here = Here::on(&instance.server).await;
        here.exec("CREATE TABLE t(id INT PRIMARY KEY)").await;
        let from = here.end().await;
        here.exec("INSERT INTO t VALUES (1)").await;
        here.exec("FLUSH BINARY LOGS").await;
        here.exec("INSERT INTO t VALUES (2)").await;
        let file = here.db.rows("SHOW BINARY LOGS").await.unwrap().pop().unwrap();
        let purge = format!("PURGE BINARY LOGS TO '{}'", file[0].as_deref().unwrap());
        let purged = || async {
            here.exec(&purge).await;
            here.db.rows("SHOW BINARY LOGS").await.unwrap().len() == 1
        };
        eventually(PATIENCE, purged).await;
        let refusal = match here.try_follow(here.follow_as(&from, new_reader())).await {
            Ok(mut listener) => listener.try_reach_the_mark().await.unwrap_err(),
            Err(refusal) => refusal,
        };
        assert!(matches!(refusal, ChangeError::Purged { .. }), "{kind}: {refusal}");
        assert!(!refusal.is_passing());
        let horizon = here.connector.changes().unwrap().horizon(&from).await.unwrap();
        assert!(!horizon.reaches, "{kind}");
        let foreign: Position = match kind {
            ServerKind::MariaDb => "mariadb-gtid:0-99-999999",
            _ => "binlog-file:binlog.000001/4@somebody-else",
        }
        .parse()
        .unwrap();
        let refusal = match here.try_follow(here.follow_as(&foreign, new_reader())).await {
            Ok(mut listener) => listener.try_reach_the_mark().await.unwrap_err(),
            Err(refusal) => refusal,
        };
        assert!(matches!(refusal, ChangeError::Foreign { .. }), "{kind}: {refusal}");
    }
}

#[tokio::test]
async fn a_source_that_falls_silent_is_noticed_and_one_that_is_idle_is_not() {
    for server in [mysql(), mariadb()] {
        let proxy = CutProxy::start(format!("127.0.0.1:{}", server.port)).unwrap();
        let mut here = Here::on(server).await;
        let kind = match server.kind {
            ServerKind::MariaDb => DatabaseKind::Mariadb,
            _ => DatabaseKind::Mysql,
        };
        let through = server.with_port(proxy.address().port());
        here.connector = open(kind, host::address(&through)).unwrap();
        let from = here.end().await;
        let mut listener = here.follow(&from).await;
        // Idle for longer than a heartbeat: the place is said again and again, with the time.
        let mut beats = 0;
        while beats < 2 {
            if let Step::Moved(moved) = listener.step().await.unwrap() {
                beats += u32::from(moved.at.is_some_and(|at| at > 1_700_000_000_000_000));
            }
        }
        proxy.freeze();
        let frozen = Instant::now();
        let refusal = loop {
            if let Err(refusal) = timeout(PATIENCE, listener.step()).await.unwrap() {
                break refusal;
            }
        };
        assert!(matches!(refusal, ChangeError::Silent(_)), "{refusal}");
        assert!(refusal.is_passing() && frozen.elapsed() < Duration::from_secs(30));
    }
}

#[tokio::test]
async fn a_source_that_does_not_log_rows_is_refused_by_the_settings_name() {
    for (argument, name) in
        [("--skip-log-bin", "log_bin"), ("--binlog-format=MIXED", "binlog_format")]
    {
        let instance = Instance::start_with(ServerKind::MySql, &[argument]).unwrap();
        let here = Here::on(&instance.server).await;
        let refusal = here.connector.changes().unwrap().end().await.unwrap_err();
        assert!(matches!(refusal, ChangeError::NotLogged { .. }), "{refusal}");
        assert!(refusal.to_string().contains(name), "{refusal}");
    }
}

/// The kernel alone has no log that anybody could read.
#[tokio::test]
async fn a_kernel_without_a_binlog_service_is_refused() {
    let here = Here::on(oceanbase()).await;
    let reader = here.connector.changes().unwrap();
    for refusal in
        [reader.end().await.err(), reader.at(UNIX_EPOCH, &Headway::default()).await.err()]
    {
        let refusal = refusal.unwrap();
        assert!(matches!(refusal, ChangeError::NotLogged { .. }), "{refusal}");
    }
}

#[tokio::test]
async fn a_right_that_is_missing_is_named() {
    for server in [mysql(), mariadb()] {
        let here = Here::on(server).await;
        let from = here.end().await;
        let user = TestUser::create(server, "poor", "secret", &["SELECT ON *.*"]).await.unwrap();
        let poor = Here::on(server).await;
        let kind = match server.kind {
            ServerKind::MariaDb => DatabaseKind::Mariadb,
            _ => DatabaseKind::Mysql,
        };
        let connector = open(kind, host::address(user.server())).unwrap();
        let poor = Here { db: poor.db, connector };
        let refusal = match poor.try_follow(poor.follow_as(&from, new_reader())).await {
            Ok(mut listener) => listener.try_reach_the_mark().await.unwrap_err(),
            Err(refusal) => refusal,
        };
        assert!(refusal.to_string().contains("REPLICATION SLAVE"), "{refusal}");
    }
}
