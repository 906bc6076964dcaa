//! A window while it is gathered: for each row that it touches the state before and the state after.

use super::image::{Blocks, Image};
use super::route::{LOOSE_LANES, Route};
use oms_model::change::{Change, RowKind, Seq};
use oms_model::filter::evaluate::Undecidable;
use oms_model::{Cells, Rows, Value};
use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, Hasher, RandomState};
use std::ops::Range;
use std::sync::Arc;

/// A row that a window touches.
#[derive(Debug, Clone)]
pub struct Net {
    pub target: u32,
    /// Where its key is kept.
    key: Range<usize>,
    /// As it was before the window; `None` if it was not there.
    pub before: Option<Image>,
    /// As it is after it; `None` if it is gone.
    pub after: Option<Image>,
    /// As some change had it; `None` as long as no change was about it.
    pub shown: Option<Image>,
    /// Of rows that nothing tells apart: how many more there are after the window.
    pub more: i64,
    /// The source table whose row it was last.
    source: u32,
    /// Rows between which one has moved, by the number of one of them; its own where none has.
    group: u32,
    is_tied: bool,
    /// The next one whose key has the same digest.
    next: Option<u32>,
}

/// What became of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Folded {
    /// It is in the window, or has nothing to do with the target.
    Taken,
    /// It has to be done alone and in place: everything before it first, everything behind it later.
    Alone { before: Image, after: Image },
    /// It is not in the window: there, the row with its key is of another source table.
    Collides,
}

/// Why a change cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("the change {0} is no row of its table")]
    Corrupt(Seq),
    #[error("the source did not log what tells the row of change {0} apart")]
    NoKey(Seq),
    #[error("the source did not log all of the row of change {0}, which has no key")]
    NotWhole(Seq),
    #[error("it cannot be told whether the row of change {seq} meets the row filter: {reason}")]
    Undecidable { seq: Seq, reason: Undecidable },
    #[error("the change {0} is part of a window that has grown beyond all bounds")]
    TooLarge(Seq),
}

/// Changes of a table, by kind as the source made them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub inserts: u64,
    pub updates: u64,
    pub deletes: u64,
}

impl Counts {
    pub fn all(&self) -> u64 {
        self.inserts + self.updates + self.deletes
    }

    pub fn add(&mut self, other: &Self) {
        self.inserts += other.inserts;
        self.updates += other.updates;
        self.deletes += other.deletes;
    }

    fn count(&mut self, kind: RowKind) {
        match kind {
            RowKind::Insert => self.inserts += 1,
            RowKind::Update => self.updates += 1,
            RowKind::Delete => self.deletes += 1,
        }
    }
}

/// Up to where each lane of rows without a key is done already.
pub type Skip = [Seq; LOOSE_LANES];

/// A window.
#[derive(Debug, Default)]
pub struct Fold {
    pub blocks: Blocks,
    /// Some of it may have been done before.
    pub lenient: bool,
    nets: Vec<Net>,
    index: HashMap<u64, u32, BuildHasherDefault<Digested>>,
    digest: RandomState,
    keys: Vec<u8>,
    counts: HashMap<u32, Counts>,
    changes: u64,
    /// A key while it is looked for.
    scratch: Rows,
}

impl Fold {
    pub fn keep(&mut self, block: Arc<[u8]>) {
        self.blocks.keep(block);
    }

    pub fn nets(&self) -> &[Net] {
        &self.nets
    }

    /// Whether work of a route may have been done before, or is not what all of it would be.
    pub fn is_lenient(&self, route: &Route) -> bool {
        self.lenient || route.has_gaps()
    }

    /// Which rows belong together, since one of them has moved from key to key: all of them are
    /// done, or none.
    pub fn group(&self, net: usize) -> Option<u32> {
        self.nets[net].is_tied.then(|| self.root(net as u32))
    }

    /// Changes that went in.
    pub fn changes(&self) -> u64 {
        self.changes
    }

