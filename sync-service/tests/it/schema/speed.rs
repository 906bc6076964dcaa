//! How fast definitions are created. Run by hand: `-- --ignored --nocapture`.

use super::scene::Scene;
use oms_testkit::servers::ServerKind::{MariaDb, MySql, OceanBase};
use std::time::Instant;

#[tokio::test]
#[ignore = "a measurement"]
async fn a_thousand_tables() {
    for (source, target) in [(MySql, MySql), (MySql, MariaDb), (MySql, OceanBase)] {
        let mut scene = Scene::between(source, target).await;
        for number in 0..1_000 {
            let sql = format!("CREATE TABLE t{number}(a INT PRIMARY KEY, v VARCHAR(20), KEY k(v))");
            scene.source.exec(&sql).await.unwrap();
            scene.add("TABLE", &format!("t{number}"));
        }
        scene.store().await;
        let begun = Instant::now();
        scene.start().await;
        scene.ends().await;
        let rate = 1_000.0 / begun.elapsed().as_secs_f64();
        println!("{source} to {target}: {rate:.0} tables a second");
    }
}
