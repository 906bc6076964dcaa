//! A table's definition, as far as anyone needs to understand it. What nobody does is kept as
//! [`Tokens`], in its place.

use super::token::Tokens;

/// A name, with its database where the text names one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name {
    pub database: Option<String>,
    pub name: String,
}

impl Name {
    pub fn plain(name: impl Into<String>) -> Self {
        Self { database: None, name: name.into() }
    }

    pub fn within(database: impl Into<String>, name: impl Into<String>) -> Self {
        Self { database: Some(database.into()), name: name.into() }
    }
}

/// `CREATE TABLE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    pub name: Name,
    pub or_replace: bool,
    pub temporary: bool,
    pub if_not_exists: bool,
    /// `CREATE TABLE … LIKE`: nothing else is set then.
    pub like: Option<Name>,
    pub columns: Vec<Column>,
    pub keys: Vec<Key>,
    pub checks: Vec<Check>,
    pub foreign_keys: Vec<ForeignKey>,
    pub periods: Vec<Period>,
    pub options: Vec<TableOption>,
    /// `WITH SYSTEM VERSIONING`.
    pub versioned: bool,
    pub partitioning: Option<Partitioning>,
    /// What follows and is not understood, such as `AS SELECT`.
    pub rest: Option<Tokens>,
}

impl Table {
    pub fn named(name: Name) -> Self {
        Self {
            name,
            or_replace: false,
            temporary: false,
            if_not_exists: false,
            like: None,
            columns: vec![],
            keys: vec![],
            checks: vec![],
            foreign_keys: vec![],
            periods: vec![],
            options: vec![],
            versioned: false,
            partitioning: None,
            rest: None,
        }
    }

    /// Names of columns are compared as the servers do: without case.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| same_name(&column.name, name))
    }

    /// Whether it is filled with what a query finds.
    pub fn moves_rows(&self) -> bool {
        const QUERIES: [&str; 4] = ["SELECT", "VALUES", "TABLE", "WITH"];
        let mut tokens = self.rest.iter().flat_map(|rest| &rest.0).map(|piece| &piece.token);
        let first = tokens
            .clone()
            .find(|token| !["IGNORE", "REPLACE", "AS"].iter().any(|word| token.is_word(word)));
        first.is_some_and(|token| QUERIES.iter().any(|word| token.is_word(word)))
            || tokens.any(|token| token.is_word("SELECT"))
    }

    pub fn option(&self, name: &str) -> Option<&OptionValue> {
        self.options.iter().find(|option| option.name == name).and_then(|o| o.value.as_ref())
    }
}

pub(crate) fn same_name(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b) || a.to_lowercase() == b.to_lowercase()
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    pub ty: DataType,
    pub nullable: Option<bool>,
    pub default: Option<Default>,
    /// `ON UPDATE CURRENT_TIMESTAMP`, with its digits of a fraction.
    pub on_update: Option<u8>,
    pub auto_increment: bool,
    pub generated: Option<Generated>,
    /// `GENERATED ALWAYS AS ROW START` or `END`.
    pub row_bound: Option<RowBound>,
    pub invisible: bool,
    pub comment: Option<Vec<u8>>,
    /// A key that the column's own definition makes.
    pub key: Option<ColumnKey>,
    pub checks: Vec<Check>,
    pub references: Option<Reference>,
    /// `WITH SYSTEM VERSIONING` or `WITHOUT`.
    pub versioned: Option<bool>,
    /// Attributes by name, such as `STORAGE DISK` or `AUTO_RANDOM(5)`.
    pub attributes: Vec<Tokens>,
}

impl Column {
    pub fn new(name: impl Into<String>, ty: DataType) -> Self {
        Self {
            name: name.into(),
            ty,
            nullable: None,
            default: None,
            on_update: None,
            auto_increment: false,
            generated: None,
            row_bound: None,
            invisible: false,
            comment: None,
            key: None,
            checks: vec![],
            references: None,
            versioned: None,
            attributes: vec![],
        }
    }
}

/// A type under its one name: `int` for INTEGER and INT4, `char` for NCHAR.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DataType {
    /// In lower case.
    pub name: String,
    pub args: Vec<u32>,
    /// Of ENUM and SET.
    pub members: Vec<Vec<u8>>,
    pub unsigned: bool,
    pub zerofill: bool,
    /// In lower case, as is the collation.
    pub charset: Option<String>,
    pub collation: Option<String>,
    /// `COMPRESSED` of MariaDB, with its method.
    pub compressed: Option<Option<String>>,
    pub srid: Option<Srid>,
}

impl DataType {
    pub fn new(name: &str, args: &[u32]) -> Self {
        Self { name: name.to_owned(), args: args.to_vec(), ..Self::default() }
    }
}

