//! What the source has comes to be at the target.

use super::scene::{Scene, codes};
use oms_contracts::sync::{ObjectState, StatementKind};
use oms_testkit::{
    TestUser,
    servers::ServerKind::{self, MariaDb, MySql, OceanBase},
};

const SHOP: &str = "CREATE TABLE customers(id INT PRIMARY KEY, name VARCHAR(20) NOT NULL, KEY by_name(name)); \
    CREATE TABLE orders(id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, customer INT, total DECIMAL(10,2) DEFAULT 0, \
      placed DATETIME(3) NULL, note TEXT, CONSTRAINT of_customer FOREIGN KEY (customer) REFERENCES customers(id), \
      CONSTRAINT positive CHECK (total >= 0)); \
    CREATE TABLE nothing_unique(a INT, b VARCHAR(9)); \
    CREATE VIEW aaa_last AS SELECT id FROM middle; \
    DROP VIEW aaa_last; \
    CREATE VIEW middle AS SELECT id, total FROM orders WHERE total > 1; \
    CREATE VIEW aaa_last AS SELECT id FROM middle;";

async fn a_shop_moves(source: ServerKind, target: ServerKind) {
    let mut scene = Scene::between(source, target).await;
    let shop: Vec<&str> = SHOP.split("; ").collect();
    for sql in shop.iter().filter(|sql| !sql.contains("aaa_last") || sql.ends_with(';')) {
        scene.source.exec(sql).await.unwrap();
    }
    scene.add("VIEW", "aaa_last").add("VIEW", "middle");
    scene.tables(&["orders", "customers", "nothing_unique"]);
    scene.succeeds().await;
    assert_eq!(
        scene.there().await,
        ["aaa_last", "customers", "middle", "nothing_unique", "orders"]
    );
    scene.target.exec("INSERT INTO orders(id, total) VALUES (7, 2)").await.unwrap();
    let seen = scene.target.value("SELECT id FROM aaa_last").await.unwrap();
    assert_eq!(seen.as_deref(), Some("7"), "views read what is at the target");
    let orders = scene.object(2).await;
    let kinds: Vec<_> = orders.deferred.iter().map(|d| (d.kind, d.name.as_str())).collect();
    let kept = [(StatementKind::Check, "positive"), (StatementKind::ForeignKey, "of_customer")];
    assert_eq!(kinds, kept);
    assert!(!scene.shown("TABLE", "orders").await.contains("FOREIGN KEY"));
    assert!(orders.source_ddl.unwrap().contains("CREATE TABLE `orders`"));
    assert!(orders.converted_ddl.unwrap().contains(scene.target.name()));
    let hidden = scene.object(4).await;
    assert_eq!(hidden.hidden_columns, ["OMS_PK_INCRMT"]);
    assert_eq!(hidden.hidden_indexes, ["UK_nothing_unique_OBPK_INCRMT"]);
    assert_eq!(hidden.object.state, ObjectState::CompletedWithConversion);
    assert!(codes(&hidden).contains(&"HIDDEN_KEY_ADDED"));
    assert!(scene.shown("TABLE", "customers").await.contains("by_name"));
    // The kept statements are what the target understands.
    for statement in orders.deferred {
        scene.target.exec(&statement.sql).await.unwrap();
    }
}

#[tokio::test]
async fn from_mysql_to_oceanbase() {
    a_shop_moves(MySql, OceanBase).await;
}

#[tokio::test]
async fn from_mariadb_to_mysql() {
    a_shop_moves(MariaDb, MySql).await;
}

#[tokio::test]
async fn from_oceanbase_to_mariadb() {
    a_shop_moves(OceanBase, MariaDb).await;
}

#[tokio::test]
async fn what_needs_no_change_is_completed_as_it_is() {
    let mut scene = Scene::between(MySql, MySql).await;
    scene.source.exec("CREATE TABLE plain(a INT PRIMARY KEY)").await.unwrap();
    scene.tables(&["plain"]).succeeds().await;
    assert_eq!(scene.state(0).await, ObjectState::Completed);
    assert_eq!(scene.object(0).await.notes, []);
}

