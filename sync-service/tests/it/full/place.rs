//! Where loads run: two databases of a test's own, and a ledger that outlives a run.

use oms_connector::{
    Address, Connector, DEFAULT_LIMIT, Partitions, Seating, Tls, TlsMode, Waits, open_waiting,
};
use oms_contracts::ErrorCode;
use oms_model::{Chunk, DatabaseKind, Position};
use oms_testkit::servers::{Server, ServerKind, of_this_run};
use oms_testkit::{TestDb, TestUser};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use sync_service::ops::full::{
    Crew, Ended, Failure, Flow, Ledger, LedgerError, Load, Opened, Outcome, Progressed, Retries,
    StoredRange, StoredTable, TablePlan,
};
use tokio_util::sync::CancellationToken;

/// Records what the metadata would, so that the load alone is on trial.
#[derive(Debug, Default)]
pub struct Book {
    pages: Mutex<BTreeMap<u32, Page>>,
    /// Somebody else runs the load by now.
    pub is_lost: AtomicBool,
    /// How often somebody looked where the load is.
    pub attempts: AtomicU32,
}

#[derive(Debug, Default, Clone)]
pub struct Page {
    pub table: StoredTable,
    pub rows: u64,
    pub failure: Option<Failure>,
    pub conflicts: Vec<String>,
    pub ranges: BTreeMap<u32, (StoredRange, bool)>,
    /// How often it was begun from nothing.
    pub begun: u32,
    /// Where in the source's log it was read.
    pub place: Option<Position>,
}

impl Book {
    /// As if an earlier run had begun the table and died.
    pub fn begin(&self, table: u32) {
        let mut pages = self.pages.lock().unwrap();
        let page = pages.entry(table).or_default();
        (page.table.begun, page.table.owned) = (true, true);
        page.ranges.insert(0, Default::default());
    }

    /// The same for a table that was cut into its partitions.
    pub fn begin_divided(&self, table: u32, partitions: &Partitions) {
        self.begin(table);
        let mut pages = self.pages.lock().unwrap();
        let page = pages.get_mut(&table).unwrap();
        page.table.layout = Some(partitions.layout.clone());
        for (number, name) in (0..).zip(&partitions.names) {
            let range = StoredRange { number, chunk: Chunk::of(Some(name)), done: None };
            page.ranges.insert(number, (range, false));
        }
    }

    pub fn page(&self, table: u32) -> Page {
        self.pages.lock().unwrap().get(&table).cloned().unwrap_or_default()
    }
}

#[async_trait::async_trait]
impl Ledger for Book {
    async fn tables(&self) -> Result<Vec<StoredTable>, LedgerError> {
        self.attempts.fetch_add(1, Ordering::SeqCst);
        let pages = self.pages.lock().unwrap();
        let table = |(number, page): (&u32, &Page)| StoredTable {
            number: *number,
            open_ranges: page
                .ranges
                .values()
                .filter(|(_, done)| !done)
                .map(|(range, _)| range.clone())
                .collect(),
            next_range: u32::try_from(page.ranges.len()).unwrap(),
            ..page.table.clone()
        };
        Ok(pages.iter().map(table).collect())
    }

    async fn hold(&self) -> Result<(), LedgerError> {
        let is_lost = self.is_lost.load(Ordering::SeqCst);
        let message = "somebody else runs it".to_owned();
        if is_lost { Err(LedgerError { code: ErrorCode::TaskTaken, message }) } else { Ok(()) }
    }

    async fn open(&self, tables: Vec<Opened>) -> Result<(), LedgerError> {
        let mut pages = self.pages.lock().unwrap();
        for opened in tables {
            let page = pages.entry(opened.number).or_default();
            page.table.begun = true;
            page.table.owned = opened.owned;
            page.table.layout = opened.layout;
            page.failure = None;
            page.begun += u32::from(!opened.ranges.is_empty());
            if opened.anew {
                page.ranges.clear();
                page.rows = 0;
            }
            for range in opened.ranges {
                assert!(page.ranges.insert(range.number, (range, false)).is_none());
            }
        }
        Ok(())
    }

    async fn split(&self, table: u32, range: u32, upper: StoredRange) -> Result<(), LedgerError> {
        let mut pages = self.pages.lock().unwrap();
        let page = pages.get_mut(&table).unwrap();
        page.ranges
            .get_mut(&range)
            .unwrap()
            .0
            .chunk
            .range
            .upto
            .clone_from(&upper.chunk.range.after);
        assert!(page.ranges.insert(upper.number, (upper, false)).is_none());
        Ok(())
    }

    async fn record(&self, progress: Vec<Progressed>, ends: Vec<Ended>) -> Result<(), LedgerError> {
        let mut pages = self.pages.lock().unwrap();
        for made in progress {
            let page = pages.get_mut(&made.table).unwrap();
            page.rows += made.rows;
            let (range, done) = page.ranges.get_mut(&made.range).unwrap();
            assert!(!*done, "a range ends once");
            range.done = made.key.or_else(|| range.done.take());
            *done = made.finished;
        }
        for end in ends {
            let page = pages.entry(end.table).or_default();
            page.table.finished = end.failure.is_none();
            page.failure = end.failure;
        }
        Ok(())
    }

