//! A business at work, made up from a seed: the same seed makes the same statements. Money moves
//! between accounts and none is made or lost; keys change and are swapped; a table without a key
//! holds equal rows; now and then a transaction is large, or taken back.

use crate::{SqlError, TestDb};
use std::fmt::Write as _;

/// The tables it works on, empty.
pub const TABLES: &str = "
    CREATE TABLE accounts (
        id INT PRIMARY KEY, owner VARCHAR(40) NOT NULL, balance DECIMAL(14, 2) NOT NULL,
        touched TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6), UNIQUE KEY by_owner (owner)
    );
    CREATE TABLE moves (
        id BIGINT AUTO_INCREMENT PRIMARY KEY, source INT NOT NULL, target INT NOT NULL,
        amount DECIMAL(14, 2) NOT NULL, note VARCHAR(60), KEY by_source (source)
    );
    CREATE TABLE places (
        shelf INT, slot INT, thing INT NULL, label VARBINARY(24), weight DOUBLE, day DATE,
        PRIMARY KEY (shelf, slot), UNIQUE KEY by_thing (thing)
    );
    CREATE TABLE heap (word VARCHAR(20), n INT, at DATETIME(3) NULL);
    CREATE TABLE papers (
        id INT PRIMARY KEY, kind ENUM ('a', 'b', 'ü') NOT NULL, tags SET ('x', 'y', 'z') NOT NULL,
        body TEXT, facts JSON, seen BIGINT UNSIGNED NOT NULL DEFAULT 0
    );";

/// All values of each table in one number, the same at every member of the family.
pub const SUMS: [&str; 5] = [
    "SELECT CONCAT(COUNT(*), ':', SUM(CRC32(CONCAT_WS('#', id, owner, balance, \
     UNIX_TIMESTAMP(touched))))) FROM accounts",
    "SELECT CONCAT(COUNT(*), ':', SUM(CRC32(CONCAT_WS('#', id, source, target, amount, note)))) FROM moves",
    "SELECT CONCAT(COUNT(*), ':', SUM(CRC32(CONCAT_WS('#', shelf, slot, IFNULL(thing, '-'), HEX(label), \
     IFNULL(ROUND(weight * 1024), '-'), IFNULL(day, '-'))))) FROM places",
    "SELECT CONCAT(COUNT(*), ':', SUM(CRC32(CONCAT_WS('#', word, n, IFNULL(at, '-'))))) FROM heap",
    "SELECT CONCAT(COUNT(*), ':', SUM(CRC32(CONCAT_WS('#', id, kind, tags + 0, body, \
     JSON_UNQUOTE(JSON_EXTRACT(facts, '$.n')), seen)))) FROM papers",
];

/// What all accounts hold together, always.
pub const MONEY: &str = "SELECT SUM(balance) FROM accounts";

const ACCOUNTS: u64 = 500;
const SHELVES: u64 = 12;
const SLOTS: u64 = 12;
const PAPERS: u64 = 300;

/// Statements from a seed.
#[derive(Debug, Clone)]
pub struct Workload {
    state: u64,
    /// How many transactions it made.
    pub made: u64,
}

impl Workload {
    pub fn new(seed: u64) -> Self {
        Self { state: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1, made: 0 }
    }

    /// The rows to begin with.
    pub fn first_rows(&mut self) -> String {
        let mut sql = String::from("INSERT INTO accounts (id, owner, balance) VALUES ");
        for id in 0..ACCOUNTS {
            let _ = write!(sql, "{}({id}, 'o{id}', 1000)", comma(id));
        }
        sql.push_str("; INSERT INTO places VALUES ");
        for at in 0..SHELVES * SLOTS {
            let (shelf, slot, thing) = (at / SLOTS, at % SLOTS, self.nullable(at * 7));
            let _ = write!(sql, "{}({shelf}, {slot}, {thing}, X'00FF', {at}.25, NULL)", comma(at));
        }
        sql.push_str("; INSERT INTO heap VALUES ");
        for n in 0..200 {
            let _ = write!(sql, "{}('w{}', {}, NULL)", comma(n), n % 7, n % 3);
        }
        sql.push_str("; INSERT INTO papers VALUES ");
        for id in 0..PAPERS {
            let facts = format!("{{\"n\": {id}, \"deep\": [1, {{\"é\": null}}]}}");
            let _ = write!(sql, "{}({id}, 'a', 'x,z', 'p{id}', '{facts}', {id})", comma(id));
        }
        sql
    }

