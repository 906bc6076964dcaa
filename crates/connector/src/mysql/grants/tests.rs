//! Lines as the four products print them.

use super::*;

fn grants(lines: &[&str]) -> Grants {
    Grants::read(&lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>(), false)
}

#[test]
fn everything_on_the_server_is_everything_everywhere() {
    let root = grants(&[
        "GRANT ALL PRIVILEGES ON *.* TO 'root' WITH GRANT OPTION",
        "GRANT PROXY ON ``@`%` TO `root`@`localhost` WITH GRANT OPTION",
    ]);
    assert!(root.hold_on_server("REPLICATION SLAVE"));
    assert!(root.hold("CREATE VIEW", "shop"));
}

#[test]
fn mysql_lists_static_rights_and_dynamic_ones_apart() {
    let root = grants(&[
        "GRANT SELECT, CREATE, REPLICATION SLAVE, REPLICATION CLIENT, CREATE VIEW ON *.* TO `r`@`%`",
        "GRANT BACKUP_ADMIN,BINLOG_ADMIN ON *.* TO `r`@`%` WITH GRANT OPTION",
    ]);
    assert!(root.hold("SELECT", "shop"));
    assert!(root.hold_on_server("BINLOG_ADMIN"));
    assert!(!root.hold("CREATE ROUTINE", "shop"), "CREATE is not its beginning");
    assert!(!root.hold("VIEW", "shop"));
}

#[test]
fn rights_in_a_database_stay_there() {
    let one = grants(&[
        "GRANT USAGE ON *.* TO `u`@`%`",
        "GRANT SELECT, SHOW VIEW ON `shop`.* TO `u`@`%`",
    ]);
    assert!(one.hold("SELECT", "shop"));
    assert!(!one.hold("SELECT", "shops"));
    assert!(!one.hold("SELECT", "SHOP"), "names are compared exactly");
    assert!(!one.hold("INSERT", "shop"));
    assert!(!one.hold_on_server("SELECT"));
}

#[test]
fn wildcards_match_and_escaped_ones_stand_for_themselves() {
    let some =
        grants(&["GRANT SELECT ON `app\\_%`.* TO `u`@`%`", "GRANT INSERT ON `app_1`.* TO `u`@`%`"]);
    assert!(some.hold("SELECT", "app_"));
    assert!(some.hold("SELECT", "app_eu"));
    assert!(!some.hold("SELECT", "appseu"));
    assert!(some.hold("INSERT", "appx1"));
}

#[test]
fn a_pattern_full_of_wildcards_is_matched_without_delay() {
    let pattern = format!("GRANT SELECT ON `{}`.* TO `u`@`%`", "%a".repeat(31));
    let name = "a".repeat(63) + "b";
    assert!(!grants(&[&pattern]).hold("SELECT", &name));
    assert!(grants(&[&pattern]).hold("SELECT", &name.replace('b', "a")));
}

#[test]
fn with_partial_revokes_on_no_character_is_a_wildcard() {
    let lines = ["GRANT SELECT ON `app%`.* TO `u`@`%`".to_owned()];
    assert!(Grants::read(&lines, true).hold("SELECT", "app%"));
    assert!(!Grants::read(&lines, true).hold("SELECT", "app1"));
}

#[test]
fn the_most_specific_pattern_of_an_account_counts_alone() {
    let one = grants(&[
        "GRANT ALL PRIVILEGES ON `app%`.* TO `u`@`%`",
        "GRANT SELECT ON `app1`.* TO `u`@`%`",
    ]);
    assert!(one.hold("INSERT", "app2"));
    assert!(one.hold("SELECT", "app1"));
    assert!(!one.hold("INSERT", "app1"));
}

#[test]
fn what_another_role_or_everybody_has_is_added() {
    let mariadb = grants(&[
        "GRANT SELECT ON `test`.* TO `u`@`%` IDENTIFIED BY PASSWORD '*D821 TO ON'",
        "GRANT INSERT, DELETE HISTORY ON `test`.* TO `writer`",
        "GRANT UPDATE ON `test\\_%`.* TO PUBLIC",
        "GRANT `writer` TO `u`@`%`",
    ]);
    assert!(mariadb.hold("SELECT", "test"));
    assert!(mariadb.hold("INSERT", "test"));
    assert!(mariadb.hold("UPDATE", "test_1"));
    assert!(!mariadb.hold("UPDATE", "test"));
}

#[test]
fn a_partial_revoke_takes_a_right_away_in_one_database() {
    let one = grants(&[
        "GRANT SELECT, INSERT ON *.* TO `u`@`%`",
        "REVOKE INSERT ON `mysql`.* FROM `u`@`%`",
    ]);
    assert!(one.hold("INSERT", "shop"));
    assert!(!one.hold("INSERT", "mysql"));
    assert!(one.hold("SELECT", "mysql"));
}

#[test]
fn rights_on_tables_columns_and_routines_are_not_rights_on_the_database() {
    let narrow = grants(&[
        "GRANT SELECT, INSERT (`name`, `b``, SELECT`) ON `shop`.`t` TO `u`@`%`",
        "GRANT INSERT (`name`), SELECT ON `shop`.`kinds` TO 'u1'",
        "GRANT EXECUTE ON PROCEDURE `shop`.`p` TO `u`@`%`",
    ]);
    assert!(!narrow.hold("SELECT", "shop"));
    assert!(!narrow.hold("EXECUTE", "shop"));
    assert_eq!(whole_rights("SELECT, INSERT (`a`, `b`), ALTER"), ["SELECT", "ALTER"]);
}

#[test]
fn hostile_names_do_not_confuse_the_reader() {
    let odd = grants(&[
        "GRANT SELECT ON `a.b ON *.* TO x`.* TO `u TO v`@`%`",
        "GRANT INSERT ON `tick``s`.* TO `u TO v`@`%`",
    ]);
    assert!(odd.hold("SELECT", "a.b ON *.* TO x"));
    assert!(odd.hold("INSERT", "tick`s"));
    assert!(!odd.hold_on_server("SELECT"));
}

#[test]
fn the_old_and_the_new_name_of_a_mariadb_right_are_one() {
    let one = grants(&["GRANT REPLICATION SLAVE, BINLOG MONITOR ON *.* TO `u`@`%`"]);
    assert!(one.hold_on_server("REPLICATION CLIENT"));
    assert!(one.hold_on_server("BINLOG MONITOR"));
}
