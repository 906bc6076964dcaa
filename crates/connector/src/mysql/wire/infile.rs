//! `LOAD DATA LOCAL INFILE`: rows as one stream of bytes, sent when the server asks for them.
//!
//! A server may answer any statement by asking for any file. It gets bytes only in answer to
//! [`Wire::load_local`], only when it asks for that call's name, and then from the caller, never
//! from a file.

use super::reply::{Done, Reply};
use super::{Waiting, Wire, WireError, within};
use std::future::Future;

/// In what pieces data are sent. Each has to fit into the server's largest packet.
const PIECE: usize = 256 << 10;

/// Data in pieces, pulled one after the other as the server takes them. Waiting for a piece has no
/// limit here, but the server has one (`net_read_timeout`).
pub(crate) trait Chunks {
    /// The next piece, of any length; `None` at the end.
    fn next(
        &mut self,
    ) -> impl Future<Output = Result<Option<&[u8]>, Box<dyn std::error::Error + Send + Sync>>> + Send;
}

impl Wire {
    /// Runs a `LOAD DATA LOCAL INFILE` statement that names `file`, with `source` in its place.
    ///
    /// When the source fails, the server takes what it has got as the whole: the error is
    /// [`WireError::Source`], and what was loaded is there until it is rolled back. OceanBase loads
    /// in transactions of its own, so that there it has to be deleted.
    pub async fn load_local(
        &mut self,
        sql: &[u8],
        file: &str,
        source: &mut impl Chunks,
    ) -> Result<Done, WireError> {
        self.begin()?;
        let outcome = self.load(sql, file, source).await;
        self.settle(outcome)
    }

    async fn load(
        &mut self,
        sql: &[u8],
        file: &str,
        source: &mut impl Chunks,
    ) -> Result<Done, WireError> {
        let place = self.ask(&[super::command::QUERY], &[sql]).await?;
        match Reply::read(self.channel.payload(place))? {
            Reply::File(name) if name == file.as_bytes() => {}
            Reply::File(name) => return Err(self.refuse_file(name).await),
            Reply::Done(_) | Reply::Rows(_) => {
                self.conclude(place).await?;
                return Err(WireError::protocol("the server did not ask for the data to load"));
            }
        }
        let failure = loop {
            let chunk = match source.next().await {
                Ok(Some(chunk)) => chunk,
                Ok(None) => break None,
                Err(error) => break Some(error),
            };
            for piece in chunk.chunks(PIECE) {
                let sending = self.channel.send(piece, &[]);
                within(self.limits.idle, Waiting::Send, sending).await?;
            }
        };
        let outcome = self.end_of_data().await;
        match (failure, outcome) {
            (None, outcome) => outcome,
            (Some(error), Ok(_)) => Err(WireError::Source(error)),
            (Some(error), Err(said)) if said.leaves_the_connection_usable() => {
                Err(WireError::Source(error))
            }
            (Some(_), Err(broken)) => Err(broken),
        }
    }

    /// An empty packet ends the data.
    async fn end_of_data(&mut self) -> Result<Done, WireError> {
        let place = self.ask(&[], &[]).await?;
        self.conclude(place).await
    }

    /// Lets the server have an empty file instead of the one it asks for.
    pub(super) async fn refuse_file(&mut self, name: Vec<u8>) -> WireError {
        let answer = match self.ask(&[], &[]).await {
            Ok(place) => Reply::read(self.channel.payload(place)),
            Err(error) => Err(error),
        };
        match answer {
            Ok(Reply::Done(Done { more: false, .. })) | Err(WireError::Server { .. }) => {
                WireError::UninvitedFile { name: String::from_utf8_lossy(&name).into_owned() }
            }
            Ok(_) => WireError::protocol("an answer goes on after a file was refused"),
            Err(broken) => broken,
        }
    }
}
