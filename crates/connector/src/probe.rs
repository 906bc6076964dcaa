//! Testing a data source: what it is, how far away, and what its account may not do.

use crate::error::ConnectError;
use crate::privilege::{MissingPrivilege, Purpose};
use crate::product::Server;
use async_trait::async_trait;
use oms_model::ObjectName;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Tells whether and how a database can be used.
#[async_trait]
pub trait Probe: Send + Sync {
    /// Connects, looks around and leaves. Changes nothing.
    async fn probe(&self) -> Result<ProbeReport, ConnectError>;

    /// The rights that are missing on single tables and views: one entry for each that lacks any. A
    /// database that does not tell them apart answers for all of itself.
    async fn missing_on(
        &self,
        _objects: &[ObjectName],
        purposes: &[Purpose],
    ) -> Result<Vec<MissingPrivilege>, ConnectError> {
        let wanted =
            |lack: &MissingPrivilege| lack.needed_for.iter().any(|use_| purposes.contains(use_));
        let missing = self.probe().await?.missing_privileges;
        Ok(missing.into_iter().filter(wanted).collect())
    }

    /// The tables whose triggers the account is not shown, if it has any: a server lists those of
    /// the others as if there were no more.
    async fn hidden_triggers(&self, tables: &[ObjectName])
    -> Result<Vec<ObjectName>, ConnectError>;
}

/// What a database says about itself.
#[derive(Debug, Clone)]
pub struct ProbeReport {
    pub server: Server,
    /// The version text, untouched.
    pub version: String,
    /// Of the address's database where it names one, otherwise the server's.
    pub charset: String,
    pub collation: String,
    /// The server's own time zone, as it names it; sessions of ours use `+00:00`.
    pub time_zone: String,
    /// East of UTC at this moment, in seconds; `None` when the server does not know its own zone.
    pub utc_offset_seconds: Option<i32>,
    /// How names are stored and compared, where the database has such a setting.
    pub lower_case_table_names: Option<u8>,
    /// The median of a few trivial statements.
    pub round_trip: Duration,
    /// Whether the server takes no writes: a standby, or set so.
    pub read_only: bool,
    /// The same for two addresses of one server; `None` where the server has none.
    pub identity: Option<String>,
    /// Whether its changes, in whatever way they are captured, name the rows that go or change with
    /// those they refer to.
    pub logs_cascades: bool,
    /// The server's clock minus ours, in milliseconds, as exact as the round trip allows.
    pub clock_skew_ms: i64,
    /// Protocol and cipher, or `None` in plain text.
    pub tls: Option<String>,
    /// For every use as source or target; the caller picks what it plans.
    pub missing_privileges: Vec<MissingPrivilege>,
    /// What works and deserves a look.
    pub warnings: Vec<String>,
}

/// How many round trips are measured.
pub(crate) const ROUND_TRIPS: usize = 5;

pub(crate) fn median(mut durations: Vec<Duration>) -> Duration {
    durations.sort_unstable();
    durations.get(durations.len() / 2).copied().unwrap_or_default()
}

/// The server's clock against ours, read half a round trip ago.
pub(crate) fn skew_ms(server_unix_ms: i64, round_trip: Duration) -> i64 {
    let ours = SystemTime::now() - round_trip / 2;
    let ours = ours.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis());
    server_unix_ms - i64::try_from(ours).unwrap_or(i64::MAX)
}

/// What every family warns of in the same words.
pub(crate) fn common_warnings(tls_offered_or_used: bool, clock_skew_ms: i64) -> Vec<String> {
    let mut warnings = Vec::new();
    if !tls_offered_or_used {
        warnings.push("the server offers no TLS: the connection is in plain text".to_owned());
    }
    if clock_skew_ms.abs() > 2_000 {
        warnings.push(format!("the server's clock is {clock_skew_ms} ms off ours"));
    }
    warnings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_ignores_one_slow_answer() {
        let ms = Duration::from_millis;
        assert_eq!(median(vec![ms(900), ms(2), ms(1), ms(3), ms(2)]), ms(2));
        assert_eq!(median(Vec::new()), ms(0));
    }

    #[test]
    fn a_clock_two_minutes_ahead_is_warned_of() {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
        let skew = skew_ms(i64::try_from(now).unwrap() + 120_000, Duration::ZERO);
        assert!((119_000..=120_000).contains(&skew), "{skew}");
        assert_eq!(common_warnings(true, skew).len(), 1);
        assert!(common_warnings(true, 10).is_empty());
    }
}
