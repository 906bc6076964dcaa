//! MySQL's compressed transactions: events within an event, opened one after the other, so that no
//! more than one of them is in memory.

use super::HEAD;
use crate::mysql::changes::bytes::Bytes;
use crate::mysql::changes::fault::Fault;
use std::fmt;
use zstd::stream::raw::{Decoder, InBuffer, Operation, OutBuffer};

/// No event is larger than a packet may be.
const LARGEST: usize = 1 << 30;
/// By how much is opened at once, at least.
const STEP: usize = 64 << 10;
/// What an event may leave behind of its room.
const KEPT: usize = 1 << 20;

/// A transaction that is being opened.
pub(in crate::mysql) struct Payload {
    closed: Vec<u8>,
    /// How much of it was opened.
    at: usize,
    /// `None` if it is not compressed.
    decoder: Option<Decoder<'static>>,
    /// Opened bytes, of which those from `taken` on were not handed out.
    open: Vec<u8>,
    taken: usize,
}

impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Payload").field("closed", &self.closed.len()).finish_non_exhaustive()
    }
}

impl Payload {
    pub fn read(body: &[u8]) -> Result<Self, Fault> {
        let mut rest = Bytes::new(body);
        let mut method = 0;
        loop {
            let field = rest.packed()?;
            if field == 0 {
                break;
            }
            let mut value = Bytes::new(rest.string()?);
            if field == 2 {
                method = value.packed()?;
            }
        }
        let unknown = || Fault::damaged("a transaction is compressed in an unknown way");
        let decoder = match method {
            0 => Some(Decoder::new().map_err(|_| unknown())?),
            255 => None,
            _ => return Err(unknown()),
        };
        Ok(Self { closed: rest.rest().to_vec(), at: 0, decoder, open: Vec::new(), taken: 0 })
    }

    /// The bytes of the next event; `None` behind the last one.
    pub fn next(&mut self) -> Result<Option<&[u8]>, Fault> {
        if self.taken > 0 {
            self.open.drain(..self.taken);
            self.taken = 0;
            if self.open.is_empty() {
                self.open.shrink_to(KEPT);
            }
        }
        if self.fill(HEAD)? < HEAD {
            return match self.open.is_empty() {
                true => Ok(None),
                false => Err(Fault::damaged("a compressed transaction ends within an event")),
            };
        }
        let size = Bytes::new(&self.open[9..13]).u32()? as usize;
        if !(HEAD..=LARGEST).contains(&size) || self.fill(size)? < size {
            return Err(Fault::damaged("a compressed transaction ends within an event"));
        }
        self.taken = size;
        Ok(Some(&self.open[..size]))
    }

    /// Lets the event come again that was handed out last.
    pub fn repeat(&mut self) {
        self.taken = 0;
    }

    /// Opens until so many bytes are there, or none are left. Says how many there are.
    fn fill(&mut self, wanted: usize) -> Result<usize, Fault> {
        while self.open.len() < wanted && self.open_more()? {}
        Ok(self.open.len())
    }

    fn open_more(&mut self) -> Result<bool, Fault> {
        let before = self.open.len();
        let Some(decoder) = &mut self.decoder else {
            let rest = &self.closed[self.at..];
            let some = &rest[..rest.len().min(STEP)];
            self.open.extend_from_slice(some);
            self.at += some.len();
            return Ok(!some.is_empty());
        };
        self.open.resize(before + STEP, 0);
        let mut input = InBuffer::around(&self.closed[self.at..]);
        let mut output = OutBuffer::around(&mut self.open[before..]);
        let opened = decoder.run(&mut input, &mut output);
        let (read, written) = (input.pos(), output.pos());
        self.open.truncate(before + written);
        self.at += read;
        opened.map_err(|_| Fault::damaged("a compressed transaction cannot be opened"))?;
        Ok(read > 0 || written > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mysql::changes::event::{kind, written};

    fn body(method: u8, closed: &[u8]) -> Vec<u8> {
        let method: &[u8] = if method == 255 { &[2, 3, 0xfc, 255, 0] } else { &[2, 1, method] };
        [method, &[3, 1, 9, 0], closed].concat()
    }

    #[test]
    fn events_come_out_one_by_one() {
        let events: Vec<Vec<u8>> = (0..5_u32)
            .map(|at| written(kind::XID, at, 0, &vec![7; (at as usize) * 50_000]))
            .collect();
        let plain = events.concat();
        let closed = zstd::encode_all(&plain[..], 3).unwrap();
        for body in [body(0, &closed), body(255, &plain)] {
            let mut payload = Payload::read(&body).unwrap();
            for event in &events {
                assert_eq!(payload.next().unwrap(), Some(&event[..]));
            }
            assert_eq!(payload.next().unwrap(), None);
        }
    }

    #[test]
    fn what_is_cut_off_or_unknown_is_an_error() {
        let event = written(kind::XID, 1, 0, &[7; 1000]);
        let closed = zstd::encode_all(&event[..], 3).unwrap();
        for cut in 0..closed.len() {
            let body = body(0, &closed[..cut]);
            let mut payload = Payload::read(&body).unwrap();
            assert!(!matches!(payload.next(), Ok(Some(_))), "{cut}");
        }
        assert!(Payload::read(&body(7, &closed)).is_err());
        assert!(Payload::read(&[]).is_err());
        assert!(Payload::read(&body(0, b"no frame at all")).unwrap().next().is_err());
    }
}
