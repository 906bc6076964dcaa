//! The way back to the last whole transaction: when a log is opened, and when what was written did not
//! become durable.

use super::{
    super::LogError, SegmentSettings, files::Folder, index, registry::Registry, scan::Scan,
    segment::Segment,
};
use oms_model::{
    Position,
    change::{
        Defined, Seq,
        frame::{FrameKind, Head, Unpacker},
    },
};
use std::{fs::OpenOptions, path::Path};

/// What a log comes to.
#[derive(Debug)]
pub struct Recovered {
    pub segments: Vec<Segment>,
    pub tail: Tail,
}

/// Where to go on.
#[derive(Debug, Clone)]
pub struct Tail {
    /// The last segment, unless there is none yet.
    pub segment: Option<Segment>,
    pub registry: Registry,
    pub position: Option<Position>,
    pub next: Seq,
}

/// What was known to be durable: the last segment, and how much of it.
#[derive(Debug, Clone, Copy)]
pub struct Cut {
    pub last: Option<(Seq, u64)>,
}

/// Cuts off what is no whole transaction, and finds out what the rest is. What is left is durable.
pub fn recover(
    folder: &Folder,
    settings: &SegmentSettings,
    cut: Option<Cut>,
) -> Result<Recovered, LogError> {
    let mut firsts = folder.list()?;
    if let Some(cut) = cut {
        back_to(folder, &mut firsts, cut)?;
    }
    let tail = loop {
        let Some(last) = firsts.pop() else { break Tail::nothing() };
        // It grows: what was known of it is no longer all.
        super::files::remove(&folder.index(last))?;
        if let Some(tail) = Tail::of(folder, settings, last)? {
            break tail;
        }
        tracing::warn!(first = %last, "a segment without a whole transaction is removed");
        folder.remove(last)?;
    };
    folder.sync()?;
    let mut segments = Vec::with_capacity(firsts.len() + 1);
    for first in firsts {
        segments.push(sealed(folder, settings, first)?);
    }
    segments.extend(tail.segment.clone());
    for pair in segments.windows(2) {
        if pair[0].last.next() != pair[1].first {
            let (from, upto) = (pair[0].last.next(), pair[1].first);
            return Err(LogError::Missing { path: folder.path().to_owned(), from, upto });
        }
    }
    Ok(Recovered { segments, tail })
}

/// Removes all that is known not to be durable, whole or not.
fn back_to(folder: &Folder, firsts: &mut Vec<Seq>, cut: Cut) -> Result<(), LogError> {
    let is_later = |first: &Seq| cut.last.is_none_or(|(last, _)| *first > last);
    while let Some(first) = firsts.pop_if(|first| is_later(first)) {
        folder.remove(first)?;
    }
    match cut.last {
        Some((last, bytes)) => truncate(&folder.segment(last), bytes).map(drop),
        None => Ok(()),
    }
}

/// Shortens a file if it is longer, and makes it durable. Says by how much.
fn truncate(path: &Path, bytes: u64) -> Result<u64, LogError> {
    let failed = || LogError::of("shortened", path);
    let file = OpenOptions::new().write(true).open(path).map_err(failed())?;
    let length = file.metadata().map_err(failed())?.len();
    if length > bytes {
        file.set_len(bytes).map_err(failed())?;
    }
    file.sync_all().map_err(failed())?;
    Ok(length.saturating_sub(bytes))
}

/// What is known of a segment that no longer grows.
fn sealed(folder: &Folder, settings: &SegmentSettings, first: Seq) -> Result<Segment, LogError> {
    let path = folder.segment(first);
    let bytes = path.metadata().map_err(LogError::of("read", &path))?.len();
    if let Some(segment) = index::read(&folder.index(first), first, bytes) {
        return Ok(segment);
    }
    let mut scan = Scan::open(&path, 0, None)?;
    let mut segment: Option<Segment> = None;
    while let Some((at, head)) = scan.head()? {
        let segment = segment.get_or_insert_with(|| Segment::new(first, head.committed));
        if head.last().next() < segment.last.next() {
            return Err(scan.damaged(at, "numbers that run backwards"));
        }
        segment.note(&head, settings.stride);
    }
    let segment = segment.ok_or_else(|| scan.damaged(0, "it is empty"))?;
    index::write(&folder.index(first), &segment);
    Ok(segment)
}

