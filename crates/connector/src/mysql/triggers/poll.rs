//! The stream: rounds over all change tables, each in one snapshot.

use super::super::Mysql;
use super::super::data_session::{DataSession, Use};
use super::super::snapshot::Reading;
use super::drift::{self, Looked};
use super::home::{Home, Stage, Watched, is_numbered};
use super::images::Page;
use super::place::{Numbers, Place};
use super::round::Round;
use super::{install, moved};
use crate::changes::{ChangeError, ChangeStream, Commit, Follow, Selection, Step};
use crate::data_error::DataError;
use crate::registry::Site;
use crate::snapshot::{Part, ReadEnd, ReadSession};
use async_trait::async_trait;
use oms_model::change::{Definitions, Entries};
use oms_model::{Chunk, Position};
use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The rest between two rounds that found nothing.
const REST: Duration = Duration::from_millis(50);
/// How often is looked whether the tables are what they were.
const LOOK: Duration = Duration::from_millis(500);
/// Change tables that one statement looks into.
const AT_ONCE: usize = 64;
/// Rows that one statement deletes.
const DELETED_AT_ONCE: u64 = 5_000;

pub(super) struct Polling {
    pub(super) reading: Reading,
    pub(super) home: Home,
    pub(super) watched: Vec<Watched>,
    site: Site,
    selection: Arc<dyn Selection>,
    /// What was read and is not deleted yet.
    place: Place,
    /// What of it is kept elsewhere.
    kept: VecDeque<Place>,
    /// Tables whose rows were read afresh, and that this is not kept yet.
    refreshed: BTreeSet<u32>,
    /// Tables that are gone, until that is kept.
    gone: Vec<Watched>,
    /// Those of them that were told.
    told: BTreeSet<u32>,
    round: Option<Round>,
    heartbeat: Duration,
    spoke: Instant,
    looked: Looked,
    look_at: Instant,
}

impl Polling {
    pub async fn begin(database: &Mysql, follow: Follow) -> Result<Self, ChangeError> {
        let place = Place::read(&follow.from)?;
        let home = Home::new(database.member, &place.capture)?;
        let mut session = DataSession::open(&database.site, database.member, Use::Reading).await?;
        if !install::is_there(&mut session, &home).await? {
            let message = format!("there is no database {} at this server", home.database);
            return Err(ChangeError::Foreign { place: follow.from.to_string(), message });
        }
        session.run(b"SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ").await?;
        let known = install::known(&mut session, &home).await?.into_iter();
        let known = known.filter(|watched| watched.stage != Stage::Begun);
        let (mut gone, watched): (Vec<_>, Vec<_>) =
            known.partition(|watched| watched.stage == Stage::Gone);
        gone.retain(|gone| follow.selection.wants(&gone.table.database, &gone.table.name));
        Ok(Self {
            reading: Reading::of(session),
            home,
            watched,
            site: database.site.clone(),
            selection: follow.selection,
            // Whoever continues from here has kept what was read before.
            kept: VecDeque::from([place.clone()]),
            place,
            refreshed: BTreeSet::new(),
            gone,
            told: BTreeSet::new(),
            round: None,
            heartbeat: follow.heartbeat,
            spoke: Instant::now(),
            looked: Looked::default(),
            look_at: Instant::now(),
        })
    }

    /// Deletes what is kept elsewhere.
    async fn delete(&mut self) -> Result<(), ChangeError> {
        while let Some(kept) = self.kept.front() {
            for (number, numbers) in &kept.taken {
                for part in parts(numbers) {
                    let sql = self.home.delete(*number, part);
                    match self.reading.session().run(sql.as_bytes()).await {
                        // Its table is not captured any more.
                        Ok(()) | Err(DataError::Changed { .. }) => {}
                        Err(error) => return Err(error.into()),
                    }
                }
            }
            for number in &kept.refreshed {
                self.refreshed.remove(number);
                let known = self.watched.iter_mut().find(|known| known.number == *number);
                if let Some(known) = known.filter(|known| known.stage == Stage::Afresh) {
                    known.stage = Stage::Active;
                    let sql = self.home.note(known);
                    self.reading.session().run(sql.as_bytes()).await?;
                }
            }
            for number in &kept.gone {
                self.told.remove(number);
                if let Some(at) = self.gone.iter().position(|gone| gone.number == *number) {
                    let gone = self.gone.remove(at);
                    install::put_away(self.reading.session(), &self.home, &gone).await?;
                }
            }
            self.place.forget(kept);
            self.kept.pop_front();
        }
        Ok(())
    }

