//! Our own client of the MySQL protocol: packets are handed out where they lie in the read buffer,
//! nothing is allocated for a row that is not kept, and every wait has a limit.
//!
//! One command runs at a time. Whoever gives up half-way, by dropping a future or a stream of rows,
//! leaves the connection unusable, since the rest of the answer is still to come: the next use says
//! so and closes it. What the bytes of a row mean beyond the protocol is for others.

mod auth;
mod cells;
mod column;
mod command;
mod cursor;
mod dump;
mod error;
mod gather;
mod handshake;
mod infile;
mod login;
mod packet;
mod param;
mod prepared;
mod reply;
mod rows;
mod stream;
mod table;
#[cfg(test)]
pub(super) mod tests;

pub(crate) use cells::{Cell, Cells, Date, DateTime, Time};
pub(crate) use column::ColumnDef;
pub(crate) use dump::Dump;
pub(crate) use error::{Waiting, WireError};
pub(crate) use infile::Chunks;
pub(crate) use param::Param;
pub(crate) use prepared::Prepared;
pub(crate) use reply::Done;
pub(crate) use rows::{BinaryRows, TextRows};
pub(crate) use table::{Table, TextRow};

use mysql_common::constants::CapabilityFlags;
use packet::{Channel, Place};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use stream::Stream;
use tokio::time::timeout;

/// How long to wait for the other side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limits {
    /// From the beginning of a command to the first packet of its answer, and again for all that
    /// comes where no rows were expected.
    pub statement: Duration,
    /// Between the rows of an answer, for all definitions of its columns, and for a piece of local
    /// data to be taken.
    pub idle: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { statement: Duration::from_secs(60), idle: Duration::from_secs(60) }
    }
}

/// What a connection is made with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Options {
    pub limits: Limits,
    /// The read buffer's size. It never grows: what does not fit is put together elsewhere.
    pub buffer: usize,
    /// What a packet may take at most, however much the server claims to send.
    pub largest_packet: usize,
    /// Count the rows a statement finds, not only those it changes.
    pub found_rows: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            buffer: 256 << 10,
            largest_packet: 1 << 30,
            found_rows: false,
        }
    }
}

/// A connection on which somebody is logged in.
#[derive(Debug)]
pub(crate) struct Wire {
    channel: Channel<Stream>,
    capabilities: CapabilityFlags,
    encrypted: bool,
    limits: Limits,
    /// Set from the beginning of a command to the end of its answer.
    busy: bool,
    /// Tells this connection's prepared statements from others'.
    era: u64,
    /// How often an answer was waited for.
    trips: u64,
    /// For parameters.
    scratch: Vec<u8>,
}

/// A number that no connection had before.
fn new_era() -> u64 {
    static ERAS: AtomicU64 = AtomicU64::new(0);
    ERAS.fetch_add(1, Ordering::Relaxed)
}

/// How long a goodbye may take.
const GOODBYE: Duration = Duration::from_secs(1);

impl Wire {
    pub fn is_encrypted(&self) -> bool {
        self.encrypted
    }

    /// How often it has waited for an answer to something it said, after the login.
    pub fn trips(&self) -> u64 {
        self.trips
    }

    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// Sets the limits of the commands from here on.
    pub fn set_limits(&mut self, limits: Limits) {
        self.limits = limits;
    }

    /// Closes the socket at once, without a word.
    pub fn abandon(&mut self) {
        self.channel.close();
    }

    /// Says goodbye, so that the server counts no aborted connection.
    pub async fn quit(mut self) {
        if self.begin().is_err() {
            return;
        }
        let goodbye = async {
            self.channel.send(&[command::QUIT], &[]).await?;
            self.channel.shut_down().await
        };
        // One that fails or is late changes nothing: the socket is closed either way.
        let _ = timeout(GOODBYE, goodbye).await;
    }

    fn begin(&mut self) -> Result<(), WireError> {
        if !self.channel.is_open() {
            return Err(WireError::Unusable { reason: "it was closed" });
        }
        if std::mem::replace(&mut self.busy, true) {
            self.abandon();
            return Err(WireError::Unusable { reason: "a command was given up half-way" });
        }
        self.channel.rewind();
        Ok(())
    }

    /// Ends a command: the connection is ready for the next one, or closed.
    fn settle<T>(&mut self, outcome: Result<T, WireError>) -> Result<T, WireError> {
        match &outcome {
            Ok(_) => self.busy = false,
            Err(error) if error.leaves_the_connection_usable() => self.busy = false,
            Err(_) => self.abandon(),
        }
        outcome
    }

    /// Sends a packet and waits for the first one of the answer.
    async fn ask(&mut self, head: &[u8], parts: &[&[u8]]) -> Result<Place, WireError> {
        self.trips += 1;
        let channel = &mut self.channel;
        let asking = async {
            channel.send(head, parts).await?;
            channel.packet().await
        };
        within(self.limits.statement, Waiting::Answer, asking).await
    }

    /// Sends a packet that is not answered.
    async fn tell(&mut self, head: &[u8], parts: &[&[u8]]) -> Result<(), WireError> {
        let telling = self.channel.send(head, parts);
        within(self.limits.idle, Waiting::Send, telling).await
    }

    /// Waits for the first packet of a further result.
    async fn further(&mut self) -> Result<Place, WireError> {
        within(self.limits.statement, Waiting::Answer, self.channel.packet()).await
    }

    /// The next packet of a result.
    #[inline]
    async fn following(&mut self) -> Result<Place, WireError> {
        match self.channel.buffered()? {
            Some(place) => Ok(place),
            None => within(self.limits.idle, Waiting::Rows, self.channel.packet()).await,
        }
    }
}

async fn within<T>(
    limit: Duration,
    waiting: Waiting,
    work: impl Future<Output = Result<T, WireError>>,
) -> Result<T, WireError> {
    timeout(limit, work).await.unwrap_or(Err(WireError::TimedOut { waiting, limit }))
}
