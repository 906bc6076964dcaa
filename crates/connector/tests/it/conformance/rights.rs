//! Which rights an account lacks.

use crate::account::Account;
use crate::for_every_kind;
use crate::host::{Host, MARIADB, MYSQL, Place};
use oms_connector::{Address, MissingPrivilege, Purpose, open};
use oms_testkit::servers::ServerKind;

for_every_kind!(
    the_statements_reported_give_exactly_what_is_missing,
    each_use_has_the_rights_it_takes,
);

async fn missing(place: &Place<'_>, address: Address) -> Vec<MissingPrivilege> {
    let connector = open(place.host.kind, address).unwrap();
    connector.probe().probe().await.unwrap().missing_privileges
}

/// The account's address, entering the place's database so that only that one counts.
async fn entering(place: &Place<'_>, account: &Account) -> Address {
    let mut address = account.address(place);
    address.database = Some(place.db.name().to_owned());
    if !place.host.is_postgres() {
        // Without any right in a database nobody may enter it.
        let (db, who) = (place.db.name(), account.in_sql());
        // Written so, it is a pattern: what is granted further must not put it out of force.
        place.db.exec(&format!("GRANT SELECT ON {db}.* TO {who}")).await.unwrap();
    }
    address
}

async fn the_statements_reported_give_exactly_what_is_missing(host: &Host) {
    let place = host.furnished().await;
    let account = Account::create(&place, "secret").await;
    let address = entering(&place, &account).await;
    let before = missing(&place, address.clone()).await;
    assert!(before.len() > 5, "{before:?}");
    for lack in &before {
        place
            .db
            .exec(&lack.grant)
            .await
            .unwrap_or_else(|error| panic!("{}: {error:?}", lack.grant));
    }
    assert_eq!(missing(&place, address).await, []);
    account.leave(&place).await;
}

async fn each_use_has_the_rights_it_takes(host: &Host) {
    let place = host.furnished().await;
    let account = Account::create(&place, "secret").await;
    let address = entering(&place, &account).await;
    let missing = missing(&place, address).await;
    let of = |purpose: Purpose| -> Vec<&str> {
        let lacks = missing.iter().filter(|lack| lack.needed_for.contains(&purpose));
        let mut names: Vec<&str> = lacks.map(|lack| lack.privilege.as_str()).collect();
        names.sort_unstable();
        names
    };
    let incremental: &[&str] = match host.server_kind {
        ServerKind::MySql => &["REPLICATION CLIENT", "REPLICATION SLAVE"],
        ServerKind::MariaDb => &["BINLOG MONITOR", "REPLICATION SLAVE"],
        ServerKind::OceanBase => &["CREATE", "TRIGGER"],
        ServerKind::Postgres => &["CREATE", "REPLICATION"],
    };
    assert_eq!(of(Purpose::IncrementalRead), incremental);
    if host.is_postgres() {
        assert_eq!(of(Purpose::FullRead), ["SELECT"]);
        assert_eq!(of(Purpose::Write), ["DELETE", "INSERT", "SELECT", "UPDATE"]);
        assert_eq!(of(Purpose::SchemaWrite), ["CREATE"]);
    } else {
        // SELECT was given to enter the database.
        assert_eq!(of(Purpose::FullRead), Vec::<&str>::new());
        assert_eq!(of(Purpose::SchemaRead), ["SHOW VIEW"]);
        assert_eq!(of(Purpose::Write), ["DELETE", "INSERT", "UPDATE"]);
        let schema = of(Purpose::SchemaWrite);
        for right in ["ALTER", "CREATE", "CREATE VIEW", "DROP", "INDEX"] {
            assert!(schema.contains(&right), "{right} in {schema:?}");
        }
    }
    account.leave(&place).await;
}

/// Rights that come by a role count like the account's own.
async fn a_role_counts(host: &Host, make_default: &str) {
    let place = host.place().await;
    let account = Account::create(&place, "secret").await;
    let (db, who) = (place.db.name(), account.in_sql());
    let role = format!("r_{db}");
    let pattern = db.replace('_', "\\_");
    for sql in [
        format!("CREATE ROLE {role}"),
        format!("GRANT ALL PRIVILEGES ON `{pattern}`.* TO {role}"),
        format!("GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO {role}"),
        format!("GRANT {role} TO {who}"),
        make_default.replace("{role}", &role).replace("{who}", &who),
    ] {
        place.db.exec(&sql).await.unwrap_or_else(|error| panic!("{sql}: {error:?}"));
    }
    let mut address = account.address(&place);
    address.database = Some(db.to_owned());
    let missing = missing(&place, address).await;
    place.db.exec(&format!("DROP ROLE {role}")).await.unwrap();
    assert_eq!(missing, []);
}

#[tokio::test]
async fn a_default_role_of_mysql_counts() {
    a_role_counts(&MYSQL, "SET DEFAULT ROLE {role} TO {who}").await;
}

#[tokio::test]
async fn a_default_role_of_mariadb_counts() {
    a_role_counts(&MARIADB, "SET DEFAULT ROLE {role} FOR {who}").await;
}
