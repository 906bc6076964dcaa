//! Definitions: reading them as a server prints them, writing them for another one, and creating
//! what they describe.
//!
//! A definition is a text in the language of the server that printed it. Only a server of the same
//! family has a [`Converter`] for it.

mod error;

use crate::mysql_ddl as mysql;
use crate::product::Server;
use crate::seat::{Seat, Seating, Standing};
use async_trait::async_trait;
pub use error::{Refusal, SchemaError, Unreadable};
use oms_model::ObjectName;
use std::collections::BTreeMap;
use std::time::Duration;

/// Reads and creates definitions.
#[async_trait]
pub trait Schema: Send + Sync {
    /// Connects, to read what is defined there.
    async fn reading(&self) -> Result<Box<dyn SchemaSession>, SchemaError>;

    /// Connects, to create, and takes a seat, if one is given. Whoever sits there is ended first.
    async fn writing(&self, seat: Option<&Seat>) -> Result<Box<dyn SchemaSession>, SchemaError>;

    /// What writes definitions of `source` for this database, which is looked at for that.
    async fn converter(
        &self,
        source: &Server,
        choices: Choices,
    ) -> Result<Box<dyn Converter>, SchemaError>;

    /// Ends whoever sits in the seat, with what they are running. Nobody else is meant, and where
    /// another server answers nobody sits there.
    async fn end(&self, seat: &Seat, limit: Duration) -> Result<(), SchemaError>;

    /// Ends whoever sits in any of the seats, with what they are running.
    async fn vacate(&self, seating: &Seating, limit: Duration) -> Result<(), SchemaError>;
}

/// A connection for definitions. One that failed is thrown away by its owner, unless the database
/// only refused the statement.
#[async_trait]
pub trait SchemaSession: std::fmt::Debug + Send {
    /// Who answers.
    fn server(&self) -> &Server;

    /// Whether it has the seat it was to take; also for one that was to take none.
    fn standing(&self) -> Standing;

    /// Gives the seat up and says goodbye.
    async fn leave(self: Box<Self>);

    /// A definition as the server prints it.
    async fn definition(
        &mut self,
        kind: DefinitionKind,
        object: &ObjectName,
    ) -> Result<Vec<u8>, SchemaError>;

    /// What a database holds; `None` where there is none, or the user may not see it.
    async fn objects(&mut self, database: &str) -> Result<Option<Vec<Found>>, SchemaError>;

    /// How many rows the tables of a database have, as far as the server knows without counting.
    async fn sizes(&mut self, database: &str) -> Result<Vec<(String, u64)>, SchemaError>;

    /// The names of the columns, in their order.
    async fn columns(&mut self, object: &ObjectName) -> Result<Vec<String>, SchemaError>;

    /// Indexes of a table that have their names taken and cannot be used: they are being built, or
    /// their building was given up and is being cleared away.
    async fn unusable_indexes(&mut self, table: &ObjectName) -> Result<Vec<String>, SchemaError>;

    /// The triggers of a database, in the order in which they fire.
    async fn triggers(&mut self, database: &str) -> Result<Vec<FoundTrigger>, SchemaError>;

    /// What a database gives to tables that say nothing; `None` where there is none.
    async fn database(&mut self, name: &str) -> Result<Option<DatabaseText>, SchemaError>;

    /// Creates a database, unless somebody was faster.
    async fn create_database(&mut self, name: &str, text: &DatabaseText)
    -> Result<(), SchemaError>;

    /// Runs a statement in a database, for as long as that may take.
    async fn run(&mut self, database: &str, sql: &str, limit: Duration) -> Result<(), SchemaError>;

    /// Whether rows of the table would be equal under the key as the target compares.
    async fn collision(
        &mut self,
        table: &ObjectName,
        probe: &KeyProbe,
        filter: Option<&str>,
    ) -> Result<Collision, SchemaError>;

    /// Lets the server build each index with so many threads, where it can be told.
    async fn set_index_threads(&mut self, threads: u32) -> Result<(), SchemaError>;
}

/// Writes definitions for a target. Pure: it asks nobody.
pub trait Converter: std::fmt::Debug + Send + Sync {
    /// The server that it writes for.
    fn server(&self) -> &Server;

    /// How the target stores a name.
    fn name(&self, name: &ObjectName) -> ObjectName;