/// A spatial reference system, and the word that names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Srid {
    /// `SRID n`
    Mysql(u32),
    /// `REF_SYSTEM_ID = n`
    Mariadb(u32),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Default {
    Null,
    Text(Vec<u8>),
    /// With its sign.
    Number(String),
    Hex(String),
    Bit(String),
    /// `CURRENT_TIMESTAMP` of a TIMESTAMP or DATETIME, with its digits of a fraction.
    Now(u8),
    /// What is between the brackets of `DEFAULT (…)`.
    Expression(Tokens),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generated {
    /// What is between the brackets.
    pub expression: Tokens,
    pub stored: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowBound {
    Start,
    End,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKey {
    Primary,
    Unique,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    Primary,
    Unique,
    Plain,
    Fulltext,
    Spatial,
    Vector,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    pub kind: KeyKind,
    pub name: Option<String>,
    /// The name after `CONSTRAINT`, where it differs.
    pub constraint: Option<String>,
    pub parts: Vec<KeyPart>,
    /// `BTREE`, `HASH`, …, in upper case.
    pub using: Option<String>,
    pub comment: Option<Vec<u8>>,
    pub hidden: Option<Hidden>,
    pub parser: Option<String>,
    pub options: Vec<TableOption>,
}

impl Key {
    pub fn new(kind: KeyKind, name: Option<String>, parts: Vec<KeyPart>) -> Self {
        Self {
            kind,
            name,
            constraint: None,
            parts,
            using: None,
            comment: None,
            hidden: None,
            parser: None,
            options: vec![],
        }
    }

    pub fn is_unique(&self) -> bool {
        matches!(self.kind, KeyKind::Primary | KeyKind::Unique)
    }
}

/// How the optimizer is kept from a key: MySQL's word or MariaDB's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hidden {
    Invisible,
    Ignored,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyPart {
    pub of: PartOf,
    pub prefix: Option<u32>,
    pub descending: bool,
    pub without_overlaps: bool,
}

impl KeyPart {
    pub fn column(name: impl Into<String>) -> Self {
        let of = PartOf::Column(name.into());
        Self { of, prefix: None, descending: false, without_overlaps: false }
    }

    pub fn column_name(&self) -> Option<&str> {
        match &self.of {
            PartOf::Column(name) => Some(name),
            PartOf::Expression(_) => None,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PartOf {
    Column(String),
    /// What is between the brackets.
    Expression(Tokens),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    pub name: Option<String>,
    /// What is between the brackets.
    pub expression: Tokens,
    pub enforced: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignKey {
    pub name: Option<String>,
    pub columns: Vec<String>,
    pub reference: Reference,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    pub table: Name,
    pub columns: Vec<String>,
    /// `MATCH FULL` and the like: the word.
    pub matching: Option<String>,
    pub on_delete: Option<Action>,
    pub on_update: Option<Action>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    Restrict,
    Cascade,
    SetNull,
    Nothing,
    SetDefault,
}

/// `PERIOD FOR name (from, to)` of MariaDB; the name `SYSTEM_TIME` is that of versioning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    pub name: String,
    pub from: String,
    pub to: String,
}

/// An option of a table, key or partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableOption {
    /// In upper case and without `DEFAULT`: `CHARSET`, `DATA DIRECTORY`.
    pub name: String,
    /// `None` for a word that stands alone.
    pub value: Option<OptionValue>,
    /// Whether the name stood between marks, as MariaDB's options of engines do.
    pub quoted: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OptionValue {
    /// A word, number or name.
    Word(String),
    Text(Vec<u8>),
    /// What is between brackets after the name.
    List(Tokens),
    /// What is between brackets after `=`.
    Group(Tokens),
}

impl OptionValue {
    pub fn word(&self) -> Option<&str> {
        match self {
            Self::Word(word) => Some(word),
            Self::Text(text) => std::str::from_utf8(text).ok(),
            Self::List(_) | Self::Group(_) => None,
        }
    }
}

/// `PARTITION BY`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partitioning {
    pub by: Method,
    pub count: Option<u32>,
    pub sub: Option<SubPartitioning>,
    pub partitions: Vec<Partition>,
}

/// `SUBPARTITION BY`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubPartitioning {
    pub by: Method,
    pub count: Option<u32>,
    /// OceanBase's `SUBPARTITION TEMPLATE (…)`.
    pub template: Vec<Partition>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Method {
    pub kind: MethodKind,
    pub linear: bool,
    /// `KEY ALGORITHM = n`
    pub algorithm: Option<u32>,
    /// What is between the brackets: an expression or columns.
    pub of: Tokens,
    /// What else says how to divide, such as `INTERVAL 1 DAY`.
    pub more: Option<Tokens>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MethodKind {
    Range,
    RangeColumns,
    List,
    ListColumns,
    Hash,
    Key,
    SystemTime,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partition {
    pub name: String,
    pub values: Option<Values>,
    pub options: Vec<TableOption>,
    pub subs: Vec<Partition>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Values {
    /// `LESS THAN (…)`: what is between the brackets.
    LessThan(Tokens),
    /// `LESS THAN MAXVALUE`
    LessThanMax,
    In(Tokens),
    /// MariaDB's `HISTORY`, `CURRENT` and `DEFAULT`: the word.
    Special(String),
}