    async fn place(&self, table: u32, place: &Position) -> Result<(), LedgerError> {
        self.pages.lock().unwrap().get_mut(&table).unwrap().place = Some(place.clone());
        Ok(())
    }

    async fn conflicts(&self, table: u32, keys: Vec<String>) -> Result<(), LedgerError> {
        self.pages.lock().unwrap().get_mut(&table).unwrap().conflicts.extend(keys);
        Ok(())
    }
}

/// Two databases and a book.
pub struct Place {
    pub source: TestDb,
    pub target: TestDb,
    pub book: Arc<Book>,
    pub flow: Arc<Flow>,
    pub stop: CancellationToken,
    pub keeps: bool,
    pub followed: bool,
    pub readers: usize,
    pub writers: usize,
    pub waits: Waits,
    pub patience: Duration,
    pub retries: Retries,
    pub seating: Seating,
    source_at: Address,
    target_at: Address,
}

fn kind_of(kind: ServerKind) -> DatabaseKind {
    match kind {
        ServerKind::MySql => DatabaseKind::Mysql,
        ServerKind::MariaDb => DatabaseKind::Mariadb,
        ServerKind::OceanBase => DatabaseKind::ObMysql,
        ServerKind::Postgres => DatabaseKind::Postgresql,
    }
}

fn address(server: &Server) -> Address {
    Address {
        host: server.host.clone(),
        port: server.port,
        user: server.user.clone(),
        password: server.password.clone().into(),
        database: None,
        tls: Tls::mode(TlsMode::Disable),
    }
}

/// Seats of a test's own.
fn seating(name: &str) -> Seating {
    let mut digest = [0; 12];
    for (at, byte) in name.bytes().enumerate() {
        let folded = &mut digest[at % 12];
        *folded = u8::wrapping_mul(*folded, 31).wrapping_add(byte);
    }
    Seating::of(digest)
}

impl Place {
    pub async fn between(source: ServerKind, target: ServerKind) -> Self {
        let (source, target) = (of_this_run(source), of_this_run(target));
        let target_db = TestDb::create(target).await.unwrap();
        Self {
            readers: 4,
            writers: 4,
            waits: Waits::default(),
            patience: Duration::from_secs(5),
            retries: Retries { attempts: 3, pause: Duration::from_millis(100) },
            seating: seating(target_db.name()),
            source_at: address(source),
            target_at: address(target),
            source: TestDb::create(source).await.unwrap(),
            target: target_db,
            book: Arc::default(),
            flow: Arc::new(Flow::new(64 << 20, None, None)),
            stop: CancellationToken::new(),
            keeps: false,
            followed: false,
        }
    }

    /// Runs the same statements on both sides.
    pub async fn both(&self, sql: &str) {
        self.source.exec(sql).await.unwrap();
        self.target.exec(sql).await.unwrap();
    }

    /// Goes to the source by another port from here on.
    pub fn source_by(&mut self, port: u16) {
        self.source_at.port = port;
    }

    /// Goes to the target by another port from here on.
    pub fn target_by(&mut self, port: u16) {
        self.target_at.port = port;
    }

    /// Goes to the target with the rights of another account.
    pub fn target_as(&mut self, account: &TestUser) {
        let server = account.server();
        self.target_at.user.clone_from(&server.user);
        self.target_at.password = server.password.clone().into();
    }

    pub fn plan(&self, number: u32, table: &str) -> TablePlan {
        TablePlan {
            number,
            source_database: self.source.name().into(),
            source_table: table.into(),
            target_database: self.target.name().into(),
            target_table: table.into(),
            filter: None,
            columns: None,
            sole: true,
        }
    }

    pub fn load(&self, tables: Vec<TablePlan>) -> Load {
        let connector = |db: &TestDb, address: &Address| -> Arc<dyn Connector> {
            let kind = kind_of(db.server().kind);
            let opened = open_waiting(kind, address.clone(), DEFAULT_LIMIT, self.waits);
            Arc::from(opened.unwrap())
        };
        Load {
            source: connector(&self.source, &self.source_at),
            target: connector(&self.target, &self.target_at),
            ledger: self.book.clone(),
            flow: self.flow.clone(),
            tables,
            crew: Arc::new(Crew::new(self.readers, self.writers)),
            seating: self.seating.clone(),
            keeps: self.keeps,
            followed: self.followed,
            patience: self.patience,
            retries: self.retries,
            stop: self.stop.clone(),
        }
    }

    pub async fn run(&self, tables: &[&str]) -> Outcome {
        let plans = (0..).zip(tables).map(|(number, table)| self.plan(number, table));
        self.load(plans.collect()).run().await
    }

    /// Holds the rows of a table on both sides against each other, by a query whose answer is the
    /// same text on every server.
    pub async fn same(&self, query: &str) {
        let (ours, theirs) = (self.source.rows(query).await, self.target.rows(query).await);
        assert_eq!(ours.unwrap(), theirs.unwrap(), "{query}");
    }
}
