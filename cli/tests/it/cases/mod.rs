//! The folders of `cases/`: what they say, and between which servers they hold.
//!
//! Cases that need nothing of their own go in one migration for each pair of servers; those that are
//! refused, or that give arguments, go alone.

mod case;
mod run;
mod statements;

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

#[tokio::test]
async fn each_alone_that_must_be() {
    run::alone().await;
}

#[test]
fn every_folder_is_a_case() {
    let cases = case::all();
    assert!(cases.len() >= 35, "{} cases", cases.len());
}
