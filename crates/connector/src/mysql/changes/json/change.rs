//! What changed within a document, applied to the document as it was. A document is opened only
//! along the ways to what changed.

use super::layout::Container;
use super::{BAD, Printer, Stored};
use crate::mysql::changes::bytes::Bytes;
use crate::mysql::changes::cell::Wrong;
use std::borrow::Cow;

/// A part of a document.
#[derive(Debug, Clone)]
enum Node<'a> {
    Stored(Stored<'a>),
    Array(Vec<Node<'a>>),
    /// In the order of the server: short keys first, then by their bytes.
    Object(Vec<(Cow<'a, [u8]>, Node<'a>)>),
}

/// A step on the way to a part.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Leg {
    Member(Vec<u8>),
    Element(usize),
}

const REPLACE: u8 = 0;
const INSERT: u8 = 1;
const REMOVE: u8 = 2;

/// Adds the text of a document after its changes.
pub(in crate::mysql::changes) fn changed(
    before: &[u8],
    changes: &[u8],
    out: &mut Vec<u8>,
) -> Result<(), Wrong> {
    let mut root = Node::Stored(Stored::document(before));
    let mut rest = Bytes::new(changes);
    while !rest.is_empty() {
        let operation = rest.u8()?;
        let way = legs(rest.string()?)?;
        let value = match operation {
            REPLACE | INSERT => Some(Node::Stored(Stored::document(rest.string()?))),
            REMOVE => None,
            _ => return Err(BAD),
        };
        root.apply(&way, value, operation == INSERT)?;
    }
    let mut printer = Printer::new(before.len() + changes.len(), out);
    root.print(&mut printer, 0)
}

impl<'a> Node<'a> {
    /// Puts a value where the way leads, or takes away what is there.
    fn apply(&mut self, way: &[Leg], value: Option<Node<'a>>, inserts: bool) -> Result<(), Wrong> {
        let Some((last, way)) = way.split_last() else {
            *self = value.filter(|_| !inserts).ok_or(BAD)?;
            return Ok(());
        };
        let mut at = self;
        for leg in way {
            at = at.child(leg)?;
        }
        at.open()?;
        match (at, last) {
            (Node::Array(elements), Leg::Element(place)) => match value {
                Some(value) if inserts => {
                    elements.insert((*place).min(elements.len()), value);
                }
                Some(value) => *elements.get_mut(*place).ok_or(BAD)? = value,
                None if *place < elements.len() => drop(elements.remove(*place)),
                None => return Err(BAD),
            },
            (Node::Object(members), Leg::Member(key)) => {
                let order = |key: &[u8]| (key.len(), key.to_vec());
                let wanted = order(key);
                let place = members.binary_search_by(|(known, _)| order(known).cmp(&wanted));
                match (place, value) {
                    (Err(place), Some(value)) if inserts => {
                        members.insert(place, (Cow::Owned(key.clone()), value));
                    }
                    (Ok(place), Some(value)) if !inserts => members[place].1 = value,
                    (Ok(place), None) => drop(members.remove(place)),
                    _ => return Err(BAD),
                }
            }
            _ => return Err(BAD),
        }
        Ok(())
    }

    fn child(&mut self, leg: &Leg) -> Result<&mut Self, Wrong> {
        self.open()?;
        match (self, leg) {
            (Node::Array(elements), Leg::Element(place)) => elements.get_mut(*place).ok_or(BAD),
            (Node::Object(members), Leg::Member(key)) => {
                let found = members.iter_mut().find(|(known, _)| **known == **key);
                found.map(|(_, node)| node).ok_or(BAD)
            }
            _ => Err(BAD),
        }
    }

    /// Makes parts of a container that is still as it was stored.
    fn open(&mut self) -> Result<(), Wrong> {
        let Node::Stored(stored) = *self else { return Ok(()) };
        let container = Container::of(stored)?.ok_or(BAD)?;
        let values = (0..container.len()).map(|at| container.value(at).map(Node::Stored));
        if !container.is_object() {
            *self = Node::Array(values.collect::<Result<_, _>>()?);
            return Ok(());
        }
        let members = values.enumerate().map(|(at, value)| {
            let key = container.key(at)?.ok_or(BAD)?;
            Ok((Cow::Borrowed(key), value?))
        });
        *self = Node::Object(members.collect::<Result<_, Wrong>>()?);
        Ok(())
    }

    fn print(&self, printer: &mut Printer<'_>, depth: usize) -> Result<(), Wrong> {
        if depth > super::DEEPEST {
            return Err(BAD);
        }
        match self {
            Node::Stored(stored) => printer.value(*stored, depth),
            Node::Array(elements) => {
                printer.open(false);
                for (at, element) in elements.iter().enumerate() {
                    printer.next(at);
                    element.print(printer, depth + 1)?;
                }
                printer.close(false);
                Ok(())
            }
            Node::Object(members) => {
                printer.open(true);
                for (at, (key, member)) in members.iter().enumerate() {
                    printer.next(at);
                    printer.key(key);
                    member.print(printer, depth + 1)?;
                }
                printer.close(true);
                Ok(())
            }
        }
    }
}

/// A way as the server writes it: `$.a[1]."b c"`.
fn legs(text: &[u8]) -> Result<Vec<Leg>, Wrong> {
    let mut rest = text.strip_prefix(b"$").ok_or(BAD)?;
    let mut legs = Vec::new();
    while let Some((first, behind)) = rest.split_first() {
        match first {
            b'[' => {
                let end = behind.iter().position(|byte| *byte == b']').ok_or(BAD)?;
                let digits = std::str::from_utf8(&behind[..end]).map_err(|_| BAD)?;
                legs.push(Leg::Element(digits.trim().parse().map_err(|_| BAD)?));
                rest = &behind[end + 1..];
            }
            b'.' if behind.first() == Some(&b'"') => {
                let end = string_end(&behind[1..]).ok_or(BAD)? + 2;
                let key: String = serde_json::from_slice(&behind[..end]).map_err(|_| BAD)?;
                legs.push(Leg::Member(key.into_bytes()));
                rest = &behind[end..];
            }
            b'.' => {
                let is_end = |byte: &u8| matches!(byte, b'.' | b'[');
                let end = behind.iter().position(is_end).unwrap_or(behind.len());
                legs.push(Leg::Member(behind[..end].to_vec()));
                rest = &behind[end..];
            }
            b' ' => rest = behind,
            _ => return Err(BAD),
        }
        if legs.len() > super::DEEPEST {
            return Err(BAD);
        }
    }
    Ok(legs)
}

/// Where the quote is that ends a string.
fn string_end(text: &[u8]) -> Option<usize> {
    let mut escaped = false;
    text.iter().position(|byte| {
        let ends = !escaped && *byte == b'"';
        escaped = !escaped && *byte == b'\\';
        ends
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_are_read_leg_by_leg() {
        let way = legs(br#"$.a[1]."b c\"".d"#).unwrap();
        let member = |key: &str| Leg::Member(key.as_bytes().to_vec());
        assert_eq!(way, [member("a"), Leg::Element(1), member("b c\""), member("d")]);
        assert_eq!(legs(b"$"), Ok(vec![]));
        for bad in [&b"a"[..], b"$[x]", b"$[1", b"$.\"a", b"$x"] {
            assert_eq!(legs(bad), Err(BAD), "{bad:?}");
        }
    }
}
