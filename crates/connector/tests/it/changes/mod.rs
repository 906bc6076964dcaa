//! Following real logs: what was committed comes out, whole and in order, and nothing else.

mod definitions;
mod mariadb;
mod names;
mod places;
mod speed;
mod transactions;
mod values;

use crate::host;
use oms_connector::changes::{Commit, Follow, Headway, Moved, Selection, Step};
use oms_connector::{ChangeError, ChangeStream, Connector, open};
use oms_model::change::{Definitions, Entries, Item, Items, Mark, RowKind, Statement};
use oms_model::{Cells, DatabaseKind, Position, Table};
use oms_testkit::TestDb;
use oms_testkit::servers::{Server, ServerKind};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::time::timeout;

/// Longer than anything takes that works.
pub const PATIENCE: Duration = Duration::from_secs(90);
const ENOUGH: usize = 256 << 10;

/// A database of a check's own, on any server.
pub struct Here {
    pub db: TestDb,
    pub connector: Box<dyn Connector>,
}

impl Here {
    pub async fn on(server: &Server) -> Self {
        let kind = match server.kind {
            ServerKind::MariaDb => DatabaseKind::Mariadb,
            ServerKind::OceanBase => DatabaseKind::ObMysql,
            _ => DatabaseKind::Mysql,
        };
        let db = TestDb::create(server).await.unwrap();
        Self { db, connector: open(kind, host::address(server)).unwrap() }
    }

    pub async fn exec(&self, sql: &str) {
        self.db.exec(sql).await.unwrap_or_else(|error| panic!("{sql}: {error:?}"));
    }

    pub async fn end(&self) -> Position {
        self.connector.changes().unwrap().end().await.unwrap()
    }

    pub fn follow_as(&self, from: &Position, reader: u32) -> Follow {
        Follow {
            from: from.clone(),
            selection: Arc::new(Within(self.db.name().to_owned())),
            tables: vec![],
            reader,
            heartbeat: Duration::from_secs(1),
            headway: Headway::default(),
        }
    }

    pub async fn try_follow(&self, follow: Follow) -> Result<Listener, ChangeError> {
        let stream = self.connector.changes().unwrap().follow(follow).await?;
        Ok(Listener::new(stream))
    }

    pub async fn follow(&self, from: &Position) -> Listener {
        self.try_follow(self.follow_as(from, new_reader())).await.unwrap()
    }

    /// Follows with the tables as they were.
    pub async fn follow_knowing(&self, from: &Position, tables: Vec<Table>) -> Listener {
        let follow = self.follow_as(from, new_reader());
        self.try_follow(Follow { tables, ..follow }).await.unwrap()
    }

    pub async fn layout(&self, table: &str) -> Table {
        self.connector.snapshot().unwrap().layout(self.db.name(), table).await.unwrap()
    }

    /// Writes a row that only the end of a check writes.
    pub async fn mark(&self) {
        self.exec("CREATE TABLE IF NOT EXISTS the_end (id INT PRIMARY KEY AUTO_INCREMENT)").await;
        self.exec("INSERT INTO the_end VALUES ()").await;
    }
}

/// A number that no other reader of this run has.
pub fn new_reader() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let base = (std::process::id() % 100_000) * 1000 + 1_000_000;
    base + NEXT.fetch_add(1, Ordering::Relaxed)
}

/// Everything of one database.
pub struct Within(pub String);

impl Selection for Within {
    fn wants(&self, database: &str, _table: &str) -> bool {
        database == self.0
    }
}

/// A change, with its table's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    pub table: String,
    pub kind: RowKind,
    pub before: Vec<u8>,
    pub after: Vec<u8>,
}

impl Heard {
    pub fn said(&self) -> String {
        let image =
            |image: &[u8]| Cells::new(image).map(|it| it.to_string()).collect::<Vec<_>>().join(" ");
        format!("{}: {} > {}", self.table, image(&self.before), image(&self.after))
    }
}

/// What a transaction holds.
#[derive(Debug, Clone)]
pub enum Entry {
    Row(Heard),
    Statement(Statement),
}

/// A committed transaction.
#[derive(Debug, Clone)]
pub struct Transaction {
    pub commit: Commit,
    pub entries: Vec<Entry>,
}

/// Keeps what a stream says, as a log would.
pub struct Listener {
    pub stream: Box<dyn ChangeStream>,
    pub definitions: Definitions,
    /// What belongs to the transaction that goes on.
    gathered: Vec<Entry>,
    savepoints: Vec<(Vec<u8>, usize)>,
    prepared: HashMap<Vec<u8>, Vec<Entry>>,
    pub transactions: Vec<Transaction>,
    /// The places that were said, in order.
    pub moved: Vec<Moved>,
    pub parts: usize,
}

