//! Tables of tools.

use super::stage::{Stage, column, mysql, table};
use oms_model::ObjectName;

#[test]
fn a_ghost_is_heard_of_and_takes_its_tables_place() {
    let mut stage = Stage::new(mysql());
    let made = stage.translate("CREATE TABLE _t_gho LIKE t").unwrap();
    assert_eq!((made.steps.len(), made.hold), (0, Some(ObjectName::new("s", "_t_gho"))));
    let changed = stage.translate("ALTER TABLE _t_gho ADD COLUMN w INT DEFAULT 3").unwrap();
    assert_eq!((changed.steps.len(), changed.hold.is_some()), (0, true));
    let notes = stage.translate("CREATE TABLE _t_ghc (id INT)").unwrap();
    assert_eq!((notes.steps.len(), notes.hold), (0, None));
    stage.held = vec![
        stage.statement("CREATE TABLE _t_gho LIKE t"),
        stage.statement("ALTER TABLE _t_gho ADD COLUMN w INT DEFAULT 3"),
    ];
    let cut = stage.translate("RENAME TABLE t TO _t_del, _t_gho TO t").unwrap();
    assert_eq!(cut.steps.len(), 1);
    assert_eq!(cut.steps[0].sql, "ALTER TABLE `d`.`t` ADD COLUMN `w` int DEFAULT 3");
    assert_eq!(cut.release, [ObjectName::new("s", "_t_gho")]);
    let gone = stage.translate("DROP TABLE _t_ghc, _t_del").unwrap();
    assert!(gone.steps.is_empty());
    stage.held = vec![stage.statement("ALTER TABLE `s`.`_t_new` DROP COLUMN a")];
    assert_eq!(
        stage.sql("RENAME TABLE `s`.`t` TO `s`.`_t_old`, `s`.`_t_new` TO `s`.`t`"),
        ["ALTER TABLE `d`.`t` DROP COLUMN `a`"]
    );
}

#[test]
fn a_ghost_that_nothing_was_heard_of_is_told_by_its_columns() {
    let mut stage = Stage::new(mysql());
    let cut = "RENAME TABLE t TO _t_del, _t_gho TO t";
    let id = || column("id", "int", None);
    let a = |native: &str| column("a", native, Some("utf8mb4_general_ci"));
    stage.tables = vec![table("t", vec![id(), a("varchar(10)")])];
    assert!(stage.sql(cut).is_empty());
    stage.tables = vec![table("t", vec![id(), a("varchar(20)")])];
    assert_eq!(
        stage.sql(cut),
        ["ALTER TABLE `d`.`t` MODIFY COLUMN `a` varchar(20) CHARACTER SET utf8mb4 COLLATE \
          utf8mb4_general_ci NULL DEFAULT NULL"]
    );
    stage.tables = vec![table("t", vec![id()])];
    assert_eq!(stage.sql(cut), ["ALTER TABLE `d`.`t` DROP COLUMN `a`"]);
    stage.tables = vec![table("t", vec![id(), a("varchar(10)"), column("w", "int", None)])];
    assert!(stage.refusal(cut).contains("the new columns w"));
}
