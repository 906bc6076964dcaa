//! The folders of `cases/`: what they say, and between which servers they hold.
//!
//! Cases that need nothing of their own go in one migration for each pair of servers; those that are
//! refused, or that give arguments, go alone. The same cases are followed while they change.

mod case;
mod compare;
mod follower;
mod live;
mod run;
mod stage;
mod statements;

use live::How;
use oms_testkit::servers::ServerKind::{MariaDb, MySql, OceanBase};

macro_rules! pairs {
    ($($name:ident: $source:ident to $target:ident;)+) => {$(
        #[tokio::test]
        async fn $name() {
            run::together($source, $target).await;
        }
    )+};
}

pairs! {
    mysql_to_mysql: MySql to MySql;
    mysql_to_mariadb: MySql to MariaDb;
    mysql_to_oceanbase: MySql to OceanBase;
    mariadb_to_mysql: MariaDb to MySql;
    mariadb_to_mariadb: MariaDb to MariaDb;
    mariadb_to_oceanbase: MariaDb to OceanBase;
    oceanbase_to_mysql: OceanBase to MySql;
    oceanbase_to_mariadb: OceanBase to MariaDb;
    oceanbase_to_oceanbase: OceanBase to OceanBase;
}

macro_rules! followed {
    ($($name:ident: $source:ident to $target:ident, $how:ident;)+) => {$(
        #[tokio::test]
        async fn $name() {
            live::together($source, $target, How::$how).await;
        }
    )+};
}

followed! {
    mysql_changes_to_mariadb: MySql to MariaDb, Changes;
    mysql_rows_to_mariadb: MySql to MariaDb, Rows;
    mysql_lag_to_mariadb: MySql to MariaDb, Lag;
    mysql_kills_to_mariadb: MySql to MariaDb, Kills;
    mysql_changes_to_oceanbase: MySql to OceanBase, Changes;
    mysql_rows_to_oceanbase: MySql to OceanBase, Rows;
    mysql_lag_to_oceanbase: MySql to OceanBase, Lag;
    mariadb_changes_to_mysql: MariaDb to MySql, Changes;
    mariadb_rows_to_mysql: MariaDb to MySql, Rows;
    mariadb_lag_to_mysql: MariaDb to MySql, Lag;
    oceanbase_changes_to_mysql: OceanBase to MySql, Changes;
    oceanbase_rows_to_mysql: OceanBase to MySql, Rows;
    oceanbase_lag_to_mysql: OceanBase to MySql, Lag;
}

macro_rules! stopped {
    ($($name:ident: $source:ident to $target:ident;)+) => {$(
        #[tokio::test]
        async fn $name() {
            live::stopped($source, $target).await;
        }
    )+};
}

stopped! {
    mysql_stops_to_mariadb: MySql to MariaDb;
    mysql_stops_to_oceanbase: MySql to OceanBase;
    mariadb_stops_to_mysql: MariaDb to MySql;
    oceanbase_stops_to_mysql: OceanBase to MySql;
}

#[tokio::test]
async fn each_alone_that_must_be() {
    run::alone().await;
}

#[test]
fn every_folder_is_a_case() {
    let cases = case::all();
    assert!(cases.len() >= 35, "{} cases", cases.len());
}
