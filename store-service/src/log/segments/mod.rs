//! A log in files of this machine: segments, each named by the number of its first change.
//!
//! ```text
//!   Appender ──▶ Queue ──▶ Writer (a thread) ──▶ 00000000000000000001.log … ──▶ Reader, Reader …
//!   numbers      waits     packs, one write,      frames            .idx        up to what is durable
//!                          one sync                                  found by number and by time
//! ```
//!
//! A segment begins with a frame that says which definitions are current, and says any other before it is
//! used, so that earlier segments may be removed. A transaction lies in one segment. What follows the end
//! of the last whole transaction of the last segment is cut off when the log is opened, and whenever
//! somebody begins to append: there is one way back, whatever happened.
//!
//! | file | what it is |
//! |---|---|
//! | `files` | names, the lock, folders that are durable |
//! | `segment` | what is known of a segment: its places, found by number and by time |
//! | `index` | the same in a file beside it |
//! | `scan` | walking over the frames of a segment |
//! | `registry` | which definitions were said, and which are current |
//! | `recover` | the way back to the last whole transaction |
//! | `queue` | what waits to be written |
//! | `append` | from transactions to blocks |
//! | `writer` | the thread that writes |
//! | `read` | readers |
//! | `find` | which change a place of the source stands for |
//! | `trim` | removing what is old |

mod append;
mod files;
mod find;
mod index;
mod queue;
mod read;
mod recover;
mod registry;
mod scan;
mod segment;
mod trim;
mod writer;

pub use files::{make as make_folder, remove as remove_file, sync as sync_folder};

use super::{ChangeLog, Extent, LogError, LogReader, PlaceError, Resumed, Retention, Trimmed};
use append::{SegmentAppender, Start};
use async_trait::async_trait;
use files::Folder;
use oms_chassis::on_worker_thread;
use oms_connector::ChangeReader;
use oms_model::{Position, change::Seq};
use queue::Queue;
use read::SegmentReader;
use recover::{Cut, Tail, recover};
use segment::Segment;
use std::{
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    thread::JoinHandle,
    time::Duration,
};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// How large things become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SegmentSettings {
    /// A segment of so many bytes is followed by another one.
    pub segment: u64,
    /// So is one that is so old, if there are changes in it.
    pub segment_age: Duration,
    /// Bytes of changes that go into one frame, as far as a row is not larger.
    pub block: usize,
    /// Bytes that may wait to be written.
    pub waiting: usize,
    /// Bytes of a segment between two entries of its index.
    pub stride: u64,
    /// Bytes that a reader is given at once, as far as a frame is not larger.
    pub chunk: usize,
}

impl Default for SegmentSettings {
    fn default() -> Self {
        Self {
            segment: 128 << 20,
            segment_age: Duration::from_secs(3_600),
            block: 128 << 10,
            waiting: 8 << 20,
            stride: 1 << 20,
            chunk: 256 << 10,
        }
    }
}

/// A log in a folder, which no other process can open as long as a clone of this lives.
#[derive(Debug, Clone)]
pub struct SegmentLog(Arc<Inner>);

/// A log that is open as long as somebody else has it.
#[derive(Debug, Clone)]
pub struct WeakLog(Weak<Inner>);

impl WeakLog {
    /// The log, if somebody has it.
    pub fn upgrade(&self) -> Option<SegmentLog> {
        self.0.upgrade().map(SegmentLog)
    }
}

#[derive(Debug)]
struct Inner {
    shared: Arc<Shared>,
    writing: Mutex<Writing>,
}

/// What appenders, the writer and readers share.
#[derive(Debug)]
struct Shared {
    folder: Folder,
    settings: SegmentSettings,
    /// As far as they are durable, in order. The last one grows.
    segments: Mutex<Vec<Segment>>,
    /// Held while files are removed, or looked through: what is looked through must not go meanwhile.
    tidying: Mutex<()>,
    extent: watch::Sender<Extent>,
    /// Cancelled when nobody is to read any more.
    over: CancellationToken,
}

/// Who writes.
#[derive(Debug, Default)]
struct Writing {
    /// Where to go on, if nobody has written since the log was opened.
    tail: Option<Tail>,
    /// The latest appender's.
    session: Option<(Arc<Queue>, JoinHandle<()>)>,
}

impl Shared {
    fn segments(&self) -> MutexGuard<'_, Vec<Segment>> {
        self.segments.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tidying(&self) -> MutexGuard<'_, ()> {
        self.tidying.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes what is durable visible. To be called with the segments as they are.
    fn publish(&self, segments: &[Segment], position: Option<Position>) {
        let (Some(first), Some(last)) = (segments.first(), segments.last()) else { return };
        let extent = Extent {
            begin: Seq(first.first.0.saturating_sub(1)),
            end: last.last,
            began: first.began,
            current: last.current,
            position,
            bytes: segments.iter().map(|segment| segment.bytes).sum(),
        };
        self.extent.send_replace(extent);
    }
}

