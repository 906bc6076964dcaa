//! Each kind of statement.

use super::stage::{Stage, column, mariadb, mysql, oceanbase, table};
use oms_model::change::{Action, Treatment};

/// What the source runs, and what the target runs then.
const SAME: [(&str, &str); 26] = [
    (
        "ALTER TABLE t ADD COLUMN b INT NOT NULL DEFAULT 3 COMMENT 'x' AFTER a",
        "ADD COLUMN `b` int NOT NULL DEFAULT 3 COMMENT 'x' AFTER `a`",
    ),
    ("ALTER TABLE t ADD b INT FIRST, ADD c DATE", "ADD COLUMN `b` int FIRST, ADD COLUMN `c` date"),
    ("ALTER TABLE s.t ADD (b INT, c INT)", "ADD COLUMN `b` int, ADD COLUMN `c` int"),
    ("ALTER TABLE t ADD b INT UNIQUE", "ADD COLUMN `b` int, ADD UNIQUE KEY `b` (`b`)"),
    (
        "ALTER TABLE t ADD b INT AS (id + 1) STORED",
        "ADD COLUMN `b` int GENERATED ALWAYS AS (id + 1) STORED",
    ),
    ("ALTER TABLE t DROP a", "DROP COLUMN `a`"),
    ("ALTER TABLE t MODIFY a BIGINT NOT NULL FIRST", "MODIFY COLUMN `a` bigint NOT NULL FIRST"),
    ("ALTER TABLE t CHANGE a b BIGINT", "CHANGE COLUMN `a` `b` bigint"),
    ("ALTER TABLE t RENAME COLUMN a TO b", "RENAME COLUMN `a` TO `b`"),
    ("ALTER TABLE t ALTER a SET DEFAULT 'x'", "ALTER COLUMN `a` SET DEFAULT 'x'"),
    ("ALTER TABLE t ALTER COLUMN a DROP DEFAULT", "ALTER COLUMN `a` DROP DEFAULT"),
    ("ALTER TABLE t ADD INDEX (a, id)", "ADD KEY `a` (`a`,`id`)"),
    (
        "ALTER TABLE t ADD UNIQUE u (a(5)), ALGORITHM=INPLACE, LOCK=NONE",
        "ADD UNIQUE KEY `u` (`a`(5))",
    ),
    (
        "CREATE UNIQUE INDEX u ON t (a) COMMENT 'c' ALGORITHM=INPLACE",
        "ADD UNIQUE KEY `u` (`a`) COMMENT 'c'",
    ),
    ("DROP INDEX k ON t", "DROP INDEX `k`"),
    ("ALTER TABLE t DROP KEY k, ADD KEY k (id)", "DROP INDEX `k`, ADD KEY `k` (`id`)"),
    ("ALTER TABLE t RENAME INDEX k TO k2", "RENAME INDEX `k` TO `k2`"),
    ("ALTER TABLE t ALTER INDEX k INVISIBLE", "ALTER INDEX `k` INVISIBLE"),
    (
        "ALTER TABLE t DROP PRIMARY KEY, ADD PRIMARY KEY (id, a)",
        "DROP PRIMARY KEY, ADD PRIMARY KEY (`id`,`a`)",
    ),
    (
        "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u (x) ON DELETE CASCADE",
        "ADD CONSTRAINT `t_ibfk_1` FOREIGN KEY (`a`) REFERENCES `d`.`u2` (`x`) ON DELETE CASCADE",
    ),
    ("ALTER TABLE t ADD CONSTRAINT c CHECK (id > 0)", "ADD CONSTRAINT `c` CHECK (id > 0)"),
    ("ALTER TABLE t COMMENT 'hello', AUTO_INCREMENT=7", "COMMENT='hello' AUTO_INCREMENT=7"),
    (
        "ALTER TABLE t CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
        "CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
    ),
    (
        "ALTER TABLE t ADD b TIMESTAMP NULL DEFAULT NULL",
        "ADD COLUMN `b` timestamp NULL DEFAULT NULL",
    ),
    (
        "ALTER TABLE t ADD b ENUM('a','b''c') DEFAULT 'a'",
        "ADD COLUMN `b` enum('a','b''c') DEFAULT 'a'",
    ),
    ("ALTER TABLE t PARTITION BY HASH (id) PARTITIONS 4", "PARTITION BY HASH (id)\nPARTITIONS 4"),
];

