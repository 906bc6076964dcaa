//! Blocks as they stand in files and go over wires: sized, numbered, checked, packed.
//!
//! ```text
//! frame := head:48 place payload                             numbers little-endian
//! head  := crc:u32 crc_of_body:u32 kind:u8 marks:u8 format:u8 0 place:u32 stored:u32 plain:u32
//!          first:u64 changes:u64 committed:i64               crc: of all that follows it in the head
//! ```
//!
//! The head has a checksum of its own, so its sizes can be believed before anything is read.

use super::item::Corrupt;
use super::seq::Seq;
use std::fmt;
use zstd::bulk::{Compressor, Decompressor};

/// Bytes of a head.
pub const HEAD: usize = 48;
const FORMAT: u8 = 1;
/// Less is not worth the packing.
const WORTH: usize = 128;
/// Names of places are short. The limit keeps a damaged one from being believed.
const PLACE_MAX: usize = 64 << 20;

mod mark {
    pub const BEGINS: u8 = 1;
    pub const ENDS: u8 = 2;
    pub const PACKED: u8 = 4;
}

/// What a frame holds. The numbers are written into files: never change one, only add.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FrameKind {
    /// A [`super::Defined`], as JSON.
    Defined,
    /// Items.
    Block,
    /// Nothing: the sender is there, and what stands in the head is the end of its log.
    Alive,
}

impl FrameKind {
    fn number(self) -> u8 {
        match self {
            Self::Defined => 1,
            Self::Block => 2,
            Self::Alive => 3,
        }
    }

    fn of(number: u8) -> Option<Self> {
        [Self::Defined, Self::Block, Self::Alive].into_iter().find(|kind| kind.number() == number)
    }
}

/// What is known of a frame without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    pub kind: FrameKind,
    /// It begins where a transaction does.
    pub begins: bool,
    /// It ends where a transaction does.
    pub ends: bool,
    /// The number of its first change, or of the one that will follow where it has none.
    pub first: Seq,
    /// How many changes it has.
    pub changes: u64,
    /// In microseconds since 1970: nothing in it or before it was committed later.
    pub committed: i64,
    packed: bool,
    place: u32,
    stored: u32,
    plain: u32,
    check: u32,
}

impl Head {
    /// Reads a head. Bytes behind it are left alone.
    pub fn read(bytes: &[u8]) -> Result<Self, Corrupt> {
        let wrong = |reason| Corrupt { at: 0, reason };
        let bytes: &[u8; HEAD] = bytes.first_chunk().ok_or(wrong("a head that is cut off"))?;
        let number = |at: usize| u32::from_le_bytes(*bytes[at..].first_chunk().expect("in a head"));
        let long = |at: usize| u64::from_le_bytes(*bytes[at..].first_chunk().expect("in a head"));
        if number(0) != crc32fast::hash(&bytes[4..]) {
            return Err(wrong("a head that is damaged"));
        }
        if bytes[10] != FORMAT {
            return Err(wrong("a format of another version"));
        }
        let head = Self {
            kind: FrameKind::of(bytes[8]).ok_or(wrong("an unknown kind of frame"))?,
            begins: bytes[9] & mark::BEGINS != 0,
            ends: bytes[9] & mark::ENDS != 0,
            packed: bytes[9] & mark::PACKED != 0,
            place: number(12),
            stored: number(16),
            plain: number(20),
            first: Seq(long(24)),
            changes: long(32),
            committed: long(40).cast_signed(),
            check: number(4),
        };
        if head.place as usize > PLACE_MAX || head.first.0.checked_add(head.changes).is_none() {
            return Err(wrong("a head that says what cannot be"));
        }
        Ok(head)
    }

    /// Bytes behind the head.
    pub fn body(&self) -> usize {
        self.place as usize + self.stored as usize
    }

    /// Bytes of the whole frame.
    pub fn size(&self) -> usize {
        HEAD + self.body()
    }

    /// The number of its last change; where it has none, of the one before it.
    pub fn last(&self) -> Seq {
        Seq((self.first.0 + self.changes).saturating_sub(1))
    }

    /// Looks at the bytes behind the head, which are as many as it says.
    pub fn check<'a>(&self, body: &'a [u8]) -> Result<Body<'a>, Corrupt> {
        let wrong = |reason| Corrupt { at: HEAD, reason };
        if body.len() != self.body() {
            return Err(wrong("a frame that is cut off"));
        }
        if crc32fast::hash(body) != self.check {
            return Err(wrong("a frame that is damaged"));
        }
        let (place, stored) = body.split_at(self.place as usize);
        let place = std::str::from_utf8(place).map_err(|_| wrong("a place that is no text"))?;
        Ok(Body { place: (!place.is_empty()).then_some(place), stored, head: *self })
    }
}

