//! Following the binary log of MySQL, MariaDB, and OceanBase's binlog service, which all send it in
//! the same protocol.
//!
//! ```text
//! source ── dump ──► decoder ──► entries, steps
//!                      ▲  │ what only the server can tell
//!                      └──┴──── tables
//! ```
//!
//! | file | what it knows |
//! |---|---|
//! | `source` | what a server says of itself and its log |
//! | `place`, `gtid_set`, `domains` | places in a log |
//! | `order` | which of two comes first |
//! | `dump` | asking for the log from a place on |
//! | `logs` | the files of a log: moments, and how far back it goes |
//! | `event` | the bytes of events |
//! | `decoder` | transactions, tables and statements, from bytes alone |
//! | `plan`, `walk`, `cell`, `json` | rows, from their images to the form that is kept |
//! | `history`, `texts` | what tables were like, and their charsets |
//! | `survey` | which tables are not what they were at a place |
//! | `words` | which statements are boundaries, definitions, or rows |
//! | `tables` | asking the server for tables and texts |
//! | `beat` | writing to a table of ours, so that the log goes on |
//! | `stream` | all of it, event after event |

mod beat;
mod bytes;
mod cell;
mod decoder;
mod domains;
mod dump;
mod event;
mod fault;
mod gtid_set;
mod history;
mod json;
mod logs;
mod order;
mod place;
mod plan;
mod source;
mod stream;
mod survey;
mod tables;
mod texts;
mod uuid;
mod walk;
mod words;

use super::Mysql;
use super::data_session::{DataSession, Use};
use crate::changes::{
    ChangeError, ChangeReader, ChangeStream, Follow, Headway, Heartbeat, Horizon,
};
use async_trait::async_trait;
use decoder::{Decoder, Setting};
use history::{History, Known, TableName};
use logs::Logs;
use oms_model::Position;
use place::Place;
use source::Source;
use std::collections::{HashMap, HashSet};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use stream::{BinlogStream, Clock};
use survey::Scope;
use texts::Texts;
use tokio::time::{Instant, sleep};

/// How long a transaction that was sent may take to be among those that are known.
const SETTLING: Duration = Duration::from_secs(3);
const PAUSE: Duration = Duration::from_millis(50);
/// A source that were to say nothing at all could not be told from one that is gone.
const SHORTEST_BEAT: Duration = Duration::from_millis(100);

impl Mysql {
    /// A connection, and what the server says of its log, which is enough to follow it.
    async fn source(&self) -> Result<(DataSession, Source), ChangeError> {
        let mut session = DataSession::open(&self.site, self.member, Use::Following).await?;
        let source = Source::read(&mut session).await?;
        source.check()?;
        Ok((session, source))
    }

    /// Makes sure that a place is one of this server, and that what follows it is still there.
    async fn admit(
        &self,
        session: &mut DataSession,
        source: Source,
        place: &Place,
    ) -> Result<Source, ChangeError> {
        let foreign =
            |message: String| ChangeError::Foreign { place: place.position().to_string(), message };
        match place {
            Place::File(file) if file.server != source.identity() => {
                Err(foreign(format!("this server is {}", source.identity())))
            }
            Place::File(file) => {
                let logs = Logs::list(session, &self.site, self.member, &source).await?;
                match logs.files.contains(&file.file) {
                    true => Ok(source),
                    false => Err(ChangeError::Purged {
                        message: format!(
                            "{} is not there; {} is the oldest",
                            file.file, logs.files[0]
                        ),
                        oldest: logs.oldest().await,
                    }),
                }
            }
            Place::Domains(_) if !source.is_mariadb() => {
                Err(foreign("this server is no MariaDB".into()))
            }
            Place::Domains(domains) => {
                let logs = Logs::list(session, &self.site, self.member, &source).await?;
                match logs.missing(domains).await? {
                    None => Ok(source),
                    Some(message) => {
                        Err(ChangeError::Purged { message, oldest: logs.oldest().await })
                    }
                }
            }
            Place::Gtids(_) if source.is_mariadb() || !source.names_transactions() => Err(foreign(
                "this server does not name its transactions so: set gtid_mode = ON".into(),
            )),
            Place::Gtids(set) => {
                let source = self.settled(session, source, set).await?;
                let missing = source.purged().without(set);
                if missing.is_empty() {
                    return Ok(source);
                }
                let logs = Logs::list(session, &self.site, self.member, &source).await?;
                let message = format!("{missing}");
                Err(ChangeError::Purged { message, oldest: logs.oldest().await })
            }
        }
    }

    /// The tables that are not what they were at a place. That the server logs the names of columns
    /// now does not say that it did so all the time.
    async fn shifted(
        &self,
        session: &mut DataSession,
        (source, place): (&Source, &Place),
        (texts, present): (&Texts, HashSet<TableName>),
        headway: &Headway,
    ) -> Result<HashMap<TableName, usize>, ChangeError> {
        let now = Source::read(session).await?;
        if source::end(session, &now).await? == *place {
            return Ok(HashMap::new());
        }
        let reading = DataSession::open(&self.site, self.member, Use::Following).await?;
        let server = reading.server.clone();
        let folds = source.folds_names();
        let scope = Scope { folds, texts, server: &server, present, applied: 0 };
        survey::rest(reading, (source, place), scope, headway).await
    }

