//! Loads that cannot succeed: the table fails with the reason, the others do not.

use super::place::Place;
use oms_testkit::servers::ServerKind::{MariaDb, MySql, OceanBase};
use sync_service::ops::full::{FailureKind, Outcome};

#[tokio::test]
async fn a_row_that_cannot_be_written_is_named_and_fails_its_table_alone() {
    let place = Place::between(MySql, OceanBase).await;
    place
        .source
        .exec(
            "CREATE TABLE bad(id INT PRIMARY KEY, v VARCHAR(20)); \
        CREATE TABLE good(id INT PRIMARY KEY, v VARCHAR(20)); \
        INSERT INTO good VALUES (1,'a'),(2,'b'); \
        INSERT INTO bad VALUES (1,'a'),(2,'b'),(3,'far too long'),(4,'d'),(5,'e')",
        )
        .await
        .unwrap();
    place
        .target
        .exec(
            "CREATE TABLE bad(id INT PRIMARY KEY, v VARCHAR(5)); \
        CREATE TABLE good(id INT PRIMARY KEY, v VARCHAR(20))",
        )
        .await
        .unwrap();
    assert_eq!(place.run(&["bad", "good"]).await, Outcome::Ended { failed: 1 });
    let failure = place.book.page(0).failure.unwrap();
    assert_eq!(failure.kind, FailureKind::Row);
    assert!(failure.message.contains("(id = 3)"), "{}", failure.message);
    assert!(place.book.page(1).table.finished);
    place.same("SELECT * FROM good ORDER BY id").await;

    place.target.exec("ALTER TABLE bad MODIFY v VARCHAR(20)").await.unwrap();
    assert_eq!(place.run(&["bad", "good"]).await, Outcome::Ended { failed: 0 });
    place.same("SELECT * FROM bad ORDER BY id").await;
}

#[tokio::test]
async fn rows_that_collide_at_the_target_are_named() {
    let place = Place::between(MySql, OceanBase).await;
    place
        .source
        .exec(
            "CREATE TABLE t(k VARCHAR(9) COLLATE utf8mb4_bin PRIMARY KEY, v INT) \
        DEFAULT CHARACTER SET utf8mb4; INSERT INTO t VALUES ('a',1),('A',2),('b',3)",
        )
        .await
        .unwrap();
    place
        .target
        .exec(
            "CREATE TABLE t(k VARCHAR(9) COLLATE utf8mb4_general_ci PRIMARY KEY, v INT) \
        DEFAULT CHARACTER SET utf8mb4",
        )
        .await
        .unwrap();
    assert_eq!(place.run(&["t"]).await, Outcome::Ended { failed: 1 });
    let failure = place.book.page(0).failure.unwrap();
    assert_eq!(failure.kind, FailureKind::Conflict);
    assert!(failure.message.contains("k = 'a'"), "{}", failure.message);
}

#[tokio::test]
async fn a_target_that_holds_rows_is_refused_or_kept() {
    let mut place = Place::between(MySql, MariaDb).await;
    place.both("CREATE TABLE t(id INT PRIMARY KEY, v INT)").await;
    place.source.exec("INSERT INTO t VALUES (1,1),(2,2),(3,3)").await.unwrap();
    place.target.exec("INSERT INTO t VALUES (2,99),(3,3),(7,7)").await.unwrap();
    assert_eq!(place.run(&["t"]).await, Outcome::Ended { failed: 1 });
    assert_eq!(place.book.page(0).failure.unwrap().kind, FailureKind::NotEmpty);
    place.keeps = true;
    assert_eq!(place.run(&["t"]).await, Outcome::Ended { failed: 0 });
    let rows = place.target.rows("SELECT id, v FROM t ORDER BY id").await.unwrap();
    let rows: Vec<_> = rows.iter().map(|row| row[1].clone().unwrap()).collect();
    assert_eq!(rows, ["1", "99", "3", "7"], "what was there stays");
    assert_eq!(place.book.page(0).conflicts, ["(id = 2)"]);
}

