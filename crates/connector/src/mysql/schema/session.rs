//! A connection for definitions.

use super::super::ddl::Quoting;
use super::super::seated::Seated;
use super::super::triggers;
use super::super::wire::{Limits, Table, WireError};
use super::{collision, fault, trigger};
use crate::product::Server;
use crate::schema::{
    Collision, DatabaseText, DefinitionKind, Found, FoundTrigger, KeyProbe, SchemaError,
    SchemaSession,
};
use crate::seat::Standing;
use async_trait::async_trait;
use oms_model::ObjectName;
use std::time::Duration;

/// How long a look at all keys of a table may take.
const LOOK: Duration = Duration::from_secs(24 * 3_600);

#[derive(Debug)]
pub(super) struct Definitions {
    session: Seated,
    /// The database that names without one are looked for in.
    within: Option<String>,
}

impl Definitions {
    pub fn new(session: Seated) -> Self {
        Self { session, within: None }
    }

    /// Enters a database. From within information_schema every name is printed with its own.
    pub async fn within(mut self, database: &str) -> Result<Self, SchemaError> {
        self.enter(database).await?;
        Ok(self)
    }

    async fn enter(&mut self, database: &str) -> Result<(), SchemaError> {
        if self.within.as_deref() != Some(database) {
            let sql = format!("USE {}", self.session.member.quote(database));
            self.execute(&sql).await?;
            self.within = Some(database.to_owned());
        }
        Ok(())
    }

    async fn execute(&mut self, sql: &str) -> Result<(), SchemaError> {
        let done = self.session.wire.execute(sql.as_bytes()).await;
        done.map(drop).map_err(fault::of_statement)
    }

    async fn query(&mut self, sql: &str) -> Result<Table, SchemaError> {
        self.session.wire.query(sql.as_bytes()).await.map_err(fault::of_statement)
    }

    /// Grants the next statements this much time, before the first word of the answer and after it:
    /// a server may name the columns before it looks for the rows.
    fn allow(&mut self, limit: Duration) -> Limits {
        let usual = self.session.wire.limits();
        self.session.wire.set_limits(Limits { statement: limit, idle: limit });
        usual
    }

    fn full_name(&self, object: &ObjectName) -> String {
        self.session.name(&object.database, &object.name)
    }

    fn literal(&self, text: &str) -> String {
        super::super::ddl::literal(text.as_bytes(), Quoting::default())
    }
}

/// The cells of some columns as text, row by row; NULL is empty.
pub(super) fn texts<const N: usize>(
    table: &Table,
    at: [usize; N],
) -> Result<Vec<[String; N]>, SchemaError> {
    let mut found = Vec::with_capacity(table.rows.len());
    for row in &table.rows {
        let mut cells = [const { String::new() }; N];
        for (cell, at) in cells.iter_mut().zip(at) {
            let text = row.text(at).map_err(fault::of_statement)?;
            *cell = text.unwrap_or_default().to_owned();
        }
        found.push(cells);
    }
    Ok(found)
}

fn kind_of(table_type: &str) -> DefinitionKind {
    match table_type {
        "VIEW" | "SYSTEM VIEW" => DefinitionKind::View,
        "SEQUENCE" => DefinitionKind::Sequence,
        _ => DefinitionKind::Table,
    }
}

/// Nothing, where the database is not there.
fn unless_missing<T>(answer: Result<T, SchemaError>) -> Result<Option<T>, SchemaError> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(SchemaError::Refused { code, .. }) if code == "1049" => Ok(None),
        Err(error) => Err(error),
    }
}

#[async_trait]
impl SchemaSession for Definitions {
    fn server(&self) -> &Server {
        &self.session.server
    }

    fn standing(&self) -> Standing {
        self.session.standing()
    }

    async fn leave(self: Box<Self>) {
        self.session.leave().await;
    }

    async fn definition(
        &mut self,
        kind: DefinitionKind,
        object: &ObjectName,
    ) -> Result<Vec<u8>, SchemaError> {
        let word = match kind {
            DefinitionKind::Table => "TABLE",
            DefinitionKind::View => "VIEW",
            DefinitionKind::Sequence => "SEQUENCE",
        };
        self.enter("information_schema").await?;
        let table = self.query(&format!("SHOW CREATE {word} {}", self.full_name(object))).await?;
        let text = table.rows.first().and_then(|row| row.bytes(1)).map(<[u8]>::to_vec);
        let lost = || fault::of_statement(WireError::protocol("a definition was asked for"));
        text.ok_or_else(lost)
    }

    async fn objects(&mut self, database: &str) -> Result<Option<Vec<Found>>, SchemaError> {
        let sql = format!("SHOW FULL TABLES FROM {}", self.session.member.quote(database));
        let Some(table) = unless_missing(self.query(&sql).await)? else { return Ok(None) };
        let found = texts(&table, [0, 1])?.into_iter();
        Ok(Some(found.map(|[name, kind]| Found { name, kind: kind_of(&kind) }).collect()))
    }

