//! A window as work: batches, each of them one transaction at the target, in steps that follow one
//! another.

use super::fold::{Fold, Net};
use super::image::Image;
use super::route::Route;
use std::collections::BTreeMap;

/// What is done with rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WorkKind {
    /// Removed, each found by its key.
    Delete,
    /// Removed, so many equal ones of each.
    DeleteCopies,
    /// Changed in place, all that is written.
    Update,
    /// Changed in place, as far as the source says.
    UpdatePart,
    /// Written; nothing may be in the way.
    Insert,
    /// Written, so many equal ones of each.
    InsertCopies,
    /// Put in place of whatever has one of its keys.
    Replace,
    /// Is gone: what refers to it follows.
    FollowDelete,
    /// Has changed: what refers to it follows.
    FollowUpdate,
}

/// A row to work on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// By which it is found.
    pub key: Image,
    /// What it becomes.
    pub image: Image,
    /// How many; 1 for rows with a key.
    pub copies: u32,
    /// It is written anew in another part of the same window.
    pub returns: bool,
    /// Rows of one group belong together: where one is not as expected and the target is to stay
    /// as it is, nothing is done about any of them.
    pub group: Option<u32>,
}

/// Rows of one table that have the same done to them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    pub route: u32,
    pub kind: WorkKind,
    pub rows: Vec<Row>,
}

/// What is one transaction at the target. Its works are done in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Batch {
    pub works: Vec<Work>,
    pub rows: usize,
    pub bytes: usize,
    /// The lanes of rows without a key that it does all the work of.
    pub lanes: Vec<usize>,
}

/// How work is divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Rows and bytes of a batch, at most.
    pub rows: usize,
    pub bytes: usize,
    /// A batch of fewer rows is not worth a transaction of its own.
    pub least: usize,
    /// How many work at the same time.
    pub sessions: usize,
    /// All in one transaction.
    pub whole: bool,
    /// All rows that belong together are in one transaction.
    pub together: bool,
}

/// The work of a window. Batches of one step can be done at the same time, those of the next when all
/// of these are done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    pub steps: Vec<Vec<Batch>>,
}

/// The work on one table.
#[derive(Debug, Default)]
struct Table {
    removed: Vec<Row>,
    changed: Vec<Row>,
    in_part: Vec<Row>,
    written: Vec<Row>,
    /// Both steps have to follow one another.
    in_order: bool,
    /// Some rows belong together.
    is_tied: bool,
    /// Some of it may have been done before.
    lenient: bool,
}

impl Plan {
    pub fn new(fold: &Fold, routes: &[Route], size: Size) -> Self {
        let mut tables: BTreeMap<u32, Table> = BTreeMap::new();
        let mut loose: BTreeMap<usize, Table> = BTreeMap::new();
        for (number, net) in fold.nets().iter().enumerate() {
            let Some(shown) = net.shown else { continue };
            let route = &routes[shown.route as usize];
            match route.is_loose() {
                true => loose.entry(route.lane).or_default().copies(net, shown),
                false => tables.entry(net.target).or_default().state(fold, (number, net), routes),
            }
        }
        if size.whole {
            return Self::in_one(tables, loose, size);
        }
        let rows: usize = tables.values().map(Table::rows).sum();
        let share = rows / (size.sessions.max(1) * 2);
        let size = Size { rows: share.clamp(size.least, size.rows.max(size.least)), ..size };
        let (mut first, mut second) = (Filling::new(size), Filling::new(size));
        for table in tables.into_values() {
            let is_apart = !table.in_order || table.removed.is_empty() || table.written.is_empty();
            let is_together = size.together && table.is_tied;
            let lenient = table.lenient;
            if !is_apart && !is_together && table.rows() > size.rows {
                first.add(WorkKind::Delete, table.removed);
                first.rest(table.changed, table.in_part, vec![], lenient);
                second.rest(vec![], vec![], table.written, lenient);
                continue;
            }
            if !is_apart || is_together {
                // Together in one transaction, in order.
                first.reserve(table.rows());
            }
            first.add(WorkKind::Delete, table.removed);
            first.rest(table.changed, table.in_part, table.written, lenient);
        }
        let mut steps = vec![first.done(), second.done()];
        for (lane, table) in loose {
            let mut filling = Filling::new(Size { rows: usize::MAX, bytes: usize::MAX, ..size });
            filling.copies(table);
            let whole = filling.done();
            steps[0].extend(whole.into_iter().map(|batch| Batch { lanes: vec![lane], ..batch }));
        }
        steps.retain(|step| !step.is_empty());
        Self { steps }
    }

    /// All in one transaction: everything that goes, then everything else.
    fn in_one(tables: BTreeMap<u32, Table>, loose: BTreeMap<usize, Table>, size: Size) -> Self {
        let mut filling = Filling::new(Size { rows: usize::MAX, bytes: usize::MAX, ..size });
        let mut rest = Vec::with_capacity(tables.len());
        for table in tables.into_values() {
            filling.add(WorkKind::Delete, table.removed);
            rest.push((table.changed, table.in_part, table.written, table.lenient));
        }
        for (changed, in_part, written, lenient) in rest {
            filling.rest(changed, in_part, written, lenient);
        }
        let lanes: Vec<usize> = loose.keys().copied().collect();
        for table in loose.into_values() {
            filling.copies(table);
        }
        let whole = filling.done();
        let batches = whole.into_iter().map(|batch| Batch { lanes: lanes.clone(), ..batch });
        let mut steps = vec![batches.collect::<Vec<_>>()];
        steps.retain(|step| !step.is_empty());
        Self { steps }
    }

