//! How far a range is. Its batches are written by several connections, in whatever order; what may
//! be recorded is the end of those that have none missing before them.

use oms_model::Key;
use std::collections::BTreeMap;

/// The batches of one range.
#[derive(Debug, Default)]
pub struct Watermark {
    /// The number of the next batch to be issued.
    next: u64,
    /// The number of the first batch that is not written.
    low: u64,
    /// Written batches from `low` on.
    ahead: BTreeMap<u64, Progress>,
    /// No more batches will be issued.
    ended: bool,
}

/// What became known to be written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Progress {
    /// The last key, where the range has an order.
    pub key: Option<Key>,
    pub rows: u64,
    pub bytes: u64,
}

impl Watermark {
    /// A number for the next batch.
    pub fn issue(&mut self) -> u64 {
        self.next += 1;
        self.next - 1
    }

    /// No more batches are issued from here on.
    pub fn end(&mut self) {
        self.ended = true;
    }

    /// Notes that a batch is written, and says what may be recorded now; `None` while a batch before
    /// it is missing.
    pub fn written(&mut self, batch: u64, progress: Progress) -> Option<Progress> {
        self.ahead.insert(batch, progress);
        let mut sum: Option<Progress> = None;
        while let Some(progress) = self.ahead.remove(&self.low) {
            self.low += 1;
            let before = sum.unwrap_or_default();
            sum = Some(Progress {
                key: progress.key,
                rows: before.rows + progress.rows,
                bytes: before.bytes + progress.bytes,
            });
        }
        sum
    }

    /// Whether all there is was written.
    pub fn is_done(&self) -> bool {
        self.ended && self.low == self.next
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn progress(key: u8) -> Progress {
        Progress { key: Some(Key::from([key])), rows: 1, bytes: 10 }
    }

    #[test]
    fn nothing_is_recorded_while_a_batch_before_it_is_missing() {
        let mut mark = Watermark::default();
        let [a, b, c] = [mark.issue(), mark.issue(), mark.issue()];
        assert_eq!(mark.written(b, progress(2)), None);
        assert_eq!(mark.written(c, progress(3)), None);
        let recorded = mark.written(a, progress(1)).expect("none is missing");
        assert_eq!(recorded, Progress { rows: 3, bytes: 30, ..progress(3) });
        assert!(!mark.is_done(), "more may be issued");
        mark.end();
        assert!(mark.is_done());
    }

    #[test]
    fn a_range_without_rows_is_done_when_it_ends() {
        let mut mark = Watermark::default();
        assert!(!mark.is_done());
        mark.end();
        assert!(mark.is_done());
    }

    proptest! {
        #[test]
        fn keys_only_advance_and_all_is_recorded_once(
            order in Just((0..20_u8).collect::<Vec<_>>()).prop_shuffle(),
        ) {
            let mut mark = Watermark::default();
            for _ in &order {
                mark.issue();
            }
            mark.end();
            let (mut last, mut rows, mut seen) = (None, 0, Vec::new());
            for batch in order {
                prop_assert!(!mark.is_done());
                seen.push(batch);
                if let Some(recorded) = mark.written(batch.into(), progress(batch)) {
                    let key = recorded.key.expect("given")[0];
                    prop_assert!(Some(key) > last);
                    prop_assert!((0..=key).all(|before| seen.contains(&before)));
                    last = Some(key);
                    rows += recorded.rows;
                }
            }
            prop_assert_eq!((last, rows, mark.is_done()), (Some(19), 20, true));
        }
    }
}