    /// Takes up what became of the tables since the last look.
    async fn look(&mut self) -> Result<(), ChangeError> {
        if Instant::now() < self.look_at {
            return Ok(());
        }
        self.look_at = Instant::now() + LOOK;
        if self.looked.is_stale(self.reading.session()).await? {
            let (member, selection) = (self.home.member, self.selection.as_ref());
            let mut session = DataSession::open(&self.site, member, Use::Defining).await?;
            let gone = drift::follow(&mut session, &self.home, selection, &mut self.watched);
            self.gone.extend(gone.await?);
            session.wire.quit().await;
        }
        Ok(())
    }

    /// Begins a snapshot, and says what there is to be read in it, and what time it is.
    async fn begin_round(&mut self) -> Result<(Option<Round>, i64), ChangeError> {
        let session = self.reading.session();
        session.run(b"BEGIN").await?;
        let now = "SELECT CAST(UNIX_TIMESTAMP(NOW(6)) * 1000000 AS UNSIGNED)";
        let now = i64::try_from(session.number(now).await?).unwrap_or(i64::MAX);
        let is_new =
            |it: &Watched| it.stage == Stage::Afresh && !self.refreshed.contains(&it.number);
        let afresh: Vec<usize> =
            (0..).zip(&self.watched).filter(|(_, it)| is_new(it)).map(|(at, _)| at).collect();
        let mut tables = Vec::new();
        let places: Vec<usize> = (0..self.watched.len()).collect();
        for some in places.chunks(AT_ONCE) {
            let one = |at: &usize| {
                let changes = self.home.changes(self.watched[*at].number);
                format!("(SELECT {at} FROM {changes} LIMIT 1)")
            };
            let sql = some.iter().map(one).collect::<Vec<_>>().join(" UNION ALL ");
            let found = self.reading.session().numbers(&sql).await?;
            tables.extend(found.into_iter().filter_map(|at| usize::try_from(at).ok()));
        }
        let untold = self.gone.iter().any(|gone| !self.told.contains(&gone.number));
        if tables.is_empty() && afresh.is_empty() && !untold {
            self.reading.session().run(b"COMMIT").await?;
            return Ok((None, now));
        }
        Ok((Some(Round::over(tables, afresh, Place::beginning(&self.home.name))), now))
    }

    /// Reads a page of the change table whose turn it is.
    async fn read_changes(
        &mut self,
        round: &mut Round,
        at: usize,
        into: &mut Entries,
        definitions: &mut Definitions,
    ) -> Result<ReadEnd, ChangeError> {
        let watched = &self.watched[at];
        let scan = self.home.scan(watched);
        let part =
            Part { chunk: Chunk::of(None).behind(round.after.clone()), most: Some(round.page) };
        let logical: Vec<_> = watched.table.columns.iter().map(|it| it.logical.clone()).collect();
        let mut page = Page {
            into,
            numbered: logical.iter().any(is_numbered).then_some(logical.as_slice()),
            definition: definitions.number(&watched.table),
            images: &mut round.images,
            before: self.place.taken.get(&watched.number),
            afresh: round.afresh.contains(&at),
            taken: round.taken.taken.entry(watched.number).or_default(),
            latest: &mut round.latest,
            last: round.after.take(),
            fault: None,
        };
        let ended = self.reading.read(&scan, &part, &mut page).await?;
        let (last, fault) = (page.last, page.fault);
        round.after = last;
        let halved = ended != ReadEnd::Limited && !round.images.are_whole();
        let halved = halved.then(|| "a change has only one of its images".to_owned());
        match fault.or(halved) {
            None => Ok(ended),
            Some(message) => Err(ChangeError::Undecodable {
                table: watched.table.to_string(),
                place: self.home.changes(watched.number),
                message,
            }),
        }
    }