#[test]
fn clauses_come_out_in_the_words_of_the_target() {
    let stage = Stage::new(mysql());
    for (text, wanted) in SAME {
        assert_eq!(stage.sql(text), [format!("ALTER TABLE `d`.`t` {wanted}")], "{text}");
    }
}

#[test]
fn a_target_that_takes_few_clauses_gets_them_one_by_one() {
    let stage = Stage::new(oceanbase());
    let alter = |clause: &str| format!("ALTER TABLE `d`.`t` {clause}");
    assert_eq!(
        stage.sql("ALTER TABLE t ADD b INT, DROP COLUMN a, ADD INDEX (id)"),
        [alter("ADD COLUMN `b` int"), alter("DROP COLUMN `a`"), alter("ADD KEY `id` (`id`)")]
    );
    assert_eq!(
        stage.sql("ALTER TABLE t DROP PRIMARY KEY, ADD PRIMARY KEY (a)"),
        [alter("DROP PRIMARY KEY, ADD PRIMARY KEY (`a`)")]
    );
}

#[test]
fn text_gets_the_collation_that_the_source_chose_as_the_target_has_it() {
    let mut stage = Stage::new(mariadb());
    let new = column("b", "varchar(20)", Some("utf8mb4_0900_ai_ci"));
    stage.tables = vec![table("t", vec![column("id", "int", None), new])];
    assert_eq!(
        stage.sql("ALTER TABLE t ADD b VARCHAR(20)"),
        ["ALTER TABLE `d`.`t` ADD COLUMN `b` varchar(20) CHARACTER SET utf8mb4 COLLATE \
          utf8mb4_general_ci"]
    );
    let remarks = stage.remarks("ALTER TABLE t ADD b VARCHAR(20)");
    assert!(remarks[0].contains("utf8mb4_0900_ai_ci became utf8mb4_general_ci"), "{remarks:?}");
    let told = stage.sql("ALTER TABLE t ALTER INDEX k INVISIBLE");
    assert_eq!(told, ["ALTER TABLE `d`.`t` ALTER INDEX `k` IGNORED"]);
}

#[test]
fn whole_tables_come_go_and_are_emptied() {
    let mut stage = Stage::new(mysql());
    stage.layouts.push(("u2", "CREATE TABLE `u2` (`id` int NOT NULL)"));
    stage.places.push(("v", "v"));
    assert_eq!(stage.sql("TRUNCATE t"), ["TRUNCATE TABLE `d`.`t`"]);
    assert_eq!(stage.sql("TRUNCATE TABLE elsewhere.t"), [""; 0]);
    let dropped = ["DROP TABLE IF EXISTS `d`.`t`", "DROP TABLE IF EXISTS `d`.`u2`"];
    assert_eq!(stage.sql("DROP TABLE t, x, s.u"), dropped);
    assert_eq!(stage.sql("CREATE TABLE v LIKE u"), ["CREATE TABLE `d`.`v` LIKE `d`.`u2`"]);
    assert_eq!(
        stage.sql("CREATE TABLE v (id INT PRIMARY KEY, n INT DEFAULT 2, KEY (n)) COMMENT 'c'"),
        ["CREATE TABLE `d`.`v` (\n  `id` int,\n  `n` int DEFAULT 2,\n  PRIMARY KEY (`id`),\n  \
          KEY `n` (`n`)\n) COMMENT='c'"]
    );
    assert_eq!(stage.sql("CREATE TABLE IF NOT EXISTS t (id INT)"), [""; 0]);
    let mut without_that = Stage::new(mysql());
    without_that.places.push(("v", "v"));
    without_that.tables =
        vec![table("v", vec![column("id", "int", None), column("x", "date", None)])];
    assert_eq!(
        without_that.sql("CREATE TABLE v (PRIMARY KEY (id)) AS SELECT id, x FROM w"),
        ["CREATE TABLE `d`.`v` (\n  `id` int NOT NULL,\n  `x` date NULL,\n  PRIMARY KEY (`id`)\n)"]
    );
    assert_eq!(
        without_that.sql("CREATE TABLE v LIKE w"),
        ["CREATE TABLE `d`.`v` (\n  `id` int NOT NULL,\n  `x` date NULL,\n  PRIMARY KEY (`id`)\n)"]
    );
}

