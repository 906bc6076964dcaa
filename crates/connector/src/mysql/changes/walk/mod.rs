//! Over the images of an event, from their bytes straight into the entries.

mod versioned;

use super::bytes::Bytes;
use super::cell::{Nothing, Sink, Wrong};
use super::event::RowsEvent;
use super::fault::Fault;
use super::json;
use super::plan::Plan;
use oms_model::Value;
use oms_model::change::{Entries, RowKind};

/// Which columns an image has.
#[derive(Debug, Clone, Copy)]
struct Image<'a> {
    present: &'a [u8],
    count: usize,
    /// It has all of them.
    whole: bool,
}

impl<'a> Image<'a> {
    fn new(present: &'a [u8], columns: usize) -> Self {
        let count = (0..columns).filter(|at| bit(present, *at)).count();
        Self { present, count, whole: count == columns }
    }

    fn has(&self, at: usize) -> bool {
        self.whole || bit(self.present, at)
    }
}

fn bit(bits: &[u8], at: usize) -> bool {
    bits.get(at / 8).is_some_and(|byte| byte >> (at % 8) & 1 == 1)
}

/// An image before, for values that are logged as changes of it.
#[derive(Debug, Clone, Copy)]
struct Before<'a> {
    image: Image<'a>,
    bytes: Bytes<'a>,
    /// Of the columns with documents, which ones changed so.
    changed: &'a [u8],
}

/// The walk over one event.
pub(super) struct Walk<'a> {
    plan: &'a Plan,
    event: &'a RowsEvent<'a>,
    scratch: &'a mut Vec<u8>,
}

impl<'a> Walk<'a> {
    pub fn new(plan: &'a Plan, event: &'a RowsEvent<'a>, scratch: &'a mut Vec<u8>) -> Self {
        Self { plan, event, scratch }
    }

    /// Adds all rows under a definition's number.
    pub fn gather(mut self, number: u32, into: &mut Entries) -> Result<(), Fault> {
        self.check()?;
        let (first, second) = self.images();
        let mut rest = Bytes::new(self.event.images);
        while !rest.is_empty() {
            let before = rest.len();
            let outcome = match self.plan.end {
                None => self.row(number, (first, second), &mut rest, into),
                Some(_) => self.versioned_row(number, (first, second), &mut rest, into),
            };
            outcome.map_err(|wrong| self.undecodable(wrong))?;
            if rest.len() == before {
                return Err(self.undecodable(Wrong::Because("rows without any columns are logged")));
            }
        }
        Ok(())
    }

    /// The text of the first column after the change, of the last row.
    pub fn first_text(mut self) -> Result<Option<String>, Fault> {
        let (first, second) = self.images();
        let mut rest = Bytes::new(self.event.images);
        let mut found = Caught(None);
        while !rest.is_empty() {
            let before = rest.len();
            found.0 = None;
            let mut read = self.image(&first, &mut rest, None, &mut found);
            if self.event.shape.kind == RowKind::Update && read.is_ok() {
                found.0 = None;
                let old = None;
                read = self.after(&second, &mut rest, old, &mut found);
            }
            read.map_err(|wrong| self.undecodable(wrong))?;
            if rest.len() == before {
                break;
            }
        }
        Ok(found.0.flatten())
    }

    fn undecodable(&self, wrong: Wrong) -> Fault {
        let table = self.plan.table.to_string();
        Fault::Undecodable { table, message: wrong.words().into() }
    }

    fn images(&self) -> (Image<'a>, Image<'a>) {
        let columns = self.plan.columns.len();
        let first = Image::new(self.event.first, columns);
        let second = match self.event.shape.kind {
            RowKind::Update => Image::new(self.event.second, columns),
            RowKind::Insert | RowKind::Delete => first,
        };
        (first, second)
    }

    /// Makes sure that what is logged is enough to be exact.
    fn check(&self) -> Result<(), Fault> {
        let table = || self.plan.table.to_string();
        if self.event.columns != self.plan.columns.len() {
            let message = "its rows have another number of columns than its description".into();
            return Err(Fault::Undecodable { table: table(), message });
        }
        let (first, _) = self.images();
        if first.whole {
            return Ok(());
        }
        let stored = self.plan.table.columns.iter().enumerate().filter(|(_, it)| !it.generated);
        let has_all = stored.map(|(at, _)| at).all(|at| first.has(at));
        let identified =
            self.plan.table.identifying().any(|key| {
                key.parts.iter().all(|part| part.column.is_some_and(|at| first.has(at)))
            });
        let message = match self.event.shape.kind {
            _ if has_all => return Ok(()),
            RowKind::Update | RowKind::Delete if identified => return Ok(()),
            RowKind::Insert => {
                "columns that got their default are not in the log: set binlog_row_image = FULL"
            }
            RowKind::Update | RowKind::Delete => {
                "the columns that tell its rows apart are not in the log: set binlog_row_image = FULL"
            }
        };
        Err(Fault::TooSmall { table: table(), message: message.into() })
    }

