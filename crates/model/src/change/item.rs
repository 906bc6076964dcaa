//! The bytes of one item: what it is, how long it is, and what is in it.

/// The kinds. They are written into files: never change one, only add.
pub(super) mod kind {
    pub const BEGIN: u8 = 1;
    pub const INSERT: u8 = 2;
    pub const UPDATE: u8 = 3;
    pub const DELETE: u8 = 4;
    pub const STATEMENT: u8 = 5;
    pub const END: u8 = 6;
    pub const BEAT: u8 = 7;
}

/// Bytes that are no changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the bytes at {at} are no change: {reason}")]
pub struct Corrupt {
    /// Where, from the beginning of the block.
    pub at: usize,
    pub reason: &'static str,
}

/// What happened to a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RowKind {
    Insert,
    Update,
    Delete,
}

impl RowKind {
    pub(super) fn of(kind: u8) -> Option<Self> {
        match kind {
            kind::INSERT => Some(Self::Insert),
            kind::UPDATE => Some(Self::Update),
            kind::DELETE => Some(Self::Delete),
            _ => None,
        }
    }

    pub(super) fn kind(self) -> u8 {
        match self {
            Self::Insert => kind::INSERT,
            Self::Update => kind::UPDATE,
            Self::Delete => kind::DELETE,
        }
    }

    /// How many images a changed row has.
    pub fn images(self) -> usize {
        match self {
            Self::Update => 2,
            Self::Insert | Self::Delete => 1,
        }
    }
}

/// One changed row. Images are stored rows with a value for each column of the definition, where
/// [`crate::Value::Unchanged`] stands for what the source did not log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change<'a> {
    /// The number of its table's definition.
    pub table: u32,
    pub kind: RowKind,
    /// As it was; empty for a row that is new.
    pub before: &'a [u8],
    /// As it is now; empty for a row that is gone.
    pub after: &'a [u8],
}

/// Rows of one table that have the same happen to them, one after the other.
#[derive(Debug, Clone, Copy)]
pub struct RowsItem<'a> {
    pub table: u32,
    pub kind: RowKind,
    pub count: u32,
    images: &'a [u8],
}

impl<'a> RowsItem<'a> {
    /// From the body of an item. All of it is looked at, so that walking over it cannot fail.
    pub(super) fn read(kind: RowKind, body: &'a [u8]) -> Result<Self, &'static str> {
        let mut images = body;
        let table = number(&mut images).ok_or("no table")?;
        let count = number(&mut images).ok_or("no count")?;
        let item = Self { table, kind, count, images };
        for _ in 0..u64::from(count) * kind.images() as u64 {
            image(&mut images).ok_or("a row that is cut off")?;
        }
        if images.is_empty() { Ok(item) } else { Err("bytes behind the rows") }
    }

    /// The changed rows, in order.
    pub fn changes(&self) -> impl Iterator<Item = Change<'a>> + use<'a> {
        let Self { table, kind, mut images, .. } = *self;
        std::iter::from_fn(move || {
            let first = image(&mut images)?;
            let (before, after): (&[u8], &[u8]) = match kind {
                RowKind::Insert => (&[], first),
                RowKind::Update => (first, image(&mut images)?),
                RowKind::Delete => (first, &[]),
            };
            Some(Change { table, kind, before, after })
        })
    }
}

pub(super) fn number(bytes: &mut &[u8]) -> Option<u32> {
    let (number, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(u32::from_le_bytes(*number))
}

pub(super) fn long(bytes: &mut &[u8]) -> Option<u64> {
    let (number, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(u64::from_le_bytes(*number))
}

#[inline]
fn image<'a>(bytes: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = usize::try_from(number(bytes)?).ok()?;
    let (image, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    Some(image)
}

/// Begins an item and says where its length is to be written.
pub(super) fn begin(out: &mut Vec<u8>, kind: u8) -> usize {
    out.push(kind);
    out.extend_from_slice(&[0; 4]);
    out.len() - 4
}

/// Writes the length of what follows the four bytes at `place`.
///
/// # Panics
/// If that is 4 GiB or more: no database has such rows.
pub(super) fn close(out: &mut [u8], place: usize) {
    let length = u32::try_from(out.len() - place - 4).expect("no row is that long");
    out[place..place + 4].copy_from_slice(&length.to_le_bytes());
}
