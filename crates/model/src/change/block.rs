//! Transactions one after the other: what a log keeps and hands on. A transaction may begin in one
//! block and end in a later one; an item never lies in two.

use super::item::{self, Corrupt, RowKind, RowsItem, kind};
use super::seq::Seq;
use super::statement::Statement;

/// The head of a committed transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transaction<'a> {
    /// The number of its first change.
    pub first: Seq,
    /// How many changes it has.
    pub changes: u64,
    /// When it was committed, in microseconds since 1970 by the source's clock.
    pub committed: i64,
    /// What the source calls it; empty where it has no names.
    pub id: &'a str,
    /// Who wrote it, if that was a task of ours; empty for anybody else.
    pub origin: &'a str,
}

impl Transaction<'_> {
    /// The number of its last change.
    pub fn last(&self) -> Seq {
        Seq(self.first.0 + self.changes.max(1) - 1)
    }
}

/// A block that is being written.
#[derive(Debug, Clone, Default)]
pub struct Block {
    bytes: Vec<u8>,
}

impl Block {
    /// Begins a transaction. Its items follow, then its end.
    pub fn begin(&mut self, transaction: &Transaction<'_>) {
        let place = item::begin(&mut self.bytes, kind::BEGIN);
        for number in [transaction.first.0, transaction.changes] {
            self.bytes.extend_from_slice(&number.to_le_bytes());
        }
        self.bytes.extend_from_slice(&transaction.committed.to_le_bytes());
        // Names beyond 64 KiB are cut: they are for people.
        let id = &transaction.id.as_bytes()[..transaction.id.floor_char_boundary(0xFFFF)];
        let length = u16::try_from(id.len()).unwrap_or(u16::MAX);
        self.bytes.extend_from_slice(&length.to_le_bytes());
        self.bytes.extend_from_slice(id);
        self.bytes.extend_from_slice(transaction.origin.as_bytes());
        item::close(&mut self.bytes, place);
    }

    /// Adds whole items, as [`super::Entries`] gathered them.
    pub fn items(&mut self, items: &[u8]) {
        self.bytes.extend_from_slice(items);
    }

    /// Ends the transaction.
    pub fn end(&mut self) {
        let place = item::begin(&mut self.bytes, kind::END);
        item::close(&mut self.bytes, place);
    }

    /// Notes that up to a moment, in microseconds since 1970, nothing else was committed.
    pub fn beat(&mut self, at: i64) {
        let place = item::begin(&mut self.bytes, kind::BEAT);
        self.bytes.extend_from_slice(&at.to_le_bytes());
        item::close(&mut self.bytes, place);
    }

    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    pub fn size(&self) -> usize {
        self.bytes.len()
    }

    /// Empties it and keeps the room, unless a huge row left more than is good to keep.
    pub fn clear(&mut self, keep: usize) {
        self.bytes.clear();
        self.bytes.shrink_to(keep);
    }
}

/// What is in a block.
#[derive(Debug, Clone)]
pub enum Item<'a> {
    Begin(Transaction<'a>),
    Rows(RowsItem<'a>),
    Statement(Box<Statement>),
    End,
    /// Up to this moment, in microseconds since 1970, nothing else was committed.
    Beat(i64),
}

/// The items of a block, in order. After an error there is nothing more.
#[derive(Debug, Clone)]
pub struct Items<'a> {
    block: &'a [u8],
    at: usize,
}

impl<'a> Items<'a> {
    pub fn new(block: &'a [u8]) -> Self {
        Self { block, at: 0 }
    }

    /// Where the next item begins, from the beginning of the block.
    pub fn at(&self) -> usize {
        self.at
    }

    /// How many of the bytes are whole items that take no more than `most` together; the first one is
    /// taken however large it is.
    pub fn whole(bytes: &[u8], most: usize) -> usize {
        let mut items = Items::new(bytes);
        let mut end = 0;
        while let Some(Ok(_)) = items.raw() {
            if end > 0 && items.at > most {
                break;
            }
            end = items.at;
        }
        end
    }

    /// The next item: its kind and its body.
    pub(super) fn raw(&mut self) -> Option<Result<(u8, &'a [u8]), &'static str>> {
        let (kind, mut rest) = self.block.get(self.at..)?.split_first()?;
        let cut = Some(Err("it is cut off"));
        let Some(length) = item::number(&mut rest) else { return cut };
        let Some(body) = usize::try_from(length).ok().and_then(|length| rest.get(..length)) else {
            return cut;
        };
        self.at += 5 + body.len();
        Some(Ok((*kind, body)))
    }
}

impl<'a> Iterator for Items<'a> {
    type Item = Result<Item<'a>, Corrupt>;

    fn next(&mut self) -> Option<Self::Item> {
        let at = self.at;
        let read = self.raw()?.and_then(|(kind, body)| read(kind, body));
        Some(read.map_err(|reason| {
            self.at = self.block.len();
            Corrupt { at, reason }
        }))
    }
}

fn read(kind: u8, mut body: &[u8]) -> Result<Item<'_>, &'static str> {
    if let Some(of_row) = RowKind::of(kind) {
        return RowsItem::read(of_row, body).map(Item::Rows);
    }
    match kind {
        kind::BEGIN => transaction(&mut body).map(Item::Begin).ok_or("a beginning that is cut off"),
        kind::STATEMENT => serde_json::from_slice(body)
            .map(|statement| Item::Statement(Box::new(statement)))
            .map_err(|_| "a statement that cannot be read"),
        kind::END if body.is_empty() => Ok(Item::End),
        kind::BEAT => match body.try_into() {
            Ok(at) => Ok(Item::Beat(i64::from_le_bytes(at))),
            Err(_) => Err("a beat of another length"),
        },
        _ => Err("an unknown kind"),
    }
}

fn transaction<'a>(body: &mut &'a [u8]) -> Option<Transaction<'a>> {
    let (first, changes) = (Seq(item::long(body)?), item::long(body)?);
    let committed = item::long(body)?.cast_signed();
    let (length, rest) = body.split_first_chunk()?;
    let (id, origin) = rest.split_at_checked(u16::from_le_bytes(*length).into())?;
    let text = |bytes: &'a [u8]| std::str::from_utf8(bytes).ok();
    first.0.checked_add(changes)?;
    Some(Transaction { first, changes, committed, id: text(id)?, origin: text(origin)? })
}
