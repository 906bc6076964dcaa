//! A table at a source and at a target, as simple as can be: rows by key, with a value that may be
//! unique, and one that never is.

use super::super::*;
use oms_model::change::{Change as Raw, Entries, Item, Items, RowKind, Seq};
use oms_model::{Charset, Column, LogicalType, Table, UniqueKey, UniquePart, Value};
use std::sync::Arc;

/// What sort of table it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A number tells rows apart.
    Plain,
    /// The other value is unique as well, unless it is NULL.
    Unique,
    /// Text tells rows apart, and letters of another case are the same ones.
    Letters,
    /// As unique, and the target has a further column.
    Wider,
}

impl Kind {
    fn is_unique(self) -> bool {
        matches!(self, Self::Unique | Self::Wider)
    }
}

/// Keys, some of which are the same letters in another case.
pub const KEYS: &[&str] = &["a", "A", "b", "B", "c", "d", "e"];

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Row {
    pub key: &'static str,
    pub unique: Option<i64>,
    pub value: i64,
}

/// A change, with what the source logs of it.
#[derive(Debug, Clone)]
pub struct Change {
    before: Option<Row>,
    after: Option<Row>,
    /// Values that did not change are left out.
    partial: bool,
}

/// Choices, from a number.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    pub fn of(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// A number below `sides`.
    pub fn throw(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) as usize % sides.max(1)
    }
}

/// Rows whose keys are kept unique.
#[derive(Debug, Clone)]
pub struct Target {
    kind: Kind,
    rows: Vec<Row>,
}

impl Target {
    pub fn new(kind: Kind) -> Self {
        Self { kind, rows: Vec::new() }
    }

    pub fn rows(&self) -> Vec<Row> {
        let mut rows = self.rows.clone();
        rows.sort();
        rows
    }

    fn same_key(&self, left: &str, right: &str) -> bool {
        match self.kind {
            Kind::Letters => left.eq_ignore_ascii_case(right),
            _ => left == right,
        }
    }

    fn find(&self, key: &str) -> Option<usize> {
        self.rows.iter().position(|row| self.same_key(row.key, key))
    }

    fn clashes(&self, row: &Row, but: Option<usize>) -> bool {
        self.rows.iter().enumerate().any(|(at, known)| {
            let same_unique =
                self.kind.is_unique() && row.unique.is_some() && row.unique == known.unique;
            Some(at) != but && (self.same_key(known.key, row.key) || same_unique)
        })
    }

    pub fn try_insert(&mut self, row: Row) -> bool {
        let fits = !self.clashes(&row, None);
        if fits {
            self.rows.push(row);
        }
        fits
    }

    fn delete(&mut self, key: &str) -> bool {
        let found = self.find(key);
        found.map(|at| self.rows.remove(at)).is_some()
    }

    fn update(&mut self, key: &str, change: impl FnOnce(&Row) -> Row) -> bool {
        let Some(at) = self.find(key) else { return false };
        let row = change(&self.rows[at]);
        assert!(!self.clashes(&row, Some(at)), "{row:?} clashes in {:?}", self.rows);
        self.rows[at] = row;
        true
    }

    fn replace(&mut self, row: Row) {
        while let Some(at) = (0..self.rows.len()).find(|at| {
            let mut alone = Self { kind: self.kind, rows: vec![self.rows[*at].clone()] };
            !alone.try_insert(row.clone())
        }) {
            self.rows.remove(at);
        }
        self.rows.push(row);
    }
}

/// A source that does whatever its keys allow.
#[derive(Debug)]
pub struct Source {
    table: Target,
    partial: bool,
}

impl Source {
    pub fn new(kind: Kind, partial: bool) -> Self {
        Self { table: Target::new(kind), partial }
    }

    pub fn rows(&self) -> Vec<Row> {
        self.table.rows()
    }

