//! Applying changes: what it means that a commit was answered with an error.

use crate::host;
use oms_connector::writer::{Destination, TargetColumn, WriteError};
use oms_connector::{
    Applied, ApplySession, Connector, DEFAULT_LIMIT, DataError, Images, Mark, Progress, Seating,
    Waits, open_waiting,
};
use oms_model::change::Seq;
use oms_model::{DatabaseKind, LogicalType, Rows, Value};
use oms_testkit::TestDb;
use oms_testkit::servers::{ServerKind, of_this_run};
use std::time::Duration;

const KINDS: [(ServerKind, DatabaseKind); 2] =
    [(ServerKind::MySql, DatabaseKind::Mysql), (ServerKind::MariaDb, DatabaseKind::Mariadb)];

async fn applying(connector: &dyn Connector, seating: &Seating) -> Box<dyn ApplySession> {
    connector.applier().unwrap().applying(&seating.seat(1)).await.unwrap()
}

/// A table with a number as its key.
fn table(db: &TestDb) -> Applied {
    let logical = LogicalType::Int { bytes: 4, signed: true };
    let column = TargetColumn { name: "id".into(), logical, native: "int".into() };
    let (database, table) = (db.name().to_owned(), "t".to_owned());
    Applied {
        into: Destination { database, table, columns: vec![column], key: vec![0] },
        charsets: vec![None],
        sole_key: true,
        whole: true,
        others: vec![],
        followers: vec![],
    }
}

/// Somebody keeps all commits waiting, for longer than we wait for a lock. Whether the commit went
/// through is not told by the error, so it is asked for, and rows and mark are there or not together.
#[tokio::test]
async fn a_commit_that_was_answered_with_an_error_is_looked_up() {
    for (server, kind) in KINDS {
        let server = of_this_run(server);
        let (db, other) =
            (TestDb::create(server).await.unwrap(), TestDb::create(server).await.unwrap());
        db.exec("CREATE TABLE t (id INT PRIMARY KEY)").await.unwrap();
        let waits = Waits { lock: Duration::from_secs(1), ..Waits::default() };
        let address = host::address(server);
        let connector = open_waiting(kind, address, DEFAULT_LIMIT, waits).unwrap();
        connector.applier().unwrap().prepare().await.unwrap();
        let task = format!("{}.commit", db.name());
        let mut digest = [7; 12];
        let end = db.name().len().min(12);
        digest[..end].copy_from_slice(&db.name().as_bytes()[db.name().len() - end..]);
        let seating = Seating::of(digest);
        let mut session = applying(&*connector, &seating).await;
        assert!(session.claim(&task, 1).await.unwrap().is_empty());
        session.add_lane(&task, 1, &Progress::default()).await.unwrap();

        let mut rows = Rows::default();
        rows.push_row([Value::Int(1)]);
        let images = Images { rows: &[rows.stored(0)], places: &[0] };
        session.insert(&table(&db), &images).await.unwrap();
        let mark = Mark { lane: 0, seq: Seq(5), upto: Seq(5), committed: 0 };
        assert!(session.mark(&task, 1, &mark).await.unwrap());
        other.exec("FLUSH TABLES WITH READ LOCK").await.unwrap();
        let answer = session.commit().await;
        other.exec("UNLOCK TABLES").await.unwrap();
        let Err(WriteError::Unknown(DataError::Passing { code, .. })) = answer else {
            panic!("{kind:?}: {answer:?}");
        };
        assert_eq!(code, "1205", "{kind:?}");

        // Nothing it was told takes effect once its seat is taken.
        let mut next = applying(&*connector, &seating).await;
        let progress = next.progress(&task, 0).await.unwrap().unwrap();
        let there = db.rows("SELECT id FROM t").await.unwrap().len();
        let is_through = progress.seq == Seq(5);
        assert_eq!(there, usize::from(is_through), "{kind:?}: {progress:?}");
        assert_eq!(progress.batches, u64::from(is_through), "{kind:?}");
        next.forget(&task).await.unwrap();
        next.leave().await;
    }
}
