//! Statements on definitions in the stream.

use super::stage::{Event, Stage, i, ins};
use oms_contracts::ErrorCode;
use oms_model::Table;
use oms_model::change::Statement;
use oms_testkit::servers::ServerKind::{MariaDb, MySql, OceanBase};
use sync_service::ops::incr::Mode::{Eventual, Transactional};
use sync_service::ops::incr::{Outcome, TableRule};

fn alter(table: &str) -> Event {
    Event::Statement(Box::new(Statement {
        database: Some("source".into()),
        text: format!("ALTER TABLE {table} DROP COLUMN v"),
        touches: vec![("source".into(), table.into())],
        ..Statement::default()
    }))
}

/// What it does is done by somebody, who says so; then all goes on behind it.
#[tokio::test]
async fn a_statement_on_a_table_of_the_task_ends_it_behind_everything_before() {
    for target in [MySql, MariaDb, OceanBase] {
        for mode in [Eventual, Transactional] {
            let mut stage = Stage::on(target, mode).await;
            let a = stage.table("a", "id INT PRIMARY KEY, v INT").await;
            let layout = stage.layout("a").await;
            let columns = layout.columns[..1].to_vec();
            let later = Table { database: "source".into(), columns, ..layout };
            let later = stage.maps(&later, TableRule::whole(stage.db.name(), "a"));
            stage.log.commit(&[ins(a, [i(1), i(1)])]);
            stage.log.commit(&[alter("elsewhere")]);
            stage.log.commit(&[ins(a, [i(2), i(2)])]);
            let altered = stage.log.commit(&[alter("a")]);
            let last = stage.log.commit(&[ins(later, [i(3)])]);
            let Outcome::Failed(failure) = stage.start().ends().await else { panic!() };
            assert_eq!(failure.code, ErrorCode::DefinitionMet);
            let told = format!("the source ran, as change {altered} in database");
            assert!(failure.message.starts_with(&told), "{}", failure.message);
            assert!(failure.message.ends_with("TABLE a DROP COLUMN v"), "{}", failure.message);
            let shown = stage.shows("SELECT id, v FROM a ORDER BY id").await;
            assert_eq!(shown, ["1 1", "2 2"], "{target} {mode:?}");

            stage.db.exec("ALTER TABLE a DROP COLUMN v").await.unwrap();
            stage.defined_upto = altered;
            stage.token += 1;
            stage.apply(last).await;
            let shown = stage.shows("SELECT * FROM a ORDER BY id").await;
            assert_eq!(shown, ["1", "2", "3"], "{target} {mode:?}");
        }
    }
}
