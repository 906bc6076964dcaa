//! Two databases of a test's own, and migrations between them.

use crate::harness::{Ended, oms, run};
use oms_testkit::{
    TestDb,
    servers::{Server, ServerKind, of_this_run},
};
use serde_json::Value;
use std::{
    path::PathBuf,
    process::{Command, Stdio},
};
use tempfile::TempDir;

/// A source, a target, and a home for data directories.
pub struct Yard {
    pub source: TestDb,
    pub target: TestDb,
    pub home: TempDir,
}

impl Yard {
    /// Between a MySQL and an OceanBase kernel.
    pub async fn open() -> Self {
        Self::between(ServerKind::MySql, ServerKind::OceanBase).await
    }

    pub async fn between(source: ServerKind, target: ServerKind) -> Self {
        Self::on(of_this_run(source), of_this_run(target)).await
    }

    pub async fn on(source: &Server, target: &Server) -> Self {
        let database = async |server| TestDb::create(server).await.expect("a database");
        let home = tempfile::tempdir().expect("a temp dir");
        Self { source: database(source).await, target: database(target).await, home }
    }

    /// Runs statements at both sides.
    pub async fn both(&self, sql: &str) {
        for side in [&self.source, &self.target] {
            side.exec(sql).await.expect("statements");
        }
    }

    /// `a.t` at the source.
    pub fn at_source(&self, name: &str) -> String {
        format!("{}.{name}", self.source.name())
    }

    pub fn at_target(&self, name: &str) -> String {
        format!("{}.{name}", self.target.name())
    }

    /// A rule that takes everything of the source into the target.
    pub fn everything(&self) -> String {
        format!("{}={}", self.at_source("*"), self.at_target("*"))
    }

    /// The command line between both, with passwords in the environment.
    pub fn command(&self, verb: &str, arguments: &[&str]) -> Command {
        let mut command = oms(self.home.path());
        let (source, target) = (self.source.server(), self.target.server());
        command.env("OMS_SOURCE_PASSWORD", &source.password);
        command.env("OMS_TARGET_PASSWORD", &target.password);
        command.args([verb, "--source", &url_of(source), "--target", &url_of(target)]);
        command.args(arguments).stdin(Stdio::null());
        command
    }

    /// Migrates rows.
    pub fn load(&self, arguments: &[&str]) -> Ended {
        let command = &[&["--types", "full"], arguments].concat();
        run(&mut self.command("migrate", command), None)
    }

    /// The same; must be done. The last event.
    pub fn loaded(&self, arguments: &[&str]) -> Value {
        let arguments = [&["--json"], arguments].concat();
        let ended = self.load(&arguments);
        let stdout = ended.done();
        events(&stdout).pop().expect("an event")
    }

    pub fn count(&self, arguments: &[&str]) -> Ended {
        run(&mut self.command("verify", &[&["--mode", "count"], arguments].concat()), None)
    }

    pub fn data(&self) -> PathBuf {
        self.home.path().join("data")
    }
}

/// The URL of a server in the words of `oms`, without its password.
pub fn url_of(server: &Server) -> String {
    crate::client::url_of(&server.with_account(&server.user, ""), None)
}

pub fn events(stdout: &str) -> Vec<Value> {
    stdout.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}
