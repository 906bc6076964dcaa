//! Packets: cutting the stream into them, and writing them from the caller's slices.
//!
//! A packet is one or more frames, each with a header of four bytes: three for the length, one for
//! a number that counts up from the beginning of the command. All frames but the last have the
//! greatest length there is.

use super::cursor::Cursor;
use super::error::{Waiting, WireError};
use super::gather::{Pieces, write_frame};
use std::io;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;

#[cfg(test)]
mod tests;

/// The greatest length of a frame's payload.
pub(super) const FRAME: usize = 0xff_ff_ff;
pub(super) const HEADER: usize = 4;
/// A spill buffer larger than this is given back once its packet is done with.
const SPILL_KEPT: usize = 1 << 20;
/// By how much a spill buffer grows at least.
const SPILL_STEP: usize = 256 << 10;

/// The packets of one connection. Its memory is the buffer it was made with, and as much of one
/// packet as has arrived where that does not fit.
#[derive(Debug)]
pub(super) struct Channel<S> {
    /// `None` once closed.
    stream: Option<S>,
    buffer: Box<[u8]>,
    /// What was read and not yet handed out: `buffer[start..end]`.
    start: usize,
    end: usize,
    spill: Vec<u8>,
    sequence: u8,
    largest: usize,
    /// Set while a packet is half read or half written: whoever stopped there lost count.
    torn: bool,
    /// How long nothing at all may arrive while something is waited for.
    silence: Option<Duration>,
}

