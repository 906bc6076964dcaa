//! Values larger than any buffer, and packets of exactly one frame.

use super::{enter, on_every_server, site_of, wire};
use crate::address::TlsMode;
use crate::deadline::Deadline;
use crate::mysql::wire::packet::FRAME;
use crate::mysql::wire::{Cell, Cells, Options, Param, Wire, WireError};
use oms_testkit::TestDb;
use oms_testkit::servers::{Instance, ServerKind, of_this_run};

on_every_server!(
    forty_mebibytes_go_there_and_back,
    rows_of_exactly_a_frame_are_whole,
    more_than_was_granted_is_refused,
);

const LARGE: usize = 40 << 20;

/// A connection that may carry large packets both ways.
async fn roomy(kind: ServerKind) -> Wire {
    let mut admin = wire(kind).await;
    admin.execute(b"SET GLOBAL max_allowed_packet = 1073741824").await.unwrap();
    enter(&site_of(of_this_run(kind), TlsMode::Disable)).await.unwrap()
}

async fn forty_mebibytes_go_there_and_back(kind: ServerKind) {
    let db = TestDb::create(of_this_run(kind)).await.unwrap();
    db.exec("CREATE TABLE t (id INT PRIMARY KEY, b LONGBLOB, c LONGTEXT)").await.unwrap();
    let mut wire = roomy(kind).await;
    wire.execute(format!("USE {}", db.name()).as_bytes()).await.unwrap();
    let bytes: Vec<u8> = (0..LARGE).map(|at| (at % 253) as u8).collect();
    let text: Vec<u8> = (0..LARGE).map(|at| b'a' + (at % 23) as u8).collect();

    // In pieces, as one parameter, and as a literal.
    let insert = wire.prepare(b"INSERT INTO t VALUES (?, ?, ?)").await.unwrap();
    for piece in bytes.chunks(3_000_000) {
        wire.send_long_data(&insert, 1, piece).await.unwrap();
    }
    wire.send_long_data(&insert, 2, b"").await.unwrap();
    let params = [Param::Int(1), Param::LongBytes, Param::LongBytes];
    wire.execute_prepared(&insert, &params).await.unwrap();
    let params = [Param::Int(2), Param::Bytes(&bytes), Param::Null];
    wire.execute_prepared(&insert, &params).await.unwrap();
    let parts = [&b"INSERT INTO t VALUES (3, NULL, '"[..], &text, b"')"];
    wire.execute_parts(&parts).await.unwrap();

    let select = wire.prepare(b"SELECT id, b, c FROM t ORDER BY id").await.unwrap();
    let mut rows = wire.read(&select, &[]).await.unwrap();
    let columns = rows.columns().clone();
    let expected = [
        (1, Cell::Bytes(&bytes), Cell::Bytes(b"")),
        (2, Cell::Bytes(&bytes), Cell::Null),
        (3, Cell::Null, Cell::Bytes(&text)),
    ];
    for (id, b, c) in expected {
        let row = rows.next().await.unwrap().unwrap();
        let cells: Vec<_> = Cells::new(row, &columns).unwrap().map(Result::unwrap).collect();
        assert!(cells == [Cell::Int(id), b, c], "row {id} came back otherwise");
    }
    assert!(rows.next().await.unwrap().is_none());
    let table = wire.query(b"SELECT c FROM t WHERE id = 3").await.unwrap();
    assert!(table.rows[0].bytes(0) == Some(&text));
}

async fn rows_of_exactly_a_frame_are_whole(kind: ServerKind) {
    let mut wire = roomy(kind).await;
    let statement = wire.prepare(b"SELECT REPEAT('x', ?) AS a UNION ALL SELECT 'next'").await;
    let statement = statement.unwrap();
    // Before the value: the mark of a row, a bitmap, the length in four bytes.
    for size in [FRAME - 7, FRAME - 6, FRAME - 5, 2 * FRAME - 10] {
        let size = size as u64;
        let mut rows = wire.read(&statement, &[Param::UInt(size)]).await.unwrap();
        let columns = rows.columns().clone();
        for expected in [size, 4] {
            let row = rows.next().await.unwrap().unwrap();
            let cell = Cells::new(row, &columns).unwrap().next().unwrap().unwrap();
            let Cell::Bytes(text) = cell else { panic!("{cell:?}") };
            assert_eq!(text.len() as u64, expected);
        }
        assert!(rows.next().await.unwrap().is_none());
        // As text, a value of 16 MiB begins with the byte that begins the end of the rows.
        let sql = format!("SELECT REPEAT('x', {size}) AS a");
        let table = wire.query(sql.as_bytes()).await.unwrap();
        assert_eq!(table.rows[0].bytes(0).map(<[u8]>::len), Some(size as usize));
    }
}

async fn more_than_was_granted_is_refused(kind: ServerKind) {
    drop(roomy(kind).await);
    let options = Options { largest_packet: 20 << 20, ..super::options() };
    let site = site_of(of_this_run(kind), TlsMode::Disable);
    let deadline = Deadline::after(site.limit);
    let mut wire = Wire::connect(&site, &options, deadline).await.unwrap();
    let outcome = wire.query(b"SELECT REPEAT('x', 30000000)").await;
    assert!(matches!(outcome, Err(WireError::TooLarge { .. })), "{outcome:?}");
    assert!(!wire.is_usable());
}

/// Servers that refuse a packet hang up on it; what they say first may be lost with the connection.
#[tokio::test]
async fn a_statement_over_the_servers_limit_is_refused() {
    for kind in [ServerKind::MySql, ServerKind::MariaDb] {
        let instance = Instance::start_with(kind, &["--max-allowed-packet=1M"]).unwrap();
        let mut told = 0;
        for _ in 0..5 {
            let mut wire = enter(&site_of(&instance.server, TlsMode::Disable)).await.unwrap();
            let text = vec![b'x'; 20 << 20];
            let outcome = wire.execute_parts(&[b"SET @a = '", &text, b"'"]).await;
            match outcome {
                Err(WireError::Server { code: 1_153, .. }) => told += 1,
                Err(WireError::Dropped) => {}
                other => panic!("{kind}: {other:?}"),
            }
        }
        assert!(told > 0, "{kind} never said why");
    }
}
