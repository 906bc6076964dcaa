//! Reading the rows that are there: a table's layout, where its keys begin and end, and the rows of
//! a range of keys, in the order of the database.
//!
//! Ranges are bounded, so that no read keeps the source's old row versions alive for long, and only
//! the database compares keys: nobody else knows its collations.

use crate::data_error::DataError;
use async_trait::async_trait;
use oms_model::{Charset, Chunk, Key, Position, Rows, Table, UniqueKey};
use std::collections::HashMap;

/// Reads rows. Each session is one connection, kept for many reads.
#[async_trait]
pub trait SnapshotReader: Send + Sync {
    /// Connects.
    async fn reading(&self) -> Result<Box<dyn ReadSession>, DataError>;

    /// Connects, to read one table as it is at one place of the source's log, which is given: what
    /// was committed to it up to there is seen, and nothing else. Good for one read.
    async fn reading_still(
        &self,
        _database: &str,
        _table: &str,
    ) -> Result<(Box<dyn ReadSession>, Position), DataError> {
        let message = "the source cannot say where in its log the rows of a table are read";
        Err(DataError::Unsupported(message.into()))
    }

    /// A table as rows are moved. Whoever wants many asks a session for all of them at once.
    async fn layout(&self, database: &str, table: &str) -> Result<Table, DataError> {
        Ok(self.reading().await?.sketch(database, table).await?.table)
    }

    /// The key that puts a table's rows in order best; `None` where nothing does.
    fn order_key(&self, table: &Table) -> Option<UniqueKey>;
}

/// One connection that reads. A session that failed is thrown away by its owner, unless the error
/// says that only the statement failed.
#[async_trait]
pub trait ReadSession: std::fmt::Debug + Send {
    /// Tables as rows are moved, in few statements, however many they are. One that is not there,
    /// or that the user may not see, is left out; one that cannot be moved has the reason.
    async fn sketches(
        &mut self,
        database: &str,
        tables: &[&str],
    ) -> Result<HashMap<String, Result<Sketch, DataError>>, DataError>;

    /// One table as rows are moved.
    async fn sketch(&mut self, database: &str, table: &str) -> Result<Sketch, DataError> {
        let mut found = self.sketches(database, &[table]).await?;
        let missing = || DataError::NoSuchTable { database: database.into(), table: table.into() };
        found.remove(table).unwrap_or_else(|| Err(missing()))
    }

    /// What a table is divided into, as it is now.
    async fn partitions(&mut self, database: &str, table: &str) -> Result<Partitions, DataError>;

    /// Whether a table has more rows than this. No more than this many are looked at.
    async fn is_larger(&mut self, table: &Table, rows: u64) -> Result<bool, DataError>;

    /// Adds the key that the database itself keeps for a table without one, where it shows such: a
    /// column that is read in order to walk, and never written. Its values are told apart within a
    /// partition only.
    async fn hidden_key(&mut self, table: &mut Table) -> Result<Option<UniqueKey>, DataError>;

    /// How many rows there are, exactly.
    async fn count(&mut self, scan: &Scan) -> Result<u64, DataError>;

    /// The lowest and the highest key, of a table or of one of its partitions; `None` where there
    /// are no rows.
    async fn ends(
        &mut self,
        scan: &Scan,
        partition: Option<&str>,
    ) -> Result<Option<(Key, Key)>, DataError>;

    /// The key that stands `rows` rows after the part's beginning; `None` if it has fewer.
    async fn key_at(
        &mut self,
        scan: &Scan,
        part: &Part,
        rows: u64,
    ) -> Result<Option<Key>, DataError>;

    /// Reads the range in the order of its key, at most so many rows, and hands them on in batches.
    /// A scan without a key reads the whole table in whatever order.
    async fn read(
        &mut self,
        scan: &Scan,
        part: &Part,
        sink: &mut dyn RowSink,
    ) -> Result<ReadEnd, DataError>;

    /// Asks for nothing but an answer: what that takes is the way there and back.
    async fn ping(&mut self) -> Result<(), DataError>;

    /// How often it has waited for an answer so far.
    fn trips(&self) -> u64;
}

/// What is read of a table, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scan {
    pub table: Table,
    /// What each value of a row is.
    pub fields: Vec<Field>,
    /// What puts rows in order; one of the table's keys, all of whose columns are among the fields.
    pub key: Option<UniqueKey>,
    /// A condition in the source's language, which only rows that meet it pass.
    pub filter: Option<String>,
}

/// A column to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its place in the table.
    pub column: usize,
    /// The charset that text is wanted in, where that is not the column's own.
    pub charset: Option<Charset>,
}

impl Scan {
    /// Where in a row the key's values stand, in the key's order.
    pub fn key_places(&self) -> Vec<usize> {
        let place = |column| self.fields.iter().position(|field| field.column == column);
        let parts = self.key.iter().flat_map(|key| &key.parts);
        parts.filter_map(|part| part.column.and_then(place)).collect()
    }
}

/// Some of a scan's rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Part {
    pub chunk: Chunk,
    /// No more rows than this.
    pub most: Option<u64>,
}

impl From<Chunk> for Part {
    /// The whole chunk.
    fn from(chunk: Chunk) -> Self {
        Self { chunk, most: None }
    }
}

/// How a read ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadEnd {
    /// Everything up to the range's end was read.
    Exhausted,
    /// There may be more rows: as many as allowed were read.
    Limited,
    /// The sink wants no more.
    Stopped,
}

/// A table before its rows are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sketch {
    pub table: Table,
    /// From the server's statistics.
    pub estimate: Estimate,
    pub partitions: Partitions,
}

/// What a table is divided into.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Partitions {
    /// The smallest that can be read alone, in the order of the database; none of a table that is
    /// whole.
    pub names: Vec<String>,
    /// What they are like, all together. While it stays the same, each holds the rows it held: names
    /// alone do not say that, since a partition may be given others' rows and keep its name.
    pub layout: String,
}

/// About how large a table is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Estimate {
    pub rows: u64,
    pub bytes: u64,
}

/// Takes what is read.
#[async_trait]
pub trait RowSink: Send {
    /// How many bytes make a batch worth handing on. Asked before each batch.
    fn batch_bytes(&self) -> usize;

    /// Takes a batch and gives back an empty one to fill, when there is room for more. Without one,
    /// reading stops.
    async fn take(&mut self, rows: Rows) -> Option<Rows>;
}
