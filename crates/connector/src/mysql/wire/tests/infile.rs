//! Loading local data, and only those.

use super::{on_every_server, options, site_of};
use crate::address::TlsMode;
use crate::mysql::wire::reply::Done;
use crate::mysql::wire::{Chunks, Wire, WireError};
use oms_testkit::TestDb;
use oms_testkit::servers::{ServerKind, of_this_run};
use std::error::Error;

on_every_server!(
    data_are_loaded,
    data_that_fail_in_the_middle_are_rolled_back_on_the_same_connection,
    what_the_server_refuses_of_the_data_is_told,
    a_file_that_was_not_offered_is_refused,
);

/// Rows in chunks, then maybe a failure.
struct Rows {
    chunks: Vec<Vec<u8>>,
    next: usize,
    fails: bool,
}

impl Rows {
    /// `count` rows of `(number, text)`, in pieces that end anywhere.
    fn new(count: usize, piece: usize, fails: bool) -> Self {
        let text: String = (0..count).map(|at| format!("{at}\ttext {at}\n")).collect();
        let mut chunks: Vec<Vec<u8>> = text.as_bytes().chunks(piece).map(<[u8]>::to_vec).collect();
        chunks.insert(chunks.len() / 2, Vec::new());
        Self { chunks, next: 0, fails }
    }
}

impl Chunks for Rows {
    async fn next(&mut self) -> Result<Option<&[u8]>, Box<dyn Error + Send + Sync>> {
        if self.fails && self.next >= self.chunks.len() / 2 {
            return Err("the source is gone".into());
        }
        self.next += 1;
        Ok(self.chunks.get(self.next - 1).map(Vec::as_slice))
    }
}

async fn table(kind: ServerKind) -> (TestDb, Wire) {
    let db = TestDb::create(of_this_run(kind)).await.unwrap();
    db.exec("CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(20))").await.unwrap();
    let mut site = site_of(of_this_run(kind), TlsMode::Disable);
    site.address.database = Some(db.name().to_owned());
    let deadline = crate::deadline::Deadline::after(site.limit);
    let wire = Wire::connect(&site, &options(), deadline).await.unwrap();
    (db, wire)
}

const LOAD: &[u8] = b"LOAD DATA LOCAL INFILE 'ours' INTO TABLE t";

async fn data_are_loaded(kind: ServerKind) {
    let (_db, mut wire) = table(kind).await;
    // Pieces of a few bytes, and one of more than a packet of ours.
    for piece in [7, 1 << 20] {
        let mut source = Rows::new(40_000, piece, false);
        let done = wire.load_local(LOAD, "ours", &mut source).await.unwrap();
        assert_eq!(done.affected, 40_000, "{}", done.info);
        let table = wire.query(b"SELECT CONCAT(COUNT(*), MAX(a)) FROM t WHERE id = 39999").await;
        assert_eq!(table.unwrap().value().unwrap(), Some("1text 39999"));
        wire.execute(b"DELETE FROM t").await.unwrap();
    }
    let mut nothing = Rows { chunks: Vec::new(), next: 0, fails: false };
    assert_eq!(wire.load_local(LOAD, "ours", &mut nothing).await.unwrap().affected, 0);
}

async fn data_that_fail_in_the_middle_are_rolled_back_on_the_same_connection(kind: ServerKind) {
    let (_db, mut wire) = table(kind).await;
    wire.execute(b"BEGIN").await.unwrap();
    let outcome = wire.load_local(LOAD, "ours", &mut Rows::new(1_000, 100, true)).await;
    let Err(WireError::Source(reason)) = outcome else { panic!("{outcome:?}") };
    assert_eq!(reason.to_string(), "the source is gone");
    wire.execute(b"ROLLBACK").await.unwrap();
    let count = wire.query(b"SELECT COUNT(*) FROM t").await.unwrap();
    // The OceanBase kernel loads in transactions of its own.
    let rolled_back = count.value().unwrap() == Some("0");
    assert_eq!(rolled_back, kind != ServerKind::OceanBase, "{count:?}");
}

async fn what_the_server_refuses_of_the_data_is_told(kind: ServerKind) {
    let (_db, mut wire) = table(kind).await;
    let outcome = wire
        .load_local(
            b"LOAD DATA LOCAL INFILE 'ours' INTO TABLE none",
            "ours",
            &mut Rows::new(9, 5, false),
        )
        .await;
    assert!(matches!(outcome.unwrap_err().code(), Some(1_146)));
    wire.ping().await.unwrap();
    let outcome = wire.load_local(b"DELETE FROM t", "ours", &mut Rows::new(9, 5, false)).await;
    assert!(matches!(outcome, Err(WireError::Protocol(_))), "{outcome:?}");
}

async fn a_file_that_was_not_offered_is_refused(kind: ServerKind) {
    let (_db, mut wire) = table(kind).await;
    let theirs = b"LOAD DATA LOCAL INFILE '/etc/passwd' INTO TABLE t";
    let refused = |outcome: Result<Done, WireError>| {
        let Err(WireError::UninvitedFile { name }) = outcome else { panic!("{outcome:?}") };
        assert_eq!(name, "/etc/passwd");
    };
    refused(wire.execute(theirs).await);
    refused(wire.query(theirs).await.map(|_| Done::default()));
    refused(wire.load_local(theirs, "ours", &mut Rows::new(9, 5, false)).await);
    let count = wire.query(b"SELECT COUNT(*) FROM t").await.unwrap();
    assert_eq!(count.value().unwrap(), Some("0"));
}
