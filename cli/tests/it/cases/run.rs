//! Makes cases at a source, moves them, and asks both sides.

use super::{
    case::{Case, all},
    statements::split,
};
use crate::{
    harness::{Ended, oms, run},
    migrate::yard::url_of,
};
use oms_testkit::{
    TestDb,
    servers::{
        ServerKind::{self, MariaDb, MySql, OceanBase},
        of_this_run,
    },
};
use std::process::Stdio;
use tempfile::TempDir;

/// A case that is made at its source.
struct Stage {
    case: Case,
    source: TestDb,
    target: TestDb,
}

/// Moves all cases that can go together, and names each whose answer is wrong.
pub async fn together(source: ServerKind, target: ServerKind) {
    let (mut stages, mut faults) = (Vec::new(), Vec::new());
    for case in all() {
        if case.holds(source, target) && case.is_sociable(target) {
            match Stage::set(case, source, target).await {
                Ok(stage) => stages.push(stage),
                Err(fault) => faults.push(fault),
            }
        }
    }
    let ended = migrate(&stages);
    if ended.code == Some(0) {
        for stage in &stages {
            faults.extend(stage.fault_at_target().await);
        }
    } else {
        let named = |stage: &Stage| format!("{} is {}", stage.source.name(), stage.case.name);
        let named: Vec<String> = stages.iter().map(named).collect();
        faults.push(format!("exit code {:?}: {}\n{}", ended.code, ended.stderr, named.join("\n")));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

/// Moves each case that goes alone, between each two servers.
pub async fn alone() {
    let kinds = [MySql, MariaDb, OceanBase];
    let mut faults = Vec::new();
    for (source, target) in kinds.iter().flat_map(|from| kinds.map(|to| (*from, to))) {
        for case in all() {
            if case.holds(source, target) && !case.is_sociable(target) {
                match Stage::set(case, source, target).await {
                    Ok(stage) => faults.extend(stage.fault_alone().await),
                    Err(fault) => faults.push(fault),
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

impl Stage {
    /// Makes the case, and asks its source first: a case that is wrong there says nothing.
    async fn set(case: Case, source: ServerKind, target: ServerKind) -> Result<Self, String> {
        let database = async |kind| TestDb::create(of_this_run(kind)).await.expect("a database");
        let (source, target) = (database(source).await, database(target).await);
        let stage = Self { case, source, target };
        let changes = stage.case.changes().unwrap_or_default();
        for sql in [&stage.case.setup(stage.source.server().kind), &changes] {
            for statement in split(sql) {
                stage.source.exec(statement).await.map_err(|error| {
                    let cause = std::error::Error::source(&error).map(ToString::to_string);
                    stage.told(&format!("{statement}: {}", cause.unwrap_or_default()))
                })?;
            }
        }
        let expected = stage.case.expected_at_source();
        match stage.answers(&stage.source, &expected).await {
            Some(fault) => Err(fault),
            None => Ok(stage),
        }
    }

    async fn fault_at_target(&self) -> Option<String> {
        let expected = self.case.expected_at(self.target.server().kind);
        self.answers(&self.target, &expected).await
    }

    async fn fault_alone(&self) -> Option<String> {
        let ended = migrate(std::slice::from_ref(self));
        match self.case.refusal(self.target.server().kind) {
            None if ended.code == Some(0) => self.fault_at_target().await,
            None => Some(self.told(&format!("exit code {:?}: {}", ended.code, ended.stderr))),
            Some(words) if ended.code != Some(0) && ended.stderr.contains(words) => None,
            Some(words) => {
                let said = format!("{:?} without {words:?}: {}", ended.code, ended.stderr);
                Some(self.told(&said))
            }
        }
    }

    /// Asks a side; what is wrong with its answer.
    async fn answers(&self, side: &TestDb, expected: &str) -> Option<String> {
        let mut answer = String::new();
        for question in split(&self.case.check(side.server().kind)) {
            let rows = match side.rows(question).await {
                Ok(rows) => rows,
                Err(error) => {
                    let cause = std::error::Error::source(&error).map(ToString::to_string);
                    return Some(self.told(&format!("{question}: {}", cause.unwrap_or_default())));
                }
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

    fn told(&self, what: &str) -> String {
        let (from, to) = (self.source.server().kind, self.target.server().kind);
        format!("{} from {from} to {to}: {what}", self.case.name)
    }
}

fn migrate(stages: &[Stage]) -> Ended {
    let home = TempDir::new().expect("a temp dir");
    let mut command = oms(home.path());
    let (from, to) = (stages[0].source.server(), stages[0].target.server());
    command.env("OMS_SOURCE_PASSWORD", &from.password).env("OMS_TARGET_PASSWORD", &to.password);
    command.args(["migrate", "--source", &url_of(from), "--target", &url_of(to)]);
    for stage in stages {
        let (source, target) = (stage.source.name(), stage.target.name());
        command.args(["--objects", &format!("{source}.*")]);
        command.args(["--map", &format!("{source}.*={target}.*")]);
        command.args(stage.case.arguments(source, target));
    }
    run(command.stdin(Stdio::null()), None)
}