impl SegmentLog {
    /// Opens the log in a folder, or makes one.
    pub async fn open(path: PathBuf, settings: SegmentSettings) -> Result<Self, LogError> {
        on_worker_thread(move || Inner::open(path, settings)).await?.map(|it| Self(Arc::new(it)))
    }

    /// The same, without keeping it open.
    pub fn downgrade(&self) -> WeakLog {
        WeakLog(Arc::downgrade(&self.0))
    }

    /// Ends whoever appends or reads. What is durable stays.
    pub async fn close(&self) -> Result<(), LogError> {
        self.0.shared.over.cancel();
        let inner = Arc::clone(&self.0);
        Ok(on_worker_thread(move || inner.writing().end()).await?)
    }
}

impl Inner {
    fn open(path: PathBuf, settings: SegmentSettings) -> Result<Self, LogError> {
        let folder = Folder::open(path)?;
        let recovered = recover(&folder, &settings, None)?;
        let shared = Shared {
            folder,
            settings,
            segments: Mutex::default(),
            tidying: Mutex::default(),
            extent: watch::Sender::new(Extent::default()),
            over: CancellationToken::new(),
        };
        shared.publish(&recovered.segments, recovered.tail.position.clone());
        *shared.segments() = recovered.segments;
        let writing = Writing { tail: Some(recovered.tail), session: None };
        Ok(Self { shared: Arc::new(shared), writing: Mutex::new(writing) })
    }

    fn writing(&self) -> MutexGuard<'_, Writing> {
        self.writing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn append(&self) -> Result<Resumed, LogError> {
        let mut writing = self.writing();
        writing.end();
        let tail = match writing.tail.take() {
            Some(tail) => tail,
            None => self.cut()?,
        };
        let queue = Arc::new(Queue::default());
        let (definitions, tables) = (tail.registry.definitions.clone(), tail.registry.tables());
        let (position, next) = (tail.position.clone(), tail.next);
        let current = self.shared.extent.borrow().current;
        let appender = SegmentAppender::new(
            Arc::clone(&queue),
            self.shared.settings,
            Start { next, current, told: definitions.highest() },
        );
        let thread = writer::spawn(Arc::clone(&self.shared), Arc::clone(&queue), tail)?;
        writing.session = Some((queue, thread));
        Ok(Resumed { appender: Box::new(appender), definitions, tables, position })
    }

    /// Goes back to what is durable.
    fn cut(&self) -> Result<Tail, LogError> {
        let _tidying = self.shared.tidying();
        let last = self.shared.segments().last().map(|last| (last.first, last.bytes));
        let recovered = recover(&self.shared.folder, &self.shared.settings, Some(Cut { last }))?;
        // The same as before, but that what was never durable is gone from the disk.
        *self.shared.segments() = recovered.segments;
        Ok(recovered.tail)
    }
}

impl Writing {
    /// Ends whoever writes, and waits for that.
    fn end(&mut self) {
        if let Some((queue, thread)) = self.session.take() {
            queue.close();
            // A writer that broke left what is durable as it was.
            let _ = thread.join();
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        // The thread holds the folder, and with it the lock, until it has ended.
        if let Some((queue, _)) = &self.writing().session {
            queue.close();
        }
    }
}

/// The blocking parts are on worker threads.
#[async_trait]
impl ChangeLog for SegmentLog {
    fn extent(&self) -> watch::Receiver<Extent> {
        self.0.shared.extent.subscribe()
    }

    async fn append(&self) -> Result<Resumed, LogError> {
        let inner = Arc::clone(&self.0);
        on_worker_thread(move || inner.append()).await?
    }

    async fn read(&self, after: Seq) -> Result<Box<dyn LogReader>, LogError> {
        let log = self.clone();
        Ok(Box::new(on_worker_thread(move || SegmentReader::open(log, after)).await??))
    }

    async fn at(&self, moment: i64) -> Result<Seq, LogError> {
        let shared = Arc::clone(&self.0.shared);
        on_worker_thread(move || read::at(&shared, moment)).await?
    }

    async fn behind(
        &self,
        place: Position,
        order: Arc<dyn ChangeReader>,
    ) -> Result<Seq, PlaceError> {
        let shared = Arc::clone(&self.0.shared);
        let found = on_worker_thread(move || find::behind(&shared, &place, &*order)).await;
        found.map_err(LogError::from)?
    }

    async fn trim(&self, retention: Retention) -> Result<Trimmed, LogError> {
        let shared = Arc::clone(&self.0.shared);
        on_worker_thread(move || trim::trim(&shared, retention)).await?
    }
}