    /// Waits until the server knows everything that was read. What it does not get to know was read
    /// from another one, or lost by this one.
    async fn settled(
        &self,
        session: &mut DataSession,
        mut source: Source,
        set: &gtid_set::GtidSet,
    ) -> Result<Source, ChangeError> {
        let until = Instant::now() + SETTLING;
        loop {
            let Some(Place::Gtids(known)) = source.logged()? else { return Ok(source) };
            let unknown = set.without(&known);
            if unknown.is_empty() {
                return Ok(source);
            }
            if Instant::now() >= until {
                return Err(ChangeError::Foreign {
                    place: set.to_string(),
                    message: format!("this server does not have {unknown}"),
                });
            }
            sleep(PAUSE).await;
            source = Source::read(session).await?;
        }
    }
}

#[async_trait]
impl ChangeReader for Mysql {
    async fn end(&self) -> Result<Position, ChangeError> {
        let (mut session, source) = self.source().await?;
        let place = source::end(&mut session, &source).await?;
        session.wire.quit().await;
        Ok(place.position())
    }

    async fn at(&self, moment: SystemTime, headway: &Headway) -> Result<Position, ChangeError> {
        let (mut session, source) = self.source().await?;
        let logs = Logs::list(&mut session, &self.site, self.member, &source).await?;
        let place = logs.at(moment, headway).await?;
        session.wire.quit().await;
        Ok(place.position())
    }

    async fn horizon(&self, place: &Position) -> Result<Horizon, ChangeError> {
        let place = Place::read(place)?;
        let (mut session, source) = self.source().await?;
        let now = Clock::read(&mut session).await?.now();
        let now = UNIX_EPOCH + Duration::from_micros(now.unsigned_abs());
        let logs = Logs::list(&mut session, &self.site, self.member, &source).await?;
        let horizon = logs.horizon(&place, now).await;
        session.wire.quit().await;
        horizon
    }

    async fn beat(&self, heartbeat: &Heartbeat) -> Result<(), ChangeError> {
        beat::beat(self, heartbeat).await
    }

    async fn stop_beating(&self, heartbeat: &Heartbeat) -> Result<(), ChangeError> {
        beat::stop(self, heartbeat).await
    }

    fn includes(&self, place: &Position, other: &Position) -> Result<bool, ChangeError> {
        Place::read(place)?.includes(&Place::read(other)?)
    }

    fn covers(&self, place: &Position, transaction: &str) -> Result<bool, ChangeError> {
        Place::read(place)?.covers(transaction)
    }

    async fn follow(&self, follow: Follow) -> Result<Box<dyn ChangeStream>, ChangeError> {
        let place = Place::read(&follow.from)?;
        let (mut session, source) = self.source().await?;
        let source = self.admit(&mut session, source, &place).await?;
        let clock = Clock::read(&mut session).await?;
        let now = Source::read(&mut session).await?;
        let end = source::end(&mut session, &now).await?;
        let mut texts = tables::texts(&mut session).await?;
        texts.explicit_timestamps = source.explicit_timestamps();
        let mut history = History::new(source.folds_names());
        let kept = tables::describe(&mut session, follow.tables).await?;
        let kept: HashMap<TableName, Known> = kept
            .into_iter()
            .map(|((database, table), known)| (history.key(&database, &table), known))
            .collect();
        // Whoever kept tables kept those that had changes: the others are read as they are now.
        let mut is_complete = true;
        for ((database, table), known) in tables::wanted(&mut session, &*follow.selection).await? {
            let name = history.key(&database, &table);
            is_complete &= kept.contains_key(&name);
            history.learn(name, known);
        }
        let mut shifted = match is_complete {
            true => HashMap::new(),
            false => {
                let present = history.names().cloned().collect();
                let (from, what) = ((&source, &place), (&texts, present));
                self.shifted(&mut session, from, what, &follow.headway).await?
            }
        };
        shifted.retain(|(database, table), _| {
            let is_database = table.is_empty();
            if is_database {
                texts.forget_database(database);
            }
            !is_database
        });
        shifted.retain(|name, _| !kept.contains_key(name));
        for (name, known) in kept {
            history.learn(name, known);
        }
        let setting = Setting {
            server: session.server.clone(),
            selection: follow.selection,
            place: place.clone(),
            texts,
            history,
            shifted,
        };
        let dump = dump::follow(
            session,
            &source,
            &place,
            (follow.reader, follow.heartbeat.max(SHORTEST_BEAT)),
        )
        .await?;
        Ok(Box::new(BinlogStream {
            dump,
            decoder: Decoder::new(setting),
            clock,
            source,
            headway: follow.headway,
            site: self.site.clone(),
            member: self.member,
            side: None,
            end: Some(end),
            from: place,
            reader: follow.reader,
        }))
    }
}
