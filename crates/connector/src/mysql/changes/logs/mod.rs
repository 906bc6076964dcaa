//! The files of a log: what was before each, and where in them a moment is.

mod viewer;

pub(super) use viewer::Viewer;

use super::domains::Domains;
use super::dump;
use super::event::{Event, Format, kind};
use super::place::{FilePlace, Place};
use super::source::{self, Source};
use crate::changes::{ChangeError, Headway, Horizon};
use crate::mysql::data_fault;
use crate::mysql::data_session::{DataSession, Use};
use crate::mysql::dialect::Member;
use crate::mysql::wire::Dump;
use crate::registry::Site;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use viewer::{Beginning, Finding};

/// How many seconds before a commit its statement may have begun.
const LONGEST_STATEMENT: i64 = 3_600;

/// What reads the files of a server's log.
pub(super) struct Logs<'a> {
    pub site: &'a Site,
    pub member: &'static dyn Member,
    pub source: &'a Source,
    /// Their names, the oldest first.
    pub files: Vec<String>,
}

/// The beginning of a file.
#[derive(Debug, Clone)]
struct Head {
    /// When it was begun, in seconds since 1970.
    at: u64,
    /// Everything that is in the files before it.
    before: Place,
}

impl<'a> Logs<'a> {
    pub async fn list(
        session: &mut DataSession,
        site: &'a Site,
        member: &'static dyn Member,
        source: &'a Source,
    ) -> Result<Self, ChangeError> {
        let table = session.wire.query(b"SHOW BINARY LOGS").await.map_err(source::without_log)?;
        let name = |row: &crate::mysql::wire::TextRow| {
            let name = row.text(0).map_err(data_fault::of_wire)?;
            Ok::<_, ChangeError>(name.unwrap_or_default().to_owned())
        };
        let files = table.rows.iter().map(name).collect::<Result<Vec<_>, _>>()?;
        if files.is_empty() {
            return Err(ChangeError::NotLogged { message: "the log has no files".into() });
        }
        Ok(Self { site, member, source, files })
    }