    fn row(
        &mut self,
        number: u32,
        (first, second): (Image<'a>, Image<'a>),
        rest: &mut Bytes<'a>,
        into: &mut Entries,
    ) -> Result<(), Wrong> {
        let kind = self.event.shape.kind;
        let mut row = into.row(number, kind);
        let start = *rest;
        self.image(&first, rest, None, &mut row)?;
        row.end_image();
        if kind == RowKind::Update {
            self.after(&second, rest, Some((first, start)), &mut row)?;
            row.end_image();
        }
        Ok(())
    }

    /// The image after an update.
    fn after<S: Sink>(
        &mut self,
        image: &Image<'a>,
        rest: &mut Bytes<'a>,
        before: Option<(Image<'a>, Bytes<'a>)>,
        sink: &mut S,
    ) -> Result<(), Wrong> {
        const PARTIAL_DOCUMENTS: u64 = 1;
        let mut changed: &[u8] = &[];
        if self.event.shape.partial && rest.packed()? & PARTIAL_DOCUMENTS != 0 {
            let documents = self.plan.columns.iter().filter(|it| it.is_document).count();
            changed = rest.take(documents.div_ceil(8))?;
        }
        let before = before.map(|(image, bytes)| Before { image, bytes, changed });
        self.image(image, rest, before, sink)
    }

    #[inline]
    fn image<S: Sink>(
        &mut self,
        image: &Image<'a>,
        rest: &mut Bytes<'a>,
        before: Option<Before<'a>>,
        sink: &mut S,
    ) -> Result<(), Wrong> {
        let (plan, nulls) = (self.plan, rest.take(image.count.div_ceil(8))?);
        let (mut logged, mut document) = (0, 0);
        for (at, column) in plan.columns.iter().enumerate() {
            let of_document = document;
            document += usize::from(column.is_document);
            if !image.has(at) {
                if !column.hidden {
                    sink.put(Value::Unchanged);
                }
                continue;
            }
            let is_null = nulls[logged / 8] >> (logged % 8) & 1 == 1;
            logged += 1;
            if is_null {
                if !column.hidden {
                    sink.put(Value::Null);
                }
                continue;
            }
            if let Some(before) = before
                && column.is_document
                && bit(before.changed, of_document)
            {
                self.changed_document(at, rest, before, sink)?;
                continue;
            }
            match column.hidden {
                true => column.cell.read(rest, self.scratch, &mut Nothing)?,
                false => column.cell.read(rest, self.scratch, sink)?,
            }
        }
        Ok(())
    }

    fn changed_document<S: Sink>(
        &mut self,
        at: usize,
        rest: &mut Bytes<'a>,
        before: Before<'a>,
        sink: &mut S,
    ) -> Result<(), Wrong> {
        let length = rest.u32()? as usize;
        let changes = rest.take(length)?;
        let old = self.document(at, before)?;
        let old = old.ok_or(Wrong::Because(
            "a document is logged as what changed in it, and as it was before it is not: set \
             binlog_row_value_options = '' or binlog_row_image = FULL",
        ))?;
        self.scratch.clear();
        json::changed(old, changes, self.scratch)?;
        sink.put(Value::Json(self.scratch));
        Ok(())
    }

    /// A document as it was before.
    fn document(&mut self, wanted: usize, before: Before<'a>) -> Result<Option<&'a [u8]>, Wrong> {
        let mut rest = before.bytes;
        let nulls = rest.take(before.image.count.div_ceil(8))?;
        let (plan, mut logged) = (self.plan, 0);
        for (at, column) in plan.columns.iter().enumerate().take(wanted + 1) {
            if !before.image.has(at) {
                continue;
            }
            let is_null = bit(nulls, logged);
            logged += 1;
            match (is_null, at == wanted) {
                (true, _) => {}
                (false, true) => return column.cell.document(&mut rest),
                (false, false) => column.cell.read(&mut rest, self.scratch, &mut Nothing)?,
            }
        }
        Ok(None)
    }
}

/// Keeps the text of the first value.
struct Caught(Option<Option<String>>);

impl Sink for Caught {
    fn put(&mut self, value: Value<'_>) {
        if self.0.is_some() {
            return;
        }
        self.0 = Some(match value {
            Value::Text(text) | Value::Bytes(text) => {
                Some(String::from_utf8_lossy(text).into_owned())
            }
            _ => None,
        });
    }
}
