//! Documents in the form of MySQL's storage, as the text that the server prints.

mod change;
mod layout;
mod scalar;

pub(super) use change::changed;

use super::cell::Wrong;
use layout::Container;

/// Documents are no deeper than this at any server.
const DEEPEST: usize = 128;

const BAD: Wrong = Wrong::Because("a document is damaged");

/// The kinds of values, by their numbers in a document.
mod kind {
    pub const SMALL_OBJECT: u8 = 0;
    pub const LARGE_OBJECT: u8 = 1;
    pub const SMALL_ARRAY: u8 = 2;
    pub const LARGE_ARRAY: u8 = 3;
    pub const LITERAL: u8 = 4;
    pub const INT16: u8 = 5;
    pub const UINT16: u8 = 6;
    pub const INT32: u8 = 7;
    pub const UINT32: u8 = 8;
    pub const INT64: u8 = 9;
    pub const UINT64: u8 = 10;
    pub const DOUBLE: u8 = 11;
    pub const STRING: u8 = 12;
    pub const OPAQUE: u8 = 15;
}

/// A value within a document, not looked at yet.
#[derive(Debug, Clone, Copy)]
struct Stored<'a> {
    kind: u8,
    /// From its first byte on; what follows it may be there as well.
    bytes: &'a [u8],
}

impl<'a> Stored<'a> {
    /// What an empty value stands for.
    const NULL: Self = Self { kind: kind::LITERAL, bytes: &[0] };

    /// A whole document. Nothing at all is what the server keeps where NULL was not allowed.
    fn document(bytes: &'a [u8]) -> Self {
        match bytes.split_first() {
            Some((kind, bytes)) => Self { kind: *kind, bytes },
            None => Self::NULL,
        }
    }
}

/// Adds the text of a document.
pub(super) fn print(document: &[u8], out: &mut Vec<u8>) -> Result<(), Wrong> {
    Printer::new(document.len(), out).value(Stored::document(document), 0)
}

/// Prints, and gives up where damaged bytes would be printed over and over.
struct Printer<'o> {
    out: &'o mut Vec<u8>,
    /// No document of its size has a longer text.
    longest: usize,
}

impl<'o> Printer<'o> {
    fn new(size: usize, out: &'o mut Vec<u8>) -> Self {
        let longest = out.len() + size.saturating_mul(16) + 1024;
        Self { out, longest }
    }

    fn value(&mut self, stored: Stored<'_>, depth: usize) -> Result<(), Wrong> {
        if depth > DEEPEST || self.out.len() > self.longest {
            return Err(BAD);
        }
        match Container::of(stored)? {
            None => scalar::print(stored, self.out),
            Some(container) => {
                self.open(container.is_object());
                for at in 0..container.len() {
                    self.next(at);
                    if let Some(key) = container.key(at)? {
                        self.key(key);
                    }
                    self.value(container.value(at)?, depth + 1)?;
                }
                self.close(container.is_object());
                Ok(())
            }
        }
    }

    fn open(&mut self, is_object: bool) {
        self.out.push(if is_object { b'{' } else { b'[' });
    }

    fn close(&mut self, is_object: bool) {
        self.out.push(if is_object { b'}' } else { b']' });
    }

    fn next(&mut self, at: usize) {
        if at > 0 {
            self.out.extend_from_slice(b", ");
        }
    }

    fn key(&mut self, key: &[u8]) {
        scalar::quoted(key, self.out);
        self.out.extend_from_slice(b": ");
    }
}

#[cfg(test)]
mod tests;
