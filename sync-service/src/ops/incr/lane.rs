//! Does batches in one session, each as one transaction, and does about a failure what it calls for.

use super::discrepancy::Discrepancy;
use super::fate::Trouble;
use super::keeper::TASK;
use super::sync::{Mode, Place};
use super::window::Window;
use crate::domain::incr::{Batch, Row, WorkKind};
use crate::ops::full::Patience;
use oms_connector::{ApplySession, Images, Mark, Progress, Savepoint, WriteError};
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Instant;

/// A session that applies.
pub struct Lane {
    pub(super) place: Arc<Place>,
    /// Its seat, and its row of progress.
    number: u32,
    session: Option<Box<dyn ApplySession>>,
    /// How often its row was marked, as far as is known.
    batches: Option<u64>,
    /// A transaction is begun that an earlier batch is part of.
    is_open: bool,
    /// What an attempt found that is not as expected.
    pub(super) found: Vec<Discrepancy>,
    /// Groups of rows about which nothing is done in this batch, and what was found of them.
    pub(super) left: HashSet<u32>,
    pub(super) of_left: Vec<Discrepancy>,
}

/// Why a batch was not done.
#[derive(Debug)]
pub(super) enum Hitch {
    /// A row is not as expected; which one is to be found out.
    Unexpected,
    /// There are more groups of rows about which nothing is to be done.
    Left,
    Write(WriteError),
    Trouble(Trouble),
}

impl From<WriteError> for Hitch {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Duplicate { .. } => Self::Unexpected,
            other => Self::Write(other),
        }
    }
}

impl From<Trouble> for Hitch {
    fn from(trouble: Trouble) -> Self {
        Self::Trouble(trouble)
    }
}

impl Lane {
    pub fn new(place: Arc<Place>, number: u32) -> Self {
        Self {
            place,
            number,
            session: None,
            batches: None,
            is_open: false,
            found: Vec::new(),
            left: HashSet::new(),
            of_left: Vec::new(),
        }
    }

    pub fn number(&self) -> u32 {
        self.number
    }

    /// Does a batch. It is committed with its marks; without any it stays open.
    pub async fn run(
        &mut self,
        window: &Window,
        batch: &Batch,
        marks: &[Mark],
    ) -> Result<(), Trouble> {
        let mut patience = Patience::new(self.place.patience);
        let (mut is_careful, was_open) = (false, self.is_open);
        self.left.clear();
        self.of_left.clear();
        loop {
            let hitch = match self.attempt(window, batch, marks, is_careful).await {
                Ok(()) => {
                    self.is_open = marks.is_empty();
                    return Ok(());
                }
                Err(hitch) => hitch,
            };
            match hitch {
                Hitch::Unexpected if !is_careful => {
                    is_careful = true;
                    self.place.meter.looked_closer();
                    match was_open {
                        true => self.back_to_savepoint().await?,
                        false => self.roll_back().await,
                    }
                }
                Hitch::Left => match was_open {
                    true => self.back_to_savepoint().await?,
                    false => self.roll_back().await,
                },
                Hitch::Unexpected => return Err(unsettled()),
                Hitch::Trouble(Trouble::End(failure)) => {
                    self.roll_back().await;
                    return Err(Trouble::End(failure));
                }
                Hitch::Write(error) => {
                    let trouble = Trouble::of_write(&error);
                    let Trouble::Again(failure) = trouble else {
                        self.roll_back().await;
                        return Err(trouble);
                    };
                    self.place.meter.tried_again();
                    match error {
                        WriteError::Passing { .. } => self.roll_back().await,
                        // Whatever it was told is over when its seat is taken.
                        _ => self.session = None,
                    }
                    if was_open {
                        return Err(Trouble::Again(failure));
                    }
                    self.place.pause(&mut patience, failure).await?;
                }
                Hitch::Trouble(Trouble::Again(failure)) => {
                    self.session = None;
                    if was_open {
                        return Err(Trouble::Again(failure));
                    }
                    self.place.pause(&mut patience, failure).await?;
                }
            }
        }
    }

    async fn attempt(
        &mut self,
        window: &Window,
        batch: &Batch,
        marks: &[Mark],
        is_careful: bool,
    ) -> Result<(), Hitch> {
        if self.session.is_none() {
            if self.is_open {
                // What was done in it is gone with its session.
                return Err(unsettled().into());
            }
            if self.open(marks).await? {
                return Ok(());
            }
        }
        let began = Instant::now();
        if self.is_open {
            self.session()?.set_savepoint(Savepoint::Batch).await?;
        }
        self.found.clear();
        match is_careful {
            true => self.all_carefully(window, batch).await?,
            false => {
                for work in &batch.works {
                    let found = self.work(window, work.kind, &work.rows).await?;
                    if !is_expected(window, work.kind, &work.rows, found) {
                        return Err(Hitch::Unexpected);
                    }
                }
            }
        }
        let executed = Instant::now();
        if !marks.is_empty() {
            self.end(marks).await?;
        }
        self.place.meter.batch(batch, executed - began, executed.elapsed());
        Ok(())
    }

    /// Marks how far it is, and commits.
    async fn end(&mut self, marks: &[Mark]) -> Result<(), Hitch> {
        let place = Arc::clone(&self.place);
        for mark in marks {
            if !self.session()?.mark(&place.task, place.token, mark).await? {
                return Err(Trouble::fenced().into());
            }
        }
        self.session()?.commit().await?;
        self.batches = self.batches.map(|batches| batches + 1);
        Ok(())
    }

