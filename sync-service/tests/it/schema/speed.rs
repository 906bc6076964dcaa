//! How fast definitions are created: shown with `--nocapture`, and asserted of nobody's machine.

use super::scene::Scene;
use oms_contracts::sync::TaskState;
use oms_testkit::servers::ServerKind::{MariaDb, MySql, OceanBase};
use std::time::Instant;

/// More than one batch of each connection.
const TABLES: u32 = 100;

#[tokio::test]
async fn many_tables_are_created_at_once() {
    for (source, target) in [(MySql, MySql), (MySql, MariaDb), (MySql, OceanBase)] {
        let mut scene = Scene::between(source, target).await;
        for number in 0..TABLES {
            let sql = format!("CREATE TABLE t{number}(a INT PRIMARY KEY, v VARCHAR(20), KEY k(v))");
            scene.source.exec(&sql).await.unwrap();
            scene.add("TABLE", &format!("t{number}"));
        }
        scene.store().await;
        let begun = Instant::now();
        scene.start().await;
        assert_eq!(scene.ends().await.summary.state, TaskState::Finished, "{target}");
        let rate = f64::from(TABLES) / begun.elapsed().as_secs_f64();
        println!("{source} to {target}: {rate:.0} tables a second");
        assert_eq!(scene.there().await.len(), TABLES as usize, "{target}");
    }
}
