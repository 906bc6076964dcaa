//! What can be tuned about a load, within what bounds, and in which steps.

/// Connections, and bytes of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    pub readers: usize,
    pub writers: usize,
    pub batch: u64,
}

/// What a setting keeps to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Of each at least one.
    pub readers: usize,
    pub writers: usize,
    /// The least and the most.
    pub batch: (u64, u64),
}

/// How large a batch is where nothing else is known: the sweep over the targets found larger and
/// smaller ones slower.
pub const BATCH: u64 = 512 << 10;
const SMALLEST: u64 = 16 << 10;
/// From twice this on a batch counts as huge, and only one reader makes such.
const LARGEST: u64 = 4 << 20;

impl Bounds {
    /// With so many connections, and so much memory for all rows on their way.
    pub fn of(readers: usize, writers: usize, memory: u64) -> Self {
        let share = memory / (2 * (readers + writers).max(1) as u64);
        Self { readers, writers, batch: (SMALLEST, LARGEST.min(share).max(BATCH)) }
    }

    pub fn hold(&self, setting: Setting) -> Setting {
        Setting {
            readers: setting.readers.clamp(1, self.readers.max(1)),
            writers: setting.writers.clamp(1, self.writers.max(1)),
            batch: setting.batch.clamp(self.batch.0, self.batch.1),
        }
    }
}

/// Something to be tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    MoreWriters,
    FewerWriters,
    LargerBatch,
    SmallerBatch,
    MoreReaders,
}

impl Step {
    pub const COUNT: usize = 5;

    /// The next setting in that direction.
    pub fn from(self, setting: Setting) -> Setting {
        let Setting { readers, writers, batch } = setting;
        let more = |width: usize| width + (width / 2).max(1);
        match self {
            Self::MoreWriters => Setting { writers: more(writers), ..setting },
            Self::FewerWriters => Setting { writers: writers - (writers / 4).max(1), ..setting },
            Self::LargerBatch => Setting { batch: batch * 2, ..setting },
            Self::SmallerBatch => Setting { batch: batch / 2, ..setting },
            Self::MoreReaders => Setting { readers: more(readers), ..setting },
        }
    }

    pub fn reason(self) -> &'static str {
        match self {
            Self::MoreWriters => "more writers are tried",
            Self::FewerWriters => "fewer writers are tried",
            Self::LargerBatch => "larger batches are tried",
            Self::SmallerBatch => "smaller batches are tried",
            Self::MoreReaders => "more readers are tried",
        }
    }
}