    /// Tries one thing.
    pub fn step(&mut self, seed: u64) -> Option<Change> {
        let mut dice = Dice::of(seed);
        let row = Row {
            key: KEYS[dice.throw(KEYS.len())],
            unique: [None, Some(1), Some(2), Some(3)][dice.throw(4)],
            value: dice.throw(100) as i64,
        };
        let partial = self.partial && dice.throw(2) == 0;
        if self.table.rows.is_empty() || dice.throw(4) == 0 {
            let after = Some(row.clone());
            return self.table.try_insert(row).then_some(Change {
                before: None,
                after,
                partial: false,
            });
        }
        let at = dice.throw(self.table.rows.len());
        let before = Some(self.table.rows[at].clone());
        if dice.throw(4) == 0 {
            self.table.rows.remove(at);
            return Some(Change { before, after: None, partial });
        }
        let known = &self.table.rows[at];
        let after = match dice.throw(4) {
            0 => Row { key: known.key, unique: known.unique, ..row },
            1 => Row { key: known.key, ..row },
            2 => Row { key: row.key, ..known.clone() },
            _ => row,
        };
        if self.table.clashes(&after, Some(at)) {
            return None;
        }
        self.table.rows[at] = after.clone();
        Some(Change { before, after: Some(after), partial })
    }
}

fn table(kind: Kind) -> Table {
    let int = LogicalType::Int { bytes: 8, signed: true };
    let text = LogicalType::Text { charset: Charset::Utf8, length: None, fixed: false };
    let bytes = LogicalType::Bytes { length: None, fixed: false };
    let column = |name: &str, logical: LogicalType| Column {
        name: name.into(),
        logical,
        native: String::new(),
        nullable: name != "k",
        collation: None,
        generated: false,
    };
    let key = |name: &str, at: usize| UniqueKey {
        name: name.into(),
        primary: at == 0,
        parts: vec![UniquePart { column: Some(at), prefix: None }],
    };
    let of_key = if kind == Kind::Letters { text } else { bytes };
    let mut columns = vec![column("k", of_key), column("u", int.clone()), column("v", int.clone())];
    let mut keys = vec![key("PRIMARY", 0)];
    if kind.is_unique() {
        keys.push(key("u", 1));
    }
    if kind == Kind::Wider {
        columns.push(column("theirs", int));
    }
    Table { database: "d".into(), name: "t".into(), columns, keys }
}

fn route(kind: Kind) -> Route {
    let source = Table { columns: table(kind).columns[..3].to_vec(), ..table(kind) };
    Route::new(&source, &table(kind), None).unwrap()
}

fn values<'a>(row: &'a Row, kind: Kind) -> [Value<'a>; 3] {
    let key = row.key.as_bytes();
    let key = if kind == Kind::Letters { Value::Text(key) } else { Value::Bytes(key) };
    [key, row.unique.map_or(Value::Null, Value::Int), Value::Int(row.value)]
}

/// A window of changes: how many of them went in, and what has to be done alone behind them.
pub fn fold(
    kind: Kind,
    changes: &[Change],
    lenient: bool,
) -> (Fold, Vec<Route>, usize, Option<super::super::Row>) {
    let mut entries = Entries::default();
    for change in changes {
        let of = match (&change.before, &change.after) {
            (None, _) => RowKind::Insert,
            (Some(_), Some(_)) => RowKind::Update,
            (Some(_), None) => RowKind::Delete,
        };
        let before = change.before.as_ref().map(|row| values(row, kind));
        let after = change.after.as_ref().map(|row| values(row, kind));
        let mut row = entries.row(1, of);
        if let Some(before) = before {
            let shown = |at: usize| !change.partial || at == 0;
            before.iter().enumerate().for_each(|(at, value)| {
                row.push(if shown(at) { *value } else { Value::Unchanged });
            });
            row.end_image();
        }
        if let Some(after) = after {
            let shown = |at: usize| !change.partial || before.is_none_or(|it| it[at] != after[at]);
            after.iter().enumerate().for_each(|(at, value)| {
                row.push(if shown(at) { *value } else { Value::Unchanged });
            });
            row.end_image();
        }
    }
    let routes = vec![route(kind)];
    let block: Arc<[u8]> = entries.bytes().into();
    let mut fold = Fold::default();
    fold.lenient = lenient;
    fold.keep(Arc::clone(&block));
    let mut taken = 0;
    for change in raw(&block) {
        let seq = Seq(taken as u64 + 1);
        taken += 1;
        let folded = fold.change((0, &routes[0]), seq, &change, &[Seq(0); LOOSE_LANES]).unwrap();
        if let Folded::Alone { before, after } = folded {
            let row = super::super::Row {
                key: before,
                image: after,
                copies: 1,
                returns: false,
                group: None,
            };
            return (fold, routes, taken, Some(row));
        }
    }
    (fold, routes, taken, None)
}

