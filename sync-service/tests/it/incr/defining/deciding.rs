//! What fails or is not wanted is shown, and somebody decides.

use super::super::stage::i;
use super::pair::Pair;
use oms_contracts::ErrorCode;
use oms_model::change::{Action, Treatment};
use oms_testkit::servers::ServerKind::{MariaDb, MySql};
use sync_service::domain::incr::Treatments;
use sync_service::ops::incr::Mode::Eventual;
use sync_service::ops::incr::{Decision, Fate, Outcome};

#[tokio::test]
async fn a_refusal_shows_both_statements_and_can_be_tried_again_edited_or_skipped() {
    for to in [MySql, MariaDb] {
        let mut pair = Pair::new(MySql, to, Eventual).await;
        pair.both("CREATE TABLE t (id INT PRIMARY KEY)").await;
        pair.stage.db.exec("ALTER TABLE t ADD COLUMN a INT").await.unwrap();
        let sql = "ALTER TABLE t ADD COLUMN a BIGINT";
        let added = pair.define(sql, &["t"]).await;
        let last = pair.insert("t", "1, 1", vec![i(1), i(1)]).await;
        for _ in 0..2 {
            let Outcome::Failed(failure) = pair.start().ends().await else { panic!() };
            assert_eq!(failure.code, ErrorCode::DefinitionRefused);
            assert!(failure.message.contains(sql), "{}", failure.message);
            let told = format!("ALTER TABLE `{}`.`t` ADD COLUMN `a` bigint", pair.stage.db.name());
            assert!(failure.message.contains(&told), "{}", failure.message);
            assert!(failure.message.contains("1060"), "{}", failure.message);
        }
        let edited = vec!["ALTER TABLE t MODIFY a BIGINT".to_owned()];
        pair.desk.decisions.lock().unwrap().insert(added, Decision::Run(edited));
        pair.apply(last).await;
        pair.agree(&["SELECT * FROM t"]).await;
        assert_eq!(pair.stage.layout("t").await.columns[1].native[..6], *"bigint");
        assert_eq!(pair.desk.notices.lock().unwrap()[0].fate, Fate::Edited);

        pair.stage.db.exec("ALTER TABLE t ADD COLUMN b INT").await.unwrap();
        let added = pair.define("ALTER TABLE t ADD COLUMN b INT", &["t"]).await;
        let last = pair.insert("t", "2, 2, 2", vec![i(2), i(2), i(2)]).await;
        let Outcome::Failed(_) = pair.start().ends().await else { panic!() };
        pair.desk.decisions.lock().unwrap().insert(added, Decision::Skip);
        pair.apply(last).await;
        pair.agree(&["SELECT * FROM t ORDER BY id"]).await;

        // What was in its way is gone.
        pair.stage.db.exec("ALTER TABLE t ADD COLUMN c INT").await.unwrap();
        pair.define("ALTER TABLE t ADD COLUMN c INT", &["t"]).await;
        let last = pair.insert("t", "3, 3, 3, 3", vec![i(3), i(3), i(3), i(3)]).await;
        let Outcome::Failed(_) = pair.start().ends().await else { panic!() };
        pair.stage.db.exec("ALTER TABLE t DROP COLUMN c").await.unwrap();
        pair.apply(last).await;
        pair.agree(&["SELECT * FROM t ORDER BY id"]).await;
    }
}

#[tokio::test]
async fn kinds_are_replicated_ignored_or_stop_as_chosen() {
    let mut pair = Pair::new(MySql, MySql, Eventual).await;
    pair.both("CREATE TABLE t (id INT PRIMARY KEY)").await;
    let treatments = Treatments::default()
        .with(Action::AddIndex, Treatment::Ignore)
        .with(Action::DropColumn, Treatment::Stop)
        .with(Action::Truncate, Treatment::Ignore);
    pair.stage.defining.as_mut().unwrap().treatments = treatments;
    let last = pair.define("ALTER TABLE t ADD a INT, ADD INDEX k (a)", &["t"]).await;
    pair.apply(last).await;
    assert_eq!(pair.columns("t").await, ["id", "a"]);
    let keys = "SHOW INDEX FROM t WHERE Key_name = 'k'";
    assert!(pair.stage.rows(keys).await.is_empty());
    let remarks = pair.desk.notices.lock().unwrap()[0].remarks.clone();
    assert!(remarks[0].why.contains("ADD_INDEX is ignored"), "{remarks:?}");
    for sql in ["ALTER TABLE t DROP COLUMN a", "TRUNCATE t"] {
        let stopped = pair.define(sql, &["t"]).await;
        let Outcome::Failed(failure) = pair.start().ends().await else { panic!() };
        assert_eq!(failure.code, ErrorCode::DefinitionBarred);
        assert!(failure.message.contains(sql), "{}", failure.message);
        pair.desk.decisions.lock().unwrap().insert(stopped, Decision::Skip);
        pair.apply(stopped).await;
    }
    assert_eq!(pair.columns("t").await, ["id", "a"]);
}

#[tokio::test]
async fn rows_that_nobody_captured_stop_it() {
    let mut pair = Pair::new(MySql, MySql, Eventual).await;
    pair.source.exec("CREATE TABLE elsewhere (id INT PRIMARY KEY)").await.unwrap();
    pair.define("RENAME TABLE elsewhere TO t", &["elsewhere", "t"]).await;
    let Outcome::Failed(failure) = pair.start().ends().await else { panic!() };
    assert_eq!(failure.code, ErrorCode::DefinitionBarred);
    assert!(failure.message.contains("its rows are unknown; load"), "{}", failure.message);
}
