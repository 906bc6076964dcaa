//! A case that is made at its source, and asked for at both sides.

use super::{
    case::Case,
    compare,
    statements::{is_row, split},
};
use crate::{harness::oms, migrate::yard::url_of};
use oms_testkit::{
    SqlError, TestDb,
    servers::{ServerKind, of_this_run},
};
use std::{
    path::Path,
    process::{Command, Stdio},
};

/// A case with a database of its own at each side.
pub struct Stage {
    pub case: Case,
    pub source: TestDb,
    pub target: TestDb,
}

impl Stage {
    pub async fn open(case: Case, source: ServerKind, target: ServerKind) -> Self {
        let database = async |kind| TestDb::create(of_this_run(kind)).await.expect("a database");
        let (source, target) = (database(source).await, database(target).await);
        Self { case, source, target }
    }

    /// The statements that make the case, rows and all.
    pub fn setup(&self) -> Vec<String> {
        self.statements(&self.case.setup(self.source.server().kind))
    }

    /// Those of them that make what holds rows, and those that make rows.
    pub fn setup_in_two(&self) -> (Vec<String>, Vec<String>) {
        let (mut before, mut after) = (Vec::new(), Vec::new());
        for statement in self.setup() {
            if is_row(&statement) {
                after.push(statement);
            } else if statement.starts_with("SET ") {
                before.push(statement.clone());
                after.push(statement);
            } else {
                before.push(statement);
            }
        }
        (before, after)
    }

    pub fn changes(&self) -> Vec<String> {
        self.statements(&self.case.changes(self.source.server().kind))
    }

    /// Names that all databases of a server share are made different by the database's.
    fn statements(&self, sql: &str) -> Vec<String> {
        let named = |statement: &str| statement.replace("{database}", self.source.name());
        split(sql).into_iter().map(named).collect()
    }

    pub async fn run(&self, statements: &[String]) -> Result<(), String> {
        for statement in statements {
            self.run_one(statement).await?;
        }
        Ok(())
    }

    pub async fn run_one(&self, statement: &str) -> Result<(), String> {
        let done = self.source.exec(statement).await;
        // A kernel that tries again by itself finds the trigger that it made the first time.
        let is_made = |error: &SqlError| cause(error).contains("ERROR 5734 ");
        let done = match done {
            Err(error) if statement.starts_with("CREATE TRIGGER ") && is_made(&error) => Ok(()),
            done => done,
        };
        done.map_err(|error| self.told(&format!("{statement}: {}", cause(&error))))
    }

    /// Whether the source answers what the case says: one that is wrong there says nothing.
    pub async fn fault_at_source(&self) -> Option<String> {
        self.answers(&self.source, &self.case.expected_at_source()).await
    }

    pub async fn fault_at_target(&self) -> Option<String> {
        let expected = self.case.expected_at(self.target.server().kind);
        self.answers(&self.target, &expected).await
    }

    /// Whether every value of every table is the same at both sides.
    pub async fn difference(&self) -> Option<String> {
        if !self.case.is_equal_at(self.target.server().kind) {
            return None;
        }
        match compare::all_values(&self.source, &self.target, self.case.left_behind()).await {
            Ok(None) => None,
            Ok(Some(difference)) => Some(self.told(&difference)),
            Err(error) => Some(self.told(&format!("{error}: {}", cause(&error)))),
        }
    }

    /// Asks a side; what is wrong with its answer.
    async fn answers(&self, side: &TestDb, expected: &str) -> Option<String> {
        let mut answer = String::new();
        for question in split(&self.case.check(side.server().kind)) {
            let rows = match side.rows(question).await {
                Ok(rows) => rows,
                Err(error) => return Some(self.told(&format!("{question}: {}", cause(&error)))),
            };
            for row in rows {
                let cells = row.iter().map(|cell| cell.as_deref().unwrap_or("NULL"));
                answer += &cells.collect::<Vec<_>>().join("\t");
                answer.push('\n');
            }
        }
        (answer != expected).then(|| {
            let at = side.server().kind;
            self.told(&format!("{at} answers\n{answer}instead of\n{expected}"))
        })
    }

    pub fn told(&self, what: &str) -> String {
        let (from, to) = (self.source.server().kind, self.target.server().kind);
        format!("{} from {from} to {to}: {what}", self.case.name)
    }
}

fn cause(error: &SqlError) -> String {
    std::error::Error::source(error).map(ToString::to_string).unwrap_or_default()
}

/// The command that moves all of these.
pub fn migrate(stages: &[Stage], home: &Path) -> Command {
    let mut command = oms(home);
    let (from, to) = (stages[0].source.server(), stages[0].target.server());
    command.env("OMS_SOURCE_PASSWORD", &from.password).env("OMS_TARGET_PASSWORD", &to.password);
    command.args(["migrate", "--source", &url_of(from), "--target", &url_of(to)]);
    for stage in stages {
        let (source, target) = (stage.source.name(), stage.target.name());
        command.args(["--objects", &format!("{source}.*")]);
        command.args(["--map", &format!("{source}.*={target}.*")]);
        command.args(stage.case.arguments(source, target));
    }
    command.stdin(Stdio::null());
    command
}

/// What was said, and which case each database is that it speaks of.
pub fn named(stages: &[Stage], said: &str) -> String {
    let of = |stage: &Stage| [stage.source.name().to_owned(), stage.target.name().to_owned()];
    let spoken_of = |stage: &&Stage| of(stage).iter().any(|name| said.contains(name));
    let named = |stage: &Stage| format!("\n{:?} is {}", of(stage), stage.case.name);
    let named: String = stages.iter().filter(spoken_of).map(named).collect();
    format!("{said}{named}")
}
