//! How the rows of a table are read: a cell for each column that is logged, in the order of the
//! definition. Made once for each table and definition, not for each event.

use super::cell::{Cell, Digits, Members};
use super::event::{ColumnKind, TableMap, types};
use super::history::{Known, Versioning};
use super::texts::Texts;
use oms_model::{Charset, Column, LogicalType, Table};
use std::sync::Arc;

/// How one column of an image is read.
#[derive(Debug)]
pub(super) struct Planned {
    pub cell: Cell,
    /// Not one of the definition's.
    pub hidden: bool,
    /// Counts among those whose values may be logged as changes of a document.
    pub is_document: bool,
}

/// How the rows of a table are read.
#[derive(Debug)]
pub(super) struct Plan {
    pub table: Arc<Table>,
    pub columns: Vec<Planned>,
    /// The column that says until when a row was true.
    pub end: Option<usize>,
}

/// Why there is no plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Misfit {
    /// The server has to write these texts in their charset.
    Texts { charset: String, texts: Vec<String> },
    /// The log says something else than the definition.
    Unlike(String),
}

impl Plan {
    /// `known` fits the map.
    pub fn new(map: &TableMap, known: &Known, texts: &Texts) -> Result<Self, Misfit> {
        let table = Arc::clone(&known.table);
        let mut columns = Vec::with_capacity(map.columns.len());
        for (at, kind) in map.columns.iter().enumerate() {
            let planned = match table.columns.get(at) {
                Some(column) => Planned {
                    cell: cell(column, *kind, Logged::of(map, at), texts)?,
                    hidden: false,
                    is_document: kind.kind == types::JSON,
                },
                None => Planned { cell: hidden(*kind)?, hidden: true, is_document: false },
            };
            columns.push(planned);
        }
        if columns.len() < table.columns.len() {
            return Err(Misfit::Unlike("fewer columns are logged than it has".into()));
        }
        let end = match &known.versioning {
            Versioning::None => None,
            Versioning::Hidden => columns.len().checked_sub(1),
            Versioning::Column(name) => table.place(name),
            Versioning::Unclear => {
                let why =
                    "it keeps what was, and which of its columns says until when is not known";
                return Err(Misfit::Unlike(why.into()));
            }
        };
        Ok(Self { table, columns, end })
    }
}

/// A column that only MariaDB's tables have that keep what was.
fn hidden(kind: ColumnKind) -> Result<Cell, Misfit> {
    match kind.kind {
        types::TIMESTAMP2 if kind.meta <= 6 => Ok(Cell::Instant(kind.meta as u8)),
        types::LONGLONG => Ok(Cell::Int { bytes: 8, signed: false }),
        _ => Err(Misfit::Unlike("more columns are logged than it has".into())),
    }
}

/// What the log says of a column beyond its type.
#[derive(Debug, Clone, Copy)]
pub(super) struct Logged<'a> {
    pub unsigned: Option<bool>,
    /// Empty if the log does not say.
    pub members: &'a [Vec<u8>],
}

impl<'a> Logged<'a> {
    pub fn of(map: &'a TableMap, at: usize) -> Self {
        let numeric = map.columns.get(at).is_some_and(|kind| kind.is_numeric());
        let unsigned = map.metadata.unsigned.get(at).copied().filter(|_| numeric);
        let members = map.metadata.members.get(at).map_or(&[][..], Vec::as_slice);
        Self { unsigned, members }
    }
}

