//! Readers: each walks over the segments at its own pace, up to what is durable.

use super::{
    super::{Extent, LogError, LogReader},
    SegmentLog, Shared,
    scan::Scan,
};
use async_trait::async_trait;
use bytes::Bytes;
use oms_chassis::on_worker_thread;
use oms_model::change::{
    Seq,
    frame::{FrameKind, HEAD, Head},
};
use std::{collections::VecDeque, fs::File, os::unix::fs::FileExt, path::PathBuf, sync::Arc};
use tokio::sync::watch;

/// A reader at a place.
#[derive(Debug)]
pub struct SegmentReader {
    shared: Arc<Shared>,
    /// As long as it is read, the log is open.
    _log: SegmentLog,
    extent: watch::Receiver<Extent>,
    /// None as long as there is nothing in the log.
    place: Option<Place>,
}

/// Where a reader is. It is only moved once what was read has arrived, so that nothing is lost with a
/// reader that is dropped while it waits.
#[derive(Debug, Clone)]
struct Place {
    /// The segment, by its first number.
    segment: Seq,
    file: Arc<(File, PathBuf)>,
    at: u64,
    /// What was said in the segment before the place and has yet to be handed over.
    defined: VecDeque<u64>,
    /// Whole transactions up to here are passed over.
    after: Seq,
    /// The last change that was walked over.
    read: Seq,
}

impl SegmentReader {
    /// A reader of what follows a change.
    pub fn open(log: SegmentLog, after: Seq) -> Result<Self, LogError> {
        let shared = Arc::clone(&log.0.shared);
        let extent = shared.extent.subscribe();
        let place = Place::behind(&shared, after)?;
        Ok(Self { shared, _log: log, extent, place })
    }
}

#[async_trait]
impl LogReader for SegmentReader {
    async fn next(&mut self) -> Result<Bytes, LogError> {
        loop {
            if self.shared.over.is_cancelled() {
                return Err(LogError::Ending);
            }
            self.extent.mark_unchanged();
            let (shared, place) = (Arc::clone(&self.shared), self.place.clone());
            let (place, read) = on_worker_thread(move || Place::read_on(place, &shared)).await??;
            self.place = place;
            if !read.is_empty() {
                return Ok(read.into());
            }
            tokio::select! {
                _ = self.extent.changed() => {}
                () = self.shared.over.cancelled() => {}
            }
        }
    }
}

impl Place {
    /// The next frames, and where they end.
    fn read_on(place: Option<Self>, shared: &Shared) -> Result<(Option<Self>, Vec<u8>), LogError> {
        let place = match place {
            Some(place) => Some(place),
            None => Self::behind(shared, Seq::START)?,
        };
        let Some(mut place) = place else { return Ok((None, Vec::new())) };
        let read = place.read(shared)?;
        Ok((Some(place), read))
    }

    /// Where to begin to read what follows a change; none in a log without anything.
    fn behind(shared: &Shared, after: Seq) -> Result<Option<Self>, LogError> {
        let segments = shared.segments();
        let (Some(first), Some(last)) = (segments.first(), segments.last()) else {
            drop(segments);
            let end = Seq::START;
            return if after == end { Ok(None) } else { Err(LogError::Ahead { after, end }) };
        };
        if after.next() < first.first {
            return Err(LogError::Gone { after, begin: Seq(first.first.0 - 1) });
        }
        if after > last.last {
            return Err(LogError::Ahead { after, end: last.last });
        }
        let holder = segments.partition_point(|segment| segment.first <= after.next()) - 1;
        let segment = &segments[holder];
        let at = segment.behind(after);
        let defined = segment.defined.iter().copied().take_while(|place| *place < at).collect();
        let file = open(shared, segment.first)?;
        let read = Seq(segment.first.0 - 1);
        Ok(Some(Self { segment: segment.first, file, at, defined, after, read }))
    }

    /// The next frames, or nothing at the end of what is durable. What was read before an error is
    /// handed over; the error comes again.
    fn read(&mut self, shared: &Shared) -> Result<Vec<u8>, LogError> {
        let mut out = Vec::new();
        match self.read_into(&mut out, shared) {
            Err(error) if out.is_empty() => Err(error),
            _ => Ok(out),
        }
    }

