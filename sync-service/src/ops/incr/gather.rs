//! Gathers changes into windows, while an earlier one is at work.

use super::fate::Trouble;
use super::feed::Piece;
use super::routes::Routes;
use super::window::Window;
use crate::domain::incr::{Fault, Fold, Folded, Plan, Row, Size, Skip, WorkKind};
use oms_contracts::ErrorCode;
use oms_model::change::{Corrupt, Definitions, Item, Items, RowKind, RowsItem, Seq, Statement};
use std::sync::Arc;

/// What a window may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    pub changes: u64,
    pub bytes: usize,
    /// How its work is divided.
    pub size: Size,
}

/// Why nothing more goes into the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Halt {
    /// There is nothing at hand.
    Empty,
    /// It has enough, or has to end here.
    Full,
    /// It is not known where the rows of this definition go.
    Unknown(u32),
}

/// A window while it is gathered.
pub struct Gather {
    pub routes: Routes,
    definitions: Definitions,
    fold: Fold,
    cursor: Option<Cursor>,
    /// The transaction that is being read.
    head: Option<Head>,
    /// Everything up to here was read.
    reached: Seq,
    /// When the last transaction that was read to its end was committed.
    committed: i64,
    /// The first change of the window that concerns the target.
    first: Option<Seq>,
    /// What has to be done alone after the window, and ends it.
    alone: Option<Row>,
    /// Rows whose followers are seen to after that, and how.
    followed: Option<(WorkKind, Vec<Row>)>,
    /// A statement on definitions behind the window, which ends it.
    statement: Option<Box<Statement>>,
    /// Everything up to here may have been done before.
    lenient_upto: Seq,
    skip: Skip,
}

/// A transaction while it is read.
#[derive(Debug, Clone, Copy)]
struct Head {
    first: Seq,
    last: Seq,
    /// The number of its next change.
    next: Seq,
    committed: i64,
}

/// Where in a block the reading is.
struct Cursor {
    block: Arc<[u8]>,
    /// Where the next item begins.
    at: usize,
    /// How many rows of it were read.
    row: usize,
    /// The window has the block.
    is_kept: bool,
}

impl Gather {
    /// Begins behind what is applied. Changes up to `lenient_upto` may have been done before.
    pub fn new(
        routes: Routes,
        (after, committed): (Seq, i64),
        lenient_upto: Seq,
        skip: Skip,
    ) -> Self {
        Self {
            routes,
            definitions: Definitions::default(),
            fold: Fold::default(),
            cursor: None,
            head: None,
            reached: after,
            committed,
            first: None,
            alone: None,
            followed: None,
            statement: None,
            lenient_upto,
            skip,
        }
    }

    /// Whether all that came was read.
    pub fn is_hungry(&self) -> bool {
        self.cursor.is_none()
    }

    /// Whether the window has no work.
    pub fn is_empty(&self) -> bool {
        self.fold.nets().is_empty() && self.alone.is_none() && self.followed.is_none()
    }

    /// Forgets what was looked at for a window that has no work.
    pub fn clear(&mut self) {
        self.fold = Fold::default();
        self.first = None;
        if let Some(cursor) = &mut self.cursor {
            cursor.is_kept = false;
        }
    }

    /// Whether the window ends where a transaction of the source ends.
    pub fn is_between(&self) -> bool {
        let upto = self.upto();
        self.head.is_none_or(|head| upto < head.first || upto >= head.last)
    }

    /// Everything up to here is in the window, or before it.
    pub fn upto(&self) -> Seq {
        match self.statement {
            Some(_) => Seq(self.reached.0.saturating_sub(1)),
            None => self.reached,
        }
    }

    /// When the last transaction that was read to its end was committed.
    pub fn committed(&self) -> i64 {
        self.committed
    }

    /// A statement on definitions that has to be done after the window.
    pub fn statement(&mut self) -> Option<Box<Statement>> {
        self.statement.take()
    }

    /// Takes what comes next. What came before must have been read.
    pub fn add(&mut self, piece: Piece) -> Result<(), Trouble> {
        for definition in &piece.definitions {
            if !self.definitions.restore(definition) {
                return Err(unreadable("the store gave a definition out of turn"));
            }
        }
        if !piece.block.is_empty() {
            self.cursor = Some(Cursor { block: piece.block, at: 0, row: 0, is_kept: false });
        }
        Ok(())
    }

    /// Finds out where the rows of a definition go.
    pub async fn find(&mut self, definition: u32) -> Result<(), Trouble> {
        let table = self.definitions.table(definition).cloned();
        let table = table.ok_or_else(|| unreadable("a row of a table that was never defined"))?;
        self.routes.find(definition, &table).await
    }

    /// Reads on until something ends.
    pub fn advance(&mut self, bounds: &Bounds) -> Result<Halt, Trouble> {
        loop {
            if self.statement.is_some() || self.alone.is_some() {
                return Ok(Halt::Full);
            }
            if self.fold.changes() >= bounds.changes || self.fold.size() >= bounds.bytes {
                return Ok(Halt::Full);
            }
            let Some(mut cursor) = self.cursor.take() else { return Ok(Halt::Empty) };
            let halt = self.item(&mut cursor)?;
            if cursor.at < cursor.block.len() {
                self.cursor = Some(cursor);
            }
            if let Some(halt) = halt {
                return Ok(halt);
            }
        }
    }

