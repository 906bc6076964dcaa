//! How many requests somebody may send, and who is asked for patience.

use crate::domain::address::{Network, Origin};
use governor::{
    Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    state::keyed::DefaultKeyedStateStore,
};
use serde::{Deserialize, Deserializer};
use std::{hash::Hash, num::NonZeroU32};

/// `[limits]`: for each user, and for each address of those who have not logged in.
#[derive(Debug, Clone, Deserialize)]
#[serde(default)]
pub struct LimitSettings {
    pub requests_per_second: u32,
    /// How many may come at once after a pause.
    pub burst: u32,
    /// Whose `X-Forwarded-For` is believed: addresses and ranges, a list or with commas between.
    #[serde(deserialize_with = "texts")]
    pub trusted_proxies: Vec<String>,
    /// Failed logins in a row that cost an account nothing.
    pub free_failures_per_account: u32,
    /// The same for an address, which many may share.
    pub free_failures_per_address: u32,
}

impl Default for LimitSettings {
    fn default() -> Self {
        Self {
            requests_per_second: 200,
            burst: 400,
            trusted_proxies: Vec::new(),
            free_failures_per_account: 5,
            free_failures_per_address: 20,
        }
    }
}

impl LimitSettings {
    pub fn faults(&self, faults: &mut Vec<String>) {
        if self.requests_per_second == 0 {
            faults.push("limits.requests_per_second must be at least 1".into());
        }
        if self.burst == 0 {
            faults.push("limits.burst must be at least 1".into());
        }
        for text in &self.trusted_proxies {
            if let Err(error) = text.parse::<Network>() {
                faults.push(format!("limits.trusted_proxies: {error}"));
            }
        }
    }

    /// The proxies, of settings that were checked.
    pub fn proxies(&self) -> Vec<Network> {
        self.trusted_proxies.iter().filter_map(|text| text.parse().ok()).collect()
    }
}

/// A list, or one text with commas, which is all an environment variable can say.
pub fn texts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Texts {
        One(String),
        Many(Vec<String>),
    }
    Ok(match Texts::deserialize(deserializer)? {
        Texts::Many(texts) => texts,
        Texts::One(text) => {
            text.split(',').map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned).collect()
        }
    })
}

/// How many seconds to come back after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait(pub u64);

type Limiter<K> = RateLimiter<K, DefaultKeyedStateStore<K>, DefaultClock>;

/// The counters. They forget those who have been quiet.
#[derive(Debug)]
pub struct Limits {
    users: Limiter<u64>,
    addresses: Limiter<Origin>,
    clock: DefaultClock,
}

impl Limits {
    pub fn new(settings: &LimitSettings) -> Self {
        let at_least_one = |n: u32| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::per_second(at_least_one(settings.requests_per_second))
            .allow_burst(at_least_one(settings.burst));
        Self {
            users: RateLimiter::keyed(quota),
            addresses: RateLimiter::keyed(quota),
            clock: DefaultClock::default(),
        }
    }

    pub fn user(&self, key: u64) -> Result<(), Wait> {
        self.check(&self.users, &key)
    }

    pub fn address(&self, origin: Origin) -> Result<(), Wait> {
        self.check(&self.addresses, &origin)
    }

    fn check<K: Hash + Eq + Clone>(&self, limiter: &Limiter<K>, key: &K) -> Result<(), Wait> {
        limiter.check_key(key).map_err(|until| {
            let wait = until.wait_time_from(self.clock.now());
            Wait(wait.as_millis().div_ceil(1000).try_into().unwrap_or(u64::MAX).max(1))
        })
    }

    /// Forgets whoever has its whole burst again.
    pub fn forget_the_quiet(&self) {
        self.users.retain_recent();
        self.addresses.retain_recent();
        self.users.shrink_to_fit();
        self.addresses.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(requests_per_second: u32, burst: u32) -> Limits {
        Limits::new(&LimitSettings { requests_per_second, burst, ..Default::default() })
    }

    #[test]
    fn the_burst_passes_and_the_next_is_told_when_to_come_back() {
        let limits = limits(1, 3);
        for _ in 0..3 {
            assert_eq!(limits.user(1), Ok(()));
        }
        assert_eq!(limits.user(1), Err(Wait(1)));
        assert_eq!(limits.user(2), Ok(()), "another user has a burst of its own");
    }

    #[test]
    fn addresses_are_counted_apart_from_users() {
        let limits = limits(1, 1);
        let origin = Origin::from(std::net::IpAddr::from([1, 2, 3, 4]));
        assert_eq!(limits.user(1), Ok(()));
        assert_eq!(limits.address(origin), Ok(()));
        assert_eq!(limits.address(origin), Err(Wait(1)));
    }

    #[test]
    fn wrong_settings_are_named() {
        let settings = LimitSettings {
            requests_per_second: 0,
            burst: 0,
            trusted_proxies: vec!["10.0.0.0/8".into(), "proxy".into()],
            ..Default::default()
        };
        let mut faults = Vec::new();
        settings.faults(&mut faults);
        assert_eq!(faults.len(), 3, "{faults:?}");
        assert!(faults[2].contains("proxy"), "{faults:?}");
    }

    #[test]
    fn a_list_is_read_from_a_list_and_from_one_text() {
        #[derive(Deserialize)]
        struct Sample {
            #[serde(deserialize_with = "texts")]
            of: Vec<String>,
        }
        for json in [r#"{"of":["a","b"]}"#, r#"{"of":"a, b,"}"#] {
            let sample: Sample = serde_json::from_str(json).expect("reads");
            assert_eq!(sample.of, ["a", "b"]);
        }
    }
}
