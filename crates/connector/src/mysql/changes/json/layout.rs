//! Where the parts of objects and arrays are.

use super::{BAD, Stored, kind};
use crate::mysql::changes::bytes::Bytes;
use crate::mysql::changes::cell::Wrong;

/// An object or an array.
#[derive(Debug, Clone, Copy)]
pub(super) struct Container<'a> {
    /// All of it; places in it count from its beginning.
    bytes: &'a [u8],
    count: usize,
    is_object: bool,
    /// Whether places take four bytes and not two.
    is_large: bool,
}

impl<'a> Container<'a> {
    /// `None` if the value is neither.
    pub fn of(stored: Stored<'a>) -> Result<Option<Self>, Wrong> {
        let (is_object, is_large) = match stored.kind {
            kind::SMALL_OBJECT => (true, false),
            kind::LARGE_OBJECT => (true, true),
            kind::SMALL_ARRAY => (false, false),
            kind::LARGE_ARRAY => (false, true),
            _ => return Ok(None),
        };
        let mut head = Bytes::new(stored.bytes);
        let (count, size) = (number(&mut head, is_large)?, number(&mut head, is_large)?);
        let bytes = stored.bytes.get(..size).ok_or(BAD)?;
        let container = Self { bytes, count, is_object, is_large };
        let heads = count.checked_mul(container.key_size() + container.slot_size());
        match heads.and_then(|heads| heads.checked_add(2 * container.width())) {
            Some(end) if end <= size => Ok(Some(container)),
            _ => Err(BAD),
        }
    }

    pub fn is_object(&self) -> bool {
        self.is_object
    }

    pub fn len(&self) -> usize {
        self.count
    }

    fn width(&self) -> usize {
        if self.is_large { 4 } else { 2 }
    }

    fn key_size(&self) -> usize {
        if self.is_object { self.width() + 2 } else { 0 }
    }

    fn slot_size(&self) -> usize {
        self.width() + 1
    }

    /// The key of a member; `None` in an array.
    pub fn key(&self, at: usize) -> Result<Option<&'a [u8]>, Wrong> {
        if !self.is_object {
            return Ok(None);
        }
        let start = 2 * self.width() + at * self.key_size();
        let mut head = Bytes::new(self.bytes.get(start..).ok_or(BAD)?);
        let place = number(&mut head, self.is_large)?;
        let length = usize::from(head.u16()?);
        let key = self.bytes.get(place..).and_then(|rest| rest.get(..length));
        key.map(Some).ok_or(BAD)
    }

    pub fn value(&self, at: usize) -> Result<Stored<'a>, Wrong> {
        let start = 2 * self.width() + self.count * self.key_size() + at * self.slot_size();
        let slot = self.bytes.get(start..).and_then(|rest| rest.get(..self.slot_size()));
        let (kind, inside) = slot.and_then(<[u8]>::split_first).ok_or(BAD)?;
        let is_inside = match *kind {
            kind::LITERAL | kind::INT16 | kind::UINT16 => true,
            kind::INT32 | kind::UINT32 => self.is_large,
            _ => false,
        };
        if is_inside {
            return Ok(Stored { kind: *kind, bytes: inside });
        }
        let place = number(&mut Bytes::new(inside), self.is_large)?;
        let bytes = self.bytes.get(place..).ok_or(BAD)?;
        Ok(Stored { kind: *kind, bytes })
    }
}

fn number(bytes: &mut Bytes<'_>, is_large: bool) -> Result<usize, Wrong> {
    Ok(if is_large { bytes.u32()? as usize } else { bytes.u16()?.into() })
}
