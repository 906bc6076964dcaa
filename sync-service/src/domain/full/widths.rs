//! How much of the machines a load takes, from what its task says.

use super::setting::{BATCH, Bounds, Setting};
use oms_contracts::sync::Limits;
use oms_model::transfer::SpeedMode;

/// Connections to begin with, how many there may ever be, and memory for rows on their way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Widths {
    pub readers: usize,
    pub writers: usize,
    pub most_readers: usize,
    pub most_writers: usize,
    /// In bytes.
    pub memory: u64,
}

/// More connections than this are never taken.
const MOST: usize = 256;

impl Widths {
    /// What the mode gives, unless the task says otherwise: a number that is given is never
    /// exceeded, and a mode's own may grow where the databases make more of it.
    pub fn of(limits: &Limits) -> Self {
        let (readers, writers, growth, mebibytes) = match limits.full_transfer_speed_mode {
            SpeedMode::Steady => (1, 2, 1, 32),
            SpeedMode::Normal | SpeedMode::Custom => (4, 4, 2, 64),
            SpeedMode::Fast => (8, 16, 2, 256),
        };
        let width = |given: Option<u32>, usual: usize| match given {
            Some(given) => [given as usize; 2].map(|width| width.clamp(1, MOST)),
            None => [usual, usual * growth],
        };
        let [readers, most_readers] = width(limits.read_worker_num, readers);
        let [writers, most_writers] = width(limits.write_worker_num, writers);
        let memory = u64::from(limits.memory.unwrap_or(mebibytes)) << 20;
        Self { readers, writers, most_readers, most_writers, memory }
    }

    /// What a load begins with.
    pub fn setting(&self) -> Setting {
        Setting { readers: self.readers, writers: self.writers, batch: BATCH }
    }

    pub fn bounds(&self) -> Bounds {
        Bounds::of(self.most_readers, self.most_writers, self.memory)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_faster_mode_takes_more_and_what_is_said_holds() {
        let of = |mode| Widths::of(&Limits { full_transfer_speed_mode: mode, ..Limits::default() });
        let [steady, normal, fast] =
            [SpeedMode::Steady, SpeedMode::Normal, SpeedMode::Fast].map(of);
        assert!(steady.readers < normal.readers && normal.readers < fast.readers);
        assert!(steady.writers < normal.writers && normal.writers < fast.writers);
        let limits = Limits {
            full_transfer_speed_mode: SpeedMode::Custom,
            read_worker_num: Some(3),
            write_worker_num: Some(7),
            memory: Some(16),
            ..Limits::default()
        };
        let widths = Widths::of(&limits);
        assert_eq!((widths.readers, widths.writers, widths.memory), (3, 7, 16 << 20));
        assert_eq!((widths.most_readers, widths.most_writers), (3, 7), "no more than was said");
        assert_eq!((steady.most_readers, steady.most_writers), (1, 2));
        assert_eq!((fast.most_readers, fast.most_writers), (16, 32));
    }
}
