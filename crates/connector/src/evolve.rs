//! Following definitions: statements of a source as statements of a target, run there once each.
//!
//! A [`Translator`] is pure: it is told which tables are replicated and what they look like at the
//! target, and says what to run, what it leaves out and why, or why it cannot be done. An
//! [`EvolveSession`] runs that, and keeps a journal at the target: what is about to be run and what
//! the tables looked like before stand there first, so that after a crash it can be told what was
//! done ([`Translator::happened`]).

use crate::product::Server;
use crate::schema::{Choices, SchemaError};
use crate::seat::{Seat, Standing};
use async_trait::async_trait;
use oms_model::ObjectName;
use oms_model::change::{Action, Seq, Statement, Treatment};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;

mod ghost;
pub use ghost::{Ghost, GhostKind, ghost_of};

/// Lets definitions of a database follow those of another one.
#[async_trait]
pub trait Evolver: Send + Sync {
    /// What writes statements of `source` for this database, which is looked at for that. Names that
    /// are chosen play no part.
    async fn translator(
        &self,
        source: &Server,
        choices: Choices,
    ) -> Result<Box<dyn Translator>, SchemaError>;

    /// Connects and takes a seat. Whoever sits there is ended first. The journal is there afterwards.
    async fn evolving(&self, seat: &Seat) -> Result<Box<dyn EvolveSession>, SchemaError>;

    /// Ends whoever sits in the seat, with what it is running.
    async fn end_evolving(&self, seat: &Seat, limit: Duration) -> Result<(), SchemaError>;
}

/// A connection that changes definitions. One that failed is thrown away, unless the database only
/// refused the statement.
#[async_trait]
pub trait EvolveSession: std::fmt::Debug + Send {
    /// Whether it has the seat it was to take.
    fn standing(&self) -> Standing;

    /// What tables look like.
    async fn layouts(&mut self, tables: &[ObjectName]) -> Result<Layouts, SchemaError>;

    /// Makes sure that there is a database of that name, with text of this collation.
    async fn found_database(&mut self, name: &str, collation: &str) -> Result<(), SchemaError>;

    /// Runs a step, for as long as that may take.
    async fn run(&mut self, step: &Step, limit: Duration) -> Result<(), SchemaError>;

    /// What the journal has about a statement.
    async fn entry(&mut self, task: &str, seq: Seq) -> Result<Option<Entry>, SchemaError>;

    /// What the journal has in a state, in the order of the log.
    async fn entries(&mut self, task: &str, state: EntryState) -> Result<Vec<Entry>, SchemaError>;

    /// Writes an entry, in place of an older one of its statement. Says no where the token is not
    /// that of the task any more: nothing is written then.
    async fn write(&mut self, task: &str, token: i64, entry: &Entry) -> Result<bool, SchemaError>;

    /// Removes entries.
    async fn erase(&mut self, task: &str, seqs: &[Seq]) -> Result<(), SchemaError>;

    /// Gives the seat up and says goodbye.
    async fn leave(self: Box<Self>);
}

/// Translates. Pure: it asks nobody.
pub trait Translator: std::fmt::Debug + Send + Sync {
    /// The tables of the target that have to be known.
    fn concerns(
        &self,
        statement: &Statement,
        selection: &dyn Selection,
    ) -> Result<Vec<ObjectName>, Obstacle>;

    /// What a statement becomes.
    fn translate(
        &self,
        statement: &Statement,
        selection: &dyn Selection,
        layouts: &Layouts,
    ) -> Result<Outcome, Obstacle>;

    /// A statement that somebody wrote for the target.
    fn own(&self, database: &str, sql: &str) -> Step;

    /// Whether a step was run, by what its tables looked like before and look like now.
    fn happened(&self, step: &Step, before: &Layouts, now: &Layouts) -> Happened;

    /// The collation at the target for what has this one at the source.
    fn collation(&self, source: &str) -> String;
}

/// Which tables are replicated, and what is done about each kind of change.
pub trait Selection: Sync {
    /// Where a table of the source goes; nothing where it is not replicated.
    fn place(&self, database: &str, table: &str) -> Option<Place>;

    fn treatment(&self, action: Action) -> Treatment;

    /// What was said of a ghost table until now.
    fn held(&self, database: &str, ghost: &str) -> Vec<Statement>;

    /// The target may be ahead: what a statement makes may be there already.
    fn is_lenient(&self) -> bool;
}

/// Where a table goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub database: String,
    pub table: String,
    /// Only these columns.
    pub columns: Option<Vec<String>>,
    /// Other tables go there as well.
    pub shared: bool,
}

/// Tables as a database prints them; none where there is no such table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layouts(pub Vec<(ObjectName, Option<String>)>);

impl Layouts {
    pub fn of(&self, table: &ObjectName) -> Option<&str> {
        let found = self.0.iter().find(|(name, _)| name == table);
        found.and_then(|(_, text)| text.as_deref())
    }
}

/// What a statement of the source becomes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// In this order.
    pub steps: Vec<Step>,
    /// What is left out or different, and why.
    pub remarks: Vec<Remark>,
    /// It is about this ghost table: nothing is done, and it is remembered.
    #[serde(default)]
    pub hold: Option<ObjectName>,
    /// Nothing has to be remembered of these ghost tables any more.
    #[serde(default)]
    pub release: Vec<ObjectName>,
}

/// A statement for the target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What it does.
    pub actions: Vec<Action>,
    /// Where names without a database are looked for.
    pub database: String,
    pub sql: String,
    /// What the session is set to meanwhile.
    #[serde(default)]
    pub settings: BTreeMap<String, String>,
    /// The tables that it changes.
    pub tables: Vec<ObjectName>,
    /// By which it is known that it was run.
    pub signs: Vec<Sign>,
    pub repeat: Repeat,
}

/// What running a step again does, while nothing else has happened since.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Repeat {
    /// The same.
    Freely,
    /// The same, or an error, where none of its signs tells whether it was run.
    Unsigned,
    /// Harm, where its signs do not tell.
    Never,
}

/// Something that is so after a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sign {
    Table {
        table: ObjectName,
        there: bool,
    },
    /// The table looks like another one did before.
    Like {
        table: ObjectName,
        was: ObjectName,
    },
    Column {
        name: String,
        there: bool,
    },
    /// The index has these columns; without any there is none.
    Key {
        name: String,
        columns: Vec<String>,
    },
    Primary {
        columns: Vec<String>,
    },
    ForeignKey {
        name: String,
        there: bool,
    },
    Check {
        name: String,
        there: bool,
    },
    Partition {
        name: String,
        there: bool,
    },
    Partitions {
        count: usize,
    },
    Partitioned {
        so: bool,
    },
}

/// Something that is not at the target as it is at the source, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remark {
    pub what: String,
    pub why: String,
}

/// Why a statement cannot be replicated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{why}; {advice}")]
pub struct Obstacle {
    /// What it does; nothing where it cannot be read.
    pub action: Action,
    pub why: String,
    pub advice: String,
}

/// What became of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happened {
    Done,
    /// It was not run, or running it again does no harm.
    NotYet,
    /// Nobody can tell.
    Unknown,
}

/// What the journal has about a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub seq: Seq,
    pub state: EntryState,
    /// So many steps are done.
    pub done: u32,
    /// What is done about the statement, and what it is.
    pub body: String,
    /// What the tables of the step at hand looked like before it.
    pub before: String,
}

/// How far a statement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::Display, strum::EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum EntryState {
    /// A step is being run, or was.
    Begun,
    /// The target refused a step.
    Refused,
    Done,
    /// It is about a ghost table, and waits for the end of that.
    Held,
}
