//! How fast a log takes what it is given. `cargo nextest run --run-ignored only` tells.

use super::{PATIENCE, open};
use crate::said::{place, table};
use oms_model::{
    Value,
    change::{Definitions, Entries, RowKind, Seq},
};
use std::time::Instant;
use store_service::log::{ChangeLog, Opening, Resumed, SegmentSettings};
use tokio::time::timeout;

/// A transaction of so many rows, of 250 bytes each, as a table of orders has them.
fn transaction(rows: u64, first: u64, definitions: &mut Definitions) -> Entries {
    let mut entries = Entries::default();
    let number = definitions.number(&table("orders", 6));
    for at in first..first + rows {
        let mut row = entries.row(number, RowKind::Insert);
        row.push(Value::UInt(at));
        row.push(Value::Int(at.wrapping_mul(7_919).cast_signed() % 1_000_003));
        row.push(Value::Text(format!("customer-{:08}", at.wrapping_mul(31) % 99_991).as_bytes()));
        row.push(Value::Decimal(&format!("{}.{:02}", at % 10_007, at % 100)));
        let note = format!("{:032x}", u128::from(at).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C));
        row.push(Value::Text(note.repeat(5).as_bytes()));
        row.push(Value::Null);
        row.end_image();
    }
    entries
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "it measures"]
async fn how_fast_a_log_takes_changes_and_gives_them() {
    for (rows, count) in [(1, 200_000), (100, 10_000), (10_000, 100)] {
        let dir = tempfile::tempdir().unwrap();
        let log = open(dir.path(), SegmentSettings::default()).await;
        let Resumed { mut appender, mut definitions, .. } = log.append().await.unwrap();
        let ready: Vec<Entries> =
            (0..16).map(|at| transaction(rows, at * rows, &mut definitions)).collect();
        let (begun, mut bytes) = (Instant::now(), 0);
        for number in 0..count {
            let entries = &ready[number as usize % ready.len()];
            let opening = Opening { changes: rows, committed: 1, id: "0-1-1", origin: "" };
            appender.begin(opening).await.unwrap();
            appender.items(entries.bytes(), &mut definitions).await.unwrap();
            appender.end(&place(number)).await.unwrap();
            bytes += entries.size();
        }
        appender.flush().await.unwrap();
        let written = begun.elapsed().as_secs_f64();
        let (begun, end) = (Instant::now(), Seq(rows * count));
        let (mut reader, mut read, mut stored) = (log.read(Seq::START).await.unwrap(), Seq(0), 0);
        while read < end {
            let frames = timeout(PATIENCE, reader.next()).await.unwrap().unwrap();
            stored += frames.len();
            let mut rest = &frames[..];
            while let Ok(head) = oms_model::change::frame::Head::read(rest) {
                read = head.last();
                rest = &rest[head.size()..];
            }
        }
        let given = begun.elapsed().as_secs_f64();
        let all = (rows * count) as f64;
        println!(
            "{rows} rows a transaction: {:.0} MB/s, {:.0} rows/s in; {:.0} MB/s out; {:.1} times smaller",
            bytes as f64 / written / 1e6,
            all / written,
            bytes as f64 / given / 1e6,
            bytes as f64 / stored as f64,
        );
    }
}
