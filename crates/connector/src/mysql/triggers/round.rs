//! One walk over all change tables, and over the tables that are read afresh.

use super::drift;
use super::images::{Images, Whole};
use super::place::Place;
use super::poll::Polling;
use crate::changes::ChangeError;
use crate::snapshot::{Field, Part, ReadEnd, ReadSession, Scan};
use oms_model::change::{Definitions, Entries};
use oms_model::{Chunk, Key};
use std::collections::VecDeque;

/// Rows of a first page, and of the largest one.
const FIRST_PAGE: u64 = 64;
const LARGEST_PAGE: u64 = 4_096;

pub(super) struct Round {
    /// By the source's clock, in microseconds since 1970.
    pub began: i64,
    /// Tables whose changes are to be read, by their place among those that are watched.
    pub changes: VecDeque<usize>,
    /// Tables whose rows are read as they are.
    pub afresh: Vec<usize>,
    /// Those of them whose turn has not come.
    pub whole: VecDeque<usize>,
    pub images: Images,
    pub after: Option<Key>,
    pub page: u64,
    /// When the latest change happened.
    pub latest: Option<i64>,
    /// What this round takes.
    pub taken: Place,
    /// Whether anything was read that had not been before.
    pub is_new: bool,
    is_told: bool,
}

impl Round {
    pub fn over(mut changes: Vec<usize>, afresh: Vec<usize>, taken: Place) -> Self {
        changes.sort_unstable();
        Self {
            began: 0,
            changes: changes.into(),
            whole: afresh.clone().into(),
            afresh,
            images: Images::default(),
            after: None,
            page: FIRST_PAGE,
            latest: None,
            taken,
            is_new: false,
            is_told: false,
        }
    }

    /// Goes on to the next table.
    pub fn next_table(&mut self) {
        if self.changes.pop_front().is_none() {
            self.whole.pop_front();
        }
        (self.after, self.page, self.images) = (None, FIRST_PAGE, Images::default());
        self.is_told = false;
    }

    /// The next page is as large as what is wanted allows.
    pub fn resize(&mut self, read: usize, enough: usize) {
        self.page = match read {
            read if read < enough / 2 => (self.page * 2).min(LARGEST_PAGE),
            read if read > enough => (self.page / 2).max(1),
            _ => self.page,
        };
    }

    /// Reads a page of a table as it is. The first one says that the table was emptied.
    pub async fn read_whole(
        &mut self,
        polling: &mut Polling,
        at: usize,
        into: &mut Entries,
        definitions: &mut Definitions,
    ) -> Result<ReadEnd, ChangeError> {
        let watched = &polling.watched[at];
        if !self.is_told {
            into.statement(&drift::emptied(&polling.home, &watched.table));
            self.taken.refreshed.insert(watched.number);
            self.is_told = true;
        }
        let table = watched.table.clone();
        let fields = (0..table.columns.len()).map(|column| Field { column, charset: None });
        let key = super::super::snapshot::order_key(&table);
        let scan = Scan { fields: fields.collect(), key, filter: None, table };
        let chunk = Chunk::of(None).behind(self.after.clone());
        // A table without an order is read in one go.
        let most = scan.key.as_ref().map(|_| self.page);
        let mut whole = Whole {
            into,
            definition: definitions.number(&scan.table),
            key: scan.key_places(),
            last: self.after.take(),
        };
        let ended = polling.reading.read(&scan, &Part { chunk, most }, &mut whole).await?;
        self.after = whole.last;
        Ok(ended)
    }
}