/// Something was in the way of the rows together, and of none of them alone.
#[tokio::test]
async fn a_row_that_is_at_the_target_is_not_blamed() {
    let place = Place::between(MySql, MariaDb).await;
    place.both("CREATE TABLE t(id INT PRIMARY KEY, v INT NOT NULL)").await;
    place.source.exec("INSERT INTO t VALUES (1,1),(2,2),(3,3),(4,4),(5,5)").await.unwrap();
    // The third row that a session writes is refused, whichever it is.
    place
        .target
        .exec(
            "CREATE TRIGGER third BEFORE INSERT ON t FOR EACH ROW \
             SET NEW.v = IF((@written := COALESCE(@written, 0) + 1) = 3, NULL, NEW.v)",
        )
        .await
        .unwrap();
    let outcome = place.run(&["t"]).await;
    assert_eq!(outcome, Outcome::Ended { failed: 0 }, "{:?}", place.book.page(0).failure);
    place.same("SELECT * FROM t ORDER BY id").await;
}

/// Rows of a batch are looked at more than once when one of them is refused.
#[tokio::test]
async fn a_row_that_is_kept_is_neither_blamed_nor_counted_twice() {
    for target in [MySql, OceanBase] {
        let mut place = Place::between(MySql, target).await;
        place.both("CREATE TABLE t(id INT PRIMARY KEY, u INT NOT NULL UNIQUE)").await;
        place.source.exec("INSERT INTO t VALUES (1,1),(2,2),(3,3),(4,4),(5,5)").await.unwrap();
        place.target.exec("INSERT INTO t VALUES (2,99),(5,98),(8,4)").await.unwrap();
        place.keeps = true;
        assert_eq!(place.run(&["t"]).await, Outcome::Ended { failed: 1 });
        let page = place.book.page(0);
        let failure = page.failure.unwrap();
        assert_eq!(failure.kind, FailureKind::Conflict, "{}", failure.message);
        assert!(failure.message.contains("(id = 4)"), "{}", failure.message);
        place.target.exec("DELETE FROM t WHERE id = 8").await.unwrap();
        assert_eq!(place.run(&["t"]).await, Outcome::Ended { failed: 0 });
        assert_eq!(place.book.page(0).conflicts, ["(id = 2)", "(id = 5)"], "{target}");
        let rows = place.target.rows("SELECT u FROM t ORDER BY id").await.unwrap();
        let rows: Vec<_> = rows.iter().map(|row| row[0].clone().unwrap()).collect();
        assert_eq!(rows, ["1", "99", "3", "4", "98"]);
    }
}

#[tokio::test]
async fn tables_that_do_not_fit_say_why() {
    let place = Place::between(MySql, OceanBase).await;
    place
        .source
        .exec(
            "CREATE TABLE narrow(id INT PRIMARY KEY, v INT, w INT); \
        CREATE TABLE absent(id INT PRIMARY KEY); CREATE TABLE filtered(id INT PRIMARY KEY); \
        INSERT INTO filtered VALUES (1)",
        )
        .await
        .unwrap();
    place
        .target
        .exec(
            "CREATE TABLE narrow(id INT PRIMARY KEY, v INT); \
        CREATE TABLE filtered(id INT PRIMARY KEY)",
        )
        .await
        .unwrap();
    let mut plans = vec![
        place.plan(0, "narrow"),
        place.plan(1, "absent"),
        place.plan(2, "filtered"),
        place.plan(3, "never"),
    ];
    plans[2].filter = Some("nosuch = 1".into());
    assert_eq!(place.load(plans).run().await, Outcome::Ended { failed: 4 });
    for (number, kind, part) in [
        (0, FailureKind::Table, "has no column \"w\""),
        (1, FailureKind::Table, "target: there is no table \"absent\""),
        (2, FailureKind::Table, "nosuch"),
        (3, FailureKind::Table, "source: there is no table \"never\""),
    ] {
        let failure = place.book.page(number).failure.unwrap();
        assert_eq!(failure.kind, kind, "{}", failure.message);
        assert!(failure.message.contains(part), "{}", failure.message);
    }
}
