//! Points in time as people write them.

use chrono::{DateTime, Local, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc};

/// `2026-11-20`, `2026-11-20 08:30`, either in the zone of the machine; RFC 3339; or `90m`, `12h`,
/// `7d`, so long ago.
pub fn parse(text: &str) -> Result<DateTime<Utc>, String> {
    parse_at(text, Utc::now(), &Local)
}

fn parse_at(text: &str, now: DateTime<Utc>, zone: &impl TimeZone) -> Result<DateTime<Utc>, String> {
    const WRONG: &str = "write a date (2026-11-20), a time (\"2026-11-20 08:30\"), RFC 3339, \
                         or how long ago (90m, 12h, 7d)";
    if let Some(ago) = ago(text) {
        return now.checked_sub_signed(ago).ok_or_else(|| "that is too long ago".into());
    }
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Ok(time.to_utc());
    }
    let civil = ["%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"]
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok());
    let midnight = || {
        NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().map(|date| date.and_time(NaiveTime::MIN))
    };
    let civil = civil.or_else(midnight).ok_or_else(|| WRONG.to_owned())?;
    // An hour that a change of clocks repeats is meant the first time; one it skips is none.
    let local = zone.from_local_datetime(&civil).earliest();
    local.map(|time| time.to_utc()).ok_or_else(|| "the clocks skip that time".into())
}

fn ago(text: &str) -> Option<TimeDelta> {
    let unit = text.chars().last()?;
    let number: i64 = text.strip_suffix(unit)?.parse().ok().filter(|n| *n >= 0)?;
    match unit {
        'm' => TimeDelta::try_minutes(number),
        'h' => TimeDelta::try_hours(number),
        'd' => TimeDelta::try_days(number),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::FixedOffset;

    fn read(text: &str) -> Result<String, String> {
        let now = "2026-11-20T12:00:00Z".parse().unwrap();
        let zone = FixedOffset::east_opt(8 * 3600).unwrap();
        parse_at(text, now, &zone).map(|time| time.to_rfc3339())
    }

    #[test]
    fn dates_and_times_are_those_of_the_machine() {
        assert_eq!(read("2026-11-20").unwrap(), "2026-11-19T16:00:00+00:00");
        assert_eq!(read("2026-11-20 08:30").unwrap(), "2026-11-20T00:30:00+00:00");
        assert_eq!(read("2026-11-20T08:30:01").unwrap(), "2026-11-20T00:30:01+00:00");
        assert_eq!(read("2026-11-20T08:30:00+01:00").unwrap(), "2026-11-20T07:30:00+00:00");
    }

    #[test]
    fn a_span_is_counted_back_from_now() {
        assert_eq!(read("90m").unwrap(), "2026-11-20T10:30:00+00:00");
        assert_eq!(read("7d").unwrap(), "2026-11-13T12:00:00+00:00");
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in ["", "yesterday", "2026-13-01", "-3d", "3w", "999999999999999999d", "m", "订"]
        {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