/// How a column is read, or why it is not the one that is known.
pub(super) fn cell(
    column: &Column,
    kind: ColumnKind,
    logged: Logged<'_>,
    texts: &Texts,
) -> Result<Cell, Misfit> {
    use LogicalType as L;
    use types as t;
    let unlike = || {
        let why = format!(
            "the column {:?} is known as {} and logged as type {} ({})",
            column.name, column.native, kind.kind, kind.meta
        );
        Misfit::Unlike(why)
    };
    let check = |so: bool, cell: Cell| if so { Ok(cell) } else { Err(unlike()) };
    let meta = kind.meta;
    match (kind.kind, &column.logical) {
        (t::TINY | t::SHORT | t::INT24 | t::LONG | t::LONGLONG, L::Int { bytes, signed }) => {
            let logged_bytes = match kind.kind {
                t::TINY => 1,
                t::SHORT => 2,
                t::INT24 => 3,
                t::LONG => 4,
                _ => 8,
            };
            let same_sign = logged.unsigned.is_none_or(|unsigned| unsigned != *signed);
            let cell = Cell::Int { bytes: *bytes, signed: *signed };
            check(same_sign && logged_bytes == *bytes, cell)
        }
        (t::FLOAT, L::Float) => Ok(Cell::Float),
        (t::DOUBLE, L::Double) => Ok(Cell::Double),
        (t::YEAR, L::Year) => Ok(Cell::Year),
        (t::DATE | t::NEWDATE, L::Date) => Ok(Cell::Date),
        (t::TIME2, L::Span { fraction }) => {
            check(meta == u16::from(*fraction), Cell::Span(*fraction))
        }
        (t::DATETIME2, L::DateTime { fraction }) => {
            check(meta == u16::from(*fraction), Cell::DateTime(*fraction))
        }
        (t::TIMESTAMP2, L::Instant { fraction }) => {
            check(meta == u16::from(*fraction), Cell::Instant(*fraction))
        }
        (t::TIME, L::Span { fraction: 0 }) => Ok(Cell::OldSpan),
        (t::DATETIME, L::DateTime { fraction: 0 }) => Ok(Cell::OldDateTime),
        (t::TIMESTAMP, L::Instant { fraction: 0 }) => Ok(Cell::OldInstant),
        (t::NEWDECIMAL, L::Decimal { digits: Some((precision, scale)), .. }) => {
            let [logged_precision, logged_scale] = meta.to_be_bytes();
            let zeros = column.native.contains("zerofill");
            let digits = Digits::new(logged_precision, logged_scale, zeros).ok_or_else(unlike)?;
            let same =
                u16::from(logged_precision) == *precision && i16::from(logged_scale) == *scale;
            check(same, Cell::Decimal(digits))
        }
        (t::BIT, L::Bit(bits)) => {
            let [odd, whole] = meta.to_le_bytes();
            let logged_bits = u32::from(whole) * 8 + u32::from(odd);
            check(logged_bits == *bits, Cell::Bits(bits.div_ceil(8) as usize))
        }
        (t::ENUM, L::Enum { charset, members }) => {
            let bytes = if members.len() < 256 { 1 } else { 2 };
            let members = encoded(charset, members, logged.members, texts)?;
            check(meta == bytes, Cell::Enum { bytes: meta as u8, members })
        }
        (t::SET, L::Set { charset, members }) => {
            let bytes = match members.len().div_ceil(8) {
                small @ 0..=4 => small.max(1),
                _ => 8,
            };
            let members = encoded(charset, members, logged.members, texts)?;
            check(usize::from(meta) == bytes, Cell::Set { bytes: meta as u8, members })
        }
        (t::JSON, L::Json) if (1..=4).contains(&meta) => Ok(Cell::Json(meta as u8)),
        (t::GEOMETRY, L::Geometry) if (1..=4).contains(&meta) => Ok(Cell::Geometry(meta as u8)),
        (t::VECTOR, L::Vector { .. }) if (1..=4).contains(&meta) => Ok(Cell::Vector(meta as u8)),
        _ => text(column, kind, texts).unwrap_or_else(|| Err(unlike())),
    }
}