    /// Adds rows that are worked on after everything else.
    pub fn add_last(&mut self, kind: WorkKind, rows: Vec<Row>) {
        let Some(route) = rows.first().map(|row| row.image.route) else { return };
        let bytes = rows.iter().map(|row| row.key.size().max(row.image.size())).sum();
        let (count, work) = (rows.len(), Work { route, kind, rows });
        self.steps.push(vec![Batch { works: vec![work], rows: count, bytes, lanes: vec![] }]);
    }

    /// Rows that are worked on.
    pub fn rows(&self) -> usize {
        self.steps.iter().flatten().map(|batch| batch.rows).sum()
    }
}

impl Table {
    fn rows(&self) -> usize {
        self.removed.len() + self.changed.len() + self.in_part.len() + self.written.len()
    }

    /// What has to be done for a row with a key.
    fn state(&mut self, fold: &Fold, (number, net): (usize, &Net), routes: &[Route]) {
        let Some(shown) = net.shown else { return };
        let route = &routes[shown.route as usize];
        let (lenient, group) = (fold.is_lenient(route), fold.group(number));
        self.in_order |= !route.apart;
        self.lenient |= lenient;
        self.is_tied |= group.is_some();
        let row = |key: Image, image: Image| Row { key, image, copies: 1, returns: false, group };
        match (net.before, net.after) {
            (None, None) if lenient => self.removed.push(row(shown, shown)),
            (None, None) => {}
            (Some(before), None) => self.removed.push(row(before, before)),
            (None, Some(after)) => self.written.push(row(after, after)),
            (Some(before), Some(after)) if after.partial => self.in_part.push(row(before, after)),
            (Some(before), Some(after)) if !lenient && gives(fold, routes, before, after) => {
                let group = Some(group.unwrap_or(number as u32));
                self.is_tied = true;
                self.removed.push(Row { returns: true, group, ..row(before, before) });
                self.written.push(Row { group, ..row(after, after) });
            }
            // A key of other bytes may have been equal to its own in between, and is removed first.
            (Some(_), Some(after)) if lenient => self.written.push(row(after, after)),
            (Some(before), Some(after)) => self.changed.push(row(before, after)),
        }
    }

    /// How many of a row come or go.
    fn copies(&mut self, net: &Net, shown: Image) {
        let copies = u32::try_from(net.more.unsigned_abs()).unwrap_or(u32::MAX);
        let row = Row { key: shown, image: shown, copies, returns: false, group: None };
        match net.more {
            0 => {}
            ..0 => self.removed.push(row),
            1.. => self.written.push(row),
        }
    }
}

/// Whether a row has other unique values after the window than before, besides its key.
fn gives(fold: &Fold, routes: &[Route], before: Image, after: Image) -> bool {
    let (from, to) = (&routes[before.route as usize], &routes[after.route as usize]);
    if from.columns != to.columns && to.whole {
        // What the one wrote and the other does not must not stay.
        return true;
    }
    if !from.has_further_keys() && !to.has_further_keys() {
        return false;
    }
    if before.route != after.route {
        return true;
    }
    let was: Vec<_> = fold.blocks.cells(&before).collect();
    let is: Vec<_> = fold.blocks.cells(&after).collect();
    to.unique.iter().any(|place| was.get(*place) != is.get(*place))
}

/// Batches while they are filled.
struct Filling {
    size: Size,
    batches: Vec<Batch>,
    open: Batch,
    /// Rows that must not be parted from one another.
    kept_together: usize,
}

impl Filling {
    fn new(size: Size) -> Self {
        Self { size, batches: Vec::new(), open: Batch::default(), kept_together: 0 }
    }

    /// Keeps the next rows in one batch.
    fn reserve(&mut self, rows: usize) {
        if self.open.rows > 0 && self.open.rows + rows > self.size.rows {
            self.close();
        }
        self.kept_together = rows;
    }

    fn close(&mut self) {
        let batch = std::mem::take(&mut self.open);
        if batch.rows > 0 {
            self.batches.push(batch);
        }
    }

    fn add(&mut self, kind: WorkKind, rows: Vec<Row>) {
        for row in rows {
            let bytes = row.key.size().max(row.image.size());
            let is_full = self.open.rows >= self.size.rows
                || (self.open.rows > 0 && self.open.bytes + bytes > self.size.bytes);
            match self.kept_together {
                0 if is_full => self.close(),
                0 => {}
                _ => self.kept_together -= 1,
            }
            self.open.rows += 1;
            self.open.bytes += bytes;
            let route = row.image.route;
            let fits = |work: &&mut Work| work.kind == kind && work.route == route;
            match self.open.works.last_mut().filter(fits) {
                Some(work) => work.rows.push(row),
                None => self.open.works.push(Work { route, kind, rows: vec![row] }),
            }
        }
    }

    /// What comes after the removed rows.
    fn rest(&mut self, changed: Vec<Row>, in_part: Vec<Row>, written: Vec<Row>, lenient: bool) {
        self.add(WorkKind::UpdatePart, in_part);
        self.add(WorkKind::Update, changed);
        self.add(if lenient { WorkKind::Replace } else { WorkKind::Insert }, written);
    }

    fn copies(&mut self, table: Table) {
        self.add(WorkKind::DeleteCopies, table.removed);
        self.add(WorkKind::InsertCopies, table.written);
    }

    fn done(mut self) -> Vec<Batch> {
        self.close();
        self.batches
    }
}
