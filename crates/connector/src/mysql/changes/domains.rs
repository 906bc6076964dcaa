//! MariaDB's places: the last transaction of each domain.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// For each domain, the server that wrote its last transaction, and that one's number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Domains {
    last: BTreeMap<u32, (u32, u64)>,
}

/// Text that is no such place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is no list of transactions by domain")]
pub(super) struct NoDomains;

impl Domains {
    /// Goes on to a transaction, which comes behind those of its domain.
    pub fn advance(&mut self, domain: u32, server: u32, number: u64) {
        self.last.insert(domain, (server, number));
    }

    /// The domains of which the other one is further behind, with the numbers of both.
    pub fn ahead_of(&self, other: &Self) -> Vec<(u32, u64, u64)> {
        let of = |domain| other.last.get(domain).map_or(0, |(_, number)| *number);
        let pairs = self.last.iter().map(|(domain, (_, number))| (*domain, of(domain), *number));
        pairs.filter(|(_, theirs, ours)| ours > theirs).collect()
    }
}

impl fmt::Display for Domains {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (domain, (server, number))) in self.last.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            write!(f, "{comma}{domain}-{server}-{number}")?;
        }
        Ok(())
    }
}

impl FromStr for Domains {
    type Err = NoDomains;

    fn from_str(text: &str) -> Result<Self, NoDomains> {
        let mut domains = Self::default();
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let mut numbers = part.split('-');
            let mut next = || numbers.next().ok_or(NoDomains);
            let (domain, server, number) = (next()?, next()?, next()?);
            if numbers.next().is_some() {
                return Err(NoDomains);
            }
            domains.advance(
                domain.parse().map_err(|_| NoDomains)?,
                server.parse().map_err(|_| NoDomains)?,
                number.parse().map_err(|_| NoDomains)?,
            );
        }
        Ok(domains)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_advanced_and_written() {
        let mut place: Domains = "0-1-7, 7-2-3".parse().unwrap();
        place.advance(0, 3, 8);
        place.advance(1, 1, 1);
        assert_eq!(place.to_string(), "0-3-8,1-1-1,7-2-3");
        assert_eq!("".parse::<Domains>().unwrap().to_string(), "");
        for bad in ["1", "1-2", "1-2-3-4", "a-1-1", "-1-1"] {
            assert_eq!(bad.parse::<Domains>(), Err(NoDomains), "{bad}");
        }
    }

    #[test]
    fn only_domains_that_are_further_are_ahead() {
        let place = |text: &str| text.parse::<Domains>().unwrap();
        assert_eq!(place("0-1-7").ahead_of(&place("0-2-7,1-1-1")), []);
        assert_eq!(place("0-1-7,1-1-2").ahead_of(&place("0-1-9")), [(1, 0, 2)]);
    }
}
