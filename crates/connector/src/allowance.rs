//! How much a session takes from the other side: a server that never ends its answer, by mistake or
//! on purpose, must not fill our memory before the deadline comes.

use crate::error::ConnectError;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// More than anybody browses. Names are short: this many fit well into [`MOST_BYTES`].
pub(crate) const MOST_ROWS: usize = 1_000_000;
pub(crate) const MOST_BYTES: usize = MOST_MEBIBYTES << 20;
pub(crate) const MOST_MEBIBYTES: usize = 128;

/// What a session may still take. Clones share it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Allowance(Arc<Taken>);

#[derive(Debug, Default)]
struct Taken {
    rows: AtomicUsize,
    bytes: AtomicUsize,
}

/// A session sent more than is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("more was sent than is taken")]
pub(crate) struct Excess;

impl Excess {
    pub fn refusal(self) -> ConnectError {
        ConnectError::TooMuch { rows: MOST_ROWS, mebibytes: MOST_MEBIBYTES }
    }
}

impl Allowance {
    /// Takes one more row, which keeps as many bytes.
    pub fn take_row(&self, bytes: usize) -> Result<(), Excess> {
        self.0.rows.fetch_add(1, Ordering::Relaxed);
        self.take(bytes)
    }

    pub fn take(&self, bytes: usize) -> Result<(), Excess> {
        self.0.bytes.fetch_add(bytes, Ordering::Relaxed);
        if self.is_exceeded() { Err(Excess) } else { Ok(()) }
    }

    pub fn is_exceeded(&self) -> bool {
        self.0.rows.load(Ordering::Relaxed) > MOST_ROWS
            || self.0.bytes.load(Ordering::Relaxed) > MOST_BYTES
    }
}

/// A stream that is read no further than is allowed.
#[derive(Debug)]
pub(crate) struct Metered<S> {
    inner: S,
    allowance: Allowance,
}

impl<S> Metered<S> {
    pub fn new(inner: S, allowance: Allowance) -> Self {
        Self { inner, allowance }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Metered<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let outcome = Pin::new(&mut self.inner).poll_read(cx, buf);
        match self.allowance.take(buf.filled().len() - before) {
            Ok(()) => outcome,
            Err(excess) => Poll::Ready(Err(io::Error::other(excess))),
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Metered<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::AsyncReadExt;

    #[test]
    fn rows_and_bytes_are_counted_over_the_whole_session() {
        let rows = Allowance::default();
        let shared = rows.clone();
        for _ in 0..MOST_ROWS {
            rows.take_row(1).expect("allowed");
        }
        assert_eq!(shared.take_row(0), Err(Excess));
        let bytes = Allowance::default();
        assert_eq!(bytes.take(MOST_BYTES), Ok(()));
        assert_eq!(bytes.take_row(1), Err(Excess));
        assert!(bytes.is_exceeded());
    }

    #[tokio::test]
    async fn a_stream_ends_where_too_much_came() {
        let mut endless = Metered::new(tokio::io::repeat(1), Allowance::default());
        let mut piece = vec![0; 1 << 20];
        let mut taken = 0;
        let error = loop {
            match endless.read(&mut piece).await {
                Ok(length) => taken += length,
                Err(error) => break error,
            }
        };
        assert_eq!(taken, MOST_BYTES);
        assert!(error.get_ref().is_some_and(|inner| inner.is::<Excess>()));
    }
}