    /// Reads an item, or as much of it as goes into the window.
    fn item(&mut self, cursor: &mut Cursor) -> Result<Option<Halt>, Trouble> {
        let block = Arc::clone(&cursor.block);
        let mut items = Items::new(&block[cursor.at..]);
        let item = match items.next() {
            None => {
                cursor.at = block.len();
                return Ok(None);
            }
            Some(item) => item.map_err(corrupt)?,
        };
        let behind = cursor.at + items.at();
        let halt = match item {
            Item::Begin(head) => {
                let (first, last, committed) = (head.first, head.last(), head.committed);
                self.head = Some(Head { first, last, next: first, committed });
                None
            }
            Item::End => {
                let head = self.head.take();
                self.committed = head.map_or(self.committed, |head| head.committed);
                None
            }
            Item::Beat(at) => {
                self.committed = self.committed.max(at);
                None
            }
            Item::Statement(statement) => {
                let seq = self.number()?;
                self.statement = (seq > self.reached).then_some(statement);
                self.passed(seq);
                None
            }
            Item::Rows(rows) => match self.rows(cursor, &rows)? {
                // Somewhere among the rows.
                Some(halt) if cursor.row < rows.count as usize => return Ok(Some(halt)),
                halt => halt,
            },
        };
        (cursor.at, cursor.row) = (behind, 0);
        Ok(halt)
    }

    /// The number of the change that is being read.
    fn number(&self) -> Result<Seq, Trouble> {
        let head = self.head.ok_or_else(|| unreadable("a change outside any transaction"))?;
        Ok(head.next)
    }

    /// The change of that number was read.
    fn passed(&mut self, seq: Seq) {
        self.reached = self.reached.max(seq);
        if let Some(head) = &mut self.head {
            head.next = seq.next();
        }
    }

    fn rows(&mut self, cursor: &mut Cursor, rows: &RowsItem<'_>) -> Result<Option<Halt>, Trouble> {
        let Some(way) = self.routes.known(rows.table) else {
            return Ok(Some(Halt::Unknown(rows.table)));
        };
        let way = way.map(|(number, _)| number);
        let routes = Arc::clone(&self.routes.routes);
        for change in rows.changes().skip(cursor.row) {
            let seq = self.number()?;
            if let Some(number) = way.filter(|_| seq > self.reached) {
                if self.is_lenient() && seq > self.lenient_upto {
                    return Ok(Some(Halt::Full));
                }
                if self.is_over(number, change.kind) {
                    return Ok(Some(Halt::Full));
                }
                if self.first.is_none() {
                    self.fold.lenient = seq <= self.lenient_upto;
                }
                if !std::mem::replace(&mut cursor.is_kept, true) {
                    self.fold.keep(Arc::clone(&cursor.block));
                }
                let way = (number, &routes[number as usize]);
                let folded = self
                    .fold
                    .change(way, seq, &change, &self.skip)
                    .map_err(|fault| of_fault(&fault))?;
                self.first.get_or_insert(seq);
                match folded {
                    Folded::Taken => {}
                    // It begins the next window.
                    Folded::Collides => return Ok(Some(Halt::Full)),
                    Folded::Alone { before: key, after: image } => {
                        let (copies, returns, group) = (1, false, None);
                        self.alone = Some(Row { key, image, copies, returns, group });
                    }
                }
                let follow = self.fold.follow(way, seq, &change);
                if let Some((kind, row)) = follow.map_err(|fault| of_fault(&fault))? {
                    self.followed.get_or_insert((kind, Vec::new())).1.push(row);
                }
            }
            cursor.row += 1;
            self.passed(seq);
            if self.alone.is_some() {
                return Ok(Some(Halt::Full));
            }
        }
        Ok(None)
    }

    /// Whether the window ends before a change, since rows are seen to behind it that follow others.
    /// More rows of that table may go before.
    fn is_over(&self, number: u32, kind: RowKind) -> bool {
        self.followed.as_ref().is_some_and(|(of, rows)| {
            let is_same = rows.first().is_some_and(|row| row.image.route == number);
            *of == WorkKind::FollowUpdate || kind != RowKind::Delete || !is_same
        })
    }

    /// Whether the window may have been done before, in part.
    fn is_lenient(&self) -> bool {
        self.first.is_some_and(|first| first <= self.lenient_upto)
    }

    /// The window as it is, and another one begins.
    pub fn take(&mut self, bounds: &Bounds) -> Window {
        let (upto, goes_on, committed) = (self.upto(), !self.is_between(), self.committed);
        let routes = Arc::clone(&self.routes.routes);
        let fold = std::mem::take(&mut self.fold);
        let lenient = fold.lenient;
        self.clear();
        let whole = bounds.size.whole || fold.nets().len() <= bounds.size.least;
        let mut plan = Plan::new(&fold, &routes, Size { whole, ..bounds.size });
        if let Some(row) = self.alone.take() {
            plan.add_last(WorkKind::UpdatePart, vec![row]);
        }
        if let Some((kind, rows)) = self.followed.take() {
            plan.add_last(kind, rows);
        }
        let tables = Arc::clone(&self.routes.tables);
        Window { fold, routes, tables, plan, upto, committed, lenient, goes_on }
    }
}

fn corrupt(error: Corrupt) -> Trouble {
    unreadable(&error.to_string())
}

fn unreadable(message: &str) -> Trouble {
    Trouble::end(ErrorCode::ChangesUnreadable, message)
}

fn of_fault(fault: &Fault) -> Trouble {
    let code = match fault {
        Fault::Corrupt(_) | Fault::TooLarge(_) => ErrorCode::ChangesUnreadable,
        Fault::NoKey(_) | Fault::NotWhole(_) => ErrorCode::ChangeUnusable,
        Fault::Undecidable { .. } => ErrorCode::FilterRefused,
    };
    Trouble::end(code, fault.to_string())
}
