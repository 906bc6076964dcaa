//! Stores of real servers: what is committed there, once, also behind a death of the service.

use crate::app::{PATIENCE, TestApp, id, spec_of};
use oms_clients::store::{Changes, Delivered};
use oms_contracts::store::ChangesQuery;
use oms_model::{
    Cells,
    change::{Change, Definitions, Item, Items, RowKind, Seq},
};
use oms_testkit::{
    TestDb,
    servers::{ServerKind, of_this_run},
};
use serde_json::json;
use tokio::time::timeout;

/// What was read of a store, in words: `+` a row that is new, `-` one that is gone, `~` one that
/// changed, `!` a statement.
struct Heard {
    changes: Changes,
    definitions: Definitions,
    told: Vec<String>,
    /// The number of the last change.
    last: Seq,
}

impl Heard {
    async fn behind(app: &TestApp, after: Seq) -> Self {
        let query = ChangesQuery { after, consumer: None };
        let changes = app.client().changes(&id("p.store"), &query).await.expect("is read");
        Self { changes, definitions: Definitions::default(), told: vec![], last: after }
    }

    /// Reads until so many changes were told, and that no more follow.
    async fn told(mut self, count: usize) -> (Vec<String>, Seq) {
        let mut is_silent = false;
        while self.told.len() < count || !is_silent {
            let next = timeout(PATIENCE, self.changes.next()).await.expect("it is not silent");
            is_silent = false;
            match next.expect("a frame") {
                Delivered::Defined(defined) => {
                    for definition in &defined.definitions {
                        assert!(self.definitions.restore(definition), "{definition:?}");
                    }
                }
                Delivered::Block(block) => self.block(&block.items),
                Delivered::Alive { .. } => is_silent = true,
            }
        }
        (self.told, self.last)
    }

    fn block(&mut self, items: &[u8]) {
        for item in Items::new(items) {
            match item.expect("an item") {
                Item::Begin(head) => {
                    assert_eq!(head.first, self.last.next(), "no gap and no repeat");
                    self.last = head.last();
                    assert!(!head.id.is_empty() && head.committed > 0);
                }
                Item::Rows(rows) => {
                    let told = rows.changes().map(|change| self.row(&change)).collect::<Vec<_>>();
                    self.told.extend(told);
                }
                Item::Statement(statement) => self.told.push(format!("!{}", statement.text)),
                Item::End | Item::Beat(_) => {}
            }
        }
    }

    fn row(&self, change: &Change<'_>) -> String {
        let table = self.definitions.table(change.table).expect("it was defined");
        let image = |stored| {
            let values: Vec<String> = Cells::new(stored).map(|value| value.to_string()).collect();
            assert_eq!(values.len(), table.columns.len());
            values.join(",")
        };
        match change.kind {
            RowKind::Insert => format!("+{} {}", table.name, image(change.after)),
            RowKind::Delete => format!("-{} {}", table.name, image(change.before)),
            RowKind::Update => {
                format!("~{} {} > {}", table.name, image(change.before), image(change.after))
            }
        }
    }
}

async fn a_server_is_captured(server: ServerKind, kind: &str) {
    let server = of_this_run(server);
    let db = TestDb::create(server).await.expect("a database");
    let tables = "CREATE TABLE kept(id INT PRIMARY KEY, v VARCHAR(9)); CREATE TABLE quiet(v INT)";
    db.exec(tables).await.expect("are created");
    let app = TestApp::on_databases().await;
    let store = spec_of(&json!({
        "source": {
            "kind": kind, "host": server.host, "port": server.port,
            "user": server.user, "password": server.password,
        },
        "method": "BINLOG",
        "objects": {
            "mode": "WILDCARD", "tableAndViewWhiteList": [format!("{}.*", db.name())],
        },
    }));
    app.client().put_store(&id("p.store"), &store).await.expect("is kept");
    app.client().start(&id("p.store")).await.expect("starts");
    app.sees("p.store", |view| view.live.has_begun).await;
    db.exec("INSERT INTO kept VALUES (1, 'a'), (2, 'b')").await.expect("is written");
    db.exec("UPDATE kept SET v = 'c' WHERE id = 2").await.expect("is written");
    let (told, last) = Heard::behind(&app, Seq::START).await.told(3).await;
    assert_eq!(told, ["+kept 1,'a'", "+kept 2,'b'", "~kept 2,'b' > 2,'c'"]);
    let app = app.die_and_return().await;
    // Nothing of this table was in the log before.
    db.exec("INSERT INTO quiet VALUES (7)").await.expect("is written");
    db.exec("ALTER TABLE kept ADD COLUMN w INT").await.expect("is altered");
    db.exec("INSERT INTO kept VALUES (3, 'd', 6)").await.expect("is written");
    let (told, _) = Heard::behind(&app, last).await.told(3).await;
    assert_eq!(told, ["+quiet 7", "!ALTER TABLE kept ADD COLUMN w INT", "+kept 3,'d',6"]);
    let (all, _) = Heard::behind(&app, Seq::START).await.told(6).await;
    assert_eq!(all.len(), 6, "{all:?}");
}

#[tokio::test]
async fn a_mysql_is_captured() {
    a_server_is_captured(ServerKind::MySql, "MYSQL").await;
}

#[tokio::test]
async fn a_mariadb_is_captured() {
    a_server_is_captured(ServerKind::MariaDb, "MARIADB").await;
}