    /// What went each route.
    pub fn counts(&self) -> impl Iterator<Item = (u32, Counts)> {
        self.counts.iter().map(|(route, counts)| (*route, *counts))
    }

    /// Bytes that it takes, about.
    pub fn size(&self) -> usize {
        self.blocks.size() + self.keys.len() + self.nets.len() * (size_of::<Net>() + 24)
    }

    /// Takes a change of the block that was kept last. `number` is the route's.
    pub fn change(
        &mut self,
        (number, route): (u32, &Route),
        seq: Seq,
        change: &Change<'_>,
        skip: &Skip,
    ) -> Result<Folded, Fault> {
        let done = if route.is_loose() { skip[route.lane].max(route.since) } else { route.since };
        if seq <= done || !route.kinds.has(change.kind) {
            return Ok(Folded::Taken);
        }
        let before = (change.kind != RowKind::Insert)
            .then(|| values(change.before, route, seq))
            .transpose()?;
        let after = (change.kind != RowKind::Delete)
            .then(|| values(change.after, route, seq))
            .transpose()?;
        let filled = match (&before, after) {
            (Some(before), Some(after)) => Some(fill(before, after)),
            (_, after) => after.map(|values| (values, false)),
        };
        let mut of = Moment { number, route, seq, change: *change, before, after: filled };
        of.filter()?;
        if of.before.is_none() && of.after.is_none() {
            return Ok(Folded::Taken);
        }
        let folded = match route.is_loose() {
            true => self.loose(&of),
            false => self.keyed(&of),
        }?;
        if folded != Folded::Collides {
            self.counts.entry(number).or_default().count(change.kind);
            self.changes += 1;
        }
        Ok(folded)
    }

    fn loose(&mut self, of: &Moment<'_>) -> Result<Folded, Fault> {
        if of.states().any(|(values, _)| lacks(of.route, values)) {
            return Err(Fault::NotWhole(of.seq));
        }
        for (values, more) in of.states() {
            let image = self.image(of, more > 0)?;
            let net = self.net(of.route.target, values, &of.route.places);
            let net = &mut self.nets[net];
            net.more += more;
            net.shown = Some(image);
        }
        Ok(Folded::Taken)
    }

    fn keyed(&mut self, of: &Moment<'_>) -> Result<Folded, Fault> {
        let route = of.route;
        let no_key = |values: &[Value<'_>]| {
            route.key.iter().any(|place| matches!(values[*place], Value::Unchanged))
        };
        if of.states().any(|(values, _)| no_key(values)) {
            return Err(Fault::NoKey(of.seq));
        }
        if self.collides(of) {
            return Ok(Folded::Collides);
        }
        let (Some(before), Some((after, _))) = (&of.before, &of.after) else {
            return self.came_or_went(of);
        };
        let moves = route.key.iter().any(|at| plain(before[*at]) != plain(after[*at]));
        let gives = moves
            || route
                .unique
                .iter()
                .any(|at| !matches!(after[*at], Value::Unchanged) && before[*at] != after[*at]);
        let old = self.net(route.target, before, &route.key);
        let image = self.merged(of, old)?;
        let first = self.image(of, false)?;
        // What may have been done before is put in place of whatever is there.
        if gives && (image.partial || !(route.whole || self.is_lenient(route))) {
            self.forget(old);
            return Ok(Folded::Alone { before: first, after: image });
        }
        let net = &mut self.nets[old];
        if net.shown.is_none() {
            net.before = Some(first);
        }
        (net.shown, net.source) = (Some(first), route.source);
        if !moves {
            net.after = Some(image);
            return Ok(Folded::Taken);
        }
        net.after = None;
        let new = self.net(route.target, after, &route.key);
        let net = &mut self.nets[new];
        (net.after, net.shown, net.source) = (Some(image), Some(image), route.source);
        self.tie(old, new);
        Ok(Folded::Taken)
    }