/// Text and bytes, which many types are logged as; `None` for anything else.
fn text(column: &Column, kind: ColumnKind, texts: &Texts) -> Option<Result<Cell, Misfit>> {
    use LogicalType as L;
    use types as t;
    let meta = kind.meta;
    let by_length = if meta < 256 { 1 } else { 2 };
    let (prefix, closed) = match kind.kind {
        t::VARCHAR | t::VAR_STRING | t::STRING => (by_length, false),
        t::VARCHAR_COMPRESSED => (by_length, true),
        t::BLOB if (1..=4).contains(&meta) => (meta as u8, false),
        t::BLOB_COMPRESSED if (1..=4).contains(&meta) => (meta as u8, true),
        t::TINY_BLOB => (1, false),
        t::MEDIUM_BLOB => (3, false),
        t::LONG_BLOB => (4, false),
        _ => return None,
    };
    let is_fixed = kind.kind == t::STRING;
    let has_length = matches!(kind.kind, t::VARCHAR | t::VAR_STRING | t::STRING);
    let is_blob = !has_length && kind.kind != t::VARCHAR_COMPRESSED;
    let cell = match (&column.logical, word(&column.native)) {
        (L::Text { .. }, "uuid") if is_fixed && meta == 16 => Cell::Uuid,
        (L::Text { .. }, "inet6") if is_fixed && meta == 16 => Cell::Inet6,
        (L::Text { .. }, "inet4") if is_fixed && meta == 4 => Cell::Inet4,
        (L::Text { .. }, "uuid" | "inet6" | "inet4") => return None,
        (L::Text { length: None, .. }, _) if closed && is_blob => {
            Cell::Closed { prefix, text: true }
        }
        (L::Bytes { length: None, .. }, _) if closed && is_blob => {
            Cell::Closed { prefix, text: false }
        }
        (L::Text { length: Some(_), .. }, _) if closed && !is_blob => {
            Cell::Closed { prefix, text: true }
        }
        (L::Bytes { length: Some(_), .. }, _) if closed && !is_blob => {
            Cell::Closed { prefix, text: false }
        }
        (L::Text { length: Some(length), fixed, charset }, _)
            if has_length && *fixed == is_fixed =>
        {
            let width = texts.width_of(charset);
            let same = width.is_none_or(|width| length * width == u64::from(meta));
            return Some(match same {
                true => Ok(Cell::Text(prefix)),
                false => Err(Misfit::Unlike(format!(
                    "the column {:?} is known as {} in {} and logged with {meta} bytes",
                    column.name,
                    column.native,
                    charset.mysql_name()
                ))),
            });
        }
        (L::Bytes { length: Some(length), fixed }, _)
            if has_length && *fixed == is_fixed && *length == u64::from(meta) =>
        {
            match fixed {
                true => Cell::Fixed { prefix, length: usize::from(meta) },
                false => Cell::Bytes(prefix),
            }
        }
        (L::Text { length: None, .. }, _) if is_blob => Cell::Text(prefix),
        (L::Bytes { length: None, .. }, _) if is_blob => Cell::Bytes(prefix),
        (L::Json, _) if is_blob && !closed => Cell::JsonText(prefix),
        (L::Geometry, _) if is_blob && !closed => Cell::Geometry(prefix),
        (L::Vector { .. }, _) if !closed && !is_fixed => Cell::Vector(prefix),
        _ => return None,
    };
    Some(Ok(cell))
}

fn word(native: &str) -> &str {
    native.split(['(', ' ']).next().unwrap_or_default()
}

/// Members in the charset of their column: as the log has them, else from the definition.
fn encoded(
    charset: &Charset,
    members: &[String],
    logged: &[Vec<u8>],
    texts: &Texts,
) -> Result<Members, Misfit> {
    if !logged.is_empty() {
        if logged.len() != members.len() {
            return Err(Misfit::Unlike("an ENUM or SET has other members than are known".into()));
        }
        return Ok(logged.iter().map(|member| member.as_slice().into()).collect());
    }
    let written: Vec<Option<Vec<u8>>> =
        members.iter().map(|member| texts.encoded(charset, member)).collect();
    if written.iter().any(Option::is_none) {
        let (charset, texts) = (charset.mysql_name().to_owned(), members.to_vec());
        return Err(Misfit::Texts { charset, texts });
    }
    Ok(written.into_iter().flatten().map(Vec::into_boxed_slice).collect())
}
