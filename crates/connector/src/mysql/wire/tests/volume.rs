//! Many rows in little memory.

use super::{on_every_server, wire};
use crate::mysql::wire::{Cell, Cells};
use oms_testkit::servers::ServerKind;
use std::time::Instant;

on_every_server!(a_million_rows_pass_in_constant_memory);

const ROWS: usize = 1_000_000;
/// What streaming may take beyond what the process had before.
const MEMORY: usize = 8 << 20;

/// What the process has in memory.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<usize>().unwrap() * 1024
}

/// Twelve columns and about 250 bytes.
fn rows() -> String {
    let digits = "(SELECT 0 n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL \
                  SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL \
                  SELECT 8 UNION ALL SELECT 9)";
    let tables: Vec<String> = (0..6).map(|at| format!("{digits} d{at}")).collect();
    format!(
        "SELECT d0.n, d1.n + 1000000, NULL, 'short', REPEAT('x', 120), REPEAT('y', 60), \
         CAST(d2.n AS DECIMAL(20,4)), CAST('2024-02-29 12:13:14.5' AS DATETIME(6)), \
         CAST('2024-02-29' AS DATE), CAST('-12:13:14' AS TIME), 1.5e0, d3.n FROM {}",
        tables.join(", ")
    )
}

async fn a_million_rows_pass_in_constant_memory(kind: ServerKind) {
    let mut wire = wire(kind).await;
    let statement = wire.prepare(rows().as_bytes()).await.unwrap();
    let started = Instant::now();
    let mut rows = wire.read(&statement, &[]).await.unwrap();
    let columns = rows.columns().clone();
    assert_eq!(columns.len(), 12);
    let (before, mut most, mut count, mut sum) = (resident(), 0, 0, 0);
    while let Some(row) = rows.next().await.unwrap() {
        if count % 50_000 == 0 {
            most = most.max(resident());
        }
        count += 1;
        for cell in Cells::new(row, &columns).unwrap() {
            if let Cell::Bytes(bytes) = cell.unwrap() {
                sum += bytes.len();
            }
        }
    }
    let more = most.saturating_sub(before);
    println!("{count} rows in {:?} with {more} bytes more", started.elapsed());
    assert_eq!(count, ROWS);
    assert_eq!(sum, ROWS * (5 + 120 + 60 + "1.0000".len()));
    assert!(more < MEMORY, "{more}");
}
