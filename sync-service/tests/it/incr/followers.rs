//! Case MY-046: rows that go or change with those they refer to, which most sources do not log.

use super::stage::{NULL, Stage, del, i, ins, upd};
use oms_contracts::ErrorCode;
use oms_model::Table;
use oms_testkit::servers::ServerKind::{self, MariaDb, MySql, OceanBase};
use sync_service::ops::incr::Mode::{self, Eventual, Transactional};
use sync_service::ops::incr::{Cascades, Outcome, TableRule};

const CHILD: &str = "id INT PRIMARY KEY, pid INT, \
                     FOREIGN KEY (pid) REFERENCES p(id) ON DELETE CASCADE ON UPDATE CASCADE";
const NULLED: &str = "id INT PRIMARY KEY, pid INT, \
                      FOREIGN KEY (pid) REFERENCES p(id) ON DELETE SET NULL ON UPDATE CASCADE";
const GRANDCHILD: &str = "id INT PRIMARY KEY, cid INT, \
                          FOREIGN KEY (cid) REFERENCES c(id) ON DELETE CASCADE";

/// A parent, its children, those who lose it, and grandchildren.
async fn family(target: ServerKind, mode: Mode, cascades: Cascades) -> (Stage, [u32; 4]) {
    let mut stage = Stage::on(target, mode).await;
    stage.cascades = cascades;
    let p = stage.table("p", "id INT PRIMARY KEY, v INT").await;
    let c = stage.table("c", CHILD).await;
    let n = stage.table("n", NULLED).await;
    let g = stage.table("g", GRANDCHILD).await;
    (stage, [p, c, n, g])
}

async fn shown(stage: &Stage) -> [Vec<String>; 4] {
    let mut all = [const { Vec::new() }; 4];
    for (rows, table) in all.iter_mut().zip(["p", "c", "n", "g"]) {
        *rows = stage.shows(&format!("SELECT * FROM {table} ORDER BY id")).await;
    }
    all
}

#[tokio::test]
async fn rows_follow_those_they_refer_to() {
    for target in [MySql, MariaDb, OceanBase] {
        for mode in [Eventual, Transactional] {
            for cascades in [Cascades::Silent, Cascades::Unknown] {
                let (stage, [p, c, n, g]) = family(target, mode, cascades).await;
                let log = stage.log.clone();
                log.commit(&[ins(p, [i(1), i(0)]), ins(p, [i(2), i(0)]), ins(p, [i(5), i(0)])]);
                log.commit(&[ins(c, [i(10), i(1)]), ins(c, [i(11), i(2)]), ins(c, [i(12), i(5)])]);
                log.commit(&[ins(n, [i(20), i(1)]), ins(n, [i(21), i(2)])]);
                log.commit(&[ins(g, [i(30), i(10)]), ins(g, [i(31), i(11)])]);
                // Two go, one changes its key, and the first one comes again with a child of its own.
                log.commit(&[del(p, [i(1), i(0)]), del(p, [i(5), i(0)])]);
                log.commit(&[upd(p, [i(2), i(0)], [i(3), i(0)])]);
                log.commit(&[ins(p, [i(1), i(7)]), ins(c, [i(13), i(1)])]);
                let last = log.commit(&[upd(c, [i(11), i(3)], [i(14), i(3)])]);
                stage.apply(last).await;
                let [p, c, n, g] = shown(&stage).await;
                assert_eq!(p, ["1 7", "3 0"], "{target} {mode:?} {cascades:?}");
                assert_eq!(c, ["13 1", "14 3"], "{target} {mode:?} {cascades:?}");
                assert_eq!(n, ["20 NULL", "21 3"], "{target} {mode:?} {cascades:?}");
                assert_eq!(g, ["31 11"], "{target} {mode:?} {cascades:?}");
                assert!(stage.book.0.lock().unwrap().is_empty(), "{:?}", stage.book);
            }
        }
    }
}