    /// Whether a row of its key is another source table's: two tables that go into one hold rows of
    /// the same key. What that means only the target can say, change by change. A row that is gone
    /// from the one may come to be in the other.
    fn collides(&mut self, of: &Moment<'_>) -> bool {
        let route = of.route;
        of.states().any(|(values, more)| {
            let known = self.find(route.target, values, &route.key).ok();
            known.map(|at| &self.nets[at]).is_some_and(|net| {
                let comes_after = more > 0 && net.after.is_none();
                net.shown.is_some() && net.source != route.source && !comes_after
            })
        })
    }

    fn root(&self, net: u32) -> u32 {
        let mut at = net;
        while self.nets[at as usize].group != at {
            at = self.nets[at as usize].group;
        }
        at
    }

    fn tie(&mut self, one: usize, other: usize) {
        let (first, second) = (self.root(one as u32), self.root(other as u32));
        self.nets[second as usize].group = first;
        (self.nets[one].is_tied, self.nets[other].is_tied) = (true, true);
    }

    /// A row that is new, or gone.
    fn came_or_went(&mut self, of: &Moment<'_>) -> Result<Folded, Fault> {
        for (values, more) in of.states() {
            let image = self.image(of, more > 0)?;
            let net = self.net(of.route.target, values, &of.route.key);
            let net = &mut self.nets[net];
            if net.shown.is_none() && more < 0 {
                net.before = Some(image);
            }
            net.after = (more > 0).then_some(image);
            (net.shown, net.source) = (Some(image), of.route.source);
        }
        Ok(Folded::Taken)
    }

    /// The row after an update, with what the window knows of it where the source did not say.
    fn merged(&mut self, of: &Moment<'_>, net: usize) -> Result<Image, Fault> {
        let known = self.nets[net].after.filter(|known| known.route == of.number);
        let (Some((after, _)), Some(known)) = (&of.after, known) else {
            return self.image(of, true);
        };
        if !lacks(of.route, after) {
            return self.image(of, true);
        }
        let known = self.blocks.stored(&known).to_vec();
        let (filled, _) = fill(&Cells::new(&known).collect::<Vec<_>>(), after.clone());
        let partial = lacks(of.route, &filled);
        let put = self.blocks.put(of.number, of.seq, filled.iter().copied(), partial);
        put.ok_or(Fault::TooLarge(of.seq))
    }

    /// A row of a change.
    fn image(&mut self, of: &Moment<'_>, is_after: bool) -> Result<Image, Fault> {
        let image = match (&of.after, is_after) {
            (Some((after, is_filled)), true) => {
                let partial = lacks(of.route, after);
                match is_filled {
                    true => self.blocks.put(of.number, of.seq, after.iter().copied(), partial),
                    false => self.blocks.image(of.number, of.seq, of.change.after, partial),
                }
            }
            _ => self.blocks.image(of.number, of.seq, of.change.before, false),
        };
        image.ok_or(Fault::TooLarge(of.seq))
    }

