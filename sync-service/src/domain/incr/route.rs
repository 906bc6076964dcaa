//! Which columns of a source table go where, what tells its rows apart, and what may be unique.

use super::follow::Follows;
use oms_model::change::{RowKind, Seq};
use oms_model::filter::Filter;
use oms_model::filter::evaluate::Condition;
use oms_model::{Charset, Column, LogicalType, Table, UniqueKey};

/// How rows of a source table, as it was at some time, go into a table of the target.
#[derive(Debug, Clone)]
pub struct Route {
    /// The target table's place among those of the task.
    pub target: u32,
    /// The source table's.
    pub source: u32,
    /// How many values a row has.
    pub width: usize,
    /// What is written of a row, in the order of the written columns.
    pub places: Vec<usize>,
    /// Where these go in the target table.
    pub columns: Vec<usize>,
    /// What tells rows apart, by place in the source's row; empty where nothing does.
    pub key: Vec<usize>,
    /// What may change a unique value of the target when it changes, besides the key.
    pub unique: Vec<usize>,
    /// Rows whose keys differ in their bytes never meet in any unique key of the target.
    pub apart: bool,
    /// The target has no further columns: a row can be removed and written anew.
    pub whole: bool,
    /// Which changes take other rows with them.
    pub follows: Follows,
    /// Its rows may have gone or changed with others to which they refer.
    pub is_follower: bool,
    /// Which rows.
    pub filter: Option<Condition>,
    pub kinds: Kinds,
    /// What is up to here is at the target already.
    pub since: Seq,
    /// In which of the lanes for rows without a key its work is counted.
    pub lane: usize,
}

/// Which changes are replicated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kinds {
    pub inserts: bool,
    pub updates: bool,
    pub deletes: bool,
}

impl Kinds {
    pub const ALL: Self = Self { inserts: true, updates: true, deletes: true };

    pub fn has(self, kind: RowKind) -> bool {
        match kind {
            RowKind::Insert => self.inserts,
            RowKind::Update => self.updates,
            RowKind::Delete => self.deletes,
        }
    }
}

/// Lanes for tables without a key: each table belongs to one of them for ever, since how far its
/// changes are done is recorded by lane.
pub const LOOSE_LANES: usize = 16;

/// The lane of a table without a key. Never change how it is computed.
pub fn loose_lane(database: &str, table: &str) -> usize {
    let bytes = database.bytes().chain([0]).chain(table.bytes());
    let digest = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |digest, byte| {
        (digest ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    });
    (digest % LOOSE_LANES as u64) as usize
}

/// Why rows of a source table cannot go into a target table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Misfit {
    #[error("the target table {table} has no column {column:?}")]
    NoColumn { table: String, column: String },
    #[error("the source table {table} has no column {column:?}")]
    NoSourceColumn { table: String, column: String },
    #[error("the target computes the column {column:?} of {table}")]
    Computed { table: String, column: String },
    #[error("the row filter of {table} cannot be understood: {reason}")]
    Filter { table: String, reason: String },
}

impl Route {
    /// Puts a source table and a target table together. All stored columns go over, or only some.
    pub fn new(source: &Table, target: &Table, only: Option<&[String]>) -> Result<Self, Misfit> {
        let places = wanted(source, only)?;
        let mut columns = Vec::with_capacity(places.len());
        for place in &places {
            let (table, column) = (target.to_string(), source.columns[*place].name.clone());
            match target.place_like(&column) {
                None => return Err(Misfit::NoColumn { table, column }),
                Some(at) if target.columns[at].generated => {
                    return Err(Misfit::Computed { table, column });
                }
                Some(at) => columns.push(at),
            }
        }
        let source_of =
            |column: usize| columns.iter().position(|known| *known == column).map(|at| places[at]);
        let sources = |key: &UniqueKey| -> Option<Vec<usize>> {
            key.parts.iter().map(|part| part.column.and_then(source_of)).collect()
        };
        let key = target.identifying().find_map(&sources).unwrap_or_default();
        let one = target.keys.len() == 1;
        let apart =
            one && !key.is_empty()
                && columns.iter().zip(&places).filter(|(_, place)| key.contains(place)).all(
                    |(column, place)| is_exact(&source.columns[*place], &target.columns[*column]),
                );
        let unique = unique(target, &places, &columns, &key);
        let whole = target.stored().all(|(at, _)| columns.contains(&at));
        Ok(Self {
            target: 0,
            source: 0,
            width: source.columns.len(),
            key,
            unique,
            apart,
            whole,
            follows: Follows::default(),
            is_follower: false,
            filter: None,
            kinds: Kinds::ALL,
            since: Seq::START,
            lane: loose_lane(&target.database, &target.name),
            places,
            columns,
        })
    }