    /// Ends the snapshot and says what was read in it; nothing, where all of it had been read before.
    async fn end_round(&mut self, round: Round) -> Result<Option<Step>, ChangeError> {
        self.reading.session().run(b"COMMIT").await?;
        self.told.extend(&round.taken.gone);
        self.refreshed.extend(&round.taken.refreshed);
        self.place.absorb(round.taken);
        if !round.is_new {
            return self.rest(round.began).await;
        }
        self.place.round += 1;
        let moved = moved(&self.place, round.latest);
        let committed = round.latest.unwrap_or(round.began);
        let id = self.place.round.to_string();
        Ok(Some(Step::Commit(Commit { id, committed, origin: None, moved })))
    }

    /// Pauses, or says after a while that there was nothing up to a moment.
    async fn rest(&self, now: i64) -> Result<Option<Step>, ChangeError> {
        if self.spoke.elapsed() >= self.heartbeat {
            return Ok(Some(Step::Moved(moved(&self.place, Some(now)))));
        }
        tokio::time::sleep(REST).await;
        Ok(None)
    }

    /// Waits for something to read, or says after a while that there is nothing.
    async fn wait(&mut self) -> Result<Option<Step>, ChangeError> {
        self.delete().await?;
        self.look().await?;
        let (round, now) = self.begin_round().await?;
        self.round = round.map(|mut round| {
            round.began = now;
            round
        });
        if self.round.is_none() { self.rest(now).await } else { Ok(None) }
    }

    /// Goes on in a round. Gives it back unless it is over.
    async fn go_on(
        &mut self,
        mut round: Round,
        into: &mut Entries,
        definitions: &mut Definitions,
        enough: usize,
    ) -> Result<Option<Step>, ChangeError> {
        let before = into.size();
        // What is gone may be there again in the same round.
        for gone in self.gone.iter().filter(|gone| !self.told.contains(&gone.number)) {
            if round.taken.gone.insert(gone.number) {
                into.statement(&drift::dropped(&self.home, &gone.table));
            }
        }
        let ended = if let Some(at) = round.changes.front().copied() {
            self.read_changes(&mut round, at, into, definitions).await?
        } else if let Some(at) = round.whole.front().copied() {
            round.read_whole(self, at, into, definitions).await?
        } else {
            round.is_new |= into.size() > before;
            return self.end_round(round).await;
        };
        round.is_new |= into.size() > before;
        match ended {
            ReadEnd::Limited => round.resize(into.size() - before, enough),
            _ => round.next_table(),
        }
        self.round = Some(round);
        Ok((into.size() >= enough).then_some(Step::More))
    }
}

#[async_trait]
impl ChangeStream for Polling {
    async fn next(
        &mut self,
        into: &mut Entries,
        definitions: &mut Definitions,
        enough: usize,
    ) -> Result<Step, ChangeError> {
        loop {
            let step = match self.round.take() {
                None => self.wait().await?,
                Some(round) => self.go_on(round, into, definitions, enough).await?,
            };
            if let Some(step) = step {
                self.spoke = Instant::now();
                return Ok(step);
            }
        }
    }

    fn kept(&mut self, position: &Position) {
        if let Ok(place) = Place::read(position) {
            self.kept.push_back(place);
        }
    }
}

/// Ranges of numbers, none of them too many for one statement.
fn parts(numbers: &Numbers) -> impl Iterator<Item = (u64, u64)> + '_ {
    numbers.ranges().iter().flat_map(|(first, last)| {
        let last = *last;
        let starts = std::iter::successors(Some(*first), move |start| {
            start.checked_add(DELETED_AT_ONCE).filter(|next| *next <= last)
        });
        starts.map(move |start| (start, last.min(start.saturating_add(DELETED_AT_ONCE - 1))))
    })
}
