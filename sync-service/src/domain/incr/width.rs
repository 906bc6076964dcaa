//! How much of the machines an incremental task takes.

use oms_contracts::sync::Limits;
use oms_model::transfer::SpeedMode;

/// Mebibytes of changes on their way at once, unless it is said.
const MEMORY: u32 = 96;

/// Sessions that apply at the same time, at most.
pub fn sessions(limits: &Limits) -> usize {
    let by_mode = match limits.full_transfer_speed_mode {
        SpeedMode::Steady => 2,
        SpeedMode::Normal => 4,
        SpeedMode::Fast | SpeedMode::Custom => 8,
    };
    limits.write_worker_num.unwrap_or(by_mode) as usize
}

/// Bytes of changes that may be held.
pub fn memory(limits: &Limits) -> usize {
    (limits.memory.unwrap_or(MEMORY) as usize) << 20
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_wins_over_the_mode() {
        let normal = Limits::default();
        assert_eq!((sessions(&normal), memory(&normal)), (4, 96 << 20));
        let fast = Limits { full_transfer_speed_mode: SpeedMode::Fast, ..Limits::default() };
        assert_eq!(sessions(&fast), 8);
        let said = Limits { write_worker_num: Some(1), memory: Some(16), ..fast };
        assert_eq!((sessions(&said), memory(&said)), (1, 16 << 20));
    }
}
