//! A source and a target of a test's own. Each statement is run at the source, and stands in the log
//! with what its tables are there afterwards.

use super::super::stage::{Event, Running, Stage, address, kind_of};
use oms_connector::schema::Choices;
use oms_connector::{DEFAULT_LIMIT, mysql_ddl::IndexStrategy, open_within};
use oms_model::change::{Seq, Statement};
use oms_model::{Table, Value};
use oms_testkit::TestDb;
use oms_testkit::servers::{ServerKind, of_this_run};
use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use sync_service::domain::incr::Treatments;
use sync_service::ops::incr::{
    Decision, Decisions, Defining, Mode, Notice, Notices, TableRule, Undecided,
};

/// Tables that are replicated.
const NAMES: [&str; 6] = ["t", "u", "x", "n1", "n2", "seed"];

/// What was told, and what was decided.
#[derive(Debug, Default)]
pub struct Desk {
    pub notices: Mutex<Vec<Notice>>,
    pub decisions: Mutex<HashMap<Seq, Decision>>,
    /// Nobody listens: what is told is never heard.
    pub is_deaf: AtomicBool,
    pub is_waiting: AtomicBool,
}

#[async_trait::async_trait]
impl Notices for Desk {
    async fn tell(&self, notice: Notice) -> Result<(), Undecided> {
        if self.is_deaf.load(Ordering::Relaxed) {
            self.is_waiting.store(true, Ordering::Relaxed);
            std::future::pending::<()>().await;
        }
        self.notices.lock().unwrap().push(notice);
        Ok(())
    }
}

#[async_trait::async_trait]
impl Decisions for Desk {
    async fn decided(&self, seq: Seq) -> Result<Option<Decision>, Undecided> {
        Ok(self.decisions.lock().unwrap().get(&seq).cloned())
    }
}

pub struct Pair {
    pub source: TestDb,
    pub stage: Stage,
    pub desk: Arc<Desk>,
}

impl Pair {
    pub async fn new(from: ServerKind, to: ServerKind, mode: Mode) -> Self {
        let server = of_this_run(from);
        let source = TestDb::create(server).await.unwrap();
        let mut stage = Stage::on(to, mode).await;
        let connector = open_within(kind_of(from), address(server), DEFAULT_LIMIT).unwrap();
        let session = connector.schema().unwrap().reading().await.unwrap();
        let desk = Arc::new(Desk::default());
        stage.defining = Some(Defining {
            source: session.server().clone(),
            treatments: Treatments::default(),
            choices: Choices {
                names: vec![],
                databases: BTreeMap::new(),
                charsets: BTreeMap::new(),
                collations: BTreeMap::new(),
                indexes: IndexStrategy::WithTable,
                hidden_key: false,
            },
            decisions: desk.clone(),
            notices: desk.clone(),
        });
        session.leave().await;
        for name in NAMES {
            let rule = TableRule::whole(stage.db.name(), name);
            stage.rules.insert((source.name().to_owned(), name.to_owned()), rule);
        }
        Self { source, stage, desk }
    }

    /// Something that both have from the beginning.
    pub async fn both(&self, sql: &str) {
        self.source.exec(sql).await.unwrap();
        self.stage.db.exec(sql).await.unwrap();
    }

    /// A table of the source as it is; nothing where there is none.
    async fn layout(&self, table: &str) -> Option<Table> {
        let server = self.source.server();
        let connector = open_within(kind_of(server.kind), address(server), DEFAULT_LIMIT).unwrap();
        connector.snapshot().unwrap().layout(self.source.name(), table).await.ok()
    }

    /// Runs a statement at the source, and writes it to the log.
    pub async fn define(&self, sql: &str, touched: &[&str]) -> Seq {
        let name = self.source.name();
        self.source
            .exec(&format!("SET timestamp = 1700000000, time_zone = '+00:00'; {sql}"))
            .await
            .unwrap();
        let mut tables = Vec::new();
        for table in touched {
            tables.extend(self.layout(table).await);
        }
        let environment = [
            ("timestamp", "1700000000"),
            ("time_zone", "+00:00"),
            ("collation_database", "utf8mb4_general_ci"),
        ];
        let statement = Statement {
            database: Some(name.into()),
            text: sql.into(),
            environment: environment.map(|(key, value)| (key.into(), value.into())).into(),
            touches: touched.iter().map(|table| (name.into(), (*table).into())).collect(),
            tables,
        };
        self.stage.log.commit(&[Event::Statement(Box::new(statement))])
    }

    /// Puts a row into the source, and into the log.
    pub async fn insert(&self, table: &str, literals: &str, row: Vec<Value<'static>>) -> Seq {
        self.source.exec(&format!("INSERT INTO {table} VALUES ({literals})")).await.unwrap();
        let layout = self.layout(table).await.unwrap();
        let number = self.stage.log.define(&layout);
        self.stage.log.commit(&[Event::Insert(number, row)])
    }

    /// That both have the same.
    pub async fn agree(&self, queries: &[&str]) {
        for sql in queries {
            let ours = self.stage.db.rows(sql).await.unwrap();
            let theirs = self.source.rows(sql).await.unwrap();
            assert_eq!(ours, theirs, "{sql} at {:?}", self.stage.db.server().kind);
        }
    }

    /// What the target looks like.
    pub async fn columns(&self, table: &str) -> Vec<String> {
        let layout = self.stage.layout(table).await;
        layout.columns.into_iter().map(|column| column.name).collect()
    }

    pub fn start(&mut self) -> Running {
        self.stage.token += 1;
        self.stage.start()
    }

    pub async fn apply(&mut self, upto: Seq) {
        self.stage.token += 1;
        self.stage.apply(upto).await;
    }
}
