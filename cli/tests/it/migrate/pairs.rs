//! Between each two members of the family.

use super::yard::Yard;
use oms_testkit::servers::ServerKind::{self, MariaDb, MySql, OceanBase};

const TABLES: &str = "
    CREATE TABLE orders (
        id BIGINT UNSIGNED PRIMARY KEY, note VARCHAR(40), price DECIMAL(12, 3), at DATETIME(6)
    );
    CREATE TABLE items (
        order_id BIGINT UNSIGNED, pos INT, data VARBINARY(32), PRIMARY KEY (order_id, pos)
    );
    CREATE TABLE notes (body TEXT);
    CREATE TABLE nothing (id INT PRIMARY KEY);";

/// Rows of every sort: a sequence of 32 × 32 × 10 numbers, made the same way everywhere.
pub const ROWS: &str = "
    CREATE TABLE n (d INT PRIMARY KEY);
    INSERT INTO n VALUES (0),(1),(2),(3),(4),(5),(6),(7),(8),(9);
    INSERT INTO orders SELECT a.d + 10 * b.d + 100 * c.d + 1000 * e.d, CONCAT('größe-', a.d, b.d),
        a.d * 1.125 - b.d, '2024-02-29 12:34:56.000007' + INTERVAL e.d DAY
        FROM n a, n b, n c, n e;
    INSERT INTO items SELECT a.d + 10 * b.d, c.d, UNHEX(LPAD(HEX(CRC32(CONCAT(a.d, b.d, c.d))), 8, '0'))
        FROM n a, n b, n c;
    INSERT INTO notes SELECT REPEAT(CONCAT('x', a.d), 20) FROM n a, n b;
    DROP TABLE n;";

/// All values of a table in one number.
pub const SUMS: [&str; 3] = [
    "SELECT CONCAT(COUNT(*), ':', SUM(CRC32(CONCAT_WS('#', id, note, price, at)))) FROM orders",
    "SELECT CONCAT(COUNT(*), ':', SUM(CRC32(CONCAT_WS('#', order_id, pos, HEX(data))))) FROM items",
    "SELECT CONCAT(COUNT(*), ':', SUM(CRC32(body))) FROM notes",
];

async fn moves(source: ServerKind, target: ServerKind) {
    let yard = Yard::between(source, target).await;
    yard.both(TABLES).await;
    yard.source.exec(ROWS).await.expect("rows");
    let last = yard.loaded(&["--objects", &yard.everything()]);
    assert_eq!(
        (&last["event"], &last["tables"], &last["rows"], &last["mismatches"]),
        (&"finished".into(), &4.into(), &11_100.into(), &0.into()),
        "{last}"
    );
    assert!(last["bytes"].as_u64() > Some(100_000), "{last}");
    for sum in SUMS {
        let from = yard.source.value(sum).await.expect("a sum");
        let to = yard.target.value(sum).await.expect("a sum");
        assert_eq!(from, to, "{sum}");
    }
}

macro_rules! pairs {
    ($($name:ident: $source:ident to $target:ident;)+) => {$(
        #[tokio::test]
        async fn $name() {
            moves($source, $target).await;
        }
    )+};
}

pairs! {
    mysql_goes_to_mariadb: MySql to MariaDb;
    mysql_goes_to_oceanbase: MySql to OceanBase;
    mysql_goes_to_mysql: MySql to MySql;
    mariadb_goes_to_mysql: MariaDb to MySql;
    mariadb_goes_to_oceanbase: MariaDb to OceanBase;
    oceanbase_goes_to_mysql: OceanBase to MySql;
    oceanbase_goes_to_mariadb: OceanBase to MariaDb;
}
