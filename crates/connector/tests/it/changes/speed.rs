//! How fast a log is read. Run it alone, with `--run-ignored only --no-capture`, and optimised.

use super::{Here, new_reader};
use oms_connector::changes::Step;
use oms_model::change::{Definitions, Entries};
use oms_testkit::servers::{Server, mariadb, mysql};
use std::time::Instant;

async fn measure(server: &Server) {
    let here = Here::on(server).await;
    here.exec("CREATE TABLE sbtest(id INT PRIMARY KEY AUTO_INCREMENT, k INT NOT NULL, c CHAR(120) NOT NULL, pad CHAR(60) NOT NULL)").await;
    let from = here.end().await;
    here.exec(
        "INSERT INTO sbtest(k,c,pad) VALUES (1,REPEAT('0123456789-',10),REPEAT('abcdefghij-',5))",
    )
    .await;
    for _ in 0..18 {
        here.exec("INSERT INTO sbtest(k,c,pad) SELECT k + id, c, pad FROM sbtest").await;
    }
    here.exec("UPDATE sbtest SET k = k + 1").await;
    here.exec("UPDATE sbtest SET k = k + 1").await;
    here.mark().await;
    let mut stream = here
        .connector
        .changes()
        .unwrap()
        .follow(here.follow_as(&from, new_reader()))
        .await
        .unwrap();
    let (mut entries, mut definitions) = (Entries::default(), Definitions::default());
    let (mut changes, mut bytes, started) = (0_u64, 0_u64, Instant::now());
    loop {
        let step = stream.next(&mut entries, &mut definitions, 1 << 20).await.unwrap();
        changes += entries.changes();
        bytes += entries.size() as u64;
        entries.clear(2 << 20);
        if let Step::Commit(_) = step
            && changes > 3 * (1 << 18)
        {
            break;
        }
    }
    let seconds = started.elapsed().as_secs_f64();
    println!(
        "{}: {changes} changes in {seconds:.2} s: {:.0} changes/s, {:.0} MiB/s of entries",
        server.kind,
        changes as f64 / seconds,
        bytes as f64 / seconds / f64::from(1 << 20),
    );
}

#[tokio::test]
#[ignore = "a measurement"]
async fn mysql_speed() {
    measure(mysql()).await;
}

#[tokio::test]
#[ignore = "a measurement"]
async fn mariadb_speed() {
    measure(mariadb()).await;
}