    /// The statements of the next transaction.
    pub fn transaction(&mut self) -> Vec<String> {
        self.made += 1;
        let mut sql = match self.below(100) {
            0..35 => self.transfer(),
            35..50 => self.swap(),
            50..65 => self.heap(),
            65..85 => self.paper(),
            85..92 => self.rename(),
            92..97 => self.churn(),
            _ => self.bulk(),
        };
        if self.below(20) == 0 {
            sql.push("ROLLBACK".into());
        }
        sql
    }

    fn transfer(&mut self) -> Vec<String> {
        let (from, to) = (self.below(ACCOUNTS), self.below(ACCOUNTS));
        let cents = self.below(50_000);
        let amount = format!("{}.{:02}", cents / 100, cents % 100);
        let now = "touched = CURRENT_TIMESTAMP(6)";
        vec![
            format!("UPDATE accounts SET balance = balance - {amount}, {now} WHERE id = {from}"),
            format!("UPDATE accounts SET balance = balance + {amount}, {now} WHERE id = {to}"),
            format!(
                "INSERT INTO moves (source, target, amount, note) VALUES ({from}, {to}, {amount}, \
                 'größe {cents}')"
            ),
        ]
    }

    /// Two things change places, by way of nowhere; or a shelf moves up and down.
    fn swap(&mut self) -> Vec<String> {
        let place = |rng: &mut Self| (rng.below(SHELVES), rng.below(SLOTS));
        let ((a, b), (c, d)) = (place(self), place(self));
        match self.below(3) {
            0 => vec![
                format!("SET @t = (SELECT thing FROM places WHERE shelf = {a} AND slot = {b})"),
                format!("SET @u = (SELECT thing FROM places WHERE shelf = {c} AND slot = {d})"),
                format!("UPDATE places SET thing = NULL WHERE shelf = {a} AND slot = {b}"),
                format!("UPDATE places SET thing = @t WHERE shelf = {c} AND slot = {d}"),
                format!(
                    "UPDATE places SET thing = IF({a} = {c} AND {b} = {d}, @t, @u) \
                     WHERE shelf = {a} AND slot = {b}"
                ),
            ],
            1 => vec![
                format!("UPDATE places SET slot = slot + 1000 WHERE shelf = {a}"),
                format!("UPDATE places SET slot = slot - 1000 WHERE shelf = {a}"),
            ],
            _ => vec![
                format!("UPDATE places SET shelf = -1, slot = 0 WHERE shelf = {a} AND slot = {b}"),
                format!(
                    "UPDATE places SET shelf = {a}, slot = {b}, weight = weight + 0.5, \
                         day = '2024-02-29' WHERE shelf = -1"
                ),
            ],
        }
    }

    fn heap(&mut self) -> Vec<String> {
        let (w, n) = (self.below(7), self.below(3));
        match self.below(4) {
            0 => vec![format!("DELETE FROM heap WHERE word = 'w{w}' AND n = {n} LIMIT 2")],
            1 => vec![format!("UPDATE heap SET n = {n} WHERE word = 'w{w}' LIMIT 3")],
            _ => vec![format!(
                "INSERT INTO heap VALUES ('w{w}', {n}, NULL), ('w{w}', {n}, NULL), \
                 ('x{w}', {n}, '2026-01-01 00:00:00.125')"
            )],
        }
    }

