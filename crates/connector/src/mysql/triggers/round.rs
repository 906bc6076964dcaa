//! One walk over all change tables, and over the tables that are read afresh.

use super::drift;
use super::images::{Images, Whole};
use super::place::Place;
use super::poll::Polling;
use crate::changes::ChangeError;
use crate::snapshot::{Field, Part, ReadEnd, ReadSession, Scan};
use oms_model::change::{Definitions, Entries};
use oms_model::{Chunk, Key, Table};
use std::collections::VecDeque;

/// Rows of a first page, and of the largest one.
const FIRST_PAGE: u64 = 64;
const LARGEST_PAGE: u64 = 4_096;
/// Bytes of a table without any order that are read at once.
const MOST_WITHOUT_ORDER: usize = 64 << 20;

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
    /// How the table is walked whose turn it is.
    walk: Option<Walk>,
}

/// How a table is read that is read as it is.
struct Walk {
    scan: Scan,
    /// Those that are left; one without a name is the whole table.
    partitions: VecDeque<Option<String>>,
}

impl Walk {
    /// By a key of the table, or by the one that the database keeps for a table without.
    async fn over(polling: &mut Polling, at: usize) -> Result<Self, ChangeError> {
        let mut table = polling.watched[at].table.clone();
        let mut partitions = Vec::new();
        let mut key = super::super::snapshot::order_key(&table);
        if key.is_none() {
            key = polling.reading.hidden_key(&mut table).await?;
            if key.is_some() {
                // Its values are told apart within a partition only.
                let found = polling.reading.partitions(&table.database, &table.name).await?;
                partitions = found.names;
            }
        }
        let partitions = match partitions.is_empty() {
            true => VecDeque::from([None]),
            false => partitions.into_iter().map(Some).collect(),
        };
        let fields = (0..table.columns.len()).map(|column| Field { column, charset: None });
        let scan = Scan { fields: fields.collect(), key, filter: None, table };
        Ok(Self { scan, partitions })
    }
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
            walk: None,
        }
    }

    /// Goes on to the next table.
    pub fn next_table(&mut self) {
        if self.changes.pop_front().is_none() {
            self.whole.pop_front();
        }
        (self.after, self.page, self.images) = (None, FIRST_PAGE, Images::default());
        (self.is_told, self.walk) = (false, None);
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
        let mut walk = match self.walk.take() {
            Some(walk) => walk,
            None => Walk::over(polling, at).await?,
        };
        let partition = walk.partitions.front().and_then(Option::as_deref);
        let chunk = Chunk::of(partition).behind(self.after.clone());
        // A table without any order is read in one go, if it is small.
        let most = walk.scan.key.as_ref().map(|_| self.page);
        let enough = into.size() + MOST_WITHOUT_ORDER;
        let mut whole = Whole {
            into,
            definition: definitions.number(&table),
            columns: table.columns.len(),
            enough: if most.is_none() { enough } else { usize::MAX },
            key: walk.scan.key_places(),
            last: self.after.take(),
        };
        let ended = polling.reading.read(&walk.scan, &Part { chunk, most }, &mut whole).await?;
        self.after = whole.last;
        let ended = match ended {
            ReadEnd::Stopped => return Err(without_order(&table)),
            ReadEnd::Exhausted if walk.partitions.len() > 1 => {
                walk.partitions.pop_front();
                self.after = None;
                ReadEnd::Limited
            }
            ended => ended,
        };
        self.walk = Some(walk);
        Ok(ended)
    }
}

/// Nothing says where to go on in it.
fn without_order(table: &Table) -> ChangeError {
    let message = format!(
        "{table} has no key and too many rows to be read at once, which it has to be since it was \
         changed or emptied: give it a primary key, or leave it out"
    );
    ChangeError::NotLogged { message }
}