    /// With a condition that rows have to meet.
    pub fn filtered(self, source: &Table, filter: &str) -> Result<Self, Misfit> {
        let names: Vec<&str> = source.columns.iter().map(|column| column.name.as_str()).collect();
        let refused = |reason: String| Misfit::Filter { table: source.to_string(), reason };
        let filter = Filter::parse_for(filter, &names).map_err(|faults| {
            refused(faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
        })?;
        let condition =
            Condition::new(&filter, source).map_err(|fault| refused(fault.to_string()))?;
        Ok(Self { filter: Some(condition), ..self })
    }

    /// Whether nothing tells its rows apart.
    pub fn is_loose(&self) -> bool {
        self.key.is_empty()
    }

    /// Whether some kinds of changes are left out, or done before they come: rows are not what the
    /// others begin with.
    pub fn has_gaps(&self) -> bool {
        self.kinds != Kinds::ALL || self.is_follower
    }

    /// Whether it has a unique key besides the one that tells rows apart.
    pub fn has_further_keys(&self) -> bool {
        !self.unique.is_empty()
    }
}

fn wanted(source: &Table, only: Option<&[String]>) -> Result<Vec<usize>, Misfit> {
    let Some(names) = only else {
        return Ok(source.stored().map(|(place, _)| place).collect());
    };
    let place = |name: &String| match source.place_like(name) {
        Some(place) if !source.columns[place].generated => Ok(place),
        Some(_) => Err(Misfit::Computed { table: source.to_string(), column: name.clone() }),
        None => Err(Misfit::NoSourceColumn { table: source.to_string(), column: name.clone() }),
    };
    names.iter().map(place).collect()
}

/// The written columns that belong to any unique key but the one that tells rows apart. What a key
/// computes may depend on every column.
fn unique(target: &Table, places: &[usize], columns: &[usize], key: &[usize]) -> Vec<usize> {
    let is_known = |column: Option<usize>| column.is_some_and(|at| !target.columns[at].generated);
    let mut unique = Vec::new();
    for of in &target.keys {
        let computes = of.parts.iter().any(|part| !is_known(part.column));
        for (column, place) in columns.iter().zip(places) {
            let is_part = of.parts.iter().any(|part| part.column == Some(*column));
            if (computes || is_part) && !key.contains(place) && !unique.contains(place) {
                unique.push(*place);
            }
        }
    }
    unique
}

/// Whether two values of these columns are equal to the target only if their bytes are equal here.
fn is_exact(source: &Column, target: &Column) -> bool {
    use LogicalType as L;
    match (&source.logical, &target.logical) {
        (L::Int { .. } | L::Year | L::Bool, L::Int { .. }) | (L::Date, L::Date) => true,
        (L::DateTime { fraction: from }, L::DateTime { fraction: to })
        | (L::Instant { fraction: from }, L::Instant { fraction: to }) => from <= to,
        (L::Bytes { fixed: false, .. }, L::Bytes { fixed: false, .. }) => true,
        _ => false,
    }
}

/// The charset that text of the source has, where the target has another one and has to convert it.
pub fn conversion(source: &LogicalType, target: &LogicalType) -> Option<Charset> {
    let from = match source {
        LogicalType::Json => &Charset::Utf8,
        other => other.charset()?,
    };
    let to = match target {
        LogicalType::Json => &Charset::Utf8,
        other => other.charset()?,
    };
    let same = from == to || (from.is_utf8() && to.is_utf8());
    (!same).then(|| from.clone())
}
