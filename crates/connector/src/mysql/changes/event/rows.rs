//! Rows that changed: which table, which columns, and the bytes of their images.

use super::kind;
use crate::mysql::changes::bytes::Bytes;
use crate::mysql::changes::fault::Fault;
use oms_model::change::RowKind;

/// How the rows of an event are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::mysql) struct Shape {
    pub kind: RowKind,
    /// Images after an update may say only what changed within a document.
    pub partial: bool,
    /// More stands between the head and the columns.
    second: bool,
}

impl Shape {
    pub fn of(event: u8) -> Option<Self> {
        let (kind, second) = match event {
            kind::WRITE_ROWS_V1 => (RowKind::Insert, false),
            kind::UPDATE_ROWS_V1 => (RowKind::Update, false),
            kind::DELETE_ROWS_V1 => (RowKind::Delete, false),
            kind::WRITE_ROWS => (RowKind::Insert, true),
            kind::UPDATE_ROWS | kind::PARTIAL_UPDATE_ROWS => (RowKind::Update, true),
            kind::DELETE_ROWS => (RowKind::Delete, true),
            _ => return None,
        };
        Some(Self { kind, partial: event == kind::PARTIAL_UPDATE_ROWS, second })
    }
}

/// Rows of one table.
#[derive(Debug, Clone, Copy)]
pub(in crate::mysql) struct RowsEvent<'a> {
    pub table: u64,
    pub shape: Shape,
    /// The statement ends with it: tables get other numbers.
    pub ends_statement: bool,
    pub columns: usize,
    /// Which columns the first image has, a bit for each, the lowest first.
    pub first: &'a [u8],
    /// Which the second one has.
    pub second: &'a [u8],
    pub images: &'a [u8],
}

/// The number of no table: the statement ends, and that is all.
const NO_TABLE: u64 = 0x00ff_ffff;

impl<'a> RowsEvent<'a> {
    const STATEMENT_END: u16 = 0x01;

    /// `head`: how long what stands before the columns is, which decides how long numbers are.
    pub fn read(shape: Shape, body: &'a [u8], head: usize) -> Result<Self, Fault> {
        let mut body = Bytes::new(body);
        let table = if head == 6 { body.u32()?.into() } else { body.u48()? };
        let flags = body.u16()?;
        if shape.second {
            let extra = usize::from(body.u16()?);
            body.take(extra.saturating_sub(2))?;
        }
        let columns = usize::try_from(body.packed()?).unwrap_or(usize::MAX);
        let first = body.take(columns.div_ceil(8))?;
        let second = match shape.kind {
            RowKind::Update => body.take(columns.div_ceil(8))?,
            RowKind::Insert | RowKind::Delete => &[],
        };
        let ends_statement = flags & Self::STATEMENT_END != 0;
        Ok(Self { table, shape, ends_statement, columns, first, second, images: body.rest() })
    }

    /// Whether it is there only to end the statement.
    pub fn is_dummy(&self) -> bool {
        self.table == NO_TABLE && self.ends_statement
    }
}