fn raw(block: &[u8]) -> Vec<Raw<'_>> {
    let rows = Items::new(block).map(|item| match item.unwrap() {
        Item::Rows(rows) => rows.changes().collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    });
    rows.flatten().collect()
}

/// Does the batches of a step, a row here and a row there. Says no when the budget is used up: all
/// batches that are not done then leave nothing, as transactions do.
pub fn work(
    target: &mut Target,
    fold: &Fold,
    step: Vec<Batch>,
    (lenient, dice): (bool, &mut Dice),
    budget: &mut usize,
) -> bool {
    // Batches are transactions: each is done as a whole, in any order.
    let mut left = step;
    while !left.is_empty() {
        let batch = left.swap_remove(dice.throw(left.len()));
        if batch.rows > *budget {
            return false;
        }
        *budget -= batch.rows;
        for work in &batch.works {
            let mut rows = work.rows.clone();
            while !rows.is_empty() {
                let row = rows.swap_remove(dice.throw(rows.len()));
                one(target, fold, work.kind, &row, lenient);
            }
        }
    }
    true
}

fn one(target: &mut Target, fold: &Fold, kind: WorkKind, row: &super::super::Row, lenient: bool) {
    let key = read(fold, &row.key, None).key;
    match kind {
        WorkKind::Delete => assert!(target.delete(key) || lenient, "nothing to delete: {key}"),
        WorkKind::Insert => {
            let new = read(fold, &row.image, None);
            assert!(target.try_insert(new.clone()), "{new:?} is in the way");
        }
        WorkKind::Update | WorkKind::UpdatePart => {
            let found = target.update(key, |known| read(fold, &row.image, Some(known)));
            assert!(found || lenient, "nothing to change: {key}");
        }
        WorkKind::Replace => target.replace(read(fold, &row.image, None)),
        WorkKind::DeleteCopies | WorkKind::InsertCopies => panic!("it has a key"),
        WorkKind::FollowDelete | WorkKind::FollowUpdate => panic!("nothing refers to it"),
    }
}

/// A row as it lies in a window; what it does not say is as it is known.
fn read(fold: &Fold, image: &Image, known: Option<&Row>) -> Row {
    let values: Vec<Value<'_>> = fold.blocks.cells(image).collect();
    let key = match values[0] {
        Value::Text(key) | Value::Bytes(key) => {
            KEYS.iter().find(|known| known.as_bytes() == key).copied().unwrap()
        }
        other => known.map(|row| row.key).unwrap_or_else(|| panic!("{other:?}")),
    };
    let unique = match values[1] {
        Value::Int(unique) => Some(unique),
        Value::Unchanged => known.and_then(|row| row.unique),
        _ => None,
    };
    let value = match values[2] {
        Value::Int(value) => value,
        _ => known.map(|row| row.value).unwrap_or_default(),
    };
    Row { key, unique, value }
}

/// A window on a table without a key: values that come (1) and go (-1). Changes up to `done` are done.
pub fn loose(changes: &[(i64, i64)], done: Seq) -> (Fold, Vec<Route>) {
    let mut source = table(Kind::Plain);
    source.keys.clear();
    let routes = vec![Route::new(&source, &source, None).unwrap()];
    let mut entries = Entries::default();
    for (value, more) in changes {
        let of = if *more > 0 { RowKind::Insert } else { RowKind::Delete };
        let mut row = entries.row(1, of);
        for value in [Value::Bytes(b"x"), Value::Null, Value::Int(*value)] {
            row.push(value);
        }
        row.end_image();
    }
    let block: Arc<[u8]> = entries.bytes().into();
    let mut fold = Fold::default();
    fold.keep(Arc::clone(&block));
    for (number, change) in (1..).zip(raw(&block)) {
        let folded = fold.change((0, &routes[0]), Seq(number), &change, &[done; LOOSE_LANES]);
        assert_eq!(folded, Ok(Folded::Taken));
    }
    (fold, routes)
}
