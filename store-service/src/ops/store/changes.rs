//! Handing changes on.

use super::{
    Error as Refusal,
    consumer::{enlist, log_of},
};
use crate::{
    Error,
    app::AppState,
    log::{ChangeLog, Extent, LogError, LogReader},
    ops::now,
    repo::consumer::Consumer,
};
use bytes::Bytes;
use oms_chassis::Shutdown;
use oms_contracts::store::{ChangesQuery, SeqQuery, StoreId};
use oms_model::change::{
    Seq,
    frame::{Frame, FrameKind, Packer},
};
use std::time::Duration;
use tokio::{
    sync::{mpsc, watch},
    time::timeout,
};

/// So many chunks wait for a slow reader. Then the log is read no further for it.
const WAITING: usize = 8;

/// Frames, until whoever reads them goes away, or the log cannot be read.
pub type Chunks = mpsc::Receiver<Result<Bytes, LogError>>;

/// Reads a store from behind a change, and goes on as it grows.
pub async fn changes(state: &AppState, id: StoreId, query: ChangesQuery) -> Result<Chunks, Error> {
    let log = log_of(state, &id).await?;
    if let Some(name) = query.consumer {
        let consumer = Consumer { name, seq: query.after, updated_at: now() };
        enlist(state, &id, &log, consumer, false).await?;
    }
    let reader = log.read(query.after).await?;
    let (send, receive) = mpsc::channel(WAITING);
    let giving = Giving {
        reader,
        extent: log.extent(),
        beat: state.runner.settings().reader_beat(),
        shutdown: state.runner.shutdown().clone(),
        packer: Packer::default(),
        send,
    };
    tokio::spawn(giving.give());
    Ok(receive)
}

/// The change behind which everything committed at a moment or later comes, or the last one that is up to
/// a place of the source.
pub async fn seq(state: &AppState, id: StoreId, query: SeqQuery) -> Result<Seq, Error> {
    let log = log_of(state, &id).await?;
    match (query.at, query.position) {
        (Some(at), None) => Ok(log.at(at.timestamp_micros()).await?),
        (None, Some(place)) => {
            let store = state.db.run(move |conn| super::require(conn, &id)).await?;
            // It compares places, and asks nobody: it needs no secrets.
            let order = state.runner.sources().open(&store.spec).map_err(Refusal::from)?;
            Ok(log.behind(place, order).await.map_err(Refusal::from)?)
        }
        _ => Err(Refusal::OneOfTwo.into()),
    }
}

/// Hands a log on to one reader.
struct Giving {
    reader: Box<dyn LogReader>,
    extent: watch::Receiver<Extent>,
    beat: Duration,
    shutdown: Shutdown,
    packer: Packer,
    send: mpsc::Sender<Result<Bytes, LogError>>,
}

impl Giving {
    async fn give(mut self) {
        loop {
            let chunk = tokio::select! {
                // The reader asks again, here or elsewhere.
                () = self.shutdown.begun() => return,
                () = self.send.closed() => return,
                next = timeout(self.beat, self.reader.next()) => next.unwrap_or_else(|_| Ok(self.alive())),
            };
            let is_over = chunk.is_err();
            if let Err(error) = &chunk {
                tracing::warn!(%error, "a reader is cut off");
            }
            if self.send.send(chunk).await.is_err() || is_over {
                return;
            }
        }
    }

    /// Says that there is nothing new, and where the log ends.
    fn alive(&mut self) -> Bytes {
        let extent = self.extent.borrow().clone();
        let mut out = Vec::new();
        let frame = Frame {
            kind: FrameKind::Alive,
            begins: true,
            ends: true,
            first: extent.end.next(),
            changes: 0,
            committed: extent.current,
            place: None,
            payload: &[],
        };
        self.packer.write(&mut out, &frame);
        out.into()
    }
}