impl Listener {
    pub fn new(stream: Box<dyn ChangeStream>) -> Self {
        Self {
            stream,
            definitions: Definitions::default(),
            gathered: vec![],
            savepoints: vec![],
            prepared: HashMap::new(),
            transactions: vec![],
            moved: vec![],
            parts: 0,
        }
    }

    /// One step.
    pub async fn step(&mut self) -> Result<Step, ChangeError> {
        let mut entries = Entries::default();
        let stepping = self.stream.next(&mut entries, &mut self.definitions, ENOUGH);
        let step = timeout(PATIENCE, stepping).await.expect("a step within the time")?;
        self.gather(&entries);
        assert!(entries.mark() != Mark::default() || entries.is_empty());
        match step.clone() {
            Step::More => self.parts += 1,
            Step::Commit(commit) => {
                let entries = self.take();
                self.moved.push(commit.moved.clone());
                self.transactions.push(Transaction { commit, entries });
            }
            Step::Rollback(moved) => {
                self.take();
                self.moved.push(moved);
            }
            Step::Savepoint(name) => self.savepoints.push((name, self.gathered.len())),
            Step::RollbackTo(name) => {
                let found = self.savepoints.iter().rposition(|(known, _)| *known == name);
                let at = found.expect("a savepoint of that name");
                self.savepoints.truncate(at + 1);
                self.gathered.truncate(self.savepoints[at].1);
            }
            Step::Prepared { name, moved } => {
                let entries = self.take();
                self.prepared.insert(name, entries);
                self.moved.push(moved);
            }
            Step::CommitPrepared { name, commit } => {
                let entries = self.prepared.remove(&name).expect("it was prepared");
                self.moved.push(commit.moved.clone());
                self.transactions.push(Transaction { commit, entries });
            }
            Step::RollbackPrepared { name, moved } => {
                assert!(self.prepared.remove(&name).is_some(), "it was prepared");
                self.moved.push(moved);
            }
            Step::Moved(moved) => {
                assert!(self.gathered.is_empty(), "nothing happened");
                self.moved.push(moved);
            }
        }
        Ok(step)
    }

    fn take(&mut self) -> Vec<Entry> {
        self.savepoints.clear();
        std::mem::take(&mut self.gathered)
    }

    fn gather(&mut self, entries: &Entries) {
        for item in Items::new(entries.bytes()) {
            match item.unwrap() {
                Item::Rows(rows) => {
                    let table = self.definitions.table(rows.table).unwrap();
                    let columns = table.columns.len();
                    for change in rows.changes() {
                        for image in [change.before, change.after] {
                            assert!(image.is_empty() || Cells::new(image).check() == Some(columns));
                        }
                        self.gathered.push(Entry::Row(Heard {
                            table: table.name.clone(),
                            kind: change.kind,
                            before: change.before.to_vec(),
                            after: change.after.to_vec(),
                        }));
                    }
                }
                Item::Statement(statement) => self.gathered.push(Entry::Statement(*statement)),
                other => panic!("{other:?}"),
            }
        }
    }

    /// Listens until the mark of a check's end is committed, which is left out.
    pub async fn reach_the_mark(&mut self) -> &mut Self {
        self.try_reach_the_mark().await.unwrap();
        self
    }

    pub async fn try_reach_the_mark(&mut self) -> Result<(), ChangeError> {
        loop {
            self.step().await?;
            let is_mark = |entry: &Entry| match entry {
                Entry::Row(row) => row.table == "the_end",
                Entry::Statement(_) => false,
            };
            if self.transactions.last().is_some_and(|last| last.entries.iter().any(is_mark)) {
                self.transactions.pop();
                let is_made = |transaction: &Transaction| {
                    matches!(transaction.entries.as_slice(), [Entry::Statement(statement)]
                        if statement.text.contains("the_end"))
                };
                self.transactions.retain(|transaction| !is_made(transaction));
                return Ok(());
            }
        }
    }

    /// All changes of rows.
    pub fn rows(&self) -> Vec<Heard> {
        let entries = self.transactions.iter().flat_map(|it| &it.entries);
        let row = |entry: &Entry| match entry {
            Entry::Row(row) => Some(row.clone()),
            Entry::Statement(_) => None,
        };
        entries.filter_map(row).collect()
    }

    pub fn statements(&self) -> Vec<Statement> {
        let entries = self.transactions.iter().flat_map(|it| &it.entries);
        let statement = |entry: &Entry| match entry {
            Entry::Statement(statement) => Some(statement.clone()),
            Entry::Row(_) => None,
        };
        entries.filter_map(statement).collect()
    }

    /// All changes in words.
    pub fn said(&self) -> Vec<String> {
        self.rows().iter().map(Heard::said).collect()
    }
}
