//! How fast changes are applied. Nothing is asserted but that all arrive; run it by hand:
//! `cargo nextest run -p sync-service --run-ignored all -E 'test(incr::speed)' --no-capture`.

use super::crashing::Dice;
use super::stage::{Event, Stage};
use oms_model::Value;
use oms_model::change::Seq;
use oms_testkit::servers::ServerKind::{self, MariaDb, MySql, OceanBase};
use std::time::Instant;
use sync_service::ops::incr::Mode::{self, Eventual, Transactional};

const TABLES: usize = 10;
const ROWS: i64 = 20_000;
const CHANGES: usize = 200_000;

fn row(id: i64, k: i64, c: &'static str) -> Vec<Value<'static>> {
    let pad = Value::Text(b"67847967377-48000963322-62604785301-91415491898-96926520291");
    vec![Value::Int(id), Value::Int(k), Value::Text(c.as_bytes()), pad]
}

/// As sysbench's `oltp_write_only` does: two updates, and a row removed and written anew.
async fn drains(target: ServerKind, mode: Mode, sessions: usize) -> String {
    const C: [&str; 2] = [
        "68487932199-96439406143-93774651418-41631865787-96406072701-20604855487-25459966574-28203206787-41238978918-19503783441",
        "13241531885-45658403807-79170748828-69419634012-13605813761-77983377181-01582588137-21344716829-87370944992-02457486289",
    ];
    let mut stage = Stage::on(target, mode).await;
    (stage.sessions, stage.memory) = (sessions, 64 << 20);
    let columns = "id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, k INT NOT NULL DEFAULT 0, \
                   c CHAR(120) NOT NULL DEFAULT '', pad CHAR(60) NOT NULL DEFAULT '', KEY k_1 (k)";
    let mut tables = Vec::new();
    for number in 0..TABLES {
        tables.push(stage.table(&format!("sbtest{number}"), columns).await);
    }
    let mut last = Seq::START;
    for table in &tables {
        for start in (0..ROWS).step_by(1_000) {
            let rows: Vec<Event> =
                (start..start + 1_000).map(|id| Event::Insert(*table, row(id, 1, C[0]))).collect();
            last = stage.log.commit(&rows);
        }
    }
    let began = Instant::now();
    stage.apply(last).await;
    let load = (TABLES as f64 * ROWS as f64) / began.elapsed().as_secs_f64();
    let mut known = vec![vec![(1_i64, 0_usize); ROWS as usize]; TABLES];
    let mut dice = Dice::of(7);
    for _ in 0..CHANGES / 4 {
        let at = dice.throw(TABLES as u64) as usize;
        let table = tables[at];
        let mut events = Vec::new();
        for update in 0..3 {
            let id = dice.throw(ROWS as u64);
            let was = &mut known[at][id as usize];
            let old = *was;
            *was = (
                if update == 0 { old.0 + 1 } else { old.0 },
                if update > 0 { 1 - old.1 } else { old.1 },
            );
            let (before, after) = (row(id, old.0, C[old.1]), row(id, was.0, C[was.1]));
            match update {
                2 => events.extend([Event::Delete(table, before), Event::Insert(table, after)]),
                _ => events.push(Event::Update(table, before, after)),
            }
        }
        last = stage.log.commit(&events);
    }
    stage.token += 1;
    let began = Instant::now();
    let meter = stage.apply(last).await;
    let rate = CHANGES as f64 / began.elapsed().as_secs_f64();
    let status = meter.status();
    let sum: i64 = known[0].iter().map(|(k, _)| k).sum();
    assert_eq!(
        stage.shows("SELECT COUNT(*), SUM(k) FROM sbtest0").await,
        [format!("{ROWS} {sum}")]
    );
    format!("{target} {mode:?} {sessions}: insert {load:.0}/s, mixed {rate:.0}/s, {status:?}")
}

async fn a_backlog_is_drained_by(target: ServerKind) -> Vec<String> {
    vec![drains(target, Eventual, 4).await, drains(target, Transactional, 1).await]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes, and measures"]
async fn a_backlog_is_drained_by_mariadb() {
    println!("{:#?}", a_backlog_is_drained_by(MariaDb).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes, and measures"]
async fn a_backlog_is_drained_by_mysql() {
    println!("{:#?}", a_backlog_is_drained_by(MySql).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes, and measures"]
async fn a_backlog_is_drained_by_oceanbase() {
    println!("{:#?}", a_backlog_is_drained_by(OceanBase).await);
}