    /// What a database of the source becomes.
    fn database(&self, source: &DatabaseText) -> DatabaseText;

    /// A definition of the source as one of the target, under its names there. With `at_once` its indexes come with it,
    /// also where those of others wait for the rows.
    fn convert(
        &self,
        kind: DefinitionKind,
        names: (&ObjectName, &ObjectName),
        definition: &[u8],
        at_once: bool,
    ) -> Result<Converted, Unreadable>;

    /// A trigger of the source as one on a table of the target. What it runs is taken as it is.
    fn trigger(&self, trigger: &FoundTrigger, table: &ObjectName) -> Later;

    /// A definition that somebody wrote for the target, as far as it can be compared.
    fn read(
        &self,
        kind: DefinitionKind,
        target: &ObjectName,
        definition: &[u8],
    ) -> Result<Converted, Unreadable>;

    /// How what the target has, as it prints it, differs from what was to be created.
    fn compare(&self, expected: &Converted, existing: &[u8]) -> Result<Comparison, Unreadable>;

    /// Whether a table, as the target prints it, has the index that a kept statement makes.
    fn has_index(&self, table: &ObjectName, statement: &str, existing: &[u8]) -> bool;
}

/// What is chosen about a conversion.
#[derive(Debug, Clone)]
pub struct Choices {
    /// Each object and its name at the target.
    pub names: Vec<(ObjectName, ObjectName)>,
    /// Databases whose objects all go into one.
    pub databases: BTreeMap<String, String>,
    pub charsets: BTreeMap<String, String>,
    pub collations: BTreeMap<String, String>,
    pub indexes: mysql::IndexStrategy,
    pub hidden_key: bool,
}

/// What a definition defines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DefinitionKind {
    Table,
    View,
    Sequence,
}

/// Something that a database holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub name: String,
    pub kind: DefinitionKind,
}

/// A trigger as the source prints it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundTrigger {
    pub name: String,
    pub table: String,
    /// `BEFORE` or `AFTER`.
    pub timing: String,
    /// `INSERT`, `UPDATE` or `DELETE`.
    pub event: String,
    /// The statement that it runs.
    pub body: String,
}

/// The text of a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabaseText {
    pub charset: String,
    pub collation: String,
}

/// A definition for the target.
#[derive(Debug, Clone)]
pub struct Converted {
    /// Its name there.
    pub target: ObjectName,
    pub create: String,
    /// What comes after the rows, or at the switchover.
    pub later: Vec<Later>,
    /// What was added to tell rows apart.
    pub hidden: Option<mysql::HiddenKey>,
    /// Keys under which distinct values of the source may be equal.
    pub probes: Vec<KeyProbe>,
    pub notes: Vec<mysql::Note>,
    /// Why the target cannot have it.
    pub unsupported: Vec<String>,
    /// What has to be there before it, by the names at the target.
    pub needs: Vec<ObjectName>,
    pub(crate) shape: Shape,
}

/// The definition as it is compared.
#[derive(Debug, Clone)]
pub(crate) enum Shape {
    Table(Box<mysql::Table>),
    View(Box<mysql::View>),
    Sequence(Box<mysql::Sequence>),
}

/// A statement that is kept for later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Later {
    pub kind: LaterKind,
    pub name: String,
    pub sql: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LaterKind {
    Index,
    ForeignKey,
    Check,
    Trigger,
}

/// A key to be looked at with the eyes of the target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyProbe {
    pub key: String,
    /// Its columns. Without any the key cannot be looked at.
    pub parts: Vec<ProbePart>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProbePart {
    pub column: String,
    pub prefix: Option<u32>,
    /// The target's, where it is another one.
    pub collation: Option<String>,
}

/// What a look at a key has shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Collision {
    None,
    /// With an example.
    Found(String),
    /// The source cannot compare as the target does; with the reason.
    Unknown(String),
}

/// How something that exists differs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Comparison {
    pub differences: Vec<Difference>,
    /// Whether it has the hidden column and index, as far as they are wanted.
    pub has_hidden: bool,
    /// Kept statements, by their place, that have been run already.
    pub done: Vec<usize>,
}

/// A difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    pub text: String,
    /// Whether it can be used all the same.
    pub compatible: bool,
}
