//! Which rows and columns go over, and under which names.

use super::stage::{Stage, del, i, ins, t, upd};
use oms_contracts::ErrorCode;
use oms_model::Table;
use oms_testkit::servers::ServerKind::{MariaDb, MySql, OceanBase};
use sync_service::domain::incr::Kinds;
use sync_service::ops::incr::Mode::{Eventual, Transactional};
use sync_service::ops::incr::{Outcome, TableRule};

#[tokio::test]
async fn rows_that_come_to_meet_the_filter_are_new_and_those_that_no_longer_do_are_gone() {
    for target in [MySql, MariaDb, OceanBase] {
        for mode in [Eventual, Transactional] {
            let mut stage = Stage::on(target, mode).await;
            let columns = "id INT PRIMARY KEY, v INT, s VARCHAR(9)";
            stage.table("a", columns).await;
            let table = Table { database: "source".into(), ..stage.layout("a").await };
            let rule = TableRule {
                filter: Some("v > 10 AND s <> 'no'".into()),
                ..TableRule::whole(stage.db.name(), "a")
            };
            let a = stage.maps(&table, rule);
            let log = stage.log.clone();
            let row = |id: i64, v: i64, s: &'static str| [i(id), i(v), t(s)];
            let first = log.commit(&[
                ins(a, row(1, 5, "x")),
                ins(a, row(2, 20, "x")),
                ins(a, row(3, 20, "no")),
                ins(a, row(4, 30, "x")),
            ]);
            let running = stage.start();
            running.reaches(first).await;
            assert_eq!(stage.shows("SELECT id FROM a ORDER BY id").await, ["2", "4"], "{target}");
            let last = log.commit(&[
                upd(a, row(1, 5, "x"), row(1, 15, "x")),
                upd(a, row(2, 20, "x"), row(2, 20, "no")),
                upd(a, row(3, 20, "no"), row(3, 21, "no")),
                upd(a, row(4, 30, "x"), row(4, 31, "y")),
                del(a, row(3, 21, "no")),
            ]);
            running.reaches(last).await;
            running.stop().await;
            let shown = stage.shows("SELECT id, v, s FROM a ORDER BY id").await;
            assert_eq!(shown, ["1 15 x", "4 31 y"], "{target} {mode:?}");
        }
    }
}

#[tokio::test]
async fn a_row_about_which_only_the_database_knows_ends_the_task() {
    let mut stage = Stage::on(MySql, Eventual).await;
    stage.table("a", "id INT PRIMARY KEY, s VARCHAR(9) COLLATE utf8mb4_general_ci").await;
    let table = Table { database: "source".into(), ..stage.layout("a").await };
    let filter = Some("s = 'e'".into());
    let rule = TableRule { filter, ..TableRule::whole(stage.db.name(), "a") };
    let a = stage.maps(&table, rule);
    stage.log.commit(&[ins(a, [i(1), t("é")])]);
    let Outcome::Failed(failure) = stage.start().ends().await else { panic!() };
    assert_eq!(failure.code, ErrorCode::FilterRefused, "{}", failure.message);
}

#[tokio::test]
async fn tables_merge_columns_are_left_out_and_names_change() {
    for target in [MySql, MariaDb, OceanBase] {
        let mut stage = Stage::on(target, Eventual).await;
        stage.table("whole", "id INT PRIMARY KEY, secret INT, v INT").await;
        let all = "id INT PRIMARY KEY, v INT, theirs VARCHAR(9) DEFAULT 'kept', UNIQUE KEY (v)";
        stage.db.exec(&format!("CREATE TABLE goal ({all})")).await.unwrap();
        let whole = stage.layout("whole").await;
        let rule = TableRule {
            columns: Some(vec!["id".into(), "v".into()]),
            ..TableRule::whole(stage.db.name(), "goal")
        };
        let part =
            |name: &str| Table { database: "source".into(), name: name.into(), ..whole.clone() };
        let one = stage.maps(&part("p1"), rule.clone());
        let two = stage.maps(&part("p2"), rule);
        let other = stage.log.define(&part("p3"));
        let log = stage.log.clone();
        let first = log.commit(&[
            ins(one, [i(1), i(666), i(10)]),
            ins(two, [i(2), i(667), i(20)]),
            ins(other, [i(3), i(668), i(30)]),
        ]);
        let running = stage.start();
        running.reaches(first).await;
        stage.db.exec("UPDATE goal SET theirs = 'ours' WHERE id = 1").await.unwrap();
        let last = log.commit(&[
            upd(one, [i(1), i(666), i(10)], [i(1), i(999), i(11)]),
            del(two, [i(2), i(667), i(20)]),
            ins(one, [i(2), i(1), i(10)]),
        ]);
        running.reaches(last).await;
        running.stop().await;
        let shown = stage.shows("SELECT id, v, theirs FROM goal ORDER BY id").await;
        assert_eq!(shown[0], "1 11 ours", "{target}: what is not written stays");
        assert!(shown[1].starts_with("2 10 ") && shown.len() == 2, "{shown:?}");
    }
}

#[tokio::test]
async fn kinds_of_changes_can_be_left_out() {
    for target in [MySql, MariaDb, OceanBase] {
        let mut stage = Stage::on(target, Eventual).await;
        stage.table("a", "id INT PRIMARY KEY, v INT").await;
        let table = Table { database: "source".into(), ..stage.layout("a").await };
        let kinds = Kinds { deletes: false, ..Kinds::ALL };
        let a = stage.maps(&table, TableRule { kinds, ..TableRule::whole(stage.db.name(), "a") });
        let log = stage.log.clone();
        log.commit(&[ins(a, [i(1), i(1)]), ins(a, [i(2), i(2)])]);
        log.commit(&[del(a, [i(1), i(1)])]);
        let last = log.commit(&[del(a, [i(2), i(2)]), ins(a, [i(2), i(3)])]);
        stage.apply(last).await;
        let shown = stage.shows("SELECT id, v FROM a ORDER BY id").await;
        assert_eq!(shown, ["1 1", "2 3"], "{target}");
    }
}
