//! A connection that changes definitions.

use super::super::schema::of_statement;
use super::journal;
use crate::evolve::{Entry, EntryState, EvolveSession, Layouts, Step};
use crate::mysql::seated::Seated;
use crate::mysql::wire::{Limits, WireError};
use crate::schema::{Refusal, SchemaError};
use crate::seat::Standing;
use async_trait::async_trait;
use oms_model::ObjectName;
use oms_model::change::Seq;
use std::time::Duration;

#[derive(Debug)]
pub(super) struct Evolving {
    session: Seated,
}

impl Evolving {
    pub fn new(session: Seated) -> Self {
        Self { session }
    }

    pub async fn prepare(&mut self) -> Result<(), SchemaError> {
        journal::create(&mut self.session).await
    }

    async fn execute(&mut self, sql: &str) -> Result<(), SchemaError> {
        match self.session.wire.execute(sql.as_bytes()).await {
            // It was run all the same.
            Err(WireError::UnexpectedRows) => Ok(()),
            done => done.map(drop).map_err(of_statement),
        }
    }

    async fn layout(&mut self, table: &ObjectName) -> Result<Option<String>, SchemaError> {
        let name = self.session.name(&table.database, &table.name);
        let sql = format!("SHOW CREATE TABLE {name}");
        match self.session.wire.query(sql.as_bytes()).await.map_err(of_statement) {
            Ok(shown) => {
                let row = shown.rows.first();
                let text = row.map(|row| row.text(1)).transpose().map_err(of_statement)?;
                Ok(text.flatten().map(str::to_owned))
            }
            Err(SchemaError::Refused { why: Refusal::Missing, .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

#[async_trait]
impl EvolveSession for Evolving {
    fn standing(&self) -> Standing {
        self.session.standing()
    }

    async fn layouts(&mut self, tables: &[ObjectName]) -> Result<Layouts, SchemaError> {
        let mut layouts = Layouts::default();
        for table in tables {
            let layout = self.layout(table).await?;
            layouts.0.push((table.clone(), layout));
        }
        Ok(layouts)
    }

    async fn found_database(&mut self, name: &str, collation: &str) -> Result<(), SchemaError> {
        let name = self.session.member.quote(name);
        match self.execute(&format!("USE {name}")).await {
            Err(SchemaError::Refused { why: Refusal::Missing, .. }) => {}
            outcome => return outcome,
        }
        let text = match collation.is_empty() {
            true => String::new(),
            false => format!(" COLLATE {collation}"),
        };
        self.execute(&format!("CREATE DATABASE IF NOT EXISTS {name}{text}")).await
    }

    async fn run(&mut self, step: &Step, limit: Duration) -> Result<(), SchemaError> {
        let name = self.session.member.quote(&step.database);
        self.execute(&format!("USE {name}")).await?;
        let mut back = Vec::new();
        for (setting, value) in &step.settings {
            self.execute(&format!("SET {setting} = {value}")).await?;
            back.push(match setting.as_str() {
                "time_zone" => "time_zone = '+00:00'".to_owned(),
                other => format!("{other} = DEFAULT"),
            });
        }
        let usual = self.session.wire.limits();
        self.session.wire.set_limits(Limits { statement: limit, idle: limit });
        let done = self.execute(&step.sql).await;
        self.session.wire.set_limits(usual);
        let is_there = !matches!(done, Err(SchemaError::Data(_)));
        if is_there && !back.is_empty() {
            self.execute(&format!("SET {}", back.join(", "))).await?;
        }
        done
    }

    async fn entry(&mut self, task: &str, seq: Seq) -> Result<Option<Entry>, SchemaError> {
        journal::entry(&mut self.session, task, seq).await
    }

    async fn entries(&mut self, task: &str, state: EntryState) -> Result<Vec<Entry>, SchemaError> {
        journal::entries(&mut self.session, task, state).await
    }

    async fn write(&mut self, task: &str, token: i64, entry: &Entry) -> Result<bool, SchemaError> {
        journal::write(&mut self.session, task, token, entry).await
    }

    async fn erase(&mut self, task: &str, seqs: &[Seq]) -> Result<(), SchemaError> {
        journal::erase(&mut self.session, task, seqs).await
    }

    async fn leave(self: Box<Self>) {
        self.session.leave().await;
    }
}