#[tokio::test]
async fn a_missing_database_is_created_with_the_text_of_the_source() {
    let mut scene = Scene::between(MariaDb, OceanBase).await;
    let sql = format!("ALTER DATABASE {} COLLATE utf8mb4_bin", scene.source.name());
    scene.source.exec(&sql).await.unwrap();
    scene.source.exec("CREATE TABLE t(a INT PRIMARY KEY)").await.unwrap();
    scene.tables(&["t"]);
    let name = format!("{}_new", scene.target.name());
    scene.spec["objects"][0]["target"]["database"] = name.clone().into();
    scene.succeeds().await;
    let sql = format!(
        "SELECT default_collation_name FROM information_schema.schemata WHERE schema_name = '{name}'"
    );
    let collation = scene.target.value(&sql).await.unwrap();
    scene.target.exec(&format!("DROP DATABASE {name}")).await.unwrap();
    assert_eq!(collation.as_deref(), Some("utf8mb4_bin"));
}

#[tokio::test]
async fn sequences_come_before_the_tables_that_use_them() {
    let mut scene = Scene::between(MariaDb, MariaDb).await;
    scene.source.exec("CREATE SEQUENCE numbers START WITH 5 INCREMENT BY 3").await.unwrap();
    let sql = "CREATE TABLE t(a INT PRIMARY KEY DEFAULT (NEXT VALUE FOR numbers))";
    scene.source.exec(sql).await.unwrap();
    scene.add("TABLE", "t").add("SEQUENCE", "numbers");
    scene.succeeds().await;
    scene.target.exec("INSERT INTO t VALUES ()").await.unwrap();
    assert_eq!(scene.target.value("SELECT a FROM t").await.unwrap().as_deref(), Some("5"));
    assert!(codes(&scene.object(1).await).contains(&"SEQUENCE_VALUE_NOT_MOVED"));
}

#[tokio::test]
async fn names_that_mean_harm_are_names() {
    for target in [MySql, MariaDb, OceanBase] {
        let mut scene = Scene::between(MySql, target).await;
        let names = ["a`b", "o'm\"s", "x ADD y", "select", "-- c", "ü€"];
        for name in names {
            let quoted = name.replace('`', "``");
            let sql =
                format!("CREATE TABLE `{quoted}`(`{quoted}` INT, KEY `{quoted}`(`{quoted}`))");
            scene.source.exec(&sql).await.unwrap();
        }
        scene.tables(&names).set("indexStrategy", "AFTER_LOAD");
        scene.succeeds().await;
        assert_eq!(scene.there().await.len(), names.len());
        let view = scene.indexes().await;
        let mut kept = Vec::new();
        for (number, _) in (0..).zip(names) {
            kept.extend(scene.object(number).await.deferred);
        }
        assert_eq!(view.summary.error, None, "{kept:#?}");
        assert!(scene.shown("TABLE", "x ADD y").await.contains("KEY `x ADD y`"));
    }
}

#[tokio::test]
async fn several_tables_become_one() {
    let mut scene = Scene::between(MySql, MariaDb).await;
    for name in ["a", "b"] {
        let sql =
            format!("CREATE TABLE {name}(id INT PRIMARY KEY, v INT, KEY k(v), CHECK (v > 0))");
        scene.source.exec(&sql).await.unwrap();
    }
    scene.source.exec("CREATE TABLE other(id INT PRIMARY KEY, w INT)").await.unwrap();
    for name in ["a", "b", "other"] {
        scene.add_as("TABLE", name, "all_of_them");
    }
    scene.set("existingTable", "FAIL");
    scene.run().await;
    assert_eq!(scene.there().await, ["all_of_them"]);
    assert_eq!(scene.state(1).await, ObjectState::Completed);
    assert_eq!(scene.object(1).await.deferred, [], "what they share is kept once");
    scene.failed(2, "column w").await;
}