/// A newer source logs it, in whatever order; each row goes once.
#[tokio::test]
async fn what_the_source_logs_of_it_does_no_harm() {
    for target in [MySql, MariaDb, OceanBase] {
        for mode in [Eventual, Transactional] {
            for cascades in [Cascades::Logged, Cascades::Unknown] {
                let (stage, [p, c, n, g]) = family(target, mode, cascades).await;
                let log = stage.log.clone();
                log.commit(&[ins(p, [i(1), i(0)]), ins(p, [i(2), i(0)])]);
                log.commit(&[ins(c, [i(10), i(1)]), ins(c, [i(11), i(2)]), ins(n, [i(20), i(1)])]);
                let first = log.commit(&[ins(g, [i(30), i(10)])]);
                stage.apply(first).await;
                log.commit(&[
                    del(p, [i(1), i(0)]),
                    del(c, [i(10), i(1)]),
                    del(g, [i(30), i(10)]),
                    upd(n, [i(20), i(1)], [i(20), NULL]),
                ]);
                let last = log.commit(&[
                    upd(c, [i(11), i(2)], [i(11), i(3)]),
                    upd(p, [i(2), i(0)], [i(3), i(0)]),
                ]);
                let stage = Stage { token: 2, ..stage };
                stage.apply(last).await;
                let [p, c, n, g] = shown(&stage).await;
                assert_eq!((p, c), (vec!["3 0".into()], vec!["11 3".into()]), "{target} {mode:?}");
                assert_eq!((n, g), (vec!["20 NULL".into()], vec![]), "{target} {mode:?}");
                assert!(stage.book.0.lock().unwrap().is_empty(), "{:?}", stage.book);
            }
        }
    }
}

/// The load read the parents after one had gone, and the children before.
#[tokio::test]
async fn rows_follow_one_that_the_load_did_not_bring() {
    for target in [MySql, OceanBase] {
        for mode in [Eventual, Transactional] {
            let (mut stage, [p, c, ..]) = family(target, mode, Cascades::Silent).await;
            let loaded = "SET foreign_key_checks = 0; INSERT INTO c VALUES (10, 1), (13, 1); \
                          SET foreign_key_checks = 1; INSERT INTO p VALUES (2, 0)";
            stage.db.exec(loaded).await.unwrap();
            let log = stage.log.clone();
            log.commit(&[ins(c, [i(10), i(1)])]);
            log.commit(&[del(p, [i(1), i(0)])]);
            let last = log.commit(&[ins(p, [i(1), i(1)]), ins(c, [i(13), i(1)])]);
            stage.overlap_end = last;
            stage.apply(last).await;
            let [p, c, ..] = shown(&stage).await;
            assert_eq!(p, ["1 1", "2 0"], "{target} {mode:?}");
            assert_eq!(c, ["13 1"], "{target} {mode:?}");
        }
    }
}

/// Others follow a row though the filter keeps it away.
#[tokio::test]
async fn rows_follow_one_that_the_filter_leaves_out() {
    let (mut stage, [_, c, ..]) = family(MySql, Eventual, Cascades::Silent).await;
    let layout = Table { database: "source".into(), ..stage.layout("p").await };
    let rule =
        TableRule { filter: Some("v > 10".into()), ..TableRule::whole(stage.db.name(), "p") };
    let p = stage.maps(&layout, rule);
    let log = stage.log.clone();
    log.commit(&[ins(p, [i(1), i(0)]), ins(p, [i(2), i(20)])]);
    log.commit(&[ins(c, [i(10), i(1)]), ins(c, [i(11), i(2)])]);
    // It leaves the filter, and nobody has gone.
    log.commit(&[upd(p, [i(2), i(20)], [i(2), i(5)])]);
    let last = log.commit(&[del(p, [i(1), i(0)])]);
    stage.apply(last).await;
    let [p, c, ..] = shown(&stage).await;
    assert_eq!((p, c), (vec![], vec!["11 2".into()]));
}

#[tokio::test]
async fn rows_that_follow_and_have_no_key_end_the_task_unless_the_source_is_known() {
    for cascades in [Cascades::Unknown, Cascades::Silent] {
        let mut stage = Stage::on(MySql, Eventual).await;
        stage.cascades = cascades;
        let p = stage.table("p", "id INT PRIMARY KEY, v INT").await;
        let refers = "pid INT, v INT, FOREIGN KEY (pid) REFERENCES p(id) ON DELETE CASCADE";
        let c = stage.table("c", refers).await;
        stage.log.commit(&[ins(p, [i(1), i(0)])]);
        stage.log.commit(&[ins(c, [i(1), i(0)]), ins(c, [i(1), i(0)])]);
        let last = stage.log.commit(&[del(p, [i(1), i(0)])]);
        if cascades == Cascades::Silent {
            stage.apply(last).await;
            assert_eq!(stage.shows("SELECT * FROM c").await, Vec::<String>::new());
            continue;
        }
        let Outcome::Failed(failure) = stage.start().ends().await else { panic!() };
        assert_eq!(failure.code, ErrorCode::TableUnusable, "{}", failure.message);
    }
}
