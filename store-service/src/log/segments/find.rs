//! The change that a place of the source stands for: all that the source had committed up to the place is
//! up to this change, and nothing else is.
//!
//! ```text
//!   segments ──by the place each opens with──▶ one ──by its index──▶ frames ──▶ transactions
//! ```
//!
//! Places are sets, so one may have a transaction and lack another one that is before it in the log. No
//! change stands for such a place, and that is said. Places are compared by the source's connector.

use super::{
    super::{LogError, PlaceError},
    Shared,
    scan::Scan,
    segment::Segment,
};
use oms_connector::ChangeReader;
use oms_model::{
    Position,
    change::{
        Item, Items, Seq,
        frame::{FrameKind, Head, Unpacker},
    },
};

/// The last change that is up to a place.
pub fn behind(
    shared: &Shared,
    place: &Position,
    order: &dyn ChangeReader,
) -> Result<Seq, PlaceError> {
    let end = shared.extent.borrow().position.clone();
    let segments = shared.segments().clone();
    let (Some(end), Some(first)) = (end, segments.first()) else { return Err(PlaceError::Ahead) };
    if !order.includes(&end, place)? {
        return Err(PlaceError::Ahead);
    }
    let begin = opening(shared, first)?;
    if !order.includes(place, &begin)? {
        return Err(PlaceError::Gone);
    }
    // The last segment that opens up to the place, and the place it opens with.
    let (mut low, mut high, mut before) = (0, segments.len(), begin);
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        let opens = opening(shared, &segments[middle])?;
        match order.includes(place, &opens)? {
            true => (low, before) = (middle, opens),
            false => high = middle,
        }
    }
    let from = enter(shared, &segments[low], place, order)?;
    let seq = Seq(from.0.0.saturating_sub(1));
    let mut finding = Finding { place, order, seq, before, lacks: None };
    let mut at = from.1;
    for segment in &segments[low..] {
        let path = shared.folder.segment(segment.first);
        let scan = Scan::open(&path, at, Some(segment.bytes))?;
        if let Some(seq) = finding.walk(scan)? {
            return Ok(seq);
        }
        at = 0;
    }
    Err(PlaceError::Ahead)
}

/// Where to begin to walk over a segment that opens up to a place: the number of the first change behind
/// it, and the byte.
fn enter(
    shared: &Shared,
    segment: &Segment,
    place: &Position,
    order: &dyn ChangeReader,
) -> Result<(Seq, u64), PlaceError> {
    let path = shared.folder.segment(segment.first);
    let (mut low, mut high) = (0, segment.entries.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let mut scan = Scan::open(&path, segment.entries[middle].at, Some(segment.bytes))?;
        match next_place(&mut scan)? {
            Some((_, here)) if order.includes(place, &here)? => low = middle + 1,
            _ => high = middle,
        }
    }
    let entry = low.checked_sub(1).map(|at| segment.entries[at]);
    Ok(entry.map_or((segment.first, 0), |entry| (entry.first, entry.at)))
}

/// The place that all of a segment comes behind.
fn opening(shared: &Shared, segment: &Segment) -> Result<Position, LogError> {
    let path = shared.folder.segment(segment.first);
    let mut scan = Scan::open(&path, 0, Some(segment.bytes))?;
    match next_place(&mut scan)? {
        Some((head, place)) if head.first == segment.first && head.changes == 0 => Ok(place),
        _ => Err(scan.damaged(0, "it does not say where it begins")),
    }
}

/// The next place that is said, and the head of the frame that says it.
fn next_place(scan: &mut Scan) -> Result<Option<(Head, Position)>, LogError> {
    let mut body = Vec::new();
    while let Some((at, head)) = scan.frame(&mut body)? {
        if let Some(place) = place_of(scan, at, &head, &body)? {
            return Ok(Some((head, place)));
        }
    }
    Ok(None)
}

fn place_of(scan: &Scan, at: u64, head: &Head, body: &[u8]) -> Result<Option<Position>, LogError> {
    let body = head.check(body).map_err(|corrupt| scan.damaged(at, corrupt.reason))?;
    let place = body.place.map(str::parse).transpose();
    place.map_err(|_| scan.damaged(at, "a place that is none"))
}

/// A walk over frames, from one on that the place is behind.
struct Finding<'a> {
    place: &'a Position,
    order: &'a dyn ChangeReader,
    /// The last change so far that is up to the place.
    seq: Seq,
    /// The place behind the last frame that had one.
    before: Position,
    /// A transaction that the place lacks.
    lacks: Option<String>,
}

impl Finding<'_> {
    /// Walks on. Gives the change, once nothing else can be up to the place.
    fn walk(&mut self, mut scan: Scan) -> Result<Option<Seq>, PlaceError> {
        let (mut body, mut unpacker) = (Vec::new(), Unpacker::default());
        while let Some((at, head)) = scan.frame(&mut body)? {
            if head.kind != FrameKind::Block {
                continue;
            }
            let here = place_of(&scan, at, &head, &body)?;
            let is_up_to = match &here {
                Some(here) => self.order.includes(self.place, here)?,
                None => false,
            };
            if is_up_to && self.lacks.is_none() {
                self.seq = self.seq.max(head.last());
            } else {
                let whole = head.check(&body).and_then(|body| unpacker.payload(&body));
                let items = whole.map_err(|corrupt| scan.damaged(at, corrupt.reason))?;
                for item in Items::new(&items) {
                    match item.map_err(|corrupt| scan.damaged(at, corrupt.reason))? {
                        Item::Begin(head) => self.transaction(head.id, head.last())?,
                        Item::Rows(_) | Item::Statement(_) | Item::End | Item::Beat(_) => {}
                    }
                }
            }
            let Some(here) = here else { continue };
            if !self.order.includes(&here, &self.before)? {
                let (has, lacks) = ("a number".into(), "one that is lower".into());
                return Err(PlaceError::Inexact { has, lacks });
            }
            if self.order.includes(&here, self.place)? {
                return Ok(Some(self.seq));
            }
            self.before = here;
        }
        Ok(None)
    }

    fn transaction(&mut self, id: &str, last: Seq) -> Result<(), PlaceError> {
        match (self.order.covers(self.place, id)?, self.lacks.take()) {
            (true, None) => self.seq = last,
            (true, Some(lacks)) => return Err(PlaceError::Inexact { has: id.into(), lacks }),
            (false, lacks) => self.lacks = Some(lacks.unwrap_or_else(|| id.to_owned())),
        }
        Ok(())
    }
}
