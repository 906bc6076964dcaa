//! Which of two places comes first, as far as places alone say that. Of a domain of MariaDB, numbers
//! are taken to grow, as they do unless one domain is written by several servers at a time.

use super::domains::Domains;
use super::gtid_set::GtidSet;
use super::place::{FilePlace, Place};
use crate::changes::ChangeError;

impl Place {
    /// Whether everything up to the other place is up to this one.
    pub fn includes(&self, other: &Self) -> Result<bool, ChangeError> {
        match (self, other) {
            (Self::Gtids(all), Self::Gtids(some)) => Ok(some.without(all).is_empty()),
            (Self::Domains(all), Self::Domains(some)) => Ok(some.ahead_of(all).is_empty()),
            (Self::File(all), Self::File(some)) if all.server != some.server => {
                Err(self.foreign(format!("{some} is of another server")))
            }
            (Self::File(all), Self::File(some)) => {
                self.is_behind(all, (some.file.as_str(), some.at))
            }
            (_, other) => Err(self.foreign(format!("{} is in other terms", other.position()))),
        }
    }

    /// Whether a transaction is up to this place, by the name that the decoder gives it.
    pub fn covers(&self, transaction: &str) -> Result<bool, ChangeError> {
        let unnamed = || self.foreign(format!("{transaction:?} is named in other terms"));
        match self {
            Self::Gtids(set) => {
                let one: GtidSet = transaction.parse().map_err(|_| unnamed())?;
                if one.is_empty() { Err(unnamed()) } else { Ok(one.without(set).is_empty()) }
            }
            Self::Domains(domains) => {
                let one: Domains = transaction.parse().map_err(|_| unnamed())?;
                let is_none = one == Domains::default();
                if is_none { Err(unnamed()) } else { Ok(one.ahead_of(domains).is_empty()) }
            }
            Self::File(place) => {
                let (file, at) = transaction.rsplit_once('/').ok_or_else(unnamed)?;
                self.is_behind(place, (file, at.parse().map_err(|_| unnamed())?))
            }
        }
    }

    /// Whether a byte of a file is up to another one. Files of one log are numbered.
    fn is_behind(&self, place: &FilePlace, (file, at): (&str, u64)) -> Result<bool, ChangeError> {
        let split = |name: &str| {
            let (base, number) = name.rsplit_once('.')?;
            Some((base.to_owned(), number.parse::<u64>().ok()?))
        };
        match (split(file), split(&place.file)) {
            (Some((base, number)), Some((ours, upto))) if base == ours => {
                Ok((number, at) <= (upto, place.at))
            }
            _ if file == place.file => Ok(at <= place.at),
            _ => Err(self.foreign(format!("{file} is a file of another log"))),
        }
    }

    fn foreign(&self, message: String) -> ChangeError {
        ChangeError::Foreign { place: self.position().to_string(), message }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "3e11fa47-71ca-11e1-9e33-c80aa9429562";
    const B: &str = "4e11fa47-71ca-11e1-9e33-c80aa9429562";

    fn place(text: &str) -> Place {
        Place::read(&text.parse().unwrap()).unwrap()
    }

    fn order(one: &str, other: &str) -> (bool, bool) {
        let (one, other) = (place(one), place(other));
        (one.includes(&other).unwrap(), other.includes(&one).unwrap())
    }

    #[test]
    fn sets_are_in_each_other_or_apart() {
        let set = |text: &str| format!("mysql-gtid-set:{text}");
        let (five, seven) = (set(&format!("{A}:1-5")), set(&format!("{A}:1-7")));
        assert_eq!(order(&seven, &five), (true, false));
        assert_eq!(order(&seven, &seven), (true, true));
        assert_eq!(order(&five, &set("")), (true, false));
        assert_eq!(order(&set(&format!("{A}:1-5,{B}:1")), &seven), (false, false), "apart");
        let holed = place(&set(&format!("{A}:1-3:5:x:2")));
        for (name, is) in [("3", true), ("4", false), ("5", true), ("x:2", true), ("x:1", false)] {
            assert_eq!(holed.covers(&format!("{A}:{name}")).unwrap(), is, "{name}");
        }
        assert!(!holed.covers(&format!("{B}:1")).unwrap());
        for bad in ["", "0-1-7", "binlog.000001/4"] {
            assert!(matches!(holed.covers(bad), Err(ChangeError::Foreign { .. })), "{bad}");
        }
    }

    #[test]
    fn domains_are_ordered_each_for_itself() {
        let (one, other) = ("mariadb-gtid:0-1-7,1-1-3", "mariadb-gtid:0-1-6,1-1-4");
        assert_eq!(order(one, other), (false, false));
        assert_eq!(order(one, "mariadb-gtid:0-1-7"), (true, false));
        let one = place(one);
        for (name, is) in [("0-1-7", true), ("0-2-8", false), ("1-1-3", true), ("2-1-1", false)] {
            assert_eq!(one.covers(name).unwrap(), is, "{name}");
        }
        assert!(one.covers("").is_err() && one.covers("binlog.000001/4").is_err());
    }

    #[test]
    fn files_are_ordered_by_their_numbers() {
        let at = |text: &str| format!("binlog-file:{text}@{A}");
        assert_eq!(order(&at("b.1000000/4"), &at("b.999999/900")), (true, false));
        assert_eq!(order(&at("b.000002/900"), &at("b.000002/899")), (true, false));
        let one = place(&at("b.000002/900"));
        for (name, is) in [("b.000001/9999", true), ("b.000002/900", true), ("b.000002/901", false)]
        {
            assert_eq!(one.covers(name).unwrap(), is, "{name}");
        }
        for bad in ["c.000001/4", "b.000001", "0-1-7"] {
            assert!(one.covers(bad).is_err(), "{bad}");
        }
        let other = place(&format!("binlog-file:b.000001/4@{B}"));
        assert!(matches!(one.includes(&other), Err(ChangeError::Foreign { .. })));
        assert!(one.includes(&place("mariadb-gtid:0-1-7")).is_err());
    }
}