    /// Where everything begins that was committed at a moment or later.
    ///
    /// Files, and transactions of logs without the moments of commits, have the moment at which a
    /// statement began. One that ran for long has an early one, so these are looked for from a while
    /// before.
    pub async fn at(&self, moment: SystemTime, headway: &Headway) -> Result<Place, ChangeError> {
        let micros = moment.duration_since(UNIX_EPOCH).unwrap_or_default().as_micros();
        let wanted = i64::try_from(micros).unwrap_or(i64::MAX);
        let sooner = wanted / 1_000_000 - LONGEST_STATEMENT;
        let seconds = u64::try_from(sooner).unwrap_or_default();
        // The last file that was begun before the moment, or the first one there is. One of the same
        // second may have been begun after it.
        let (mut low, mut high) = (0, self.files.len());
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            match self.head(&self.files[middle]).await?.at < seconds {
                true => low = middle,
                false => high = middle,
            }
        }
        let mut finding = Finding::new(self.start(&self.files[low]), wanted, sooner);
        self.replay(&self.files[low], &mut finding, headway).await?;
        Ok(finding.place)
    }

    pub async fn horizon(&self, place: &Place, now: SystemTime) -> Result<Horizon, ChangeError> {
        let first = self.head(&self.files[0]).await?;
        let reaches = match place {
            Place::File(place) => {
                place.server == self.source.identity() && self.files.contains(&place.file)
            }
            Place::Gtids(set) => self.source.purged().without(set).is_empty(),
            Place::Domains(_) => first.before.is_before(place),
        };
        let left = match self.source.keeps().filter(|_| reaches) {
            Some(kept) => Some(self.left(place, kept, now).await?),
            None => None,
        };
        Ok(Horizon { reaches, oldest: Some(moment(first.at)), left })
    }

    /// How long until the file is removed that is needed first: so long after its last change.
    async fn left(
        &self,
        place: &Place,
        kept: Duration,
        now: SystemTime,
    ) -> Result<Duration, ChangeError> {
        let needed = match place {
            Place::File(place) => self.files.iter().position(|file| *file == place.file),
            Place::Gtids(_) | Place::Domains(_) => {
                let (mut low, mut high) = (0, self.files.len());
                while high - low > 1 {
                    let middle = low + (high - low) / 2;
                    match self.head(&self.files[middle]).await?.before.is_before(place) {
                        true => low = middle,
                        false => high = middle,
                    }
                }
                Some(low)
            }
        };
        let behind = needed.and_then(|at| self.files.get(at + 1));
        let Some(behind) = behind else { return Ok(kept) };
        let gone = moment(self.head(behind).await?.at) + kept;
        Ok(gone.duration_since(now).unwrap_or_default())
    }

    /// What of MariaDB's transactions was removed that comes behind a place.
    pub async fn missing(&self, place: &Domains) -> Result<Option<String>, ChangeError> {
        let Place::Domains(before) = self.head(&self.files[0]).await?.before else {
            return Ok(None);
        };
        let gone = before.ahead_of(place);
        let words = gone.iter().map(|(domain, theirs, ours)| {
            format!("transactions {} to {ours} of domain {domain}", theirs + 1)
        });
        let words: Vec<String> = words.collect();
        Ok((!words.is_empty()).then(|| words.join(", ")))
    }

    /// When the oldest file was begun, if that can be told.
    pub async fn oldest(&self) -> Option<SystemTime> {
        let head = self.head(&self.files[0]).await.ok()?;
        Some(moment(head.at))
    }

    async fn head(&self, file: &str) -> Result<Head, ChangeError> {
        let before = self.start(file);
        let mut found = Beginning { head: Head { at: 0, before } };
        self.replay(file, &mut found, &Headway::default()).await?;
        Ok(found.head)
    }

    /// The place before a file, if nothing else is known.
    fn start(&self, file: &str) -> Place {
        match (self.source.is_mariadb(), self.source.names_transactions()) {
            (true, _) => Place::Domains(Domains::default()),
            (false, true) => Place::Gtids(super::gtid_set::GtidSet::default()),
            (false, false) => Place::File(FilePlace {
                file: file.to_owned(),
                at: 4,
                server: self.source.identity(),
            }),
        }
    }

    /// Shows the events of a file, and of those behind it, until somebody has seen enough.
    async fn replay(
        &self,
        file: &str,
        viewer: &mut impl Viewer,
        headway: &Headway,
    ) -> Result<(), ChangeError> {
        let session = DataSession::open(self.site, self.member, Use::Following).await?;
        let log = dump::replay(session, self.source, file).await?;
        watch(log, viewer, &self.start(file), headway).await
    }
}

/// Shows the events of a log until somebody has seen enough.
pub(super) async fn watch(
    mut log: Dump,
    viewer: &mut impl Viewer,
    place: &Place,
    headway: &Headway,
) -> Result<(), ChangeError> {
    let mut format = Format::default();
    let fault = |error| dump::fault(error, place, 0);
    while let Some(at) = log.next().await.map_err(fault)? {
        headway.made();
        let bytes = log.event(at);
        let seen = (|| {
            let event = Event::read(bytes, format.checksum)?;
            if event.kind == kind::FORMAT {
                format = Format::read(&event, bytes)?;
            }
            viewer.see(&event)
        })();
        match seen {
            Ok(true) => {}
            Ok(false) => break,
            Err(fault) => return Err(fault.at(place.position().to_string())),
        }
    }
    Ok(())
}

/// Where an event ends of which only four bytes are said: a file may be larger.
pub(super) fn behind(before: u64, next: u32) -> u64 {
    let at = before & !0xffff_ffff | u64::from(next);
    if at < before { at + (1 << 32) } else { at }
}

fn moment(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}
