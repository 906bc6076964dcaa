//! A source, a target and a selection of a test's own.

use super::super::translator::MysqlTranslator;
use crate::evolve::{Layouts, Obstacle, Outcome, Place, Selection, Translator};
use crate::mysql::ddl::{IndexStrategy, Quoting, Target};
use crate::product::Server;
use crate::schema::Choices;
use oms_model::change::{Action, Statement, Treatment};
use oms_model::{Column, LogicalType, ObjectName, Table, UniqueKey, UniquePart};
use std::collections::BTreeMap;

pub fn mysql() -> Server {
    Server::of_mysql_protocol("8.4.5", "")
}

pub fn mariadb() -> Server {
    Server::of_mysql_protocol("10.11.18-MariaDB", "")
}

pub fn oceanbase() -> Server {
    Server::of_mysql_protocol("5.7.25-OceanBase", "OceanBase 4.3.5.3")
}

pub struct Stage {
    pub source: Server,
    pub target: Server,
    /// Tables of `s` that go to `d` under the other name.
    pub places: Vec<(&'static str, &'static str)>,
    pub columns: Option<Vec<String>>,
    pub shared: bool,
    pub lenient: bool,
    pub treatments: BTreeMap<Action, Treatment>,
    pub held: Vec<Statement>,
    /// Of the target, by name in `d`.
    pub layouts: Vec<(&'static str, &'static str)>,
    /// Of the source, afterwards.
    pub tables: Vec<Table>,
    pub environment: BTreeMap<String, String>,
}

impl Stage {
    pub fn new(target: Server) -> Self {
        Self {
            source: mysql(),
            target,
            places: vec![("t", "t"), ("u", "u2")],
            columns: None,
            shared: false,
            lenient: false,
            treatments: BTreeMap::new(),
            held: vec![],
            layouts: vec![(
                "t",
                "CREATE TABLE `t` (`id` int NOT NULL, `a` varchar(10) DEFAULT NULL, PRIMARY KEY (`id`), KEY `k` (`a`)) DEFAULT CHARSET=utf8mb4",
            )],
            tables: vec![],
            environment: BTreeMap::new(),
        }
    }

    pub fn statement(&self, text: &str) -> Statement {
        let known = ["t", "u", "v", "_t_gho", "_t_del", "_t_new", "_t_old"];
        Statement {
            database: Some("s".into()),
            text: text.into(),
            environment: self.environment.clone(),
            touches: known.iter().map(|name| ("s".to_owned(), (*name).to_owned())).collect(),
            tables: self.tables.clone(),
        }
    }

    pub fn translator(&self) -> MysqlTranslator {
        let collations = ["utf8mb4_general_ci", "utf8mb4_bin", "binary"];
        let target = Target {
            server: self.target.clone(),
            charsets: [("utf8mb4", "utf8mb4_general_ci"), ("binary", "binary")]
                .map(|(a, b)| (a.to_owned(), b.to_owned()))
                .into(),
            collations: collations.map(str::to_owned).into(),
            lower_case_table_names: 0,
            spatial_references: false,
            quoting: Quoting::default(),
        };
        let choices = Choices {
            names: vec![],
            databases: BTreeMap::new(),
            charsets: BTreeMap::new(),
            collations: BTreeMap::new(),
            indexes: IndexStrategy::WithTable,
            hidden_key: false,
        };
        MysqlTranslator::new(self.source.clone(), target, choices)
    }

    pub fn layouts(&self) -> Layouts {
        let name = |name: &str| ObjectName::new("d", name);
        Layouts(self.layouts.iter().map(|(t, text)| (name(t), Some((*text).to_owned()))).collect())
    }

    pub fn translate(&self, text: &str) -> Result<Outcome, Obstacle> {
        self.translator().translate(&self.statement(text), self, &self.layouts())
    }

    /// The statements for the target.
    pub fn sql(&self, text: &str) -> Vec<String> {
        let outcome = self.translate(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        outcome.steps.into_iter().map(|step| step.sql).collect()
    }

    /// What is told about a statement.
    pub fn remarks(&self, text: &str) -> Vec<String> {
        let outcome = self.translate(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        outcome.remarks.into_iter().map(|it| format!("{}: {}", it.what, it.why)).collect()
    }

    pub fn refusal(&self, text: &str) -> String {
        match self.translate(text) {
            Ok(outcome) => panic!("{text}: {outcome:?}"),
            Err(obstacle) => obstacle.to_string(),
        }
    }
}

impl Selection for Stage {
    fn place(&self, database: &str, table: &str) -> Option<Place> {
        let (_, to) = self.places.iter().find(|(from, _)| database == "s" && *from == table)?;
        Some(Place {
            database: "d".into(),
            table: (*to).into(),
            columns: self.columns.clone(),
            shared: self.shared,
        })
    }

    fn treatment(&self, action: Action) -> Treatment {
        self.treatments.get(&action).copied().unwrap_or(Treatment::Replicate)
    }

    fn held(&self, _: &str, _: &str) -> Vec<Statement> {
        self.held.clone()
    }

    fn is_lenient(&self) -> bool {
        self.lenient
    }
}

pub fn column(name: &str, native: &str, collation: Option<&str>) -> Column {
    Column {
        name: name.into(),
        logical: LogicalType::Int { bytes: 4, signed: true },
        native: native.into(),
        nullable: name != "id",
        collation: collation.map(str::to_owned),
        generated: false,
    }
}

pub fn table(name: &str, columns: Vec<Column>) -> Table {
    let part = UniquePart { column: Some(0), prefix: None };
    let key = UniqueKey { name: "PRIMARY".into(), primary: true, parts: vec![part] };
    Table { database: "s".into(), name: name.into(), columns, keys: vec![key] }
}