#[test]
fn names_change_within_what_is_replicated_and_out_of_it() {
    let mut stage = Stage::new(mysql());
    assert_eq!(stage.sql("RENAME TABLE t TO u"), ["RENAME TABLE `d`.`t` TO `d`.`u2`"]);
    assert_eq!(
        stage.sql("RENAME TABLE t TO x, u TO t, x TO u"),
        ["RENAME TABLE `d`.`t` TO `d`.`oms_renamed_1`, `d`.`u2` TO `d`.`t`, \
          `d`.`oms_renamed_1` TO `d`.`u2`"]
    );
    assert_eq!(stage.sql("RENAME TABLE t TO elsewhere.t"), [""; 0]);
    assert!(stage.remarks("RENAME TABLE t TO elsewhere.t")[0].contains("its changes end"));
    assert!(stage.refusal("RENAME TABLE x TO t").contains("its rows are unknown"));
    assert!(stage.refusal("ALTER TABLE x RENAME TO t").contains("its rows are unknown"));
    // What is put aside is put aside at the target as well.
    assert_eq!(
        stage.sql("RENAME TABLE t TO t_old, u TO t"),
        ["RENAME TABLE `d`.`t` TO `d`.`t_old`, `d`.`u2` TO `d`.`t`"]
    );
    assert_eq!(
        stage.sql("ALTER TABLE t ADD b INT, RENAME TO u"),
        ["ALTER TABLE `d`.`t` ADD COLUMN `b` int", "RENAME TABLE `d`.`t` TO `d`.`u2`"]
    );
    stage.shared = true;
    assert!(stage.refusal("TRUNCATE t").contains("other tables go into d.t as well"));
    assert!(stage.refusal("ALTER TABLE t ADD b INT").contains("other tables go into"));
}

const RANGES: &str = "CREATE TABLE `t` (`id` int NOT NULL, PRIMARY KEY (`id`)) PARTITION BY RANGE \
    (`id`) (PARTITION `p0` VALUES LESS THAN (100), PARTITION `p1` VALUES LESS THAN (200))";

#[test]
fn partitions_are_moved_exactly_or_not_at_all() {
    let mut stage = Stage::new(mysql());
    let truncate = "ALTER TABLE t TRUNCATE PARTITION p0";
    assert!(stage.refusal(truncate).contains("has no partitions at the target"));
    assert!(stage.sql("ALTER TABLE t COALESCE PARTITION 2").is_empty());
    stage.layouts = vec![("t", RANGES), ("u2", "CREATE TABLE `u2` (`id` int NOT NULL)")];
    let alter = |clause: &str| [format!("ALTER TABLE `d`.`t` {clause}")];
    assert_eq!(stage.sql(truncate), alter("TRUNCATE PARTITION `p0`"));
    assert_eq!(
        stage.sql("ALTER TABLE t DROP PARTITION p0, p1"),
        alter("DROP PARTITION `p0`, `p1`")
    );
    assert!(stage.refusal("ALTER TABLE t DROP PARTITION p9").contains("no partition p9"));
    assert_eq!(
        stage
            .sql("ALTER TABLE t ADD PARTITION (PARTITION p2 VALUES LESS THAN (300) ENGINE=InnoDB)"),
        alter("ADD PARTITION (PARTITION `p2` VALUES LESS THAN (300) ENGINE=InnoDB)")
    );
    assert_eq!(
        stage.sql("ALTER TABLE t EXCHANGE PARTITION p1 WITH TABLE u WITHOUT VALIDATION"),
        alter("EXCHANGE PARTITION `p1` WITH TABLE `d`.`u2`")
    );
    let exchange = "ALTER TABLE t EXCHANGE PARTITION p1 WITH TABLE w";
    assert!(stage.refusal(exchange).contains("are not replicated"));
    assert_eq!(stage.sql("ALTER TABLE t REMOVE PARTITIONING"), alter("REMOVE PARTITIONING"));
    assert_eq!(
        stage.sql("ALTER TABLE t REORGANIZE PARTITION p1 INTO (PARTITION q VALUES LESS THAN (150), PARTITION p1 VALUES LESS THAN (200))"),
        alter("REORGANIZE PARTITION `p1` INTO (PARTITION `q` VALUES LESS THAN (150),\n PARTITION `p1` VALUES LESS THAN (200))")
    );
}