    fn paper(&mut self) -> Vec<String> {
        let id = self.below(PAPERS * 2);
        match self.below(4) {
            0 => vec![format!("DELETE FROM papers WHERE id = {id}")],
            1 => vec![format!(
                "REPLACE INTO papers VALUES ({id}, 'ü', '', REPEAT('t', {}), '{{\"n\": {}}}', {})",
                self.below(2_000),
                self.below(99),
                u64::MAX - id
            )],
            _ => vec![format!(
                "UPDATE papers SET kind = 'b', tags = 'y', seen = seen DIV 2, \
                 facts = JSON_SET(facts, '$.n', {}) WHERE id = {id}",
                self.below(1_000)
            )],
        }
    }

    /// A unique value is handed on.
    fn rename(&mut self) -> Vec<String> {
        let (a, b) = (self.below(ACCOUNTS), self.below(ACCOUNTS));
        vec![
            format!("SET @a = (SELECT owner FROM accounts WHERE id = {a})"),
            format!("SET @b = (SELECT owner FROM accounts WHERE id = {b})"),
            format!("UPDATE accounts SET owner = 'nobody' WHERE id = {a}"),
            format!("UPDATE accounts SET owner = IF({a} = {b}, 'nobody', @a) WHERE id = {b}"),
            format!("UPDATE accounts SET owner = @b WHERE id = {a}"),
        ]
    }

    /// Rows that come and go.
    fn churn(&mut self) -> Vec<String> {
        let id = 10_000 + self.below(5);
        vec![
            format!("INSERT IGNORE INTO papers (id, kind, tags, body) VALUES ({id}, 'a', '', '')"),
            format!("UPDATE papers SET id = id + 100, body = 'moved' WHERE id = {id}"),
            format!("DELETE FROM papers WHERE id = {}", id + 100),
            "INSERT INTO moves (source, target, amount) VALUES (0, 0, 0)".into(),
            "DELETE FROM moves WHERE amount = 0 AND source = 0".into(),
        ]
    }

    fn bulk(&mut self) -> Vec<String> {
        let many = 200 + self.below(3_000);
        vec![
            format!(
                "INSERT INTO moves (source, target, amount, note) SELECT source, target, amount, \
                 'again' FROM moves ORDER BY id LIMIT {many}"
            ),
            "UPDATE moves SET note = CONCAT(note, '!') WHERE note = 'again'".into(),
            format!("DELETE FROM moves WHERE note = 'again!' ORDER BY id LIMIT {}", many * 2 / 3),
        ]
    }

    fn nullable(&mut self, value: u64) -> String {
        if self.below(6) == 0 { "NULL".into() } else { value.to_string() }
    }

    /// A number below a bound.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        self.state % bound
    }

    /// Does the next transaction. What the server takes back since others were in the way, it does
    /// not do again.
    pub async fn step(&mut self, db: &TestDb) -> Result<(), SqlError> {
        let mut statements = vec!["BEGIN".to_owned()];
        statements.extend(self.transaction());
        statements.push("COMMIT".into());
        match db.exec(&statements.join("; ")).await {
            Err(error) if is_contention(&error) => db.exec("ROLLBACK").await,
            done => done,
        }
    }
}

fn is_contention(error: &SqlError) -> bool {
    let text = format!("{error:?}");
    ["1213", "1205", "Deadlock"].iter().any(|sign| text.contains(sign))
}

fn comma(at: u64) -> &'static str {
    if at == 0 { "" } else { ", " }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_makes_the_same_statements() {
        let made = |seed| {
            let mut workload = Workload::new(seed);
            let rows = workload.first_rows();
            (rows, (0..500).flat_map(|_| workload.transaction()).collect::<Vec<_>>())
        };
        assert_eq!(made(7), made(7));
        assert_ne!(made(7), made(8));
    }
}