    /// Connects, and says whether the batch with these marks is done already: an earlier session may
    /// have been told to commit and lost before it answered.
    async fn open(&mut self, marks: &[Mark]) -> Result<bool, Hitch> {
        let place = Arc::clone(&self.place);
        let mut session = place.session(self.number).await?;
        let row = match place.mode {
            Mode::Eventual => self.number,
            Mode::Transactional => TASK,
        };
        let known = session.progress(&place.task, row).await;
        let known = known.map_err(|error| Trouble::of_data(&error))?;
        let progress = match known {
            Some(progress) => progress,
            None => {
                let fresh = Progress { lane: row, ..Progress::default() };
                let added = session.add_lane(&place.task, place.token, &fresh).await;
                added.map_err(Trouble::from)?;
                fresh
            }
        };
        let is_done = match (place.mode, marks.first()) {
            (Mode::Transactional, Some(mark)) => progress.seq >= mark.seq,
            (Mode::Eventual, Some(_)) => {
                self.batches.is_some_and(|batches| progress.batches > batches)
            }
            (_, None) => false,
        };
        self.batches = Some(progress.batches);
        self.session = Some(session);
        Ok(is_done)
    }

    pub(super) fn session(&mut self) -> Result<&mut Box<dyn ApplySession>, Trouble> {
        self.session.as_mut().ok_or_else(unsettled)
    }

    /// Does the same to some rows, and says how many of them there were.
    pub(super) async fn work(
        &mut self,
        window: &Window,
        kind: WorkKind,
        rows: &[Row],
    ) -> Result<u64, WriteError> {
        let Some(number) = rows.first().map(|row| row.image.route) else { return Ok(0) };
        let Some(session) = &mut self.session else { return Ok(0) };
        let (table, blocks) = (window.table(number), &window.fold.blocks);
        let places = window.way(number).places.as_slice();
        let images: Vec<&[u8]> = match kind {
            WorkKind::InsertCopies => {
                let copies =
                    |row: &Row| std::iter::repeat_n(blocks.stored(&row.image), row.copies as usize);
                rows.iter().flat_map(copies).collect()
            }
            _ => rows.iter().map(|row| blocks.stored(&row.image)).collect(),
        };
        let all = Images { rows: &images, places };
        match kind {
            WorkKind::Delete => session.delete(table, &all).await,
            WorkKind::Update => session.update(table, &all).await,
            WorkKind::Replace => session.replace(table, &all).await.map(|()| rows.len() as u64),
            WorkKind::Insert | WorkKind::InsertCopies => {
                session.insert(table, &all).await.map(|()| images.len() as u64)
            }
            WorkKind::DeleteCopies => {
                let mut found = 0;
                for (row, image) in rows.iter().zip(&images) {
                    let one = Images { rows: &[*image], places };
                    found += session.delete_copies(table, &one, row.copies).await?;
                }
                Ok(found)
            }
            WorkKind::FollowDelete => {
                session.follow_deletes(table, &all).await.map(|()| rows.len() as u64)
            }
            WorkKind::FollowUpdate => {
                for (row, image) in rows.iter().zip(&images) {
                    let (after, key) =
                        (Images { rows: &[*image], places }, blocks.stored(&row.key));
                    session.follow_update(table, &Images { rows: &[key], places }, &after).await?;
                }
                Ok(rows.len() as u64)
            }
            WorkKind::UpdatePart => {
                let mut found = 0;
                for (row, image) in rows.iter().zip(&images) {
                    let after = Images { rows: &[*image], places };
                    let key = blocks.stored(&row.key);
                    let before = match row.key.route == number {
                        true => Images { rows: &[key], places },
                        false => after,
                    };
                    found += session.update_one(table, &before, &after).await?;
                }
                Ok(found)
            }
        }
    }

    async fn back_to_savepoint(&mut self) -> Result<(), Trouble> {
        let back = self.session()?.back_to_savepoint(Savepoint::Batch).await;
        back.map_err(|error| match Trouble::of_write(&error) {
            // The transaction as a whole is begun anew.
            Trouble::End(failure) | Trouble::Again(failure) => Trouble::Again(failure),
        })
    }

    /// Takes the transaction back. A session that cannot even do that is closed, which does as much.
    async fn roll_back(&mut self) {
        if let Some(session) = &mut self.session
            && session.rollback().await.is_err()
        {
            self.session = None;
        }
    }

    pub async fn leave(self) {
        if let Some(session) = self.session {
            session.leave().await;
        }
    }
}

/// How many rows a work is to find, or to write.
pub(super) fn expected(kind: WorkKind, rows: &[Row]) -> u64 {
    match kind {
        WorkKind::DeleteCopies | WorkKind::InsertCopies => {
            rows.iter().map(|row| u64::from(row.copies)).sum()
        }
        _ => rows.len() as u64,
    }
}

/// Whether so many rows are as expected.
pub(super) fn is_expected(window: &Window, kind: WorkKind, rows: &[Row], found: u64) -> bool {
    // What may have been done before may not be there any more.
    let is_lenient = || rows.first().is_some_and(|row| window.is_lenient(row.image.route));
    let may_be_gone = kind == WorkKind::Delete && is_lenient();
    may_be_gone || found == expected(kind, rows)
}

/// What cannot come to pass unless the target answers differently to the same.
fn unsettled() -> Trouble {
    Trouble::end(
        oms_contracts::ErrorCode::MoveFailed,
        "the target answers differently each time it is asked the same",
    )
}
