//! From the rows of a change table to entries.

use super::home::{OWN, kind};
use super::place::Numbers;
use crate::snapshot::RowSink;
use async_trait::async_trait;
use oms_model::change::{Entries, RowKind};
use oms_model::{Cells, Key, LogicalType, Rows, Value};
use std::collections::HashMap;

/// How large a batch is that is handed on.
const BATCH: usize = 256 << 10;

/// What is kept of one change table from page to page.
#[derive(Debug, Default)]
pub(super) struct Images {
    /// Images before a change whose other image has not come yet, by their numbers. The two have
    /// numbers close to each other, so there are never many.
    before: HashMap<u64, Vec<u8>>,
}

impl Images {
    /// Whether each change has both its images.
    pub fn are_whole(&self) -> bool {
        self.before.is_empty()
    }
}

/// Takes the rows of one page.
pub(super) struct Page<'p> {
    pub into: &'p mut Entries,
    /// The number of the table's definition.
    pub definition: u32,
    pub images: &'p mut Images,
    /// What an earlier round took and is not deleted yet.
    pub before: Option<&'p Numbers>,
    /// Whether the table's rows come as they are, and its changes are in them.
    pub afresh: bool,
    /// What is taken now.
    pub taken: &'p mut Numbers,
    /// What the columns hold, where some are written down by number.
    pub numbered: Option<&'p [LogicalType]>,
    /// When the latest of them happened.
    pub latest: &'p mut Option<i64>,
    /// The number of the last row, as a key to go on from.
    pub last: Option<Key>,
    /// Why the rows make no sense.
    pub fault: Option<String>,
}

#[async_trait]
impl RowSink for Page<'_> {
    fn batch_bytes(&self) -> usize {
        BATCH
    }

    async fn take(&mut self, rows: Rows) -> Option<Rows> {
        for row in rows.iter() {
            if let Err(fault) = self.row(row) {
                self.fault.get_or_insert(fault);
                return None;
            }
        }
        if let Some(last) = rows.len().checked_sub(1) {
            let mut number = Rows::default();
            number.push_row(rows.row(last).take(1));
            self.last = Some(number.stored(0).into());
        }
        Some(Rows::default())
    }
}

impl Page<'_> {
    fn row(&mut self, mut row: Cells<'_>) -> Result<(), String> {
        let mut own = [Value::Null; OWN];
        own.fill_with(|| row.next().unwrap_or(Value::Null));
        let [Value::UInt(id), Value::Int(what), pair, Value::Int(at)] = own else {
            return Err(format!("a row begins with {own:?}"));
        };
        if self.before.is_some_and(|numbers| numbers.contains(id)) {
            return Ok(());
        }
        self.taken.add(id);
        *self.latest = (*self.latest).max(Some(at));
        if self.afresh {
            return Ok(());
        }
        let named;
        let image = match self.numbered {
            None => row.rest(),
            Some(columns) => {
                named = by_name(row, columns)?;
                named.stored(0)
            }
        };
        match (what, pair) {
            (kind::BEFORE, _) => {
                self.images.before.insert(id, image.to_vec());
            }
            (kind::AFTER, Value::UInt(pair)) => {
                let before = self.images.before.remove(&pair);
                let before =
                    before.ok_or_else(|| format!("{id} belongs to {pair}, which is not there"))?;
                self.write(RowKind::Update, [&before, image]);
            }
            (kind::INSERTED, _) => self.write(RowKind::Insert, [image]),
            (kind::DELETED, _) => self.write(RowKind::Delete, [image]),
            (what, _) => return Err(format!("{id} is of the unknown kind {what}")),
        }
        Ok(())
    }

    fn write<const N: usize>(&mut self, kind: RowKind, images: [&[u8]; N]) {
        let mut row = self.into.row(self.definition, kind);
        for image in images {
            row.push_stored(image);
            row.end_image();
        }
    }
}

/// An image with members by their names.
fn by_name(image: Cells<'_>, columns: &[LogicalType]) -> Result<Rows, String> {
    let mut named = Rows::default();
    for (value, logical) in image.zip(columns) {
        match (logical, value) {
            (LogicalType::Enum { members, .. }, Value::UInt(number)) => {
                named.push(member(members, number)?);
            }
            (LogicalType::Set { members, .. }, Value::UInt(bits)) => {
                let with = members.iter().enumerate().filter(|(at, _)| bits >> at & 1 == 1);
                let names: Vec<&str> = with.map(|(_, name)| name.as_str()).collect();
                named.push(Value::Set(names.join(",").as_bytes()));
            }
            (_, value) => named.push(value),
        }
    }
    named.end_row();
    Ok(named)
}

fn member(members: &[String], number: u64) -> Result<Value<'_>, String> {
    let Some(at) = number.checked_sub(1) else { return Ok(Value::EnumError) };
    let name = usize::try_from(at).ok().and_then(|at| members.get(at));
    let name = name.ok_or_else(|| format!("there is no member {number}"))?;
    Ok(Value::Enum(name.as_bytes()))
}

/// Takes the rows of a table as they are.
pub(super) struct Whole<'p> {
    pub into: &'p mut Entries,
    pub definition: u32,
    /// How many of a row's values are the table's: a key of the database's own comes behind them.
    pub columns: usize,
    /// No more is taken once so many bytes are there.
    pub enough: usize,
    /// The key of the last row, by its places in a row.
    pub key: Vec<usize>,
    pub last: Option<Key>,
}

#[async_trait]
impl RowSink for Whole<'_> {
    fn batch_bytes(&self) -> usize {
        BATCH
    }

    async fn take(&mut self, rows: Rows) -> Option<Rows> {
        for row in rows.iter() {
            let mut image = self.into.row(self.definition, RowKind::Insert);
            row.take(self.columns).for_each(|value| image.push(value));
            image.end_image();
        }
        if self.into.size() > self.enough {
            return None;
        }
        if let Some(last) = rows.len().checked_sub(1) {
            let values: Vec<Value<'_>> = rows.row(last).collect();
            let mut key = Rows::default();
            key.push_row(self.key.iter().filter_map(|at| values.get(*at).copied()));
            self.last = Some(key.stored(0).into());
        }
        Some(Rows::default())
    }
}