/// What is told of a table with a trigger when an account has this right on it besides.
async fn told_of_a_trigger(source: ServerKind, right: &str) -> Vec<String> {
    let mut scene = Scene::between(source, MySql).await;
    let sql = "CREATE TABLE t(a INT PRIMARY KEY); \
               CREATE TRIGGER counts BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1";
    scene.source.exec(sql).await.unwrap();
    let database = scene.source.name();
    let rights = [format!("SELECT ON {database}.*"), format!("{right} ON {database}.t")];
    let rights: Vec<&str> = rights.iter().map(String::as_str).collect();
    let user = TestUser::create(scene.source.server(), "t", "pw", &rights).await.unwrap();
    scene.spec["source"]["user"] = user.server().user.clone().into();
    scene.spec["source"]["password"] = user.server().password.clone().into();
    scene.tables(&["t"]).succeeds().await;
    codes(&scene.object(0).await).into_iter().map(str::to_owned).collect()
}

/// A server lists the triggers that an account may see as if there were no others.
#[tokio::test]
async fn triggers_that_cannot_be_seen_are_told() {
    for source in [MySql, MariaDb, OceanBase] {
        let told = told_of_a_trigger(source, "INSERT").await;
        assert!(told.contains(&"TRIGGERS_NOT_SEEN".to_owned()), "{source}: {told:?}");
        let told = told_of_a_trigger(source, "TRIGGER").await;
        assert!(!told.contains(&"TRIGGERS_NOT_SEEN".to_owned()), "{source}: {told:?}");
        assert!(told.contains(&"TRIGGER_NOT_CREATED".to_owned()), "{source}: {told:?}");
    }
}

#[tokio::test]
async fn triggers_are_kept_for_the_switchover() {
    let mut scene = Scene::between(MySql, MySql).await;
    scene.source.exec("CREATE TABLE t(a INT PRIMARY KEY)").await.unwrap();
    let sql = "CREATE TRIGGER counts BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1";
    scene.source.exec(sql).await.unwrap();
    scene.tables(&["t"]).succeeds().await;
    let object = scene.object(0).await;
    assert_eq!(codes(&object), ["TRIGGER_NOT_CREATED"]);
    assert!(object.notes[0].message.contains("counts"));
    let [kept] = &object.deferred[..] else { panic!("{:?}", object.deferred) };
    assert_eq!((kept.kind, kept.name.as_str()), (StatementKind::Trigger, "counts"));
    scene.target.exec(&kept.sql).await.unwrap();
    scene.target.exec("INSERT INTO t VALUES (7)").await.unwrap();
    assert_eq!(scene.target.value("SELECT a FROM t").await.unwrap().as_deref(), Some("1"));
}

#[tokio::test]
async fn the_history_of_a_table_is_kept_where_it_can_be() {
    let sql =
        "CREATE TABLE t(a INT PRIMARY KEY, b INT WITHOUT SYSTEM VERSIONING) WITH SYSTEM VERSIONING";
    let mut scene = Scene::between(MariaDb, MariaDb).await;
    scene.source.exec(sql).await.unwrap();
    scene.tables(&["t"]).succeeds().await;
    assert_eq!(scene.state(0).await, ObjectState::Completed);
    assert!(scene.shown("TABLE", "t").await.contains("WITH SYSTEM VERSIONING"));
    for target in [MySql, OceanBase] {
        let mut scene = Scene::between(MariaDb, target).await;
        scene.source.exec(sql).await.unwrap();
        scene.tables(&["t"]).succeeds().await;
        assert_eq!(scene.state(0).await, ObjectState::CompletedWithConversion);
        assert!(codes(&scene.object(0).await).contains(&"VERSIONING_DROPPED"));
    }
}

#[tokio::test]
async fn a_table_is_created_by_the_next_that_makes_it_when_the_first_fails() {
    let mut scene = Scene::between(MySql, OceanBase).await;
    scene.source.exec("CREATE TABLE b(v INT, KEY k(v))").await.unwrap();
    scene.add_as("TABLE", "gone", "one").add_as("TABLE", "b", "one");
    scene.set("existingTable", "FAIL").run().await;
    assert_eq!(scene.state(0).await, ObjectState::DdlFailed);
    assert_eq!(scene.object(1).await.hidden_columns, ["OMS_PK_INCRMT"], "it made the table");
}
