//! From the events of a log to steps: which transaction they belong to, what became of it, and its
//! rows. It works on bytes alone: what only the server can tell, it asks for.
//!
//! | file | what it decides |
//! |---|---|
//! | `boundary` | where transactions begin, and how they end |
//! | `tables` | how the rows of a table are read |
//! | `statements` | what a statement changes |

mod boundary;
mod statements;
mod tables;

use super::event::{Checksum, Event, Format, Payload, kind};
use super::fault::Fault;
use super::history::{History, TableName, Versioning};
use super::logs;
use super::place::{Name, Place};
use super::texts::Texts;
use crate::changes::{ChangeError, Moved, Selection, Step};
use crate::product::Server;
use oms_model::change::{Definitions, Entries};
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use tables::Mapped;

/// What came of an event.
#[derive(Debug, PartialEq)]
pub(in crate::mysql) enum Outcome {
    /// Nothing to say yet.
    Going,
    Step(Step),
    /// The server has to be asked; the same event comes again when it has answered.
    Ask(Question),
}

/// What only the server can tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::mysql) enum Question {
    /// What these tables look like.
    Tables(Vec<TableName>),
    /// How these texts are written in a charset.
    Written { charset: String, texts: Vec<String> },
    /// What these bytes say in a charset.
    Read { charset: String, bytes: Vec<u8> },
}

/// Reads a log.
pub(in crate::mysql) struct Decoder {
    pub(super) history: History,
    pub(super) texts: Texts,
    server: Server,
    selection: Arc<dyn Selection>,
    format: Format,
    /// Everything up to here was handed out.
    place: Place,
    /// Where in which file the reading is.
    file: String,
    offset: u64,
    transaction: Transaction,
    maps: HashMap<u64, Mapped>,
    payload: Option<Payload>,
    /// Bytes since the last step.
    bytes: u64,
    /// The latest moment known of the source, in microseconds since 1970.
    latest: i64,
    /// Something was passed over since the last step that nobody wants.
    passed: bool,
    /// Tables that were not yet what the server says of them now, and how many definitions are left
    /// until they are. Rows of theirs are read by the names in the log, or not at all.
    shifted: HashMap<TableName, usize>,
    /// The columns of such tables that say until when a row was true, by their names of now.
    ends: HashMap<TableName, String>,
    /// What the server has been asked for on behalf of the event that is being read.
    asked: Vec<TableName>,
    /// A definition that was applied, while the server is asked for its tables.
    defined: Option<statements::Defined>,
    /// What the server read for us, and the bytes it was.
    heard: Option<(Vec<u8>, String)>,
    scratch: Vec<u8>,
}

/// The transaction that is being read.
#[derive(Debug, Default)]
struct Transaction {
    name: Option<Name>,
    /// It goes on until something ends it.
    open: bool,
    /// Something of it was put into the entries, or said as a step.
    wrote: bool,
    /// How many definitions of it were applied.
    definitions: usize,
    /// In microseconds since 1970; 0 if nobody said.
    committed: i64,
    origin: Option<String>,
}

impl fmt::Debug for Decoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decoder").field("place", &self.place).finish_non_exhaustive()
    }
}

/// Where entries go, and their definitions.
pub(in crate::mysql) struct Into<'a> {
    pub entries: &'a mut Entries,
    pub definitions: &'a mut Definitions,
}

/// What a stream is read with.
pub(in crate::mysql) struct Setting {
    pub server: Server,
    pub selection: Arc<dyn Selection>,
    pub place: Place,
    pub texts: Texts,
    pub history: History,
    pub shifted: HashMap<TableName, usize>,
}