    fn read_into(&mut self, out: &mut Vec<u8>, shared: &Shared) -> Result<(), LogError> {
        let most = shared.settings.chunk;
        while out.len() < most
            && let Some(at) = self.defined.front()
        {
            self.frame(*at, out)?;
            self.defined.pop_front();
        }
        while self.defined.is_empty() && out.len() < most {
            match self.limit(shared)? {
                Some(limit) if self.at >= limit => break,
                Some(limit) => self.frames(limit, most, out)?,
                None => {}
            }
        }
        Ok(())
    }

    /// How far the segment is durable; nothing when it came to the next segment.
    fn limit(&mut self, shared: &Shared) -> Result<Option<u64>, LogError> {
        let segments = shared.segments();
        let own = segments.iter().position(|segment| segment.first == self.segment);
        let durable = match own {
            Some(own) => segments[own].bytes,
            // It was removed while it was read: it is whole, and read to its end.
            None => self.length()?,
        };
        let next = segments.get(own.map_or(0, |own| own + 1)).map(|segment| segment.first);
        drop(segments);
        let Some(next) = next.filter(|_| self.at >= durable) else { return Ok(Some(durable)) };
        if next != self.read.next() {
            return Err(LogError::Gone { after: self.read, begin: Seq(next.0 - 1) });
        }
        (self.segment, self.file, self.at) = (next, open(shared, next)?, 0);
        Ok(None)
    }

    fn length(&self) -> Result<u64, LogError> {
        let (file, path) = &*self.file;
        Ok(file.metadata().map_err(LogError::of("read", path))?.len())
    }

    /// Adds frames up to a place, about as many as are wanted.
    fn frames(&mut self, limit: u64, most: usize, out: &mut Vec<u8>) -> Result<(), LogError> {
        while self.at < limit && out.len() < most {
            let start = out.len();
            let head = self.frame(self.at, out)?;
            self.at += head.size() as u64;
            self.read = self.read.max(head.last());
            let is_whole = head.kind == FrameKind::Block && head.begins && head.ends;
            if is_whole && head.changes > 0 && head.last() <= self.after {
                out.truncate(start);
            }
        }
        Ok(())
    }

    /// Adds the frame at a place, or nothing.
    fn frame(&self, at: u64, out: &mut Vec<u8>) -> Result<Head, LogError> {
        let start = out.len();
        let added = self.add(at, out);
        if added.is_err() {
            out.truncate(start);
        }
        added
    }

    fn add(&self, at: u64, out: &mut Vec<u8>) -> Result<Head, LogError> {
        let (file, path) = &*self.file;
        let failed = || LogError::of("read", path);
        let damaged = |reason| LogError::Damaged { path: path.clone(), at, reason };
        let start = out.len();
        out.resize(start + HEAD, 0);
        file.read_exact_at(&mut out[start..], at).map_err(failed())?;
        let head = Head::read(&out[start..]).map_err(|corrupt| damaged(corrupt.reason))?;
        out.resize(start + head.size(), 0);
        file.read_exact_at(&mut out[start + HEAD..], at + HEAD as u64).map_err(failed())?;
        head.check(&out[start + HEAD..]).map_err(|corrupt| damaged(corrupt.reason))?;
        Ok(head)
    }
}

fn open(shared: &Shared, first: Seq) -> Result<Arc<(File, PathBuf)>, LogError> {
    let path = shared.folder.segment(first);
    let file = File::open(&path).map_err(LogError::of("opened", &path))?;
    Ok(Arc::new((file, path)))
}

/// A place such that everything committed at a moment or later comes behind it.
pub fn at(shared: &Shared, moment: i64) -> Result<Seq, LogError> {
    let (path, from, bytes, last) = {
        let segments = shared.segments();
        let Some(end) = segments.last() else { return Ok(Seq::START) };
        if moment <= segments[0].began {
            return Ok(Seq(segments[0].first.0 - 1));
        }
        // The first segment that holds something so late.
        let holder = segments.partition_point(|segment| segment.current < moment);
        let Some(segment) = segments.get(holder) else { return Ok(end.last) };
        (shared.folder.segment(segment.first), segment.since(moment), segment.bytes, segment.last)
    };
    let mut scan = Scan::open(&path, from, Some(bytes))?;
    let mut begins = last;
    while let Some((_, head)) = scan.head()? {
        if head.begins {
            begins = Seq(head.first.0.saturating_sub(1));
        }
        if head.kind == FrameKind::Block && head.committed >= moment {
            return Ok(begins);
        }
    }
    Ok(last)
}
