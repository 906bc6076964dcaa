//! Keys that the target takes for equal though their bytes differ.

use super::stage::{Stage, del, i, ins, t, upd};
use oms_testkit::servers::ServerKind::{MariaDb, MySql, OceanBase};
use sync_service::ops::incr::Mode::{Eventual, Transactional};

#[tokio::test]
async fn keys_that_differ_in_case_or_blanks_are_one_key() {
    for target in [MySql, MariaDb, OceanBase] {
        for mode in [Eventual, Transactional] {
            let mut stage = Stage::on(target, mode).await;
            let text = "VARCHAR(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci";
            let a = stage.table("a", &format!("k {text} PRIMARY KEY, v INT")).await;
            let b = stage.table("b", &format!("id INT PRIMARY KEY, u {text} UNIQUE")).await;
            let log = stage.log.clone();
            let first = log.commit(&[
                ins(a, [t("abc"), i(1)]),
                ins(a, [t("x"), i(2)]),
                ins(b, [i(1), t("abc")]),
                ins(b, [i(2), t("x")]),
            ]);
            let running = stage.start();
            running.reaches(first).await;
            log.commit(&[del(a, [t("abc"), i(1)])]);
            log.commit(&[ins(a, [t("ABC"), i(3)])]);
            log.commit(&[upd(a, [t("x"), i(2)], [t("x "), i(4)])]);
            log.commit(&[upd(b, [i(1), t("abc")], [i(1), t("Abc")])]);
            log.commit(&[del(b, [i(2), t("x")])]);
            log.commit(&[ins(b, [i(3), t("X ")])]);
            let last = log.commit(&[upd(b, [i(3), t("X ")], [i(2), t("x")])]);
            running.reaches(last).await;
            running.stop().await;
            let shown = stage.shows("SELECT HEX(k), v FROM a ORDER BY v").await;
            assert_eq!(shown, ["414243 3", "7820 4"], "{target} {mode:?}");
            let shown = stage.shows("SELECT id, HEX(u) FROM b ORDER BY id").await;
            assert_eq!(shown, ["1 416263", "2 78"], "{target} {mode:?}");
        }
    }
}

/// Without a key a row is found by its bytes, not by what the collation takes for them.
#[tokio::test]
async fn rows_without_a_key_are_found_by_their_bytes() {
    for target in [MySql, MariaDb, OceanBase] {
        let mut stage = Stage::on(target, Eventual).await;
        let columns = "s VARCHAR(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci, n INT";
        let a = stage.table("a", columns).await;
        let log = stage.log.clone();
        let all = ["a", "A", "a ", "á"].map(t);
        let rows: Vec<_> = all.iter().map(|text| ins(a, [*text, i(1)])).collect();
        let first = log.commit(&rows);
        let running = stage.start();
        running.reaches(first).await;
        log.commit(&[del(a, [t("A"), i(1)]), upd(a, [t("a "), i(1)], [t("a "), i(2)])]);
        let last = log.commit(&[del(a, [t("á"), i(1)])]);
        running.reaches(last).await;
        running.stop().await;
        let shown = stage.shows("SELECT HEX(s), n FROM a ORDER BY n").await;
        assert_eq!(shown, ["61 1", "6120 2"], "{target}");
    }
}
