//! The thread that writes: what waits becomes frames, one write and one sync, and then it is visible.

use super::{
    super::LogError,
    Shared, index,
    queue::{Plain, Queue},
    recover::Tail,
    registry::Registry,
    segment::Segment,
};
use oms_model::{
    Position,
    change::{
        Defined,
        frame::{Frame, FrameKind, HEAD, Head, Packer},
    },
};
use std::{
    fs::{File, OpenOptions},
    os::unix::fs::{FileExt, OpenOptionsExt},
    path::PathBuf,
    sync::Arc,
    thread::JoinHandle,
    time::Instant,
};

/// More than this is not held before it is written.
const ROOM: usize = 8 << 20;

/// Begins to write what is queued, behind the tail.
pub fn spawn(
    shared: Arc<Shared>,
    queue: Arc<Queue>,
    tail: Tail,
) -> Result<JoinHandle<()>, LogError> {
    let path = shared.folder.path().to_owned();
    let span = tracing::Span::current();
    let work = move || span.in_scope(|| run(shared, &queue, tail));
    let thread = std::thread::Builder::new().name("change-log".into());
    thread.spawn(work).map_err(LogError::of("written by a thread of its own", &path))
}

/// Whoever waits for a writer that broke is told.
struct Told<'a>(&'a Queue);

impl Drop for Told<'_> {
    fn drop(&mut self) {
        self.0.close();
    }
}

fn run(shared: Arc<Shared>, queue: &Queue, tail: Tail) {
    let _told = Told(queue);
    let outcome = Writer::new(shared, tail).and_then(|mut writer| {
        while let Some((blocks, ticket)) = queue.take() {
            writer.write(blocks)?;
            queue.wrote(ticket);
        }
        Ok(())
    });
    if let Err(error) = outcome {
        queue.fail(error);
    }
}

struct Writer {
    shared: Arc<Shared>,
    file: Option<(File, PathBuf)>,
    /// The segment with all that is written or about to be.
    draft: Segment,
    /// The same up to its last whole transaction, where more follows.
    whole: Option<Segment>,
    /// Whether the draft ends where a transaction does.
    ended: bool,
    position: Option<Position>,
    registry: Registry,
    packer: Packer,
    /// Frames that are not written.
    out: Vec<u8>,
    /// When the segment was begun here.
    opened: Instant,
    /// Whether the folder has to remember the segment.
    is_new: bool,
}

impl Writer {
    fn new(shared: Arc<Shared>, tail: Tail) -> Result<Self, LogError> {
        let file = match &tail.segment {
            Some(segment) => {
                let path = shared.folder.segment(segment.first);
                let file = OpenOptions::new().write(true).open(&path);
                Some((file.map_err(LogError::of("opened", &path))?, path))
            }
            None => None,
        };
        Ok(Self {
            shared,
            file,
            draft: tail.segment.unwrap_or_else(|| Segment::new(tail.next, 0)),
            whole: None,
            ended: true,
            position: tail.position,
            registry: tail.registry,
            packer: Packer::default(),
            out: Vec::new(),
            opened: Instant::now(),
            is_new: false,
        })
    }

    fn write(&mut self, blocks: Vec<Plain>) -> Result<(), LogError> {
        for block in blocks {
            if block.begins && self.is_over() {
                self.commit()?;
                self.roll(block.committed)?;
            }
            self.block(block)?;
            if self.out.len() >= ROOM {
                self.put()?;
            }
        }
        self.commit()
    }

    /// Whether another segment is to follow.
    fn is_over(&self) -> bool {
        let settings = &self.shared.settings;
        let is_full = self.draft.bytes >= settings.segment;
        let is_old = self.opened.elapsed() >= settings.segment_age;
        self.file.is_none() || (self.draft.has_changes() && (is_full || is_old))
    }