    /// The place of the row with that key, if the window has it; else the digest of its key, which
    /// is left in the scratch.
    fn find(&mut self, target: u32, values: &[Value<'_>], places: &[usize]) -> Result<usize, u64> {
        self.scratch.clear(1 << 16);
        self.scratch.push_row(places.iter().map(|place| plain(values[*place])));
        let key = self.scratch.stored(0);
        let digest = self.digest.hash_one((target, key));
        let mut at = self.index.get(&digest).copied();
        while let Some(number) = at {
            let net = &self.nets[number as usize];
            if net.target == target && self.keys[net.key.clone()] == *key {
                return Ok(number as usize);
            }
            at = net.next;
        }
        Err(digest)
    }

    /// The place of the row with that key.
    fn net(&mut self, target: u32, values: &[Value<'_>], places: &[usize]) -> usize {
        let digest = match self.find(target, values, places) {
            Ok(known) => return known,
            Err(digest) => digest,
        };
        let start = self.keys.len();
        self.keys.extend_from_slice(self.scratch.stored(0));
        let key = start..self.keys.len();
        // Memory ends long before numbers do.
        let number = self.nets.len() as u32;
        self.nets.push(Net {
            target,
            key,
            before: None,
            after: None,
            shown: None,
            more: 0,
            source: 0,
            group: number,
            is_tied: false,
            next: self.index.get(&digest).copied(),
        });
        self.index.insert(digest, number);
        number as usize
    }

    /// Leaves a row out that was looked at and not touched.
    fn forget(&mut self, net: usize) {
        let is_last = net + 1 == self.nets.len();
        if !is_last || self.nets[net].shown.is_some() {
            return;
        }
        let Some(gone) = self.nets.pop() else { return };
        let digest = self.digest.hash_one((gone.target, &self.keys[gone.key.clone()]));
        self.keys.truncate(gone.key.start);
        match gone.next {
            Some(next) => drop(self.index.insert(digest, next)),
            None => drop(self.index.remove(&digest)),
        }
    }
}

/// A change, taken apart.
struct Moment<'a> {
    number: u32,
    route: &'a Route,
    seq: Seq,
    change: Change<'a>,
    before: Option<Vec<Value<'a>>>,
    /// With whether it is not as it lies in the block.
    after: Option<(Vec<Value<'a>>, bool)>,
}

impl<'a> Moment<'a> {
    /// The states that are there: the row that goes, then the one that comes.
    fn states(&self) -> impl Iterator<Item = (&[Value<'a>], i64)> {
        let gone = self.before.iter().map(|values| (values.as_slice(), -1));
        gone.chain(self.after.iter().map(|(values, _)| (values.as_slice(), 1)))
    }

    /// Leaves out what does not meet the filter: a row that comes to meet it is new, and one that
    /// no longer does is gone.
    fn filter(&mut self) -> Result<(), Fault> {
        let Some(filter) = &self.route.filter else { return Ok(()) };
        let meets = |values: &[Value<'_>]| {
            let seq = self.seq;
            filter.meets(values).map_err(|reason| Fault::Undecidable { seq, reason })
        };
        let stays = self.before.as_deref().map(&meets).transpose()?;
        let comes = self.after.as_ref().map(|(values, _)| meets(values)).transpose()?;
        self.before = self.before.take().filter(|_| stays == Some(true));
        self.after = self.after.take().filter(|_| comes == Some(true));
        Ok(())
    }
}

/// The values of a row.
fn values<'a>(stored: &'a [u8], route: &Route, seq: Seq) -> Result<Vec<Value<'a>>, Fault> {
    let mut values = Vec::with_capacity(route.width);
    values.extend(Cells::new(stored));
    if values.len() == route.width { Ok(values) } else { Err(Fault::Corrupt(seq)) }
}

/// Whether the source did not say all that is written.
fn lacks(route: &Route, values: &[Value<'_>]) -> bool {
    route.places.iter().any(|place| matches!(values[*place], Value::Unchanged))
}

/// Puts what was before where the change does not say. Says whether it had to.
fn fill<'a>(before: &[Value<'a>], mut after: Vec<Value<'a>>) -> (Vec<Value<'a>>, bool) {
    let mut filled = false;
    for (value, known) in after.iter_mut().zip(before) {
        if matches!(value, Value::Unchanged) && !matches!(known, Value::Unchanged) {
            (*value, filled) = (*known, true);
        }
    }
    (after, filled)
}

/// A value of a key in a form that is the same whatever type holds it.
fn plain(value: Value<'_>) -> Value<'_> {
    match value {
        Value::Bool(value) => Value::Int(value.into()),
        Value::Year(year) => Value::Int(year.into()),
        Value::UInt(value) => i64::try_from(value).map_or(Value::UInt(value), Value::Int),
        other => other,
    }
}

/// Digests are not digested again.
#[derive(Debug, Default)]
struct Digested(u64);

impl Hasher for Digested {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, digest: u64) {
        self.0 = digest;
    }
}
