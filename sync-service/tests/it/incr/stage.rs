//! Where changes are applied: a database of a test's own, and a log that the test writes by hand.

use oms_connector::{
    Address, Connector, DEFAULT_LIMIT, Seating, Tls, TlsMode, Waits, open_waiting,
};
use oms_model::change::{
    Block, Definitions, Entries, RowKind, Seq, Statement, Transaction as Head,
};
use oms_model::{DatabaseKind, Table, Value};
use oms_testkit::servers::{Server, ServerKind, of_this_run};
use oms_testkit::{TestDb, eventually};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use sync_service::ops::full::LedgerError;
use sync_service::ops::incr::{
    Cascades, ChangeFeed, Defining, Discrepancy, FeedError, Feeder, Knobs, Mapping, Meter, Mode,
    Named, Outcome, Piece, Policy, Records, Sync, TableRule,
};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub use crate::app::PATIENCE;

/// What happens to a row of a table.
#[derive(Debug, Clone)]
pub enum Event {
    Insert(u32, Vec<Value<'static>>),
    Update(u32, Vec<Value<'static>>, Vec<Value<'static>>),
    Delete(u32, Vec<Value<'static>>),
    Statement(Box<Statement>),
}

pub fn ins<const N: usize>(table: u32, row: [Value<'static>; N]) -> Event {
    Event::Insert(table, row.to_vec())
}

pub fn upd<const N: usize>(table: u32, was: [Value<'static>; N], is: [Value<'static>; N]) -> Event {
    Event::Update(table, was.to_vec(), is.to_vec())
}

pub fn del<const N: usize>(table: u32, row: [Value<'static>; N]) -> Event {
    Event::Delete(table, row.to_vec())
}

pub fn i(number: i64) -> Value<'static> {
    Value::Int(number)
}

pub fn t(text: &'static str) -> Value<'static> {
    Value::Text(text.as_bytes())
}

pub const NULL: Value<'static> = Value::Null;

/// A log that grows while it is read.
#[derive(Debug, Default)]
pub struct Log {
    pages: Mutex<Pages>,
    more: Notify,
}

#[derive(Debug, Default)]
struct Pages {
    definitions: Definitions,
    /// Each with the number of its last change.
    blocks: Vec<(Seq, Arc<[u8]>)>,
    last: u64,
}

impl Log {
    pub fn define(&self, table: &Table) -> u32 {
        self.pages.lock().unwrap().definitions.number(table)
    }

    /// Adds a transaction, and says the number of its last change.
    pub fn commit(&self, events: &[Event]) -> Seq {
        let mut entries = Entries::default();
        for event in events {
            let (table, kind, images) = match event {
                Event::Insert(table, row) => (*table, RowKind::Insert, vec![row]),
                Event::Update(table, was, is) => (*table, RowKind::Update, vec![was, is]),
                Event::Delete(table, row) => (*table, RowKind::Delete, vec![row]),
                Event::Statement(statement) => {
                    entries.statement(statement);
                    continue;
                }
            };
            let mut row = entries.row(table, kind);
            for image in images {
                image.iter().for_each(|value| row.push(*value));
                row.end_image();
            }
        }
        let mut pages = self.pages.lock().unwrap();
        let (first, changes) = (Seq(pages.last + 1), entries.changes());
        let head = Head { first, changes, committed: first.0 as i64 * 1_000, id: "", origin: "" };
        let mut block = Block::default();
        block.begin(&head);
        block.items(entries.bytes());
        block.end();
        pages.last = head.last().0;
        pages.blocks.push((head.last(), block.bytes().into()));
        self.more.notify_waiters();
        head.last()
    }
}

/// Somebody who reads it.
struct Reading {
    log: Arc<Log>,
    next: usize,
    known: u32,
}

#[async_trait::async_trait]
impl ChangeFeed for Reading {
    async fn next(&mut self) -> Result<Piece, FeedError> {
        loop {
            let log = Arc::clone(&self.log);
            let more = log.more.notified();
            tokio::pin!(more);
            more.as_mut().enable();
            {
                let pages = log.pages.lock().unwrap();
                // Some transactions together, as a store hands them on.
                let some: Vec<u8> = pages.blocks[self.next.min(pages.blocks.len())..]
                    .iter()
                    .take(7)
                    .flat_map(|(_, block)| block.to_vec())
                    .collect();
                if !some.is_empty() {
                    self.next = (self.next + 7).min(pages.blocks.len());
                    let definitions: Vec<_> = pages.definitions.since(self.known).collect();
                    self.known = pages.definitions.highest();
                    return Ok(Piece { definitions, block: some.into() });
                }
            }
            more.await;
        }
    }
}

/// The log as a feeder.
pub struct Fed {
    pub log: Arc<Log>,
    pub silence: Duration,
    /// How often it was opened.
    pub opened: Arc<AtomicU64>,
}

#[async_trait::async_trait]
impl Feeder for Fed {
    async fn open(&self, after: Seq) -> Result<Box<dyn ChangeFeed>, FeedError> {
        self.opened.fetch_add(1, Ordering::Relaxed);
        let pages = self.log.pages.lock().unwrap();
        let next = pages.blocks.partition_point(|(last, _)| *last <= after);
        Ok(Box::new(Reading { log: Arc::clone(&self.log), next, known: 0 }))
    }

    fn silence(&self) -> Duration {
        self.silence
    }
}

/// Keeps what is recorded.
#[derive(Debug, Default)]
pub struct Book(pub Mutex<Vec<Discrepancy>>);

#[async_trait::async_trait]
impl Records for Book {
    async fn record(&self, found: Vec<Discrepancy>) -> Result<(), LedgerError> {
        self.0.lock().unwrap().extend(found);
        Ok(())
    }
}

/// Tables by name, of a source that says what it logs.
struct Mapped(Named, Cascades);

impl Mapping for Mapped {
    fn rule(&self, database: &str, table: &str) -> Option<TableRule> {
        self.0.rule(database, table)
    }

    fn is_shared(&self, rule: &TableRule) -> bool {
        self.0.is_shared(rule)
    }

    fn cascades(&self) -> Cascades {
        self.1
    }
}

/// A target, a log, and how changes of the one come into the other.
pub struct Stage {
    pub db: TestDb,
    pub log: Arc<Log>,
    pub book: Arc<Book>,
    pub rules: HashMap<(String, String), TableRule>,
    pub mode: Mode,
    pub policy: Policy,
    pub token: i64,
    pub overlap_end: Seq,
    pub defined_upto: Seq,
    pub defining: Option<Defining>,
    pub sessions: usize,
    pub memory: usize,
    pub waits: Waits,
    pub patience: Duration,
    pub silence: Duration,
    pub opened: Arc<AtomicU64>,
    pub cascades: Cascades,
    pub at: Address,
}

pub fn kind_of(kind: ServerKind) -> DatabaseKind {
    match kind {
        ServerKind::MySql => DatabaseKind::Mysql,
        ServerKind::MariaDb => DatabaseKind::Mariadb,
        ServerKind::OceanBase => DatabaseKind::ObMysql,
        ServerKind::Postgres => DatabaseKind::Postgresql,
    }
}

pub fn address(server: &Server) -> Address {
    Address {
        host: server.host.clone(),
        port: server.port,
        user: server.user.clone(),
        password: server.password.clone().into(),
        database: None,
        tls: Tls::mode(TlsMode::Disable),
    }
}

impl Stage {
    pub async fn on(kind: ServerKind, mode: Mode) -> Self {
        let server = of_this_run(kind);
        Self {
            db: TestDb::create(server).await.unwrap(),
            log: Arc::default(),
            book: Arc::default(),
            rules: HashMap::new(),
            mode,
            policy: Policy::Stop,
            token: 1,
            overlap_end: Seq::START,
            defined_upto: Seq::START,
            defining: None,
            sessions: 4,
            memory: 16 << 20,
            waits: Waits::default(),
            patience: Duration::from_secs(20),
            silence: Duration::from_secs(60),
            opened: Arc::default(),
            cascades: Cascades::default(),
            at: address(server),
        }
    }

    pub fn connector(&self) -> Arc<dyn Connector> {
        let kind = kind_of(self.db.server().kind);
        Arc::from(open_waiting(kind, self.at.clone(), DEFAULT_LIMIT, self.waits).unwrap())
    }

    /// A table as the target has it.
    pub async fn layout(&self, table: &str) -> Table {
        let connector = self.connector();
        connector.snapshot().unwrap().layout(self.db.name(), table).await.unwrap()
    }

    /// Creates a table, and a table of the source like it that goes into it.
    pub async fn table(&mut self, name: &str, columns: &str) -> u32 {
        self.db.exec(&format!("CREATE TABLE {name} ({columns})")).await.unwrap();
        let table = Table { database: "source".into(), ..self.layout(name).await };
        self.maps(&table, TableRule::whole(self.db.name(), name))
    }

    /// Lets a table of the source go somewhere.
    pub fn maps(&mut self, table: &Table, rule: TableRule) -> u32 {
        self.rules.insert((table.database.clone(), table.name.clone()), rule);
        self.log.define(table)
    }

    pub fn sync(&self) -> (Sync, CancellationToken, Arc<Meter>, Arc<Knobs>) {
        let (stop, meter) = (CancellationToken::new(), Arc::new(Meter::default()));
        let knobs = Arc::new(Knobs::new(self.sessions, self.memory));
        let mut digest = [0; 12];
        for (at, byte) in self.db.name().bytes().enumerate() {
            let folded = &mut digest[at % 12];
            *folded = u8::wrapping_mul(*folded, 31).wrapping_add(byte);
        }
        let sync = Sync {
            target: self.connector(),
            feeder: Arc::new(Fed {
                log: Arc::clone(&self.log),
                silence: self.silence,
                opened: Arc::clone(&self.opened),
            }),
            mapping: Arc::new(Mapped(Named(self.rules.clone()), self.cascades)),
            records: self.book.clone(),
            task: format!("{}.incr", self.db.name()),
            token: self.token,
            seating: Seating::of(digest),
            start: Seq::START,
            overlap_end: self.overlap_end,
            defined_upto: self.defined_upto,
            defining: self.defining.clone(),
            mode: self.mode,
            policy: self.policy,
            knobs: Arc::clone(&knobs),
            meter: Arc::clone(&meter),
            patience: self.patience,
            stop: stop.clone(),
        };
        (sync, stop, meter, knobs)
    }

    pub fn start(&self) -> Running {
        let (sync, stop, meter, knobs) = self.sync();
        let ended: Arc<Mutex<Option<Outcome>>> = Arc::default();
        let told = Arc::clone(&ended);
        let running = tokio::spawn(async move {
            let outcome = sync.run().await;
            *told.lock().unwrap() = Some(outcome.clone());
            outcome
        });
        Running { running, ended, stop, meter, knobs }
    }

    /// Applies everything up to a change, and stops.
    pub async fn apply(&self, upto: Seq) -> Arc<Meter> {
        let running = self.start();
        running.reaches(upto).await;
        let meter = Arc::clone(&running.meter);
        assert_eq!(running.stop().await, Outcome::Stopped);
        meter
    }

    pub async fn rows(&self, sql: &str) -> Vec<Vec<Option<String>>> {
        self.db.rows(sql).await.unwrap()
    }

    /// What a query answers, as lines.
    pub async fn shows(&self, sql: &str) -> Vec<String> {
        let cell = |cell: Option<String>| cell.unwrap_or_else(|| "NULL".into());
        let row =
            |row: Vec<Option<String>>| row.into_iter().map(cell).collect::<Vec<_>>().join(" ");
        self.rows(sql).await.into_iter().map(row).collect()
    }
}

/// A sync that runs.
pub struct Running {
    running: JoinHandle<Outcome>,
    ended: Arc<Mutex<Option<Outcome>>>,
    stop: CancellationToken,
    pub meter: Arc<Meter>,
    pub knobs: Arc<Knobs>,
}

impl Running {
    /// Waits until everything up to a change is applied.
    pub async fn reaches(&self, upto: Seq) {
        eventually(PATIENCE * 3, || async {
            let status = self.meter.status();
            if status.seq < upto {
                let ended = self.ended.lock().unwrap();
                assert!(ended.is_none(), "it has ended: {ended:?}, {status:?}");
            }
            if status.seq >= upto { Ok(()) } else { Err(format!("{status:?}")) }
        })
        .await;
    }

    pub async fn stop(self) -> Outcome {
        self.stop.cancel();
        self.running.await.unwrap()
    }

    /// Waits for the end that it comes to by itself.
    pub async fn ends(self) -> Outcome {
        tokio::time::timeout(PATIENCE * 2, self.running).await.unwrap().unwrap()
    }
}

/// A sync on a runtime of its own, which can be torn down in the middle of everything.
pub struct Doomed {
    runtime: tokio::runtime::Runtime,
    pub meter: Arc<Meter>,
}

impl Doomed {
    pub fn start(stage: &Stage) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let (sync, _, meter, _) = stage.sync();
        runtime.spawn(sync.run());
        Self { runtime, meter }
    }

    /// All its sockets are closed, and nothing is said on them.
    pub fn die(self) {
        self.runtime.shutdown_background();
    }
}
