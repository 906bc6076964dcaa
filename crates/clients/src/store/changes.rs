//! The stream of changes, from chunks of bytes to frames that were checked.

use bytes::{Buf, BytesMut};
use oms_model::change::{
    Corrupt, Defined, Seq,
    frame::{FrameKind, HEAD, Head, Unpacker},
};
use reqwest::Response;
use std::time::Duration;
use tokio::time::timeout;

/// What came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivered {
    /// Definitions that rows which follow have.
    Defined(Defined),
    Block(DeliveredBlock),
    /// Nothing new: the store ends with this change, and what was committed up to this moment, in
    /// microseconds since 1970, is in it.
    Alive {
        end: Seq,
        current: i64,
    },
}

/// Changes one after the other. A transaction may go on in the next block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveredBlock {
    /// The number of its first change, or of the one that will follow where it has none.
    pub first: Seq,
    pub changes: u64,
    /// Nothing in it was committed later, in microseconds since 1970.
    pub committed: i64,
    /// It begins where a transaction does.
    pub begins: bool,
    /// It ends where a transaction does.
    pub ends: bool,
    /// For [`oms_model::change::Items`].
    pub items: Vec<u8>,
}

/// Why nothing more comes.
#[derive(Debug, thiserror::Error)]
pub enum StreamError {
    #[error("the stream of changes broke")]
    Broken(#[source] reqwest::Error),
    #[error("the stream of changes was silent for {0:?}")]
    Silent(Duration),
    /// The store stopped, or cannot be read any further: asking again says which.
    #[error("the stream of changes ended")]
    Ended,
    #[error(transparent)]
    Corrupt(#[from] Corrupt),
    #[error("definitions came that are none")]
    Undefined(#[source] serde_json::Error),
}

/// Changes as they come. Once it failed, it is thrown away.
#[derive(Debug)]
pub struct Changes {
    answer: Response,
    /// How long nothing at all may come.
    silence: Duration,
    /// What came and is no whole frame yet. It grows with what comes, not with what is announced.
    bytes: BytesMut,
    unpacker: Unpacker,
}

impl Changes {
    pub(super) fn new(answer: Response, silence: Duration) -> Self {
        Self { answer, silence, bytes: BytesMut::new(), unpacker: Unpacker::default() }
    }

    /// The next frame. Nothing is lost when it is dropped while it waits.
    pub async fn next(&mut self) -> Result<Delivered, StreamError> {
        loop {
            if let Some(head) = self.head()? {
                return self.take(&head);
            }
            let chunk = timeout(self.silence, self.answer.chunk()).await;
            let chunk = chunk.map_err(|_| StreamError::Silent(self.silence))?;
            let chunk = chunk.map_err(StreamError::Broken)?.ok_or(StreamError::Ended)?;
            self.bytes.extend_from_slice(&chunk);
        }
    }

    /// The head of the next frame, once all of it is there.
    fn head(&self) -> Result<Option<Head>, Corrupt> {
        if self.bytes.len() < HEAD {
            return Ok(None);
        }
        let head = Head::read(&self.bytes)?;
        Ok(Some(head).filter(|head| self.bytes.len() >= head.size()))
    }

    fn take(&mut self, head: &Head) -> Result<Delivered, StreamError> {
        let body = head.check(&self.bytes[HEAD..head.size()])?;
        let payload = self.unpacker.payload(&body)?;
        self.bytes.advance(head.size());
        Ok(match head.kind {
            FrameKind::Defined => Delivered::Defined(
                serde_json::from_slice(&payload).map_err(StreamError::Undefined)?,
            ),
            FrameKind::Alive => Delivered::Alive { end: head.last(), current: head.committed },
            FrameKind::Block => Delivered::Block(DeliveredBlock {
                first: head.first,
                changes: head.changes,
                committed: head.committed,
                begins: head.begins,
                ends: head.ends,
                items: payload,
            }),
        })
    }
}

#[cfg(test)]
mod tests;
