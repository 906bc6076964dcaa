//! Removing what is old, segment by segment.

use super::{
    super::{LogError, Retention, Trimmed},
    Shared,
    segment::Segment,
};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Removes what is old. Whoever reads it goes on to its end.
pub fn trim(shared: &Shared, retention: Retention) -> Result<Trimmed, LogError> {
    let _tidying = shared.tidying();
    let mut trimmed = Trimmed::default();
    loop {
        let first = {
            let mut segments = shared.segments();
            let Some(oldest) = due(&segments, retention) else { break };
            if retention.floor.is_some_and(|floor| floor < oldest.last) {
                trimmed.held = true;
                break;
            }
            let oldest = segments.remove(0);
            let position = shared.extent.borrow().position.clone();
            // It is gone for whoever asks from now on; its file follows.
            shared.publish(&segments, position);
            trimmed.bytes += oldest.bytes;
            oldest.first
        };
        shared.folder.remove(first)?;
    }
    if trimmed.bytes > 0 {
        shared.folder.sync()?;
    }
    Ok(trimmed)
}

/// The oldest segment, if it is too old, or there are too many. The last one always stays.
fn due(segments: &[Segment], retention: Retention) -> Option<&Segment> {
    let [oldest, newer @ ..] = segments else { return None };
    let rest: u64 = newer.iter().map(|segment| segment.bytes).sum();
    let is_old = oldest.current < micros_ago(retention.age);
    let is_much = oldest.bytes + rest > retention.bytes;
    (!newer.is_empty() && (is_old || is_much)).then_some(oldest)
}

fn micros_ago(age: Duration) -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    // Before 1970, nothing is too old.
    now.checked_sub(age).and_then(|then| i64::try_from(then.as_micros()).ok()).unwrap_or(i64::MIN)
}
