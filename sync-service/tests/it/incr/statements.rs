//! Statements on definitions in the stream.

use super::stage::{Event, Stage, i, ins};
use oms_contracts::ErrorCode;
use oms_model::change::Statement;
use oms_testkit::servers::ServerKind::MySql;
use sync_service::ops::incr::Mode::{Eventual, Transactional};
use sync_service::ops::incr::Outcome;

fn alter(table: &str) -> Event {
    Event::Statement(Box::new(Statement {
        database: Some("source".into()),
        text: format!("ALTER TABLE {table} DROP COLUMN v"),
        touches: vec![("source".into(), table.into())],
        ..Statement::default()
    }))
}

#[tokio::test]
async fn a_statement_on_a_table_of_the_task_ends_it_behind_everything_before() {
    for mode in [Eventual, Transactional] {
        let mut stage = Stage::on(MySql, mode).await;
        let a = stage.table("a", "id INT PRIMARY KEY").await;
        stage.log.commit(&[ins(a, [i(1)])]);
        stage.log.commit(&[alter("elsewhere")]);
        stage.log.commit(&[ins(a, [i(2)])]);
        stage.log.commit(&[alter("a")]);
        stage.log.commit(&[ins(a, [i(3)])]);
        let Outcome::Failed(failure) = stage.start().ends().await else { panic!() };
        assert_eq!(failure.code, ErrorCode::DefinitionMet);
        assert!(failure.message.ends_with("ALTER TABLE a DROP COLUMN v"), "{}", failure.message);
        assert_eq!(stage.shows("SELECT id FROM a ORDER BY id").await, ["1", "2"], "{mode:?}");
    }
}
