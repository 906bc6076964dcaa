//! A log that is being followed.

use super::decoder::{Decoder, Into, Outcome, Question};
use super::dump;
use super::event::kind;
use super::history::TableName;
use super::place::Place;
use super::source::Source;
use super::survey::{self, Scope};
use super::tables;
use crate::changes::{ChangeError, ChangeStream, Headway, Step};

use crate::mysql::data_session::{DataSession, Use};
use crate::mysql::dialect::Member;
use crate::mysql::wire::{Dump, WireError};
use crate::registry::Site;
use async_trait::async_trait;
use oms_model::change::{Definitions, Entries};
use std::collections::HashMap;
use std::time::Instant;

/// The source's clock, as far as it was looked at.
#[derive(Debug)]
pub(super) struct Clock {
    /// In microseconds since 1970, and when that was.
    said: i64,
    then: Instant,
}

impl Clock {
    pub async fn read(session: &mut DataSession) -> Result<Self, ChangeError> {
        let then = Instant::now();
        let micros =
            session.number("SELECT CAST(UNIX_TIMESTAMP(NOW(6)) * 1000000 AS UNSIGNED)").await?;
        Ok(Self { said: i64::try_from(micros).unwrap_or_default(), then })
    }

    pub fn now(&self) -> i64 {
        let passed = i64::try_from(self.then.elapsed().as_micros()).unwrap_or_default();
        self.said.saturating_add(passed)
    }
}

#[derive(Debug)]
pub(super) struct BinlogStream {
    pub dump: Dump,
    pub decoder: Decoder,
    pub clock: Clock,
    pub source: Source,
    pub headway: Headway,
    pub site: Site,
    pub member: &'static dyn Member,
    /// For questions; opened for the first one.
    pub side: Option<DataSession>,
    /// The end of the log as it was at the beginning, until that is reached.
    pub end: Option<Place>,
    /// Where it began, for messages.
    pub from: Place,
    pub reader: u32,
}

#[async_trait]
impl ChangeStream for BinlogStream {
    async fn next(
        &mut self,
        entries: &mut Entries,
        definitions: &mut Definitions,
        enough: usize,
    ) -> Result<Step, ChangeError> {
        let mut into = Into { entries, definitions };
        loop {
            let outcome = match self.decoder.resume(&mut into) {
                Some(outcome) => outcome?,
                None => {
                    let place = match self.dump.at_hand().map_err(|error| self.fault(error))? {
                        Some(place) => place,
                        None => {
                            if let Some(step) = self.decoder.pause() {
                                return Ok(step);
                            }
                            let next = self.dump.next().await.map_err(|error| self.fault(error))?;
                            next.ok_or_else(|| self.fault(WireError::Dropped))?
                        }
                    };
                    let event = self.dump.event(place);
                    if matches!(event.get(4), Some(&(kind::HEARTBEAT | kind::HEARTBEAT_V2)))
                        && self.has_caught_up()
                    {
                        self.decoder.note_time(self.clock.now());
                    }
                    loop {
                        match self.decoder.event(self.dump.event(place), &mut into)? {
                            Outcome::Ask(question) => Box::pin(self.answer(question)).await?,
                            outcome => break outcome,
                        }
                    }
                }
            };
            match outcome {
                Outcome::Step(step) => return Ok(step),
                Outcome::Ask(question) => Box::pin(self.answer(question)).await?,
                Outcome::Going if into.entries.size() >= enough && self.decoder.is_within() => {
                    return Ok(Step::More);
                }
                Outcome::Going => {}
            }
        }
    }
}

impl BinlogStream {
    /// Whether everything was read that the log had at the beginning. Until then, a server beats while
    /// it passes over what was read before, and that says nothing of what is still to come.
    fn has_caught_up(&mut self) -> bool {
        if self.end.as_ref().is_some_and(|end| end.is_before(self.decoder.applied().0)) {
            self.end = None;
        }
        self.end.is_none()
    }

    fn fault(&self, error: WireError) -> ChangeError {
        dump::fault(error, &self.from, self.reader)
    }

    /// Which of these tables are not what the server said of them just now: the log goes on to change
    /// them.
    async fn changed_since(
        &self,
        names: Vec<TableName>,
    ) -> Result<HashMap<TableName, usize>, ChangeError> {
        let session = DataSession::open(&self.site, self.member, Use::Following).await?;
        let server = session.server.clone();
        let (place, applied) = self.decoder.applied();
        let scope = Scope {
            folds: self.source.folds_names(),
            texts: &self.decoder.texts,
            server: &server,
            present: names.into_iter().collect(),
            applied,
        };
        survey::rest(session, (&self.source, place), scope, &self.headway).await
    }

    /// Asks the server. A connection that was left alone for long may be gone: then on another one.
    async fn answer(&mut self, question: Question) -> Result<(), ChangeError> {
        if let Some(session) = &mut self.side
            && session.wire.ping().await.is_err()
        {
            self.side = None;
        }
        let session = match &mut self.side {
            Some(session) => session,
            None => {
                let session = DataSession::open(&self.site, self.member, Use::Reading).await?;
                self.side.insert(session)
            }
        };
        match question {
            Question::Tables(names) => {
                let found = tables::named(session, &names).await?;
                let changed = self.changed_since(names).await?;
                for (name, known) in found {
                    match changed.get(&name) {
                        Some(left) => self.decoder.doubt(name, known, *left),
                        None => self.decoder.learn(name, known),
                    }
                }
            }
            Question::Written { charset, texts } => {
                let written = tables::written(session, &charset, &texts).await?;
                for (text, bytes) in texts.iter().zip(written) {
                    self.decoder.texts.learn(&charset, text, bytes);
                }
            }
            Question::Read { charset, bytes } => {
                let text = tables::read(session, &charset, &bytes).await?;
                self.decoder.hear(bytes, text);
            }
        }
        Ok(())
    }
}
