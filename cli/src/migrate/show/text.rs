//! Numbers and lines for people.

use oms_contracts::sync::{Bottleneck, IncrProgress, ProgressView, TaskKind};

/// A number with its thousands apart.
pub fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A size in the unit that suits it.
pub fn bytes(n: f64) -> String {
    const UNITS: [&str; 5] = ["B", "kB", "MB", "GB", "TB"];
    let (mut n, mut unit) = (n, 0);
    while n >= 1000.0 && unit + 1 < UNITS.len() {
        n /= 1000.0;
        unit += 1;
    }
    if unit == 0 { format!("{n:.0} B") } else { format!("{n:.1} {}", UNITS[unit]) }
}

/// A time, rounded as it is read.
pub fn seconds(n: f64) -> String {
    let whole = n.round() as u64;
    match whole {
        0..10 => format!("{n:.1} s"),
        10..60 => format!("{whole} s"),
        60..3600 => format!("{}:{:02} min", whole / 60, whole % 60),
        _ => format!("{}:{:02} h", whole / 3600, whole % 3600 / 60),
    }
}

/// What holds a load back, where that is known.
pub fn bottleneck(of: Bottleneck) -> Option<&'static str> {
    match of {
        Bottleneck::Read => Some("held back by the source"),
        Bottleneck::Network => Some("held back by the network"),
        Bottleneck::Write => Some("held back by the target"),
        Bottleneck::Throttle => Some("held back by the limits"),
        Bottleneck::None => None,
    }
}

/// How fast it goes and how long it will take.
pub fn pace(progress: &ProgressView) -> String {
    let live = &progress.live;
    let rate = (live.rows_per_second > 0.0).then(|| {
        let rows = grouped(live.rows_per_second as u64);
        format!("{rows} rows/s, {}/s", bytes(live.bytes_per_second))
    });
    let left = progress.remaining_seconds.map(|left| format!("{} left", seconds(left as f64)));
    let held = bottleneck(live.bottleneck).map(str::to_owned);
    let parts: Vec<String> = [rate, left, held].into_iter().flatten().collect();
    parts.join(", ")
}

/// How far behind the source a target is, and what moves.
pub fn lag(progress: &IncrProgress) -> String {
    let waits = progress.stored.0.saturating_sub(progress.seq.0);
    let lag = match progress.lag_ms {
        Some(lag) => format!("{} behind", seconds(lag as f64 / 1_000.0)),
        None => "nothing heard of the source yet".into(),
    };
    let rate =
        progress.inserts_per_second + progress.updates_per_second + progress.deletes_per_second;
    let slowest = progress.tables.first();
    let parts = [
        Some(lag),
        (waits > 0).then(|| format!("{} changes to apply", grouped(waits))),
        (rate >= 1.0).then(|| format!("{} changes/s", grouped(rate as u64))),
        slowest.filter(|_| rate >= 1.0).map(|table| format!("most in {}", table.target)),
        (progress.drifted > 0).then(|| format!("{} not as expected", grouped(progress.drifted))),
        progress.store_error.clone(),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// A whole look in one line.
pub fn line(kind: TaskKind, progress: &ProgressView) -> String {
    let (done, total) = (grouped(progress.done), grouped(progress.total));
    let failed = (progress.failed > 0).then(|| format!(", {} failed", grouped(progress.failed)));
    let failed = failed.unwrap_or_default();
    if let Some(incr) = &progress.incr {
        return format!("changes: {}", lag(incr));
    }
    if kind == TaskKind::Incr {
        return "changes: the store catches up with the end of the load".into();
    }
    if kind == TaskKind::Schema {
        let kept = progress.schema.as_ref().filter(|schema| schema.deferred > 0);
        let kept = kept.map(|s| format!(", {} of {} indexes", s.deferred_done, s.deferred));
        return format!("schema: {done} of {total} objects{failed}{}", kept.unwrap_or_default());
    }
    let rows =
        format!("{} of about {} rows", grouped(progress.rows), grouped(progress.estimated_rows));
    let pace = pace(progress);
    let pace = if pace.is_empty() { pace } else { format!(", {pace}") };
    format!("load: {done} of {total} tables{failed}, {rows}{pace}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use oms_contracts::sync::LiveView;

    #[test]
    fn numbers_are_written_for_people() {
        assert_eq!([0, 999, 1000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!([0.0, 999.0, 1000.0, 2.5e9].map(bytes), ["0 B", "999 B", "1.0 kB", "2.5 GB"]);
        let times = [0.25, 59.4, 61.0, 7_260.0].map(seconds);
        assert_eq!(times, ["0.2 s", "59 s", "1:01 min", "2:01 h"]);
    }

    #[test]
    fn a_line_says_how_far_how_fast_how_long_and_why() {
        let progress = ProgressView {
            total: 10,
            done: 3,
            failed: 1,
            rows: 12_345,
            estimated_rows: 50_000,
            remaining_seconds: Some(75),
            live: LiveView {
                bottleneck: Bottleneck::Write,
                rows_per_second: 500.0,
                bytes_per_second: 1.2e6,
                ..LiveView::default()
            },
            ..ProgressView::default()
        };
        assert_eq!(
            line(TaskKind::Full, &progress),
            "load: 3 of 10 tables, 1 failed, 12,345 of about 50,000 rows, 500 rows/s, 1.2 MB/s, \
             1:15 min left, held back by the target"
        );
        let none = ProgressView { total: 2, ..ProgressView::default() };
        assert_eq!(line(TaskKind::Schema, &none), "schema: 0 of 2 objects");
    }
}
