//! MySQL with names of transactions: tags, other servers of the same set, and foreign places.

use super::{Here, PATIENCE, Within, new_reader};
use oms_connector::ChangeError;
use oms_connector::changes::{Follow, Headway};
use oms_model::Position;
use oms_testkit::eventually;
use oms_testkit::servers::{Instance, ServerKind, mysql};
use std::sync::Arc;
use std::time::Duration;

const NAMED: [&str; 2] = ["--gtid-mode=ON", "--enforce-gtid-consistency=ON"];

#[tokio::test]
async fn tagged_transactions_and_another_server_of_the_set() {
    let first = Instance::start_with(ServerKind::MySql, &NAMED).unwrap();
    let second = Instance::start_with(ServerKind::MySql, &NAMED).unwrap();
    let here = Here::on(&first.server).await;
    let replica = Here::on(&second.server).await;
    replica
        .exec(&format!(
            "RESET BINARY LOGS AND GTIDS; CHANGE REPLICATION SOURCE TO SOURCE_HOST='127.0.0.1', SOURCE_PORT={}, \
             SOURCE_USER='root', SOURCE_AUTO_POSITION=1, GET_SOURCE_PUBLIC_KEY=1; START REPLICA",
            first.server.port
        ))
        .await;
    here.exec("CREATE TABLE t(id INT PRIMARY KEY)").await;
    let from = here.end().await;
    assert!(from.to_string().starts_with("mysql-gtid-set:"), "{from}");
    here.exec(
        "INSERT INTO t VALUES (1); SET GTID_NEXT='AUTOMATIC:dep'; INSERT INTO t VALUES (2); \
         SET GTID_NEXT='AUTOMATIC'; INSERT INTO t VALUES (3)",
    )
    .await;
    here.mark().await;
    let mut listener = here.follow(&from).await;
    listener.reach_the_mark().await;
    assert_eq!(listener.said(), ["t:  > 1", "t:  > 2", "t:  > 3"]);
    let ids: Vec<&str> = listener.transactions.iter().map(|it| it.commit.id.as_str()).collect();
    assert!(ids[1].contains(":dep:"), "{ids:?}");
    let behind_the_tag = listener.transactions[1].commit.moved.position.clone();
    let end = listener.moved.last().unwrap().position.clone();
    assert_eq!(end, here.end().await);

    // The same place on the other server, which has them from the first.
    let reached = || async { replica.end().await == end };
    eventually(PATIENCE, reached).await;
    let reader = replica.connector.changes().unwrap();
    let follow = |from: &Position| Follow {
        from: from.clone(),
        selection: Arc::new(Within(here.db.name().to_owned())),
        tables: vec![],
        reader: new_reader(),
        heartbeat: Duration::from_secs(1),
        headway: Headway::default(),
    };
    let mut rest = super::Listener::new(reader.follow(follow(&behind_the_tag)).await.unwrap());
    rest.reach_the_mark().await;
    assert_eq!(rest.said(), ["t:  > 3"]);

    // What only the replica has is foreign to the first one.
    replica.exec("STOP REPLICA; CREATE DATABASE errant").await;
    let errant = replica.end().await;
    let refusal = here.connector.changes().unwrap().follow(follow(&errant)).await.err().unwrap();
    assert!(matches!(refusal, ChangeError::Foreign { .. }), "{refusal}");

    // A place in a file of another server is, too.
    let elsewhere = Here::on(mysql()).await.end().await;
    let refusal = here.connector.changes().unwrap().follow(follow(&elsewhere)).await.err().unwrap();
    assert!(matches!(refusal, ChangeError::Foreign { .. }), "{refusal}");

    // What was removed is named.
    here.exec("FLUSH BINARY LOGS").await;
    here.exec("INSERT INTO t VALUES (4)").await;
    let file = here.db.rows("SHOW BINARY LOGS").await.unwrap().pop().unwrap();
    here.exec(&format!("PURGE BINARY LOGS TO '{}'", file[0].as_deref().unwrap())).await;
    let refusal = here.connector.changes().unwrap().follow(follow(&from)).await.err().unwrap();
    let ChangeError::Purged { message, oldest } = &refusal else { panic!("{refusal}") };
    assert!(message.contains(":dep:1") && oldest.is_some(), "{refusal}");
    let horizon = here.connector.changes().unwrap().horizon(&from).await.unwrap();
    assert!(!horizon.reaches && horizon.left.is_none());
    let horizon = here.connector.changes().unwrap().horizon(&end).await.unwrap();
    assert!(horizon.reaches && horizon.left.is_some(), "{horizon:?}");
}