/// Where a packet's payload is, until the next packet is asked for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place {
    Buffer { from: usize, to: usize },
    Spill,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Channel<S> {
    /// `largest` limits what one packet may take beyond the buffer.
    pub fn new(stream: S, buffer: usize, largest: usize) -> Self {
        Self {
            stream: Some(stream),
            buffer: vec![0; buffer.max(1024)].into_boxed_slice(),
            start: 0,
            end: 0,
            spill: Vec::new(),
            sequence: 0,
            largest,
            torn: false,
            silence: None,
        }
    }

    /// What one packet may take.
    pub fn largest(&self) -> usize {
        self.largest
    }

    pub fn set_largest(&mut self, largest: usize) {
        self.largest = largest;
    }

    /// Limits how long nothing at all may arrive, however long a packet takes that goes on arriving.
    pub fn set_silence(&mut self, silence: Duration) {
        self.silence = Some(silence);
    }

    /// Lets the next packet be a command's first.
    pub fn rewind(&mut self) {
        self.sequence = 0;
    }

    /// Closes the socket at once.
    pub fn close(&mut self) {
        self.stream = None;
        self.spill = Vec::new();
        (self.start, self.end) = (0, 0);
    }

    pub fn is_open(&self) -> bool {
        self.stream.is_some()
    }

    /// Whether everything that arrived was handed out.
    pub fn is_drained(&self) -> bool {
        self.start == self.end
    }

    /// Puts something else in the stream's place, TLS for instance, which takes the old one.
    pub fn exchange(&mut self, stream: Option<S>) -> Option<S> {
        std::mem::replace(&mut self.stream, stream)
    }

    pub fn payload(&self, place: Place) -> &[u8] {
        match place {
            Place::Buffer { from, to } => &self.buffer[from..to],
            Place::Spill => &self.spill,
        }
    }

    /// The next packet, if all of it has been read.
    #[inline]
    pub fn buffered(&mut self) -> Result<Option<Place>, WireError> {
        if self.torn { Err(torn()) } else { self.take_whole() }
    }

    #[inline]
    fn take_whole(&mut self) -> Result<Option<Place>, WireError> {
        if self.spill.capacity() > SPILL_KEPT {
            self.spill = Vec::new();
        }
        let Some((header, rest)) = self.buffer[self.start..self.end].split_first_chunk() else {
            return Ok(None);
        };
        let (length, sequence) = parts_of(*header);
        if length == FRAME || rest.len() < length {
            return Ok(None);
        }
        let from = self.start + HEADER;
        let place = Place::Buffer { from, to: from + length };
        self.start = from + length;
        if sequence != self.sequence {
            return Err(self.out_of_order(sequence, place));
        }
        self.sequence = self.sequence.wrapping_add(1);
        Ok(Some(place))
    }

    /// The next packet, read as far as it takes.
    pub async fn packet(&mut self) -> Result<Place, WireError> {
        loop {
            if let Some(place) = self.buffered()? {
                return Ok(place);
            }
            if self.needs_spill() {
                self.torn = true;
                self.read_spill().await?;
                self.torn = false;
                return Ok(Place::Spill);
            }
            self.fill().await?;
        }
    }

    /// Whether the packet that begins now can never be whole in the buffer.
    fn needs_spill(&self) -> bool {
        let header = self.buffer[self.start..self.end].first_chunk();
        header.is_some_and(|header| {
            let (length, _) = parts_of(*header);
            length == FRAME || length + HEADER > self.buffer.len()
        })
    }

    /// Reads more behind what is there.
    async fn fill(&mut self) -> Result<(), WireError> {
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.end - self.start);
        }
        let stream = self.stream.as_mut().ok_or(WireError::Dropped)?;
        let reading = stream.read(&mut self.buffer[self.end..]);
        match arriving(self.silence, reading).await? {
            0 => Err(WireError::Dropped),
            count => {
                self.end += count;
                Ok(())
            }
        }
    }

    async fn read_spill(&mut self) -> Result<(), WireError> {
        self.spill.clear();
        loop {
            while self.end - self.start < HEADER {
                self.fill().await?;
            }
            let header = Cursor::new(&self.buffer[self.start..self.end]).array()?;
            self.start += HEADER;
            let (length, sequence) = parts_of(header);
            if sequence != self.sequence {
                return Err(WireError::protocol("packets out of order"));
            }
            self.sequence = self.sequence.wrapping_add(1);
            if self.spill.len() + length > self.largest {
                return Err(WireError::TooLarge { limit: self.largest });
            }
            let held = length.min(self.end - self.start);
            self.spill.extend_from_slice(&self.buffer[self.start..self.start + held]);
            self.start += held;
            self.read_into_spill(length - held).await?;
            if length < FRAME {
                return Ok(());
            }
        }
    }

    /// The spill grows as bytes arrive: a length alone is only a claim.
    async fn read_into_spill(&mut self, mut left: usize) -> Result<(), WireError> {
        let stream = self.stream.as_mut().ok_or(WireError::Dropped)?;
        while left > 0 {
            let length = self.spill.len();
            if length == self.spill.capacity() {
                self.spill.reserve_exact(left.min(SPILL_STEP.max(length / 2)));
            }
            let mut rest = (&mut *stream).take(left as u64);
            match arriving(self.silence, rest.read_buf(&mut self.spill)).await? {
                0 => return Err(WireError::Dropped),
                count => left -= count,
            }
        }
        Ok(())
    }

    /// A server that hangs up (a kill, a shutdown, too long a silence) says why in a packet that
    /// counts from zero, whatever was said before.
    #[cold]
    fn out_of_order(&mut self, sequence: u8, place: Place) -> WireError {
        let payload = self.payload(place);
        let error = match payload.first() {
            Some(0xff) if sequence == 0 => super::reply::server_error(payload),
            _ => WireError::protocol("packets out of order"),
        };
        self.close();
        error
    }

    /// Sends one packet, made of `head` and then the parts.
    pub async fn send(&mut self, head: &[u8], parts: &[&[u8]]) -> Result<(), WireError> {
        if std::mem::replace(&mut self.torn, true) {
            return Err(torn());
        }
        if let Err(error) = self.write(head, parts).await {
            let error = self.last_words(error).await;
            self.close();
            return Err(error);
        }
        self.torn = false;
        Ok(())
    }

    async fn write(&mut self, head: &[u8], parts: &[&[u8]]) -> Result<(), WireError> {
        let stream = self.stream.as_mut().ok_or(WireError::Dropped)?;
        let mut left = head.len() + parts.iter().map(|part| part.len()).sum::<usize>();
        let mut pieces = Pieces::new(head, parts);
        loop {
            let length = left.min(FRAME);
            let [low, middle, high, ..] = length.to_le_bytes();
            let header = [low, middle, high, self.sequence];
            self.sequence = self.sequence.wrapping_add(1);
            write_frame(stream, &header, &mut pieces, length).await?;
            left -= length;
            if length < FRAME {
                return Ok(stream.flush().await?);
            }
        }
    }

    /// A server that refuses a packet while it is being sent says why before it hangs up.
    async fn last_words(&mut self, error: WireError) -> WireError {
        while self.is_open() {
            match self.take_whole() {
                Ok(Some(place)) => {
                    let payload = self.payload(place);
                    if payload.first() == Some(&0xff) {
                        return super::reply::server_error(payload);
                    }
                }
                Ok(None) if self.needs_spill() => break,
                Ok(None) => match self.fill().await {
                    Ok(()) => {}
                    Err(_) => break,
                },
                Err(said @ WireError::Server { .. }) => return said,
                Err(_) => break,
            }
        }
        error
    }

    /// Tells TLS, then the other side, that nothing more will come.
    pub async fn shut_down(&mut self) -> Result<(), WireError> {
        match self.stream.as_mut() {
            Some(stream) => Ok(stream.shutdown().await?),
            None => Ok(()),
        }
    }
}

async fn arriving(
    silence: Option<Duration>,
    reading: impl Future<Output = io::Result<usize>>,
) -> Result<usize, WireError> {
    let Some(limit) = silence else { return Ok(reading.await?) };
    match timeout(limit, reading).await {
        Ok(read) => Ok(read?),
        Err(_) => Err(WireError::TimedOut { waiting: Waiting::Rows, limit }),
    }
}

#[cold]
fn torn() -> WireError {
    WireError::Unusable { reason: "a packet was given up half-way" }
}

fn parts_of([low, middle, high, sequence]: [u8; HEADER]) -> (usize, u8) {
    (usize::from(low) | usize::from(middle) << 8 | usize::from(high) << 16, sequence)
}