    async fn sizes(&mut self, database: &str) -> Result<Vec<(String, u64)>, SchemaError> {
        if !self.session.member.can_name(database) {
            return Ok(vec![]);
        }
        let sql = format!(
            "SELECT table_name, table_rows FROM information_schema.tables \
             WHERE table_schema = {} AND table_rows IS NOT NULL",
            self.literal(database)
        );
        let sizes = texts(&self.query(&sql).await?, [0, 1])?.into_iter();
        let member = self.session.member;
        let known =
            |[name, rows]: [String; 2]| Some((name, member.row_estimate(rows.parse().ok())?));
        Ok(sizes.filter_map(known).collect())
    }

    async fn columns(&mut self, object: &ObjectName) -> Result<Vec<String>, SchemaError> {
        let sql = format!("SHOW COLUMNS FROM {}", self.full_name(object));
        let table = self.query(&sql).await?;
        Ok(texts(&table, [0])?.into_iter().map(|[name]| name).collect())
    }

    async fn unusable_indexes(&mut self, table: &ObjectName) -> Result<Vec<String>, SchemaError> {
        let Some(usable) = self.session.member.usable_index() else { return Ok(vec![]) };
        let sql = format!(
            "SELECT DISTINCT index_name FROM information_schema.statistics WHERE table_schema = {} \
             AND table_name = {} AND {usable} IS NOT TRUE",
            self.literal(&table.database),
            self.literal(&table.name)
        );
        Ok(texts(&self.query(&sql).await?, [0])?.into_iter().map(|[name]| name).collect())
    }

    async fn triggers(&mut self, database: &str) -> Result<Vec<FoundTrigger>, SchemaError> {
        let sql = format!("SHOW TRIGGERS FROM {}", self.session.member.quote(database));
        let Some(table) = unless_missing(self.query(&sql).await)? else { return Ok(vec![]) };
        let found = texts(&table, [0, 1, 2, 3, 4])?.into_iter();
        let of_row = |[name, event, table, body, timing]: [String; 5]| FoundTrigger {
            name,
            table,
            timing,
            event,
            body: trigger::body(&body).to_owned(),
        };
        // What captures changes is not the business's, and goes when the capture does.
        Ok(found.map(of_row).filter(|found| !triggers::is_ours(&found.name, &found.body)).collect())
    }

    async fn database(&mut self, name: &str) -> Result<Option<DatabaseText>, SchemaError> {
        if !self.session.member.can_name(name) {
            return Ok(None);
        }
        let sql = format!(
            "SELECT default_character_set_name, default_collation_name FROM \
             information_schema.schemata WHERE schema_name = {}",
            self.literal(name)
        );
        let found = texts(&self.query(&sql).await?, [0, 1])?.pop();
        Ok(found.map(|[charset, collation]| DatabaseText { charset, collation }))
    }

    async fn create_database(
        &mut self,
        name: &str,
        text: &DatabaseText,
    ) -> Result<(), SchemaError> {
        let DatabaseText { charset, collation } = text;
        let name = self.session.member.quote(name);
        let sql = format!(
            "CREATE DATABASE IF NOT EXISTS {name} DEFAULT CHARACTER SET {charset} COLLATE {collation}"
        );
        self.execute(&sql).await
    }

    async fn run(&mut self, database: &str, sql: &str, limit: Duration) -> Result<(), SchemaError> {
        self.enter(database).await?;
        let usual = self.allow(limit);
        let done = match self.session.wire.execute(sql.as_bytes()).await {
            // It was run all the same.
            Err(WireError::UnexpectedRows) => Ok(()),
            done => done.map(drop).map_err(fault::of_statement),
        };
        self.session.wire.set_limits(usual);
        done
    }

    async fn collision(
        &mut self,
        table: &ObjectName,
        probe: &KeyProbe,
        filter: Option<&str>,
    ) -> Result<Collision, SchemaError> {
        if probe.parts.is_empty() {
            return Ok(Collision::Unknown("the key computes its values".into()));
        }
        // A filter may name columns of its own database alone.
        self.enter(&table.database).await?;
        let sql = collision::query(self.session.member, table, probe, filter);
        let usual = self.allow(LOOK);
        let found = self.query(&sql).await;
        self.session.wire.set_limits(usual);
        match found {
            Ok(found) => Ok(match found.rows.first() {
                Some(row) => Collision::Found(collision::example(probe, row)),
                None => Collision::None,
            }),
            // Unknown character set or collation, or one that does not fit the other.
            Err(SchemaError::Refused { code, message, .. })
                if matches!(code.as_str(), "1115" | "1253" | "1273" | "1302") =>
            {
                Ok(Collision::Unknown(message))
            }
            Err(error) => Err(error),
        }
    }

    async fn set_index_threads(&mut self, threads: u32) -> Result<(), SchemaError> {
        let member = self.session.member;
        match member.index_threads(&self.session.server, threads) {
            Some(setting) => self.execute(&format!("SET {setting}")).await,
            None => Ok(()),
        }
    }
}
