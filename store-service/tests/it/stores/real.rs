//! Stores of real servers: what is committed there, once, also behind a death of the service.

use crate::app::{PATIENCE, TestApp, id, spec_of};
use oms_clients::store::{Changes, Delivered};
use oms_contracts::store::{ChangesQuery, SeqQuery};
use oms_model::{
    Cells, Position, PositionKind,
    change::{Change, Definitions, Item, Items, RowKind, Seq},
};
use oms_testkit::{
    TestDb, eventually,
    servers::{Instance, Server, ServerKind, of_this_run},
};
use serde_json::{Value, json};
use tokio::time::timeout;

/// What was read of a store, in words: `+` a row that is new, `-` one that is gone, `~` one that
/// changed, `!` a statement.
pub(super) struct Heard {
    changes: Changes,
    definitions: Definitions,
    told: Vec<String>,
    /// The number of the last change.
    last: Seq,
}

impl Heard {
    pub(super) async fn behind(app: &TestApp, after: Seq) -> Self {
        let query = ChangesQuery { after, consumer: None };
        let changes = app.client().changes(&id("p.store"), &query).await.expect("is read");
        Self { changes, definitions: Definitions::default(), told: vec![], last: after }
    }

    /// Reads until so many changes were told, and that no more follow.
    pub(super) async fn told(mut self, count: usize) -> (Vec<String>, Seq) {
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

/// A store of some tables of a server.
pub(super) fn body(server: &Server, kind: &str, tables: &str) -> Value {
    json!({
        "source": {
            "kind": kind, "host": server.host, "port": server.port,
            "user": server.user, "password": server.password,
        },
        "method": "BINLOG",
        "objects": { "mode": "WILDCARD", "tableAndViewWhiteList": [tables] },
    })
}

async fn a_server_is_captured(server: ServerKind, kind: &str) {
    let server = of_this_run(server);
    let db = TestDb::create(server).await.expect("a database");
    let tables = "CREATE TABLE kept(id INT PRIMARY KEY, v VARCHAR(9)); CREATE TABLE quiet(v INT)";
    db.exec(tables).await.expect("are created");
    let app = TestApp::on_databases().await;
    let store = spec_of(&body(server, kind, &format!("{}.*", db.name())));
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

/// The place that the source is at, as whoever reads rows sees it.
async fn place(db: &TestDb) -> Position {
    let value = async |sql| db.value(sql).await.expect("is asked").unwrap_or_default();
    if db.server().kind == ServerKind::MariaDb {
        let at = value("SELECT @@GLOBAL.gtid_binlog_pos").await;
        return Position::new(PositionKind::MariadbGtid, at);
    }
    let set = value("SELECT @@GLOBAL.gtid_executed").await;
    if !set.is_empty() {
        return Position::new(PositionKind::MysqlGtidSet, set);
    }
    let rows = db.rows("SHOW BINARY LOG STATUS").await.expect("is asked");
    let text = |at: usize| rows[0].get(at).cloned().flatten().unwrap_or_default();
    let uuid = value("SELECT @@GLOBAL.server_uuid").await;
    Position::new(PositionKind::BinlogFile, format!("{}/{}@{uuid}", text(0), text(1)))
}

/// Several sessions write. Whoever keeps them out for a moment sees how many rows there are, and where
/// the source is: that is the change of that number, neither one more nor one less.
async fn a_place_is_exact(server: &Server, name: &str) {
    const WRITERS: u64 = 4;
    const ROWS: u64 = 150;
    let db = TestDb::create(server).await.expect("a database");
    db.exec(
        "CREATE TABLE kept(id INT AUTO_INCREMENT PRIMARY KEY, v INT); CREATE TABLE other(v INT)",
    )
    .await
    .expect("are created");
    let app = TestApp::on_databases().await;
    // Half of what is committed is of no interest.
    let store = spec_of(&body(server, name, &format!("{}.kept", db.name())));
    app.client().put_store(&id("p.store"), &store).await.expect("is kept");
    app.client().start(&id("p.store")).await.expect("starts");
    app.sees("p.store", |view| view.live.has_begun).await;
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..WRITERS {
        let (session, name) =
            (TestDb::create(server).await.expect("a session"), db.name().to_owned());
        writers.spawn(async move {
            for row in 0..ROWS {
                let sql = format!("INSERT INTO {name}.kept(v) VALUES ({writer}); INSERT INTO {name}.other VALUES ({row})");
                session.exec(&sql).await.expect("is written");
            }
        });
    }
    let mut seen = Vec::new();
    while !writers.is_empty() {
        db.exec("LOCK TABLES kept READ").await.expect("is locked");
        let count =
            db.value("SELECT COUNT(*) FROM kept").await.expect("is asked").expect("a count");
        seen.push((place(&db).await, count.parse::<u64>().expect("a number")));
        db.exec("UNLOCK TABLES").await.expect("is unlocked");
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        while let Some(ended) = writers.try_join_next() {
            ended.expect("no panic");
        }
    }
    assert!(
        seen.iter().filter(|(_, rows)| (1..WRITERS * ROWS).contains(rows)).count() > 5,
        "{seen:?}"
    );
    let client = app.client();
    for (place, rows) in &seen {
        // The store may have yet to come to the last ones.
        let found = eventually(PATIENCE, || async {
            client.seq(&id("p.store"), &SeqQuery::behind(place.clone())).await
        })
        .await;
        assert_eq!(found.seq, Seq(*rows), "{place}");
    }
}

#[tokio::test]
async fn a_place_of_mysql_is_exact_with_names_of_transactions_and_without() {
    const NAMED: [&str; 2] = ["--gtid-mode=ON", "--enforce-gtid-consistency=ON"];
    for (arguments, kind) in [(&NAMED[..], "mysql-gtid-set:"), (&["--gtid-mode=OFF"], "binlog-")] {
        let instance = Instance::start_with(ServerKind::MySql, arguments).expect("a server");
        let server = &instance.server;
        let db = TestDb::create(server).await.expect("a database");
        assert!(place(&db).await.to_string().starts_with(kind));
        a_place_is_exact(server, "MYSQL").await;
    }
}

#[tokio::test]
async fn a_place_of_mariadb_is_exact() {
    a_place_is_exact(of_this_run(ServerKind::MariaDb), "MARIADB").await;
}