/// What is in a frame, checked.
#[derive(Debug, Clone, Copy)]
pub struct Body<'a> {
    /// The place of the source to go on from behind it.
    pub place: Option<&'a str>,
    stored: &'a [u8],
    head: Head,
}

/// A frame that is written.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    pub kind: FrameKind,
    pub begins: bool,
    pub ends: bool,
    pub first: Seq,
    pub changes: u64,
    pub committed: i64,
    pub place: Option<&'a str>,
    pub payload: &'a [u8],
}

/// Writes frames.
pub struct Packer {
    zstd: Compressor<'static>,
    room: Vec<u8>,
}

impl fmt::Debug for Packer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Packer")
    }
}

impl Default for Packer {
    fn default() -> Self {
        // Fails for levels that there are not.
        let zstd = Compressor::new(1).expect("there is a level 1");
        Self { zstd, room: Vec::new() }
    }
}

impl Packer {
    /// Adds a frame to what is written already.
    ///
    /// # Panics
    /// If a payload is 4 GiB or more.
    pub fn write(&mut self, out: &mut Vec<u8>, frame: &Frame<'_>) {
        let payload = frame.payload;
        let packed = payload.len() >= WORTH && self.pack(payload);
        let stored: &[u8] = if packed { &self.room } else { payload };
        let place = frame.place.unwrap_or_default().as_bytes();
        let size = |bytes: &[u8]| u32::try_from(bytes.len()).expect("no payload is that long");
        let start = out.len();
        out.extend_from_slice(&[0; 8]);
        let marks =
            [(frame.begins, mark::BEGINS), (frame.ends, mark::ENDS), (packed, mark::PACKED)];
        let marks = marks.into_iter().filter(|(is, _)| *is).map(|(_, mark)| mark).sum();
        out.extend_from_slice(&[frame.kind.number(), marks, FORMAT, 0]);
        for number in [size(place), size(stored), size(payload)] {
            out.extend_from_slice(&number.to_le_bytes());
        }
        for number in [frame.first.0, frame.changes, frame.committed.cast_unsigned()] {
            out.extend_from_slice(&number.to_le_bytes());
        }
        let mut check = crc32fast::Hasher::new();
        check.update(place);
        check.update(stored);
        out[start + 4..start + 8].copy_from_slice(&check.finalize().to_le_bytes());
        let check = crc32fast::hash(&out[start + 4..]);
        out[start..start + 4].copy_from_slice(&check.to_le_bytes());
        out.extend_from_slice(place);
        out.extend_from_slice(stored);
        // A huge row must not leave its room behind.
        self.room.clear();
        self.room.shrink_to(1 << 20);
    }

    /// Whether it became smaller.
    fn pack(&mut self, payload: &[u8]) -> bool {
        self.room.clear();
        // No more room than the payload takes: what would not fit is kept as it is.
        self.room.reserve(payload.len() - 1);
        let packed = self.zstd.compress_to_buffer(payload, &mut self.room);
        packed.is_ok_and(|size| size < payload.len())
    }
}

/// Unpacks frames.
pub struct Unpacker {
    zstd: Decompressor<'static>,
}

impl fmt::Debug for Unpacker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Unpacker")
    }
}

impl Default for Unpacker {
    fn default() -> Self {
        // Fails for want of memory alone.
        Self { zstd: Decompressor::new().expect("there is memory for a few tables") }
    }
}

impl Unpacker {
    /// The payload, as it was written. No more is allocated than the frame says that it takes.
    pub fn payload(&mut self, body: &Body<'_>) -> Result<Vec<u8>, Corrupt> {
        if !body.head.packed {
            return Ok(body.stored.to_vec());
        }
        let plain = body.head.plain as usize;
        let wrong = |reason| Corrupt { at: HEAD, reason };
        let unpacked = self.zstd.decompress(body.stored, plain);
        let unpacked = unpacked.map_err(|_| wrong("a frame that cannot be unpacked"))?;
        if unpacked.len() == plain { Ok(unpacked) } else { Err(wrong("a frame of another size")) }
    }
}

#[cfg(test)]
mod tests;