impl Tail {
    fn nothing() -> Self {
        Self { segment: None, registry: Registry::default(), position: None, next: Seq(1) }
    }

    /// Walks over the last segment, up to what is no whole transaction, and cuts that off. Nothing if
    /// there is no whole one.
    fn of(
        folder: &Folder,
        settings: &SegmentSettings,
        first: Seq,
    ) -> Result<Option<Self>, LogError> {
        let path = folder.segment(first);
        let mut walk = Walk::new(&path, first, settings.stride)?;
        loop {
            match walk.step() {
                Ok(true) => {}
                Ok(false) => break,
                // The tail was torn, or never written in this order.
                Err(LogError::Damaged { at, reason, .. }) => {
                    tracing::warn!(path = %path.display(), at, reason, "a log ends early");
                    walk.keep();
                    break;
                }
                Err(other) => return Err(other),
            }
        }
        let Some(whole) = walk.whole else { return Ok(None) };
        let segment = whole.segment.clone().expect("a whole one has a segment");
        let removed = truncate(&path, segment.bytes)?;
        if removed > 0 {
            tracing::warn!(path = %path.display(), removed, "what was no whole transaction is cut off");
        }
        Ok(Some(whole))
    }
}

/// A walk over the last segment.
struct Walk {
    scan: Scan,
    body: Vec<u8>,
    unpacker: Unpacker,
    stride: u64,
    first: Seq,
    /// All that was walked over.
    so_far: Tail,
    /// The same at the end of the last whole transaction.
    whole: Option<Tail>,
    /// Whether something came since.
    open: bool,
}

impl Walk {
    fn new(path: &Path, first: Seq, stride: u64) -> Result<Self, LogError> {
        Ok(Self {
            scan: Scan::open(path, 0, None)?,
            body: Vec::new(),
            unpacker: Unpacker::default(),
            stride,
            first,
            so_far: Tail { next: first, ..Tail::nothing() },
            whole: None,
            open: false,
        })
    }

    /// One frame further. Says no at the end.
    fn step(&mut self) -> Result<bool, LogError> {
        let found = self.scan.frame(&mut self.body)?;
        let Some((at, head)) = found else {
            self.keep();
            return Ok(false);
        };
        if !head.ends && !self.open {
            // What was whole so far stays, whatever becomes of the rest.
            self.keep();
        }
        self.take(&head).map_err(|reason| self.scan.damaged(at, reason))?;
        self.open = !head.ends;
        Ok(true)
    }

    fn keep(&mut self) {
        if !self.open && self.so_far.segment.is_some() {
            self.whole = Some(self.so_far.clone());
        }
    }

    fn take(&mut self, head: &Head) -> Result<(), &'static str> {
        let tail = &mut self.so_far;
        if head.first != tail.next {
            return Err("a number that is not the next one");
        }
        let body = head.check(&self.body).map_err(|corrupt| corrupt.reason)?;
        match head.kind {
            FrameKind::Defined => {
                let json = self.unpacker.payload(&body).map_err(|corrupt| corrupt.reason)?;
                let defined: Defined =
                    serde_json::from_slice(&json).map_err(|_| "definitions that are none")?;
                if defined.opens == tail.segment.is_some() {
                    return Err("a beginning that is not at the beginning");
                }
                tail.registry.hear(&defined)?;
            }
            FrameKind::Block if tail.segment.is_none() => return Err("it has no beginning"),
            FrameKind::Block => {}
            FrameKind::Alive => return Err("a frame that belongs on a wire"),
        }
        if head.ends
            && let Some(place) = body.place
        {
            tail.position = Some(place.parse().map_err(|_| "a place that is none")?);
        }
        let first = self.first;
        let segment = tail.segment.get_or_insert_with(|| Segment::new(first, head.committed));
        segment.note(head, self.stride);
        tail.next = segment.last.next();
        Ok(())
    }
}
