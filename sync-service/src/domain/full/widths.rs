//! How much of the machines a load takes, from what its task says.

use oms_contracts::sync::{Limits, Widths as Shown};
use oms_model::transfer::SpeedMode;

/// Connections, and memory for rows on their way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Widths {
    pub readers: usize,
    pub writers: usize,
    /// In bytes.
    pub memory: u64,
}

impl Widths {
    /// What the mode gives, unless the task says otherwise.
    pub fn of(limits: &Limits) -> Self {
        let (readers, writers, mebibytes) = match limits.full_transfer_speed_mode {
            SpeedMode::Steady => (1, 2, 32),
            SpeedMode::Normal | SpeedMode::Custom => (4, 4, 64),
            SpeedMode::Fast => (8, 16, 256),
        };
        let width = |given: Option<u32>, usual| given.map_or(usual, |given| given as usize);
        Self {
            readers: width(limits.read_worker_num, readers).clamp(1, 256),
            writers: width(limits.write_worker_num, writers).clamp(1, 256),
            memory: u64::from(limits.memory.unwrap_or(mebibytes)) << 20,
        }
    }

    pub fn shown(self) -> Shown {
        let width = |number| u32::try_from(number).unwrap_or(u32::MAX);
        Shown { read: width(self.readers), write: width(self.writers) }
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
        let expected = Widths { readers: 3, writers: 7, memory: 16 << 20 };
        assert_eq!(Widths::of(&limits), expected);
    }
}