impl Decoder {
    pub fn new(setting: Setting) -> Self {
        let Setting { server, selection, place, texts, mut history, shifted } = setting;
        let end = |name: &TableName| match history.forget(name)?.versioning {
            Versioning::Column(end) => Some((name.clone(), end)),
            _ => None,
        };
        let ends = shifted.keys().filter_map(end).collect();
        let (file, offset) = match &place {
            Place::File(place) => (place.file.clone(), place.at),
            Place::Gtids(_) | Place::Domains(_) => (String::new(), 0),
        };
        Self {
            history,
            texts,
            server,
            selection,
            format: Format::default(),
            place,
            file,
            offset,
            transaction: Transaction::default(),
            maps: HashMap::new(),
            payload: None,
            bytes: 0,
            latest: 0,
            passed: false,
            shifted,
            ends,
            asked: Vec::new(),
            defined: None,
            heard: None,
            scratch: Vec::new(),
        }
    }

    /// Reads one event.
    pub fn event(&mut self, bytes: &[u8], into: &mut Into<'_>) -> Result<Outcome, ChangeError> {
        let event = Event::read(bytes, self.format.checksum);
        let event = event.map_err(|fault| self.located(fault))?;
        let counted = self.bytes;
        self.bytes += event.size as u64;
        let outcome = self.read(&event, bytes, into).map_err(|fault| self.located(fault))?;
        match outcome {
            // It is counted when it comes again.
            Outcome::Ask(_) => self.bytes = counted,
            Outcome::Going | Outcome::Step(_) => self.asked.clear(),
        }
        Ok(outcome)
    }

    /// Goes on within a compressed transaction; `None` if there is none.
    pub fn resume(&mut self, into: &mut Into<'_>) -> Option<Result<Outcome, ChangeError>> {
        let mut payload = self.payload.take()?;
        let outcome = match payload.next() {
            Ok(None) => return None,
            Ok(Some(bytes)) => self.inner(bytes, into),
            Err(fault) => Err(fault),
        };
        match &outcome {
            Ok(Outcome::Ask(_)) => payload.repeat(),
            _ => self.asked.clear(),
        }
        self.payload = Some(payload);
        Some(outcome.map_err(|fault| self.located(fault)))
    }

    fn inner(&mut self, bytes: &[u8], into: &mut Into<'_>) -> Result<Outcome, Fault> {
        let event = Event::read(bytes, Checksum::None)?;
        match event.kind {
            kind::TRANSACTION_PAYLOAD | kind::FORMAT | kind::ROTATE => {
                Err(Fault::damaged("a compressed transaction holds what belongs to a file"))
            }
            _ => self.read(&event, bytes, into),
        }
    }

    fn located(&self, fault: Fault) -> ChangeError {
        let place = match self.file.is_empty() {
            true => self.place.position().to_string(),
            false => format!("{}/{}", self.file, self.offset),
        };
        fault.at(place)
    }

    /// Whether a transaction is being read.
    pub fn is_within(&self) -> bool {
        self.transaction.open || self.payload.is_some()
    }

    /// What to say when nothing more is at hand; `None` if nothing was read since the last step.
    pub fn pause(&mut self) -> Option<Step> {
        if self.is_within() {
            return std::mem::take(&mut self.passed).then_some(Step::More);
        }
        std::mem::take(&mut self.passed).then(|| Step::Moved(self.moved()))
    }

    /// Notes the source's own time, at which nothing more was to come.
    pub fn note_time(&mut self, now: i64) {
        self.latest = self.latest.max(now);
    }

    fn moved(&mut self) -> Moved {
        self.passed = false;
        let at = (self.latest > 0).then_some(self.latest);
        Moved { position: self.place.position(), at, bytes: std::mem::take(&mut self.bytes) }
    }

    /// Goes on to where an event ends. A file may be larger than four bytes can tell.
    fn reach(&mut self, event: &Event<'_>) {
        if event.next == 0 || event.is_artificial() {
            return;
        }
        self.offset = logs::behind(self.offset, event.next);
    }

    fn head(&self, kind: u8, usual: usize) -> usize {
        self.format.head_of(kind).unwrap_or(usual)
    }
}

#[cfg(test)]
mod tests;