    /// Begins a segment. The one before is durable.
    fn roll(&mut self, committed: i64) -> Result<(), LogError> {
        let (first, began) = match self.file.take() {
            Some(_) => {
                index::write(&self.shared.folder.index(self.draft.first), &self.draft);
                (self.draft.last.next(), self.draft.current)
            }
            None => (self.draft.first, committed),
        };
        let path = self.shared.folder.segment(first);
        let mut options = OpenOptions::new();
        // What is there under this name was never durable.
        options.write(true).create(true).truncate(true).mode(0o600);
        let file = options.open(&path).map_err(LogError::of("made", &path))?;
        self.file = Some((file, path));
        self.draft = Segment::new(first, began);
        (self.opened, self.is_new) = (Instant::now(), true);
        let defined = self.registry.open();
        let position = self.position.clone();
        self.defined(&defined, position.as_ref());
        Ok(())
    }

    fn block(&mut self, plain: Plain) -> Result<(), LogError> {
        let first = plain.first;
        let wrong = |reason: &str| LogError::Malformed(reason.to_owned());
        if first != self.draft.last.next() {
            return Err(wrong("a number that is not the next one"));
        }
        if self.ended && !plain.ends {
            self.whole = Some(self.draft.clone());
        }
        let defined = self.registry.before(plain.news, &plain.uses).map_err(wrong)?;
        if let Some(defined) = defined {
            self.defined(&defined, None);
        }
        let place = plain.position.as_ref().map(ToString::to_string);
        let frame = Frame {
            kind: FrameKind::Block,
            begins: plain.begins,
            ends: plain.ends,
            first,
            changes: plain.changes,
            committed: plain.committed,
            place: place.as_deref(),
            payload: plain.block.bytes(),
        };
        self.frame(&frame);
        self.ended = plain.ends;
        if plain.ends {
            self.whole = None;
            self.position = plain.position.or(self.position.take());
        }
        Ok(())
    }

    /// Says definitions. With a position, or at the beginning of a log, it is something whole.
    fn defined(&mut self, defined: &Defined, position: Option<&Position>) {
        let place = position.map(ToString::to_string);
        let payload = serde_json::to_vec(defined).expect("definitions are JSON");
        self.frame(&Frame {
            kind: FrameKind::Defined,
            begins: defined.opens,
            ends: defined.opens,
            first: self.draft.last.next(),
            changes: 0,
            committed: self.draft.current,
            place: place.as_deref(),
            payload: &payload,
        });
    }

    fn frame(&mut self, frame: &Frame<'_>) {
        let start = self.out.len();
        self.packer.write(&mut self.out, frame);
        let head = Head::read(&self.out[start..start + HEAD]).expect("it was written just now");
        self.draft.note(&head, self.shared.settings.stride);
    }

    /// Writes what is packed.
    fn put(&mut self) -> Result<(), LogError> {
        if let Some((file, path)) = &self.file {
            let at = self.draft.bytes - self.out.len() as u64;
            file.write_all_at(&self.out, at).map_err(LogError::of("written", path))?;
        }
        self.out.clear();
        self.out.shrink_to(ROOM);
        Ok(())
    }

    /// Makes all durable, and whatever is whole visible.
    fn commit(&mut self) -> Result<(), LogError> {
        self.put()?;
        let Some((file, path)) = &self.file else { return Ok(()) };
        file.sync_data().map_err(LogError::of("made durable", path))?;
        if self.is_new {
            self.shared.folder.sync()?;
            self.is_new = false;
        }
        self.publish();
        Ok(())
    }

    fn publish(&self) {
        let whole = self.whole.as_ref().unwrap_or(&self.draft);
        let mut segments = self.shared.segments();
        match segments.last_mut().filter(|last| last.first == whole.first) {
            Some(last) if last.bytes == whole.bytes => return,
            Some(last) => last.clone_from(whole),
            // Nobody misses a segment in which nothing has come to an end.
            None if whole.bytes == 0 => return,
            None => segments.push(whole.clone()),
        }
        self.shared.publish(&segments, self.position.clone());
    }
}