#[test]
fn what_was_chosen_decides() {
    let mut stage = Stage::new(mysql());
    stage.treatments.insert(Action::AddIndex, Treatment::Ignore);
    stage.treatments.insert(Action::DropColumn, Treatment::Stop);
    stage.treatments.insert(Action::Truncate, Treatment::Ignore);
    let text = "ALTER TABLE t ADD b INT, ADD INDEX (b)";
    assert_eq!(stage.sql(text), ["ALTER TABLE `d`.`t` ADD COLUMN `b` int"]);
    assert_eq!(stage.remarks(text), ["index b left out: ADD_INDEX is ignored"]);
    assert!(stage.refusal("ALTER TABLE t DROP a").contains("the task stops at DROP_COLUMN"));
    assert!(stage.refusal("TRUNCATE t").contains("is to be ignored, and moves rows"));
}

#[test]
fn columns_that_are_not_replicated_are_passed_over() {
    let mut stage = Stage::new(mysql());
    stage.columns = Some(vec!["id".into(), "a".into()]);
    assert!(stage.sql("ALTER TABLE t ADD b INT, ADD INDEX (b), DROP c").is_empty());
    assert_eq!(stage.remarks("ALTER TABLE t DROP c").len(), 1);
    assert_eq!(stage.sql("ALTER TABLE t MODIFY a TEXT, ADD b INT AFTER a").len(), 1);
    assert!(stage.refusal("ALTER TABLE t RENAME COLUMN a TO z").contains("replicated by its name"));
}

#[test]
fn values_that_only_the_source_knows_stop_it() {
    let mut stage = Stage::new(mysql());
    let counted = "ALTER TABLE t ADD n INT AUTO_INCREMENT UNIQUE";
    assert!(stage.refusal(counted).contains("in an order that only the source knows"));
    assert!(
        stage.refusal("ALTER TABLE t ADD u CHAR(36) DEFAULT (UUID())").contains("only the source")
    );
    let now = "ALTER TABLE t ADD n TIMESTAMP DEFAULT CURRENT_TIMESTAMP";
    assert!(stage.refusal(now).contains("time of the statement"));
    stage.environment.insert("timestamp".into(), "1700000000".into());
    let steps = stage.translate(now).unwrap().steps;
    assert_eq!(steps[0].settings["timestamp"], "1700000000");
    let civil = "ALTER TABLE t ADD n DATETIME DEFAULT NOW()";
    assert!(stage.refusal(civil).contains("in a zone"));
    stage.environment.insert("time_zone".into(), "+08:00".into());
    assert_eq!(stage.translate(civil).unwrap().steps[0].settings["time_zone"], "'+08:00'");
    assert!(stage.refusal("ALTER TABLE t IMPORT TABLESPACE").contains("it is not known what"));
}

#[test]
fn what_is_there_already_is_passed_over_where_the_target_may_be_ahead() {
    let mut stage = Stage::new(mysql());
    assert_eq!(stage.sql("ALTER TABLE t ADD a INT").len(), 1, "the target refuses it");
    stage.lenient = true;
    assert!(stage.sql("ALTER TABLE t ADD a INT, ADD KEY k (a), DROP COLUMN z").is_empty());
    assert!(stage.sql("CREATE TABLE t (id INT)").is_empty());
    stage.lenient = false;
    stage.source = mariadb();
    assert!(stage.sql("ALTER TABLE t ADD COLUMN IF NOT EXISTS a INT").is_empty());
    assert!(stage.sql("ALTER TABLE t DROP COLUMN IF EXISTS z").is_empty());
}

#[test]
fn a_target_that_goes_by_its_own_clock_is_told_the_time() {
    let mut stage = Stage::new(oceanbase());
    for (key, value) in [("timestamp", "1709164799.25"), ("time_zone", "-01:30")] {
        stage.environment.insert(key.into(), value.into());
    }
    let alter = |clause: &str| format!("ALTER TABLE `d`.`t` {clause}");
    assert_eq!(
        stage.sql("ALTER TABLE t ADD n TIMESTAMP NULL DEFAULT NOW() ON UPDATE NOW()"),
        [
            alter("ADD COLUMN `n` timestamp NULL DEFAULT '2024-02-28 23:59:59'"),
            alter(
                "MODIFY COLUMN `n` timestamp NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE \
                 CURRENT_TIMESTAMP"
            ),
        ]
    );
    let fine = stage.sql("ALTER TABLE t ADD n DATETIME(3) DEFAULT NOW(3)");
    assert_eq!(fine[0], alter("ADD COLUMN `n` datetime(3) DEFAULT '2024-02-28 22:29:59.250'"));
    stage.environment.insert("time_zone".into(), "Europe/Paris".into());
    let told = stage.refusal("ALTER TABLE t ADD n DATETIME DEFAULT NOW()");
    assert!(told.contains("goes by its own clock"), "{told}");
}
