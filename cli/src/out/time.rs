//! Times for people: in the zone of the machine, to the second.

use chrono::{DateTime, Local, Utc};

/// The zone in which times are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zone {
    Local,
    #[cfg(test)]
    Utc,
}

impl Zone {
    pub fn show(self, time: DateTime<Utc>) -> String {
        const FORM: &str = "%Y-%m-%d %H:%M:%S";
        match self {
            Self::Local => time.with_timezone(&Local).format(FORM).to_string(),
            #[cfg(test)]
            Self::Utc => time.format(FORM).to_string(),
        }
    }

    /// The same where there may be none.
    pub fn maybe(self, time: Option<DateTime<Utc>>) -> String {
        time.map_or_else(|| "never".into(), |time| self.show(time))
    }
}

/// A span in its largest two units.
pub fn span(seconds: u64) -> String {
    let (days, hours) = (seconds / 86_400, seconds / 3_600 % 24);
    let (minutes, rest) = (seconds / 60 % 60, seconds % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{rest}s"),
        (0, 0, _) => format!("{minutes}m {rest}s"),
        (0, _, _) => format!("{hours}h {minutes}m"),
        _ => format!("{days}d {hours}h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_shown_to_the_second() {
        let time = DateTime::from_timestamp_millis(1_795_163_703_999).unwrap();
        assert_eq!(Zone::Utc.show(time), "2026-11-20 08:35:03");
        assert_eq!(Zone::Utc.maybe(None), "never");
    }

    #[test]
    fn spans_are_shown_in_two_units() {
        let shown: Vec<String> =
            [0, 59, 60, 3_599, 3_600, 86_399, 86_400, 1_000_000].map(span).into();
        assert_eq!(
            shown,
            ["0s", "59s", "1m 0s", "59m 59s", "1h 0m", "23h 59m", "1d 0h", "11d 13h"]
        );
    }
}
