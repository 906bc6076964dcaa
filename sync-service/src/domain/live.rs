//! What a driver says of itself while it runs. Kept with the task, so that whoever is asked can tell.

use oms_contracts::sync::{Bottleneck, IncrProgress, LiveView, Widths};
use serde::{Deserialize, Serialize};

/// How fast a run goes at the moment.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Live {
    pub bottleneck: Bottleneck,
    pub widths: Widths,
    /// What earlier versions recorded has none.
    #[serde(default)]
    pub batch_bytes: u64,
    pub rows_per_second: f64,
    pub bytes_per_second: f64,
    /// The tables that move.
    pub tables: Vec<LiveTable>,
    /// Of an incremental task.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incr: Option<IncrProgress>,
}

/// How fast one table goes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LiveTable {
    /// Its place in the task.
    pub number: u32,
    pub rows_per_second: f64,
}

impl Live {
    pub fn view(&self) -> LiveView {
        LiveView {
            bottleneck: self.bottleneck,
            widths: self.widths,
            batch_bytes: self.batch_bytes,
            rows_per_second: self.rows_per_second,
            bytes_per_second: self.bytes_per_second,
        }
    }

    /// How fast a table goes; 0 where it stands.
    pub fn rate_of(&self, number: u32) -> f64 {
        self.tables.iter().find(|t| t.number == number).map_or(0.0, |t| t.rows_per_second)
    }
}

/// How long the rest takes at this rate; nobody knows where nothing moves.
pub fn remaining_seconds(rows: u64, estimate: u64, rows_per_second: f64) -> Option<u64> {
    if rows_per_second <= 0.0 || !rows_per_second.is_finite() {
        return None;
    }
    // A float holds any number of rows that a rate makes sense for.
    Some((estimate.saturating_sub(rows) as f64 / rows_per_second).ceil() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_has_no_remaining_time() {
        assert_eq!(remaining_seconds(10, 110, 50.0), Some(2));
        assert_eq!(remaining_seconds(10, 110, 30.0), Some(4));
        assert_eq!(remaining_seconds(120, 110, 30.0), Some(0), "the estimate was too low");
        for rate in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(remaining_seconds(10, 110, rate), None);
        }
    }

    #[test]
    fn a_table_that_is_not_mentioned_stands() {
        let tables = vec![LiveTable { number: 3, rows_per_second: 7.0 }];
        let live = Live { tables, ..Default::default() };
        assert_eq!((live.rate_of(3), live.rate_of(4)), (7.0, 0.0));
    }
}
