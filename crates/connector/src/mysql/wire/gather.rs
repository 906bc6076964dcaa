//! Writing a frame from many slices, without putting them together first.

use super::error::WireError;
use std::io::IoSlice;
use tokio::io::{AsyncWrite, AsyncWriteExt};

/// How many slices are handed to the operating system at once.
const GATHERED: usize = 64;

/// What is still to be written.
pub(super) struct Pieces<'a> {
    current: &'a [u8],
    parts: &'a [&'a [u8]],
}

impl<'a> Pieces<'a> {
    pub fn new(head: &'a [u8], parts: &'a [&'a [u8]]) -> Self {
        Self { current: head, parts }
    }

    /// The next piece, no longer than `most`; empty only at the end.
    fn next(&mut self, most: usize) -> &'a [u8] {
        while let ([], [first, rest @ ..]) = (self.current, self.parts) {
            (self.current, self.parts) = (*first, rest);
        }
        let (piece, rest) = self.current.split_at(most.min(self.current.len()));
        self.current = rest;
        piece
    }
}

/// Writes a header and the next `left` bytes.
pub(super) async fn write_frame<S: AsyncWrite + Unpin>(
    stream: &mut S,
    header: &[u8],
    pieces: &mut Pieces<'_>,
    mut left: usize,
) -> Result<(), WireError> {
    let mut slices = [IoSlice::new(&[]); GATHERED];
    slices[0] = IoSlice::new(header);
    let mut count = 1;
    loop {
        while left > 0 && count < GATHERED {
            let piece = pieces.next(left);
            left -= piece.len();
            slices[count] = IoSlice::new(piece);
            count += 1;
        }
        write_all(stream, &mut slices[..count]).await?;
        if left == 0 {
            return Ok(());
        }
        count = 0;
    }
}

async fn write_all<S: AsyncWrite + Unpin>(
    stream: &mut S,
    mut slices: &mut [IoSlice<'_>],
) -> Result<(), WireError> {
    while !slices.is_empty() {
        match stream.write_vectored(slices).await? {
            0 => return Err(WireError::Dropped),
            count => IoSlice::advance_slices(&mut slices, count),
        }
    }
    Ok(())
}
